package sandbox

import (
	"fmt"
	"slices"

	"github.com/paysocket/paysocket/conformance/gateway"
)

// WebhookBody implements [gateway.Account]. It returns the event that Omise would
// send now.
func (a *account) WebhookBody(spec *gateway.WebhookSpec) ([]byte, error) {
	e, err := a.eventFor(spec)
	if err != nil {
		return nil, err
	}
	a.notify()
	return e.body(), nil
}

// eventFor makes an event that GET /events/:id finds too, for providers that verify
// a webhook by reading its event.
func (a *account) eventFor(spec *gateway.WebhookSpec) (*event, error) {
	c, err := a.payment(spec.Payment)
	if err != nil {
		return nil, err
	}
	e := &event{
		id: a.newID("evnt"), version: a.dials.version(), dials: a.dials, createdAt: a.second(),
		charge: c.snapshot(), chargeID: c.id,
	}
	switch spec.Event {
	case gateway.EventPaymentUpdated:
		e.key = paymentEventKey(c.status)
	case gateway.EventRefundUpdated:
		e.key = "refund.create"
		e.charge = nil
		if e.refund, err = a.refundFor(c, spec.Refund); err != nil {
			return nil, err
		}
	case gateway.EventUnknown:
		e.key = "charge.hibernate" // Omise has no such event
	default:
		return nil, fmt.Errorf("event %q: %w", spec.Event, gateway.ErrBadRequest)
	}
	a.events.add(e)
	return e, nil
}

func paymentEventKey(status chargeStatus) string {
	switch status {
	case statusPending:
		return "charge.create"
	case statusSuccessful, statusFailed:
		return "charge.complete"
	case statusExpired:
		return "charge.expire"
	case statusReversed:
		return "charge.reverse"
	}
	return "charge.update"
}

// refundFor returns the refund of that id, or the charge's newest if it is empty.
func (a *account) refundFor(c *charge, id string) (*refund, error) {
	for _, r := range slices.Backward(c.refunds) {
		if id == "" || r.id == id {
			return r.snapshot(), nil
		}
	}
	return nil, fmt.Errorf("refund %q of payment %s: %w", id, c.id, gateway.ErrNotFound)
}
