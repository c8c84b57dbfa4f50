package memory

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
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
	ID        string
	Object    string
	Type      string
	Live      *bool
	CreatedAt time.Time
	Data      json.RawMessage
}

var (
	errNoEvent      = errors.New("it is not an event")
	errOtherPayment = errors.New("it is another payment than was asked for")
)

// read reads the envelope of an event. It fails if that is not one JSON object, has
// a name twice, or lacks an id or a type. What is in Data is not judged.
func (a *eventAnswer) read(body []byte) error {
	members, err := strictjson.Members(strictjson.ToUTF8(body), contract.MaxWebhookBody)
	if err != nil {
		return err
	}
	*a = eventAnswer{
		ID:        kit.DedupeKey(strictjson.Read[string](members["id"])),
		Object:    strictjson.Read[string](members["object"]),
		Type:      strictjson.Read[string](members["type"]),
		Live:      strictjson.Read[*bool](members["live"]),
		CreatedAt: strictjson.Read[time.Time](members["created_at"]),
		Data:      members["data"],
	}
	if a.Object == "" || a.ID == "" || a.Type == "" {
		return errNoEvent
	}
	return nil
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
	if err := event.read(r.Body); err != nil {
		return nil, kit.MalformedWebhook(err)
	}
	happened, e := s.eventOf(ctx, &event)
	if e != nil {
		return nil, e
	}
	result := &contract.WebhookResult{
		Disposition:  contract.DispositionIgnored,
		Kind:         kit.EventKind(event.Type),
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

// check checks what an event about a payment of the host's must have.
func (a *eventAnswer) check() *contract.Error {
	if a.Live == nil || a.CreatedAt.IsZero() {
		return kit.MalformedWebhook(errNoEvent)
	}
	if *a.Live {
		return errLiveWebhook()
	}
	return nil
}

func errLiveWebhook() *contract.Error {
	return contract.NewError(contract.ModeMismatch, "the webhook is about a live payment; this provider supports test mode only")
}

// subject returns the kind of an event that may concern the host, and "" for an
// object of another generation.
func (a *eventAnswer) subject() string {
	if a.Object != "event" {
		return ""
	}
	return a.Type
}

// eventOf returns the event for the host, or nil if the webhook is not about a
// payment of the host's. What is not the host's is not judged: a gateway that gets
// errors sends again for days, and then stops.
func (s *session) eventOf(ctx context.Context, event *eventAnswer) (*contract.Event, *contract.Error) {
	switch event.subject() {
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
		return nil, a.malformed(err)
	}
	payment, err := data.translate()
	if err != nil {
		return nil, a.malformed(err)
	}
	if payment.IdempotencyKey == "" { // made in the dashboard
		return nil, nil
	}
	if payment.Live {
		return nil, errLiveWebhook()
	}
	if e := a.check(); e != nil {
		return nil, e
	}
	return &contract.Event{Kind: a.Type, OccurredAt: a.CreatedAt.UTC(), Payment: payment}, nil
}

// malformed returns the error of an event whose payment cannot be read, and nil if
// that was not made by the host.
func (a *eventAnswer) malformed(err error) *contract.Error {
	if left := remnantOf(a.Data); left.hasNoKey() {
		return nil
	}
	return kit.MalformedWebhook(err)
}

// refundEvent returns the event of a refund of one of the host's payments, which
// may have been made in the dashboard. Such a refund has no key, so the payment
// is read to see whether the host made it.
func (s *session) refundEvent(ctx context.Context, event *eventAnswer) (*contract.Event, *contract.Error) {
	if left := remnantOf(event.Data); left.hasNoKey() {
		ours, e := s.isOurs(ctx, left.paymentID)
		if e != nil {
			return nil, e
		}
		if !ours {
			return nil, nil
		}
	}
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
	if e := event.check(); e != nil {
		return nil, e
	}
	return &contract.Event{Kind: event.Type, OccurredAt: event.CreatedAt.UTC(), Refund: refund}, nil
}

// isOurs reports whether the host made a payment. Of one that it did not make,
// nothing but the key has to be readable.
func (s *session) isOurs(ctx context.Context, id string) (bool, *contract.Error) {
	if !idForm.MatchString(id) { // there is no such payment
		return false, nil
	}
	path, e := paymentPath(id)
	if e != nil {
		return false, e
	}
	var found json.RawMessage
	_, e = s.gateway.Do(ctx, &kit.Request{Method: http.MethodGet, Path: path}, &found)
	if e != nil && e.Reason == contract.PaymentNotFound {
		return false, nil
	}
	if e != nil {
		return false, e
	}
	left := remnantOf(found)
	if left.problem == nil && left.id != id {
		left.problem = errOtherPayment
	}
	if left.problem != nil {
		return false, kit.Malformed(left.problem)
	}
	return left.key != "", nil
}
