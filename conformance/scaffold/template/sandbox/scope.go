package sandbox

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/paysocket/paysocket/conformance/gateway"
)

// An account is a scope of the tester's: its ledger, and the hand that pays.
var _ gateway.Scope = (*account)(nil)

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

func (a *account) Connection() *gateway.Connection {
	return &gateway.Connection{Scope: a.name, APIBase: a.sandbox.base, Credentials: map[string]string{
		"secret_key": a.secretKey, "webhook_secret": a.webhookSecret, "previous_webhook_secret": a.previousSecret,
	}}
}

func (a *account) Payments(_ context.Context, query *gateway.Query) ([]gateway.Payment, error) {
	if _, err := a.sandbox.FindScope(a.name); err != nil {
		return nil, err
	}
	query = cmp.Or(query, &gateway.Query{})
	a.lock()
	defer a.mu.Unlock()
	var found []gateway.Payment
	for _, b := range a.bills {
		if (query.Key == "" || query.Key == b.Key) && (query.Reference == "" || query.Reference == b.Reference) {
			found = append(found, b.entry())
		}
	}
	return found, nil
}

// entry is the bill as the ledger has it.
func (b *bill) entry() gateway.Payment {
	entry := gateway.Payment{
		ID: b.ID, Key: b.Key, Reference: b.Reference, Description: b.Description, ReturnURL: b.ReturnURL,
		Amount: b.Amount, Currency: b.Currency, Live: b.Live, State: states[b.Status], RawState: b.Status,
		RedirectURL: b.PayURL, CreatedAt: b.CreatedAt, ExpiresAt: b.ExpiresAt,
	}
	for _, r := range b.refunds {
		entry.Refunds = append(entry.Refunds, r.entry())
	}
	return entry
}

func (r *refund) entry() gateway.Refund {
	return gateway.Refund{ID: r.ID, Key: r.Key, Amount: r.Amount, Currency: r.Currency, State: states[r.Status]}
}

func (a *account) CreatePayment(_ context.Context, amount gateway.Money) (*gateway.Payment, error) {
	made := order{Amount: amount.Amount, Currency: amount.Currency, Method: "wallet"}
	if no := made.check(); no != nil {
		return nil, no.asTester()
	}
	a.lock()
	defer a.mu.Unlock()
	b, _, no := a.make("", &made)
	if no != nil {
		return nil, no.asTester()
	}
	entry := b.entry()
	return &entry, nil
}

func (a *account) CreateRefund(_ context.Context, paymentID string, amount gateway.Money) (*gateway.Refund, error) {
	a.lock()
	defer a.mu.Unlock()
	b, no := a.find(paymentID)
	if no != nil {
		return nil, no.asTester()
	}
	r, _, no := a.refund(b, "", &refundOrder{Amount: amount.Amount, Currency: cmp.Or(amount.Currency, b.Currency)})
	if no != nil {
		return nil, no.asTester()
	}
	entry := r.entry()
	return &entry, nil
}

func (a *account) Transition(_ context.Context, paymentID string, transition *gateway.Transition) error {
	a.lock()
	defer a.mu.Unlock()
	b, no := a.find(paymentID)
	if no != nil {
		return no.asTester()
	}
	status := moves[transition.To]
	if !b.mayBecome(status) {
		return fmt.Errorf("%s from %s to %s: %w", b.ID, b.Status, transition.To, gateway.ErrIllegal)
	}
	code := ""
	if status == statusDeclined {
		code = cmp.Or(transition.FailureCode, "refused_by_payer")
	}
	a.move(b, status, code)
	return nil
}

func (a *account) TransitionRefund(_ context.Context, refundID string, transition *gateway.Transition) error {
	a.lock()
	defer a.mu.Unlock()
	for _, b := range a.bills {
		for _, r := range b.refunds {
			if r.ID != refundID {
				continue
			}
			status := map[gateway.State]string{gateway.StateSucceeded: statusDone, gateway.StateFailed: statusFailed}[transition.To]
			if r.Status != statusStarted || status == "" {
				return fmt.Errorf("%s from %s to %s: %w", r.ID, r.Status, transition.To, gateway.ErrIllegal)
			}
			r.move(status)
			a.changed(b)
			return nil
		}
	}
	return fmt.Errorf("refund %q: %w", refundID, gateway.ErrNotFound)
}

// tenYears keeps the clock within what JSON can write.
const tenYears = 10 * 365 * 24 * time.Hour

func (a *account) Advance(_ context.Context, by time.Duration) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if by < 0 || by > tenYears-a.ahead {
		return fmt.Errorf("%w: a clock goes forward, and ten years at most", gateway.ErrBadRequest)
	}
	a.ahead += by
	return nil
}

func (a *account) Close(context.Context) error { return a.sandbox.forget(a) }

// asTester says a refusal in the tester's words.
func (no *refusal) asTester() error {
	kind := gateway.ErrBadRequest
	switch no.status {
	case http.StatusNotFound:
		kind = gateway.ErrNotFound
	case http.StatusConflict:
		kind = gateway.ErrIllegal
	}
	return fmt.Errorf("%w: %s", kind, no.Message)
}
