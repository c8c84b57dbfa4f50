package sandbox

import (
	"fmt"
	"slices"

	"github.com/paysocket/paysocket/conformance/gateway"
)

// WebhookBody writes the event that Omise would send now about the payment.
func (a *account) WebhookBody(spec *gateway.WebhookSpec) ([]byte, error) {
	e, err := a.eventFor(spec)
	if err != nil {
		return nil, err
	}
	a.tell()
	return e.body(), nil
}

// eventFor makes an event that GET /events/:id finds too, as a plugin that
// verifies by asking back does.
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
		e.key = "charge.hibernate" // no such event exists, or it will one day
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

// refundFor is the refund that is named, or the charge's newest.
func (a *account) refundFor(c *charge, id string) (*refund, error) {
	for _, r := range slices.Backward(c.refunds) {
		if id == "" || r.id == id {
			return r.snapshot(), nil
		}
	}
	return nil, fmt.Errorf("refund %q of payment %s: %w", id, c.id, gateway.ErrNotFound)
}
