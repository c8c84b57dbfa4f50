package stripealipay

import (
	"context"
	"encoding/json"
	"regexp"
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

// eventAnswer is the body of a webhook.
type eventAnswer struct {
	ID         string `json:"id"`
	Object     string `json:"object"`
	Type       string `json:"type"`
	APIVersion any    `json:"api_version"` // of the endpoint
	Livemode   *bool  `json:"livemode"`
	Created    *int64 `json:"created"`
	Data       struct {
		Object json.RawMessage `json:"object"`
	} `json:"data"`
}

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
	var event eventAnswer
	if err := strictjson.Decode(r.Body, contract.MaxWebhookBody, &event); err != nil {
		return nil, kit.MalformedWebhook(err)
	}
	if e := s.checkEvent(&event); e != nil {
		return nil, e
	}
	happened, e := s.eventOf(ctx, &event)
	if old := event.tooOld(); old != nil && (happened != nil || e != nil && e.Reason == contract.WebhookMalformed) {
		return nil, old // an event of others is not judged
	}
	if e != nil {
		return nil, e
	}
	result := &contract.WebhookResult{
		Disposition:  contract.DispositionIgnored,
		Kind:         event.Type,
		Verification: contract.VerificationSignature,
		DedupeKey:    event.ID,
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

var kindForm = regexp.MustCompile(`^[a-z0-9_.]{1,64}$`)

func (s *session) checkEvent(event *eventAnswer) *contract.Error {
	if event.Object != "event" || event.Livemode == nil || event.Created == nil || !idForm.MatchString(event.ID) || !kindForm.MatchString(event.Type) {
		return contract.NewError(contract.WebhookMalformed, "the webhook is genuine, but it is not an event; report it to the gateway")
	}
	if *event.Livemode != s.settings.live {
		return errOtherMode()
	}
	return nil
}

func errOtherMode() *contract.Error {
	return contract.NewError(contract.ModeMismatch, "the mode of the webhook, test or live, is not the configured one")
}

// eventOf returns the event for the host, or nil if the webhook is not about a
// payment of the host's.
func (s *session) eventOf(ctx context.Context, event *eventAnswer) (*contract.Event, *contract.Error) {
	switch {
	case slices.Contains(paymentKinds(), event.Type):
		return s.paymentEvent(event)
	case slices.Contains(refundKinds(), event.Type):
		return s.refundEvent(ctx, event)
	default:
		return nil, nil
	}
}

func (a *eventAnswer) at() time.Time { return time.Unix(*a.Created, 0).UTC() }

// read decodes the object of the event twice: into the fields that it must have,
// and into the SDK's type.
func (a *eventAnswer) read(fields, object any) *contract.Error {
	err := strictjson.Decode(a.Data.Object, contract.MaxWebhookBody, fields)
	if err == nil && json.Unmarshal(a.Data.Object, object) != nil {
		err = strictjson.ErrType
	}
	if err != nil {
		return kit.MalformedWebhook(err)
	}
	return nil
}

func (s *session) paymentEvent(event *eventAnswer) (*contract.Event, *contract.Error) {
	var fields paymentFields
	var intent stripe.PaymentIntent
	if e := event.read(&fields, &intent); e != nil {
		return nil, e
	}
	if err := fields.check(); err != nil {
		return nil, kit.MalformedWebhook(err)
	}
	payment, err := translatePayment(&intent)
	if err != nil {
		return nil, kit.MalformedWebhook(err)
	}
	if payment.Live != s.settings.live {
		return nil, errOtherMode()
	}
	if payment.IdempotencyKey == "" { // made elsewhere with the same account
		return nil, nil
	}
	return &contract.Event{Kind: event.Type, OccurredAt: event.at(), Payment: payment}, nil
}

// refundEvent returns the event of a refund of one of the host's payments, which
// may have been made in the dashboard. Such a refund has no key, so the payment is
// read to see whether the host made it. A refund of a charge without a
// PaymentIntent is not of a payment of the host's.
func (s *session) refundEvent(ctx context.Context, event *eventAnswer) (*contract.Event, *contract.Error) {
	var fields refundFields
	var made stripe.Refund
	if e := event.read(&fields, &made); e != nil {
		return nil, e
	}
	if fields.Object == "refund" && fields.PaymentIntent == nil {
		return nil, nil
	}
	if err := fields.check(); err != nil {
		return nil, kit.MalformedWebhook(err)
	}
	refund, err := translateRefund(&made, *event.Livemode)
	if err != nil {
		return nil, kit.MalformedWebhook(err)
	}
	if refund.IdempotencyKey == "" {
		payment, e := s.readPayment(ctx, refund.PaymentID)
		if e != nil {
			return nil, e
		}
		if payment.IdempotencyKey == "" {
			return nil, nil
		}
	}
	return &contract.Event{Kind: event.Type, OccurredAt: event.at(), Refund: refund}, nil
}
