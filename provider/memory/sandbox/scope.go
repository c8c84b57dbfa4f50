package sandbox

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/conformance/standin"
)

// An account is a scope: here is the tester's hand in it.
var _ gateway.Scope = (*account)(nil)

func (a *account) Payments(_ context.Context, query *gateway.Query) ([]gateway.Payment, error) {
	if query == nil {
		query = &gateway.Query{}
	}
	a.lock()
	defer a.mu.Unlock()
	found := []gateway.Payment{}
	for _, p := range a.payments {
		if (query.Key == "" || query.Key == p.IdempotencyKey) && (query.Reference == "" || query.Reference == p.Reference) {
			found = append(found, p.entry())
		}
	}
	return found, nil
}

// entry is the payment as the ledger has it.
func (p *payment) entry() gateway.Payment {
	entry := gateway.Payment{
		ID: p.ID, Key: p.IdempotencyKey, Reference: p.Reference, Description: p.Description, ReturnURL: p.ReturnURL,
		Amount: p.Amount, Currency: p.Currency, Live: p.Live, State: gateway.State(p.Status), RawState: p.Status,
		RedirectURL: p.PayURL, CreatedAt: p.CreatedAt, ExpiresAt: p.ExpiresAt, Refunds: []gateway.Refund{},
	}
	for _, r := range p.refunds {
		entry.Refunds = append(entry.Refunds, r.entry())
	}
	return entry
}

func (r *refund) entry() gateway.Refund {
	return gateway.Refund{ID: r.ID, Key: r.IdempotencyKey, Amount: r.Amount, Currency: r.Currency, State: gateway.State(r.Status)}
}

func (a *account) CreatePayment(_ context.Context, amount gateway.Money) (*gateway.Payment, error) {
	if no := checkAmount(amount.Amount, amount.Currency); no != nil {
		return nil, asTester(no)
	}
	a.lock()
	defer a.mu.Unlock()
	p, _, no := a.create("", &paymentOrder{Amount: amount.Amount, Currency: amount.Currency, Method: methodWallet})
	if no != nil {
		return nil, asTester(no)
	}
	entry := p.entry()
	return &entry, nil
}

func (a *account) CreateRefund(_ context.Context, paymentID string, amount gateway.Money) (*gateway.Refund, error) {
	a.lock()
	defer a.mu.Unlock()
	p, no := a.find(paymentID)
	if no != nil {
		return nil, asTester(no)
	}
	r, _, no := a.refund(p, "", &refundOrder{Amount: amount.Amount, Currency: cmp.Or(amount.Currency, p.Currency)})
	if no != nil {
		return nil, asTester(no)
	}
	entry := r.entry()
	return &entry, nil
}

func (a *account) Transition(_ context.Context, paymentID string, transition *gateway.Transition) error {
	failureCode, err := standin.FailureCode(transition, "declined")
	if err != nil {
		return err
	}
	a.lock()
	defer a.mu.Unlock()
	p, no := a.find(paymentID)
	if no != nil {
		return asTester(no)
	}
	if status := string(transition.To); p.mayBecome(status) {
		a.move(p, status, failureCode, a.now())
		return nil
	}
	return fmt.Errorf("payment %s from %s to %s: %w", p.ID, p.Status, transition.To, gateway.ErrIllegal)
}

func (a *account) TransitionRefund(_ context.Context, refundID string, transition *gateway.Transition) error {
	failureCode, err := standin.FailureCode(transition, "declined")
	if err != nil {
		return err
	}
	a.lock()
	defer a.mu.Unlock()
	r := a.refundByID(refundID)
	if r == nil {
		return fmt.Errorf("refund %q: %w", refundID, gateway.ErrNotFound)
	}
	end := transition.To == gateway.StateSucceeded || transition.To == gateway.StateFailed
	if r.Status != statusPending || !end {
		return fmt.Errorf("refund %s from %s to %s: %w", r.ID, r.Status, transition.To, gateway.ErrIllegal)
	}
	a.moveRefund(r, string(transition.To), failureCode, a.now())
	return nil
}

// refundByID looks through the whole account: the API has refunds below their
// payments only, gwctl/1 has not.
func (a *account) refundByID(id string) *refund {
	for _, p := range a.payments {
		for _, r := range p.refunds {
			if r.ID == id {
				return r
			}
		}
	}
	return nil
}

func (a *account) BuildWebhook(_ context.Context, spec *gateway.WebhookSpec) (*gateway.Webhook, error) {
	a.lock()
	defer a.mu.Unlock()
	e, err := a.eventOf(spec)
	if err != nil {
		return nil, err
	}
	return a.Webhook(e.body(), spec)
}

func (a *account) eventOf(spec *gateway.WebhookSpec) (*event, error) {
	p, no := a.find(spec.Payment)
	if no != nil {
		return nil, asTester(no)
	}
	switch spec.Event {
	case gateway.EventPaymentUpdated:
		return a.paymentEvent(p), nil
	case gateway.EventRefundUpdated:
		r, no := p.findRefund(spec.Refund)
		if no != nil {
			return nil, asTester(no)
		}
		return a.refundEvent(r), nil
	case gateway.EventUnknown:
		return a.unheardEvent(), nil
	default:
		return nil, fmt.Errorf("%w: event %q", gateway.ErrBadRequest, spec.Event)
	}
}

func (a *account) Advance(_ context.Context, by time.Duration) error {
	a.lock()
	defer a.mu.Unlock()
	if err := a.Hasten(by); err != nil {
		return err
	}
	a.catchUp()
	return nil
}

func (a *account) Close(context.Context) error { return a.End() }

// asTester says a refusal of the gateway's in gwctl/1's words.
func asTester(no *refusal) error {
	switch no.status {
	case http.StatusNotFound:
		return fmt.Errorf("%s: %w", no.Message, gateway.ErrNotFound)
	case http.StatusConflict:
		return fmt.Errorf("%s: %w", no.Message, gateway.ErrIllegal)
	case http.StatusBadRequest:
		return fmt.Errorf("%w: %s", gateway.ErrBadRequest, no.Message)
	default:
		return errors.New(no.Message)
	}
}
