package sandbox

import (
	"cmp"
	"fmt"

	"github.com/paysocket/paysocket/conformance/gateway"
)

// The ledger for the tester, and the hand that pays. gateway.Account says what is
// asked for.

// states are the gateway's words in neutral ones.
var states = map[string]gateway.State{
	statusOpen: gateway.StatePending, statusPaid: gateway.StateSucceeded, statusDeclined: gateway.StateFailed,
	statusLapsed: gateway.StateExpired, statusVoid: gateway.StateCanceled,
	statusStarted: gateway.StatePending, statusDone: gateway.StateSucceeded, statusFailed: gateway.StateFailed,
}

// moves are the words for which a tester can ask.
var moves = map[gateway.State]string{
	gateway.StateSucceeded: statusPaid, gateway.StateFailed: statusDeclined,
	gateway.StateExpired: statusLapsed, gateway.StateCanceled: statusVoid,
}

// Ledger returns the bills that the query asks for.
func (a *account) Ledger(query *gateway.Query) (found []gateway.Payment) {
	for _, b := range a.bills {
		if query.Matches(b.Key, b.Reference) {
			found = append(found, *b.entry())
		}
	}
	return found
}

// entry is the bill as the ledger has it.
func (b *bill) entry() *gateway.Payment {
	entry := &gateway.Payment{
		ID: b.ID, Key: b.Key, Reference: b.Reference, Description: b.Description, ReturnURL: b.ReturnURL,
		Amount: b.Amount, Currency: b.Currency, Live: b.Live, State: states[b.Status], RawState: b.Status,
		RedirectURL: b.PayURL, CreatedAt: b.CreatedAt, ExpiresAt: b.ExpiresAt,
	}
	for _, r := range b.refunds {
		entry.Refunds = append(entry.Refunds, *r.entry())
	}
	return entry
}

func (r *refund) entry() *gateway.Refund {
	return &gateway.Refund{ID: r.ID, Key: r.Key, Amount: r.Amount, Currency: r.Currency, State: states[r.Status]}
}

// MakePayment makes a bill as from the dashboard.
func (a *account) MakePayment(amount gateway.Money) (*gateway.Payment, error) {
	made := order{Amount: amount.Amount, Currency: amount.Currency, Method: "wallet"}
	if no := made.check(); no != nil {
		return nil, no.asTester()
	}
	b, _, no := a.make("", &made)
	if no != nil {
		return nil, no.asTester()
	}
	return b.entry(), nil
}

// MakeRefund refunds a bill as from the dashboard.
func (a *account) MakeRefund(id string, amount gateway.Money) (*gateway.Refund, error) {
	b, no := a.find(id)
	if no != nil {
		return nil, no.asTester()
	}
	r, _, no := a.refund(b, "", &refundOrder{Amount: amount.Amount, Currency: cmp.Or(amount.Currency, b.Currency)})
	if no != nil {
		return nil, no.asTester()
	}
	return r.entry(), nil
}

// MovePayment takes a bill on, if the gateway ever does so.
func (a *account) MovePayment(id string, transition *gateway.Transition) error {
	b, no := a.find(id)
	if no != nil {
		return no.asTester()
	}
	if !b.mayBecome(moves[transition.To]) {
		return fmt.Errorf("%s from %s to %s: %w", b.ID, b.Status, transition.To, gateway.ErrIllegal)
	}
	a.move(b, moves[transition.To], transition.FailureCode)
	return nil
}

// MoveRefund takes a refund on, if it is not over.
func (a *account) MoveRefund(id string, transition *gateway.Transition) error {
	for _, b := range a.bills {
		r, no := b.find(id)
		if no != nil {
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

// WebhookBody writes the webhook that the gateway would send.
func (a *account) WebhookBody(spec *gateway.WebhookSpec) ([]byte, error) {
	b, no := a.find(spec.Payment)
	if no != nil {
		return nil, no.asTester()
	}
	switch spec.Event {
	case gateway.EventPaymentUpdated:
		return billEvent(b).body(), nil
	case gateway.EventRefundUpdated:
		r, no := b.find(spec.Refund)
		if no != nil {
			return nil, no.asTester()
		}
		return refundEvent(b, r).body(), nil
	default: // a kind that nobody has heard of
		return (&event{ID: a.eventID(), Kind: "statement.ready", At: a.now()}).body(), nil
	}
}

// asTester says a refusal in the tester's words.
func (no *refusal) asTester() error { return gateway.Refusal(no.status, no.Message) }
