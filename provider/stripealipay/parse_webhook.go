package stripealipay

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"time"

	"github.com/stripe/stripe-go/v85"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit"
	"github.com/paysocket/paysocket/provider/kit/strictjson"
)

// paymentKinds returns the kinds of events that bring a PaymentIntent. Stripe
// sends none of them when a payment is refunded, so the PaymentIntent of an event
// has no refunds.
func paymentKinds() []string {
	return []string{
		"payment_intent.created", "payment_intent.requires_action", "payment_intent.processing",
		"payment_intent.succeeded", "payment_intent.payment_failed", "payment_intent.canceled",
	}
}

// refundKinds returns the kinds of events that bring a refund. An endpoint with an
// API version before 2024-10-28 hears of a refund that failed later only by
// charge.refund.updated. The older charge.refunded brings a charge, and is ignored.
func refundKinds() []string {
	return []string{"refund.created", "refund.updated", "refund.failed", "charge.refund.updated"}
}

// eventAnswer is the body of a webhook. Events of Stripe's newer API are thin: they
// have another object and no data, but an id and a type.
type eventAnswer struct {
	id, object, kind string
	apiVersion       string // of the endpoint
	livemode         *bool
	created          *int64
	data             json.RawMessage // nil if there is no object
}

// readEvent reads the envelope of an event. It fails if that is not one JSON object,
// has a name twice, or lacks an id or a type. What is in the object is not judged.
func readEvent(body []byte) (*eventAnswer, error) {
	members, err := strictjson.Members(strictjson.ToUTF8(body), contract.MaxWebhookBody)
	if err != nil {
		return nil, err
	}
	event := &eventAnswer{
		id:       strictjson.Read[string](members["id"]),
		object:   strictjson.Read[string](members["object"]),
		kind:     strictjson.Read[string](members["type"]),
		livemode: strictjson.Read[*bool](members["livemode"]),
		created:  strictjson.Read[*int64](members["created"]),

		apiVersion: strictjson.Read[string](members["api_version"]),
	}
	if event.id == "" || event.object == "" || event.kind == "" {
		return nil, errNoEvent
	}
	data, err := strictjson.Members(members["data"], contract.MaxWebhookBody)
	if errors.Is(err, strictjson.ErrDuplicateName) {
		return nil, err
	}
	event.data = data["object"]
	return event, nil
}

var errNoEvent = errors.New("it is not an event")

// ParseWebhook verifies a webhook and returns its event. An event shows the
// payment as it was when the webhook was made, so a host calls GetStatus before it
// acts.
func (p *Provider) ParseWebhook(ctx context.Context, request *contract.WebhookRequest) (*contract.WebhookResult, error) {
	return kit.Run(ctx, &p.sessions, request, nil, (*session).parseWebhook)
}

func (s *session) parseWebhook(ctx context.Context, r *contract.WebhookRequest) (*contract.WebhookResult, *contract.Error) {
	if e := s.settings.webhooks().Verify(r); e != nil {
		return nil, e // before anything of the body is decoded
	}
	event, err := readEvent(r.Body)
	if err != nil {
		return nil, kit.MalformedWebhook(err)
	}
	happened, e := s.eventOf(ctx, event)
	if old := event.tooOld(); old != nil && (happened != nil || e != nil && e.Reason == contract.WebhookMalformed) {
		return nil, old // an event of others is not judged
	}
	if e != nil {
		return nil, e
	}
	result := &contract.WebhookResult{
		Disposition:  contract.DispositionIgnored,
		Kind:         kit.EventKind(event.kind),
		Verification: contract.VerificationSignature,
		DedupeKey:    kit.DedupeKey(event.id),
		Ack:          contract.Ack{Status: 200},
	}
	if happened != nil {
		result.Disposition, result.Events = contract.DispositionEvents, []contract.Event{*happened}
	}
	return result, nil
}

const signatureHeader = "Stripe-Signature"

// webhooks returns what verifies webhooks. The SDK's own check compares the time
// with its clock instead of the time of arrival, allows any time in the future,
// and accepts a header with two times. So only its formula is used.
func (s *settings) webhooks() *kit.TimedSignature {
	return &kit.TimedSignature{
		Header: signatureHeader, Secrets: s.webhookSecrets, Tolerance: s.webhookTolerance,
		Sum: func(at string, body []byte, secret contract.Secret) []byte {
			seconds, _ := strconv.ParseInt(at, 10, 64) // its form was checked
			return stripe.ComputeSignature(time.Unix(seconds, 0), body, secret.Reveal())
		},
	}
}

func errOtherMode() *contract.Error {
	return contract.NewError(contract.ModeMismatch, "the mode of the webhook, test or live, is not the configured one")
}

// eventOf returns the event for the host, or nil if the webhook is not about a
// payment of the host's. That is asked first: what is not the host's is not judged,
// because Stripe disables an endpoint that refuses for days.
func (s *session) eventOf(ctx context.Context, event *eventAnswer) (*contract.Event, *contract.Error) {
	switch {
	case event.object != "event":
		return nil, nil
	case slices.Contains(paymentKinds(), event.kind):
		return s.paymentEvent(event)
	case slices.Contains(refundKinds(), event.kind):
		return s.refundEvent(ctx, event)
	default:
		return nil, nil
	}
}

// checkEvent checks what an event about a payment of the host's must have.
func (s *session) checkEvent(event *eventAnswer) *contract.Error {
	if event.livemode == nil || event.created == nil {
		return kit.MalformedWebhook(errNoEvent)
	}
	if *event.livemode != s.settings.live {
		return errOtherMode()
	}
	return nil
}

func (a *eventAnswer) at() time.Time { return time.Unix(*a.created, 0).UTC() }

func (s *session) paymentEvent(event *eventAnswer) (*contract.Event, *contract.Error) {
	if left := remnantOf(event.data); left.cannotBeOurs() || left.problem == nil && keyOf(left.metadata) == "" {
		return nil, nil
	}
	intent, err := decodePayment(event.data)
	if err != nil {
		return nil, kit.MalformedWebhook(err)
	}
	if e := s.checkEvent(event); e != nil {
		return nil, e
	}
	payment, err := translatePayment(intent)
	if err != nil {
		return nil, kit.MalformedWebhook(err)
	}
	if payment.Live != s.settings.live {
		return nil, errOtherMode()
	}
	return &contract.Event{Kind: event.kind, OccurredAt: event.at(), Payment: payment}, nil
}

// refundEvent returns the event of a refund of one of the host's payments, which
// may have been made in the dashboard. Such a refund has no key, so the payment is
// read to see whether the host made it. A refund of a charge without a
// PaymentIntent is not of a payment of the host's.
func (s *session) refundEvent(ctx context.Context, event *eventAnswer) (*contract.Event, *contract.Error) {
	left := remnantOf(event.data)
	if left.cannotBeOurs() {
		return nil, nil
	}
	if left.problem == nil && keyOf(left.metadata) == "" {
		if left.paymentID == "" {
			return nil, nil
		}
		if ours, e := s.isOurs(ctx, left.paymentID); e != nil || !ours {
			return nil, e
		}
	}
	made, err := decodeRefund(event.data)
	if err != nil {
		return nil, kit.MalformedWebhook(err)
	}
	if e := s.checkEvent(event); e != nil {
		return nil, e
	}
	refund, err := translateRefund(made, *event.livemode)
	if err != nil {
		return nil, kit.MalformedWebhook(err)
	}
	return &contract.Event{Kind: event.kind, OccurredAt: event.at(), Refund: refund}, nil
}
