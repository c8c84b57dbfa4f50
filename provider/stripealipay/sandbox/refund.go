package sandbox

import "time"

const (
	refundDelay = 5 * time.Minute // until a refund has succeeded
	refundDays  = 90
)

// refund is a refund of a payment.
type refund struct {
	intent   *intent
	id       string
	amount   int64
	reason   string
	metadata map[string]string
	status   string // pending, succeeded, failed
	created  time.Time
	changed  time.Time
	eventID  string
}

// The functions below are called with the account's lock held.

// refunded returns the sum of the refunds that did not fail.
func (p *intent) refunded() int64 {
	sum := int64(0)
	for _, r := range p.account.refunds {
		if r.intent == p && r.status != "failed" {
			sum += r.amount
		}
	}
	return sum
}

// refund refunds a payment; an amount of 0 means all that is left.
func (a *account) refund(p *intent, amount int64, reason string, metadata map[string]string) (*refund, *refusal) {
	if p.charge == nil {
		return nil, notAllowed("payment_intent_unexpected_state", "payment_intent", "This PaymentIntent (%s) does not have a successful charge to refund.", p.id)
	}
	left := p.amount - p.refunded()
	if amount == 0 {
		amount = left
	}
	if left == 0 {
		return nil, notAllowed("charge_already_refunded", "", "Charge %s has already been refunded.", p.charge.id)
	}
	if amount > left {
		return nil, notAllowed("", "amount", "Refund amount (%d) is greater than unrefunded amount on charge (%d)", amount, left)
	}
	if a.Now().After(p.charge.created.Truncate(24*time.Hour).AddDate(0, 0, refundDays+1)) {
		return nil, notAllowed("charge_not_refundable", "", "This payment can be refunded for %d days only.", refundDays)
	}
	now := a.Now()
	r := &refund{
		intent: p, id: a.IDs.ID("pyr_"), amount: amount, reason: reason, metadata: metadata,
		status: "pending", created: now, changed: now, eventID: a.IDs.ID("evt_"),
	}
	a.refunds = append(a.refunds, r)
	a.send(a.refundEvent(r))
	return r, nil
}

// moveRefund sets the final status of a pending refund.
func (a *account) moveRefund(r *refund, status string, at time.Time) {
	r.status, r.changed, r.eventID = status, at, a.IDs.ID("evt_")
	a.send(a.refundEvent(r))
}

func (a *account) findRefund(id string) (*refund, *refusal) {
	for _, r := range a.refunds {
		if r.id == id {
			return r, nil
		}
	}
	return nil, missing("id", "refund", id)
}

func (r *refund) view(expand []string) map[string]any {
	shown := map[string]any{
		"id": r.id, "object": "refund", "amount": r.amount, "currency": r.intent.currency, "created": r.created.Unix(),
		"payment_intent": r.intent.id, "charge": r.intent.charge.id, "metadata": r.metadata,
		"reason": textOrNull(r.reason), "status": r.status, "balance_transaction": nil, "receipt_number": nil,
	}
	if r.status == "failed" {
		shown["failure_reason"] = "unknown"
	}
	for _, path := range expand {
		if path == "charge" {
			shown["charge"] = r.intent.chargeView([]string{"latest_charge"})
		}
	}
	return shown
}
