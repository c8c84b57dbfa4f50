package sandbox

import (
	"context"
	"fmt"
	"net/http"
	"strings"
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
	for _, p := range a.intents {
		if (query.Key == "" || query.Key == p.metadata[keyName]) && (query.Reference == "" || query.Reference == p.metadata[referenceName]) {
			found = append(found, p.entry())
		}
	}
	return found, nil
}

// The names under which a provider is asked to keep its key and reference.
const (
	keyName       = "paysocket_key"
	referenceName = "paysocket_reference"
)

// entry is the payment as the ledger has it.
func (p *intent) entry() gateway.Payment {
	entry := gateway.Payment{
		ID: p.id, Key: p.metadata[keyName], Reference: p.metadata[referenceName], Description: p.description, ReturnURL: p.returnURL,
		Amount: p.amount, Currency: strings.ToUpper(p.currency), State: p.state(), RawState: p.status,
		CreatedAt: p.created, Refunds: []gateway.Refund{},
	}
	if p.status == requiresAction {
		entry.RedirectURL = p.payURL()
	}
	for _, r := range p.account.refunds {
		if r.intent == p {
			entry.Refunds = append(entry.Refunds, r.entry())
		}
	}
	return entry
}

// state says in neutral words where a payment stands.
func (p *intent) state() gateway.State {
	switch {
	case p.status == succeeded:
		return gateway.StateSucceeded
	case p.status == canceled:
		return gateway.StateCanceled
	case p.failure != nil:
		return gateway.StateFailed
	default:
		return gateway.StatePending
	}
}

func (r *refund) entry() gateway.Refund {
	return gateway.Refund{
		ID: r.id, Key: r.metadata[keyName], Amount: r.amount, Currency: strings.ToUpper(r.intent.currency), State: gateway.State(r.status),
	}
}

func (a *account) CreatePayment(_ context.Context, amount gateway.Money) (*gateway.Payment, error) {
	currency := strings.ToLower(amount.Currency)
	if no := checkMoney(amount.Amount, currency); no != nil {
		return nil, asTester(no)
	}
	a.lock()
	defer a.mu.Unlock()
	p, no := a.create(&order{
		amount: amount.Amount, currency: currency, methods: []string{"alipay"}, withMethod: true, confirm: true,
		returnURL: "https://dashboard.stripe.com/test/payments", metadata: map[string]string{},
	})
	if no != nil {
		return nil, asTester(no)
	}
	entry := p.entry()
	return &entry, nil
}

func (a *account) CreateRefund(_ context.Context, paymentID string, amount gateway.Money) (*gateway.Refund, error) {
	a.lock()
	defer a.mu.Unlock()
	p, no := a.find("payment", paymentID)
	if no != nil {
		return nil, asTester(no)
	}
	if amount.Amount <= 0 || amount.Currency != "" && strings.ToLower(amount.Currency) != p.currency {
		return nil, fmt.Errorf("%w: a refund has an amount, in the payment's currency", gateway.ErrBadRequest)
	}
	r, no := a.refund(p, amount.Amount, "", map[string]string{})
	if no != nil {
		return nil, asTester(no)
	}
	entry := r.entry()
	return &entry, nil
}

func (a *account) Transition(_ context.Context, paymentID string, transition *gateway.Transition) error {
	code, err := standin.FailureCode(transition, "payment_method_provider_decline")
	if err != nil {
		return err
	}
	if transition.To == gateway.StateExpired {
		return fmt.Errorf("a payment that is %s: %w", transition.To, gateway.ErrUnsupported)
	}
	status := map[gateway.State]string{
		gateway.StateSucceeded: succeeded, gateway.StateFailed: requiresPaymentMethod, gateway.StateCanceled: canceled,
	}[transition.To] // empty, and so never legal, for pending
	a.lock()
	defer a.mu.Unlock()
	p, no := a.find("payment", paymentID)
	if no != nil {
		return asTester(no)
	}
	if !p.mayBecome(status) {
		return fmt.Errorf("payment %s from %s to %s: %w", p.id, p.status, transition.To, gateway.ErrIllegal)
	}
	a.move(p, status, code, a.Now())
	return nil
}

func (a *account) TransitionRefund(_ context.Context, refundID string, transition *gateway.Transition) error {
	a.lock()
	defer a.mu.Unlock()
	r, no := a.findRefund(refundID)
	if no != nil {
		return asTester(no)
	}
	end := transition.To == gateway.StateSucceeded || transition.To == gateway.StateFailed
	if r.status != "pending" || !end {
		return fmt.Errorf("refund %s from %s to %s: %w", r.id, r.status, transition.To, gateway.ErrIllegal)
	}
	a.moveRefund(r, string(transition.To), a.Now())
	return nil
}

func (a *account) BuildWebhook(_ context.Context, spec *gateway.WebhookSpec) (*gateway.Webhook, error) {
	a.lock()
	defer a.mu.Unlock()
	e, err := a.eventOf(spec)
	if err != nil {
		return nil, err
	}
	return a.Webhook(e.body, spec)
}

func (a *account) eventOf(spec *gateway.WebhookSpec) (*event, error) {
	p, no := a.find("payment", spec.Payment)
	if no != nil {
		return nil, asTester(no)
	}
	switch spec.Event {
	case gateway.EventPaymentUpdated:
		return a.intentEvent(p), nil
	case gateway.EventRefundUpdated:
		r, no := a.findRefund(spec.Refund)
		if no != nil {
			return nil, asTester(no)
		}
		if r.intent != p {
			return nil, fmt.Errorf("refund %q of payment %q: %w", spec.Refund, spec.Payment, gateway.ErrNotFound)
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

// asTester says a refusal of Stripe's in gwctl/1's words.
func asTester(no *refusal) error {
	switch {
	case no.status == http.StatusNotFound:
		return fmt.Errorf("%s: %w", no.message, gateway.ErrNotFound)
	case no.executed:
		return fmt.Errorf("%s: %w", no.message, gateway.ErrIllegal)
	default:
		return fmt.Errorf("%w: %s", gateway.ErrBadRequest, no.message)
	}
}
