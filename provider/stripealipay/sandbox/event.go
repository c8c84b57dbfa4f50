package sandbox

import (
	"time"

	"github.com/paysocket/paysocket/conformance/gateway"
)

// event is an event as its webhook shows it.
type event struct {
	id   string
	body []byte
}

// An event keeps its id until the next change, so that a second one of the same
// change is a redelivery. The functions below are called with the account's lock
// held.

func (a *account) intentEvent(p *intent) *event {
	kind := map[string]string{
		requiresPaymentMethod: "payment_intent.created", requiresConfirmation: "payment_intent.created",
		requiresAction: "payment_intent.requires_action", succeeded: "payment_intent.succeeded", canceled: "payment_intent.canceled",
	}[p.status]
	if p.failure != nil && p.status == requiresPaymentMethod {
		kind = "payment_intent.payment_failed"
	}
	shown := p.view(nil)
	if a.endpointVersion < sinceLatestCharge {
		delete(shown, "latest_charge")
		shown["charges"] = p.chargeList()
	}
	return a.newEvent(p.eventID, kind, p.changed, shown)
}

// chargeList shows all charges of a payment, which is the one that was paid, as
// old versions do.
func (p *intent) chargeList() map[string]any {
	data := []any{}
	if p.charge != nil {
		data = append(data, p.chargeView([]string{"latest_charge"}))
	}
	return map[string]any{"object": "list", "url": "/v1/charges?payment_intent=" + p.id, "has_more": false, "data": data}
}

func (a *account) refundEvent(r *refund) *event {
	isNew := r.changed.Equal(r.created) && r.status != "failed"
	if a.endpointVersion < sinceRefundEvents {
		if isNew {
			return a.newEvent(r.eventID, "charge.refunded", r.changed, r.intent.chargeView([]string{"latest_charge"}))
		}
		return a.newEvent(r.eventID, "charge.refund.updated", r.changed, r.view(nil))
	}
	kind := "refund.updated"
	switch {
	case r.status == "failed":
		kind = "refund.failed"
	case isNew:
		kind = "refund.created"
	}
	return a.newEvent(r.eventID, kind, r.changed, r.view(nil))
}

// unknownEvent returns an event of a kind that Stripe's documentation does not
// have.
func (a *account) unknownEvent() *event {
	return a.newEvent(a.IDs.ID("evt_"), "treasure.dug_up", a.Now(), map[string]any{"id": a.IDs.ID("tr_"), "object": "treasure"})
}

func (a *account) newEvent(id, kind string, at time.Time, object any) *event {
	return &event{id: id, body: encode(map[string]any{
		"id": id, "object": "event", "type": kind, "livemode": false, "created": at.Unix(), "api_version": a.endpointVersion,
		"pending_webhooks": 1, "request": map[string]any{"id": nil, "idempotency_key": nil},
		"data": map[string]any{"object": object},
	})}
}

func (a *account) send(e *event) { a.Send(&gateway.Delivery{EventID: e.id, Body: e.body}) }
