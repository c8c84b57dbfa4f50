package sandbox

import (
	"context"
	"fmt"
	"slices"

	"github.com/paysocket/paysocket/conformance/gateway"
)

// BuildWebhook writes the webhook that Omise would send now about the
// payment, patched and signed as the spec says, and does not send it.
func (s *scope) BuildWebhook(_ context.Context, spec *gateway.WebhookSpec) (*gateway.Webhook, error) {
	var built *gateway.Webhook
	err := s.within(func(a *account) error {
		e, err := a.eventFor(spec)
		if err != nil {
			return err
		}
		body, err := gateway.Patch(e.body(), spec.BodyPatch)
		if err != nil {
			return err
		}
		keys, err := a.signers(spec.Sign)
		if err != nil {
			return err
		}
		at := a.clock.now().Add(spec.AtOffset)
		built = &gateway.Webhook{Headers: webhookHeaders(body, at, keys), Body: body}
		return nil
	})
	return built, err
}

// eventFor makes an event that GET /events/:id finds too, as a plugin that
// verifies by asking back does.
func (a *account) eventFor(spec *gateway.WebhookSpec) (*event, error) {
	c, err := a.payment(spec.Payment)
	if err != nil {
		return nil, err
	}
	e := &event{
		id: a.newID("evnt"), version: a.dials.version(), dials: a.dials, createdAt: a.clock.second(),
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

func (a *account) signers(sign gateway.Signing) ([]string, error) {
	switch sign {
	case "", gateway.SignCurrent:
		return []string{a.secrets.current}, nil
	case gateway.SignPrevious:
		return []string{a.secrets.previous}, nil
	case gateway.SignBoth:
		return []string{a.secrets.current, a.secrets.previous}, nil
	case gateway.SignWrong:
		return []string{newMint("").webhookSecret()}, nil
	case gateway.SignNone:
		return nil, nil
	}
	return nil, fmt.Errorf("sign %q: %w", sign, gateway.ErrBadRequest)
}
