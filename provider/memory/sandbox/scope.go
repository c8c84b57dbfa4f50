package sandbox

import (
	"cmp"
	"fmt"

	"github.com/paysocket/paysocket/conformance/gateway"
)

// The tester's hand in an account, called with the account locked.

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

// entry is the payment as the ledger has it.
func (p *payment) entry() *gateway.Payment {
	entry := &gateway.Payment{
		ID: p.ID, Key: p.IdempotencyKey, Reference: p.Reference, Description: p.Description, ReturnURL: p.ReturnURL,
		Amount: p.Amount, Currency: p.Currency, Live: p.Live, State: gateway.State(p.Status), RawState: p.Status,
		RedirectURL: p.PayURL, CreatedAt: p.CreatedAt, ExpiresAt: p.ExpiresAt, Refunds: []gateway.Refund{},
	}
	for _, r := range p.refunds {
		entry.Refunds = append(entry.Refunds, *r.entry())
	}
	return entry
}

func (r *refund) entry() *gateway.Refund {
	return &gateway.Refund{ID: r.ID, Key: r.IdempotencyKey, Amount: r.Amount, Currency: r.Currency, State: gateway.State(r.Status)}
}

// MakePayment implements [gateway.Account].
func (a *account) MakePayment(amount gateway.Money) (*gateway.Payment, error) {
	if no := checkAmount(amount.Amount, amount.Currency); no != nil {
		return nil, no.asTester()
	}
	p, _, no := a.create("", &paymentOrder{Amount: amount.Amount, Currency: amount.Currency, Method: methodWallet})
	if no != nil {
		return nil, no.asTester()
	}
	return p.entry(), nil
}

// MakeRefund implements [gateway.Account].
func (a *account) MakeRefund(paymentID string, amount gateway.Money) (*gateway.Refund, error) {
	p, no := a.find(paymentID)
	if no != nil {
		return nil, no.asTester()
	}
	r, _, no := a.refund(p, "", &refundOrder{Amount: amount.Amount, Currency: cmp.Or(amount.Currency, p.Currency)})
	if no != nil {
		return nil, no.asTester()
	}
	return r.entry(), nil
}

// MovePayment implements [gateway.Account].
func (a *account) MovePayment(paymentID string, transition *gateway.Transition) error {
	p, no := a.find(paymentID)
	if no != nil {
		return no.asTester()
	}
	if status := string(transition.To); p.mayBecome(status) {
		a.move(p, status, transition.FailureCode, a.now())
		return nil
	}
	return fmt.Errorf("payment %s from %s to %s: %w", p.ID, p.Status, transition.To, gateway.ErrIllegal)
}

// MoveRefund implements [gateway.Account]. It looks through the whole account:
// the API has refunds below their payments only, gwctl/1 has not.
func (a *account) MoveRefund(refundID string, transition *gateway.Transition) error {
	for _, p := range a.payments {
		r, no := p.findRefund(refundID)
		if no != nil {
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
	p, no := a.find(spec.Payment)
	if no != nil {
		return nil, no.asTester()
	}
	switch spec.Event {
	case gateway.EventPaymentUpdated:
		return a.paymentEvent(p).body(), nil
	case gateway.EventRefundUpdated:
		r, no := p.findRefund(spec.Refund)
		if no != nil {
			return nil, no.asTester()
		}
		return a.refundEvent(r).body(), nil
	case gateway.EventUnknown:
		return a.unheardEvent().body(), nil
	default:
		return nil, fmt.Errorf("%w: event %q", gateway.ErrBadRequest, spec.Event)
	}
}

// asTester says a refusal of the gateway's in gwctl/1's words.
func (r *refusal) asTester() error { return gateway.Refusal(r.status, r.Message) }
