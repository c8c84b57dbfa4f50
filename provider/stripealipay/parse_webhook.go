package stripealipay

import (
	"context"
	"encoding/json"
	"regexp"
	"slices"
	"time"

	"github.com/stripe/stripe-go/v85"

	"github.com/paysocket/paysocket/contract"
)

// paymentKinds are the kinds of events that bring a PaymentIntent. Stripe sends
// none of them when a payment is refunded, so that a snapshot has no refunds.
func paymentKinds() []string {
	return []string{
		"payment_intent.created", "payment_intent.requires_action", "payment_intent.processing",
		"payment_intent.succeeded", "payment_intent.payment_failed", "payment_intent.canceled",
	}
}

// refundKinds are the kinds of events that bring a refund. The older
// charge.refunded and charge.refund.updated tell of the same and are ignored.
func refundKinds() []string { return []string{"refund.created", "refund.updated", "refund.failed"} }

// eventAnswer is the body of a webhook.
type eventAnswer struct {
	ID       string `json:"id"`
	Object   string `json:"object"`
	Type     string `json:"type"`
	Livemode *bool  `json:"livemode"`
	Created  *int64 `json:"created"`
	Data     struct {
		Object json.RawMessage `json:"object"`
	} `json:"data"`
}

// ParseWebhook verifies a webhook and says what it tells. What it tells is how
// things were when the event happened, so the host asks GetStatus before it
// acts.
func (p *Provider) ParseWebhook(ctx context.Context, request *contract.WebhookRequest) (*contract.WebhookResult, error) {
	result, e := inSession(ctx, p, request, (*session).parseWebhook)
	if e != nil {
		return nil, e
	}
	return result, nil
}

func (s *session) parseWebhook(ctx context.Context, r *contract.WebhookRequest) (*contract.WebhookResult, *contract.Error) {
	if e := s.settings.verify(r); e != nil {
		return nil, e // before a single byte of the body is read
	}
	var event eventAnswer
	if err := decode(r.Body, &event); err != nil {
		return nil, malformedWebhook(err)
	}
	if e := s.checkEvent(&event); e != nil {
		return nil, e
	}
	happened, e := s.eventOf(ctx, &event)
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

func malformedWebhook(err error) *contract.Error {
	e := malformed(err)
	e.Reason, e.Message = contract.WebhookMalformed, "the webhook is genuine and cannot be read; report it to Stripe"
	return e
}

var kindForm = regexp.MustCompile(`^[a-z0-9_.]{1,64}$`)

func (s *session) checkEvent(event *eventAnswer) *contract.Error {
	if event.Object != "event" || event.Livemode == nil || event.Created == nil || !idForm.MatchString(event.ID) || !kindForm.MatchString(event.Type) {
		return contract.NewError(contract.WebhookMalformed, "the webhook is genuine and is not an event")
	}
	if *event.Livemode != s.settings.live {
		return otherMode()
	}
	return nil
}

func otherMode() *contract.Error {
	return contract.NewError(contract.ModeMismatch, "the webhook is of the other mode, test or live, than this account was configured for")
}

// eventOf gives what the host is told; nil if the webhook does not concern it.
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

func (s *session) paymentEvent(event *eventAnswer) (*contract.Event, *contract.Error) {
	var present presence
	var intent stripe.PaymentIntent
	err := decode(event.Data.Object, &present)
	if err == nil {
		err = present.check()
	}
	if err == nil {
		err = json.Unmarshal(event.Data.Object, &intent)
	}
	if err != nil {
		return nil, malformedWebhook(err)
	}
	payment, err := translate(&intent)
	if err != nil {
		return nil, malformedWebhook(err)
	}
	if payment.Live != s.settings.live {
		return nil, otherMode()
	}
	if payment.IdempotencyKey == "" { // made elsewhere with the same account
		return nil, nil
	}
	return &contract.Event{Kind: event.Type, OccurredAt: event.at(), Payment: payment}, nil
}

// refundEvent tells of refunds of our payments, those made in the dashboard
// among them. Such a refund does not say whose its payment is, so the payment
// is asked. One of a charge without a PaymentIntent is nobody's here.
func (s *session) refundEvent(ctx context.Context, event *eventAnswer) (*contract.Event, *contract.Error) {
	var present refundPresence
	if err := decode(event.Data.Object, &present); err != nil {
		return nil, malformedWebhook(err)
	}
	if present.Object == "refund" && present.PaymentIntent == nil {
		return nil, nil
	}
	if err := present.check(); err != nil {
		return nil, malformedWebhook(err)
	}
	var made stripe.Refund
	if err := json.Unmarshal(event.Data.Object, &made); err != nil {
		return nil, malformedWebhook(err)
	}
	refund, err := translateRefund(&made, *event.Livemode)
	if err != nil {
		return nil, malformedWebhook(err)
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
