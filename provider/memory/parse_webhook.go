package memory

import (
	"context"
	"encoding/json"
	"regexp"
	"time"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit"
	"github.com/paysocket/paysocket/provider/kit/strictjson"
)

// The kinds of events about payments and refunds. The gateway may add others.
const (
	kindPaymentUpdated = "payment.updated"
	kindRefundUpdated  = "refund.updated"
)

// eventAnswer is the body of a webhook.
type eventAnswer struct {
	ID        string          `json:"id"`
	Object    string          `json:"object"`
	Type      string          `json:"type"`
	Live      *bool           `json:"live"`
	CreatedAt time.Time       `json:"created_at"`
	Data      json.RawMessage `json:"data"`
}

// ParseWebhook verifies a webhook and returns its event. An event shows the
// payment as it was when the webhook was sent, so a host calls GetStatus before
// it acts.
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
	if e := event.check(); e != nil {
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

const signatureHeader = "Memory-Signature"

func (s *settings) webhooks() *kit.TimedSignature {
	return &kit.TimedSignature{Header: signatureHeader, Secrets: s.webhookSecrets, Tolerance: s.webhookTolerance}
}

var kindForm = regexp.MustCompile(`^[a-z0-9_.]{1,64}$`)

func (a *eventAnswer) check() *contract.Error {
	if a.Object != "event" || a.Live == nil || a.CreatedAt.IsZero() || !idForm.MatchString(a.ID) || !kindForm.MatchString(a.Type) {
		return contract.NewError(contract.WebhookMalformed, "the webhook is genuine, but it is not an event; report it to the gateway")
	}
	if *a.Live {
		return errLiveWebhook()
	}
	return nil
}

func errLiveWebhook() *contract.Error {
	return contract.NewError(contract.ModeMismatch, "the webhook is about a live payment; this provider supports test mode only")
}

// eventOf returns the event for the host, or nil if the webhook is not about a
// payment of the host's.
func (s *session) eventOf(ctx context.Context, event *eventAnswer) (*contract.Event, *contract.Error) {
	switch event.Type {
	case kindPaymentUpdated:
		return event.paymentEvent()
	case kindRefundUpdated:
		return s.refundEvent(ctx, event)
	default:
		return nil, nil
	}
}

func (a *eventAnswer) paymentEvent() (*contract.Event, *contract.Error) {
	var data paymentAnswer
	if err := strictjson.Decode(a.Data, contract.MaxWebhookBody, &data); err != nil {
		return nil, kit.MalformedWebhook(err)
	}
	payment, err := data.translate()
	if err != nil {
		return nil, kit.MalformedWebhook(err)
	}
	if payment.Live {
		return nil, errLiveWebhook()
	}
	if payment.IdempotencyKey == "" { // made in the dashboard
		return nil, nil
	}
	return &contract.Event{Kind: a.Type, OccurredAt: a.CreatedAt.UTC(), Payment: payment}, nil
}

// refundEvent returns the event of a refund of one of the host's payments, which
// may have been made in the dashboard. Such a refund has no key, so the payment
// is read to see whether the host made it.
func (s *session) refundEvent(ctx context.Context, event *eventAnswer) (*contract.Event, *contract.Error) {
	var data refundAnswer
	if err := strictjson.Decode(event.Data, contract.MaxWebhookBody, &data); err != nil {
		return nil, kit.MalformedWebhook(err)
	}
	refund, err := data.translate()
	if err != nil {
		return nil, kit.MalformedWebhook(err)
	}
	if refund.Live {
		return nil, errLiveWebhook()
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
	return &contract.Event{Kind: event.Type, OccurredAt: event.CreatedAt.UTC(), Refund: refund}, nil
}
