package sandbox

import (
	"fmt"
	"maps"
	"net/http"
	"strings"
	"time"

	"github.com/paysocket/paysocket/conformance/gateway"
)

// The methods below are called with the account's lock held.

// Ledger implements [gateway.Account].
func (a *account) Ledger(query *gateway.Query) []gateway.Payment {
	found := []gateway.Payment{}
	for _, p := range a.intents {
		if query.Matches(p.metadata[keyName], p.metadata[referenceName]) {
			found = append(found, *p.ledgerEntry())
		}
	}
	return found
}

// The names under which a provider is asked to keep its key and reference.
const (
	keyName       = "paysocket_key"
	referenceName = "paysocket_reference"
)

// ledgerEntry returns the payment as the ledger shows it.
func (p *intent) ledgerEntry() *gateway.Payment {
	entry := &gateway.Payment{
		ID: p.id, Key: p.metadata[keyName], Reference: p.metadata[referenceName], Description: p.description, ReturnURL: p.returnURL,
		Amount: p.amount, Currency: strings.ToUpper(p.currency), State: p.state(), RawState: p.status,
		CreatedAt: p.created.Truncate(time.Second), Refunds: []gateway.Refund{}, Metadata: maps.Clone(p.metadata),
	}
	if p.failure != nil {
		entry.FailureCode, _ = p.failure["code"].(string)
	}
	if p.status == requiresAction {
		entry.RedirectURL = p.payURL()
	}
	if p.charge != nil && p.charge.transaction != "" {
		entry.Settlement = &gateway.Settlement{Currency: entry.Currency, Net: p.amount - p.fee(), Fee: p.fee()}
	}
	for _, r := range p.account.refunds {
		if r.intent == p {
			entry.Refunds = append(entry.Refunds, *r.ledgerEntry())
		}
	}
	return entry
}

// state returns the payment's status in the words of gwctl/1.
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

func (r *refund) ledgerEntry() *gateway.Refund {
	return &gateway.Refund{
		ID: r.id, Key: r.metadata[keyName], Amount: r.amount, Currency: strings.ToUpper(r.intent.currency), State: gateway.State(r.status),
		RawState: r.status, CreatedAt: r.created.Truncate(time.Second), Metadata: maps.Clone(r.metadata),
	}
}

// MakePayment implements [gateway.Account].
func (a *account) MakePayment(amount gateway.Money) (*gateway.Payment, error) {
	currency := strings.ToLower(amount.Currency)
	if refused := checkMoney(amount.Amount, currency); refused != nil {
		return nil, refused.gwctlError()
	}
	p, refused := a.create(&order{
		amount: amount.Amount, currency: currency, methods: []string{"alipay"}, withMethod: true, confirm: true,
		returnURL: "https://dashboard.stripe.com/test/payments", metadata: map[string]string{},
	})
	if refused != nil {
		return nil, refused.gwctlError()
	}
	return p.ledgerEntry(), nil
}

// MakeRefund implements [gateway.Account].
func (a *account) MakeRefund(paymentID string, amount gateway.Money) (*gateway.Refund, error) {
	p, refused := a.find("payment", paymentID)
	if refused != nil {
		return nil, refused.gwctlError()
	}
	if amount.Amount <= 0 || amount.Currency != "" && strings.ToLower(amount.Currency) != p.currency {
		return nil, fmt.Errorf("%w: a refund has an amount, in the payment's currency", gateway.ErrBadRequest)
	}
	r, refused := a.refund(p, amount.Amount, "", map[string]string{})
	if refused != nil {
		return nil, refused.gwctlError()
	}
	return r.ledgerEntry(), nil
}

// MovePayment implements [gateway.Account].
func (a *account) MovePayment(paymentID string, transition *gateway.Transition) error {
	if transition.To == gateway.StateExpired {
		return fmt.Errorf("a payment that is %s: %w", transition.To, gateway.ErrUnsupported)
	}
	status := map[gateway.State]string{
		gateway.StateSucceeded: succeeded, gateway.StateFailed: requiresPaymentMethod, gateway.StateCanceled: canceled,
	}[transition.To] // empty, and so never legal, for pending
	p, refused := a.find("payment", paymentID)
	if refused != nil {
		return refused.gwctlError()
	}
	if !p.mayBecome(status) {
		return fmt.Errorf("payment %s from %s to %s: %w", p.id, p.status, transition.To, gateway.ErrIllegal)
	}
	a.move(p, status, transition.FailureCode, a.Now())
	return nil
}

// MoveRefund implements [gateway.Account].
func (a *account) MoveRefund(refundID string, transition *gateway.Transition) error {
	r, refused := a.findRefund(refundID)
	if refused != nil {
		return refused.gwctlError()
	}
	end := transition.To == gateway.StateSucceeded || transition.To == gateway.StateFailed
	if r.status != "pending" || !end {
		return fmt.Errorf("refund %s from %s to %s: %w", r.id, r.status, transition.To, gateway.ErrIllegal)
	}
	a.moveRefund(r, string(transition.To), a.Now())
	return nil
}

// WebhookBody implements [gateway.Account].
func (a *account) WebhookBody(spec *gateway.WebhookSpec) ([]byte, error) {
	p, refused := a.find("payment", spec.Payment)
	if refused != nil {
		return nil, refused.gwctlError()
	}
	switch spec.Event {
	case gateway.EventPaymentUpdated:
		return a.intentEvent(p).body, nil
	case gateway.EventRefundUpdated:
		r, refused := a.findRefund(spec.Refund)
		if refused != nil {
			return nil, refused.gwctlError()
		}
		if r.intent != p {
			return nil, fmt.Errorf("refund %q of payment %q: %w", spec.Refund, spec.Payment, gateway.ErrNotFound)
		}
		return a.refundEvent(r).body, nil
	case gateway.EventUnknown:
		return a.unknownEvent().body, nil
	default:
		return nil, fmt.Errorf("%w: event %q", gateway.ErrBadRequest, spec.Event)
	}
}

// gwctlError returns a refusal of Stripe's as an error of gwctl/1.
func (r *refusal) gwctlError() error {
	status := http.StatusBadRequest
	switch {
	case r.status == http.StatusNotFound:
		status = http.StatusNotFound
	case r.executed:
		status = http.StatusConflict
	}
	return gateway.Refusal(status, r.message)
}
