package sandbox

import (
	"cmp"
	"fmt"
	"maps"

	"github.com/paysocket/paysocket/conformance/gateway"
)

// The methods below are called with the account's lock held.

// Ledger implements [gateway.Account].
func (a *account) Ledger(query *gateway.Query) []gateway.Payment {
	found := []gateway.Payment{}
	for _, p := range a.payments {
		if query.Matches(p.IdempotencyKey, p.Reference) {
			found = append(found, *p.entry())
		}
	}
	return found
}

// entry returns the payment's entry in the ledger.
func (p *payment) entry() *gateway.Payment {
	entry := &gateway.Payment{
		ID: p.ID, Key: p.IdempotencyKey, Reference: p.Reference, Description: p.Description, ReturnURL: p.ReturnURL,
		Amount: p.Amount, Currency: p.Currency, Live: p.Live, State: gateway.State(p.Status), RawState: p.Status,
		RedirectURL: cmp.Or(p.PayURL, p.QRPayload), CreatedAt: p.CreatedAt, ExpiresAt: p.ExpiresAt, Refunds: []gateway.Refund{},
		Metadata: maps.Clone(p.Metadata), FailureCode: p.FailureCode,
	}
	for _, r := range p.refunds {
		entry.Refunds = append(entry.Refunds, *r.entry())
	}
	return entry
}

func (r *refund) entry() *gateway.Refund {
	return &gateway.Refund{
		ID: r.ID, Key: r.IdempotencyKey, Amount: r.Amount, Currency: r.Currency, State: gateway.State(r.Status),
		RawState: r.Status, CreatedAt: r.CreatedAt,
	}
}

// MakePayment implements [gateway.Account].
func (a *account) MakePayment(amount gateway.Money) (*gateway.Payment, error) {
	if refused := checkAmount(methodWallet, amount.Amount, amount.Currency); refused != nil {
		return nil, refused.asManagementError()
	}
	p, _, refused := a.create("", &paymentOrder{Amount: amount.Amount, Currency: amount.Currency, Method: methodWallet})
	if refused != nil {
		return nil, refused.asManagementError()
	}
	return p.entry(), nil
}

// MakeRefund implements [gateway.Account].
func (a *account) MakeRefund(paymentID string, amount gateway.Money) (*gateway.Refund, error) {
	p, refused := a.find(paymentID)
	if refused != nil {
		return nil, refused.asManagementError()
	}
	r, _, refused := a.refund(p, "", &refundOrder{Amount: amount.Amount, Currency: cmp.Or(amount.Currency, p.Currency)})
	if refused != nil {
		return nil, refused.asManagementError()
	}
	return r.entry(), nil
}

// MovePayment implements [gateway.Account].
func (a *account) MovePayment(paymentID string, transition *gateway.Transition) error {
	p, refused := a.find(paymentID)
	if refused != nil {
		return refused.asManagementError()
	}
	if status := string(transition.To); p.mayBecome(status) {
		a.move(p, status, transition.FailureCode, a.now())
		return nil
	}
	return fmt.Errorf("payment %s from %s to %s: %w", p.ID, p.Status, transition.To, gateway.ErrIllegal)
}

// MoveRefund implements [gateway.Account]. It searches all payments of the
// account, since gwctl/1 names a refund without its payment.
func (a *account) MoveRefund(refundID string, transition *gateway.Transition) error {
	for _, p := range a.payments {
		r, refused := p.findRefund(refundID)
		if refused != nil {
			continue
		}
		end := transition.To == gateway.StateSucceeded || transition.To == gateway.StateFailed
		if r.Status != statusPending || !end {
			return fmt.Errorf("refund %s from %s to %s: %w", r.ID, r.Status, transition.To, gateway.ErrIllegal)
		}
		a.moveRefund(r, string(transition.To), transition.FailureCode, a.now())
		return nil
	}
	return fmt.Errorf("refund %q: %w", refundID, gateway.ErrNotFound)
}

// WebhookBody implements [gateway.Account].
func (a *account) WebhookBody(spec *gateway.WebhookSpec) ([]byte, error) {
	p, refused := a.find(spec.Payment)
	if refused != nil {
		return nil, refused.asManagementError()
	}
	switch spec.Event {
	case gateway.EventPaymentUpdated:
		return a.paymentEvent(p).body(), nil
	case gateway.EventRefundUpdated:
		r, refused := p.findRefund(spec.Refund)
		if refused != nil {
			return nil, refused.asManagementError()
		}
		return a.refundEvent(r).body(), nil
	case gateway.EventUnknown:
		return a.unknownEvent().body(), nil
	default:
		return nil, fmt.Errorf("%w: event %q", gateway.ErrBadRequest, spec.Event)
	}
}

// asManagementError returns the error of gwctl/1 for a refusal.
func (r *refusal) asManagementError() error { return gateway.Refusal(r.status, r.Message) }
