package sandbox

import (
	"cmp"
	"fmt"
	"maps"

	"github.com/paysocket/paysocket/conformance/gateway"
)

// The methods below are what tests control of an account; gateway.Account
// documents them.

// states maps the gateway's statuses to the control protocol's.
var states = map[string]gateway.State{
	statusOpen: gateway.StatePending, statusPaid: gateway.StateSucceeded, statusDeclined: gateway.StateFailed,
	statusLapsed: gateway.StateExpired, statusVoid: gateway.StateCanceled,
	statusStarted: gateway.StatePending, statusDone: gateway.StateSucceeded, statusFailed: gateway.StateFailed,
}

// moves maps the states that a test can set to the gateway's statuses.
var moves = map[gateway.State]string{
	gateway.StateSucceeded: statusPaid, gateway.StateFailed: statusDeclined,
	gateway.StateExpired: statusLapsed, gateway.StateCanceled: statusVoid,
}

// Ledger implements [gateway.Account].
func (a *account) Ledger(query *gateway.Query) (found []gateway.Payment) {
	for _, b := range a.bills {
		if query.Matches(b.Key, b.Reference) {
			found = append(found, *b.entry())
		}
	}
	return found
}

// entry returns the bill's entry in the ledger.
func (b *bill) entry() *gateway.Payment {
	entry := &gateway.Payment{
		ID: b.ID, Key: b.Key, Reference: b.Reference, Description: b.Description, ReturnURL: b.ReturnURL,
		Amount: b.Amount, Currency: b.Currency, Live: b.Live, State: states[b.Status], RawState: b.Status,
		RedirectURL: b.PayURL, CreatedAt: b.CreatedAt, ExpiresAt: b.ExpiresAt,
		Metadata: maps.Clone(b.Metadata), FailureCode: b.DeclineCode,
	}
	for _, r := range b.refunds {
		entry.Refunds = append(entry.Refunds, *r.entry())
	}
	return entry
}

func (r *refund) entry() *gateway.Refund {
	return &gateway.Refund{
		ID: r.ID, Key: r.Key, Amount: r.Amount, Currency: r.Currency, State: states[r.Status],
		RawState: r.Status, CreatedAt: r.CreatedAt, Metadata: maps.Clone(r.Metadata),
	}
}

// MakePayment implements [gateway.Account]: it makes a bill as the dashboard does.
func (a *account) MakePayment(amount gateway.Money) (*gateway.Payment, error) {
	made := order{Amount: amount.Amount, Currency: amount.Currency, Method: "wallet"}
	if refused := made.check(); refused != nil {
		return nil, refused.asManagementError()
	}
	b, _, refused := a.make("", &made)
	if refused != nil {
		return nil, refused.asManagementError()
	}
	return b.entry(), nil
}

// MakeRefund implements [gateway.Account]: it refunds a bill as the dashboard does.
func (a *account) MakeRefund(id string, amount gateway.Money) (*gateway.Refund, error) {
	b, refused := a.find(id)
	if refused != nil {
		return nil, refused.asManagementError()
	}
	r, _, refused := a.refund(b, "", &refundOrder{Amount: amount.Amount, Currency: cmp.Or(amount.Currency, b.Currency)})
	if refused != nil {
		return nil, refused.asManagementError()
	}
	return r.entry(), nil
}

// MovePayment implements [gateway.Account]. It refuses what the gateway never does.
func (a *account) MovePayment(id string, transition *gateway.Transition) error {
	b, refused := a.find(id)
	if refused != nil {
		return refused.asManagementError()
	}
	if !b.mayBecome(moves[transition.To]) {
		return fmt.Errorf("%s from %s to %s: %w", b.ID, b.Status, transition.To, gateway.ErrIllegal)
	}
	a.move(b, moves[transition.To], transition.FailureCode)
	return nil
}

// MoveRefund implements [gateway.Account]. It refuses if the refund has ended.
func (a *account) MoveRefund(id string, transition *gateway.Transition) error {
	for _, b := range a.bills {
		r, refused := b.find(id)
		if refused != nil {
			continue
		}
		status := map[gateway.State]string{gateway.StateSucceeded: statusDone, gateway.StateFailed: statusFailed}[transition.To]
		if r.Status != statusStarted || status == "" {
			return fmt.Errorf("%s from %s to %s: %w", r.ID, r.Status, transition.To, gateway.ErrIllegal)
		}
		a.moveRefund(b, r, status)
		return nil
	}
	return fmt.Errorf("refund %q: %w", id, gateway.ErrNotFound)
}

// WebhookBody implements [gateway.Account].
func (a *account) WebhookBody(spec *gateway.WebhookSpec) ([]byte, error) {
	b, refused := a.find(spec.Payment)
	if refused != nil {
		return nil, refused.asManagementError()
	}
	switch spec.Event {
	case gateway.EventPaymentUpdated:
		return billEvent(b).body(), nil
	case gateway.EventRefundUpdated:
		r, refused := b.find(spec.Refund)
		if refused != nil {
			return nil, refused.asManagementError()
		}
		return refundEvent(b, r).body(), nil
	default: // a kind that is not documented
		return (&event{ID: a.eventID(), Kind: "statement.ready", At: a.now()}).body(), nil
	}
}

// asManagementError returns the error of the control protocol for a refusal.
func (r *refusal) asManagementError() error { return gateway.Refusal(r.status, r.Message) }
