package sandbox

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/paysocket/paysocket/conformance/gateway"
)

// The methods below are called with the account's lock held.

var _ gateway.Account = (*account)(nil)

// Ledger implements [gateway.Account].
func (a *account) Ledger(query *gateway.Query) []gateway.Payment {
	found := []gateway.Payment{}
	for _, c := range a.candidates(query) {
		if query.Matches(metadataText(c.metadata, keyName), metadataText(c.metadata, referenceName)) {
			found = append(found, *c.ledgerEntry())
		}
	}
	return found
}

// candidates returns the charges among which those that match the query are, oldest
// first.
func (a *account) candidates(query *gateway.Query) []*charge {
	switch {
	case query.Key != "":
		return a.byMetadata[keyName][query.Key]
	case query.Reference != "":
		return a.byMetadata[referenceName][query.Reference]
	}
	return a.charges.items
}

// MakePayment implements [gateway.Account], with the account's first method.
func (a *account) MakePayment(amount gateway.Money) (*gateway.Payment, error) {
	return a.makePayment("", amount)
}

// makePayment makes a charge as in Omise's dashboard.
func (a *account) makePayment(method string, amount gateway.Money) (*gateway.Payment, error) {
	made, err := a.dashboardCharge(method, amount)
	if err != nil {
		return nil, gwctlError(err, gateway.ErrBadRequest)
	}
	a.addCharge(made)
	a.emit("charge.create", made)
	return made.ledgerEntry(), nil
}

// dashboardCharge returns a new charge without a page of the merchant's to return to. An empty method means the account's
// first.
func (a *account) dashboardCharge(method string, amount gateway.Money) (*charge, error) {
	if own := a.dials.wallets(); method == "" && len(own) > 0 {
		method = own[0].kind
	}
	params := object{
		{"amount", json.Number(strconv.FormatInt(amount.Amount, 10))},
		{"currency", amount.Currency},
		{"return_uri", "https://example.com/dashboard"},
		{"source", object{{"type", method}}},
	}
	return a.newCharge(&call{
		view:   &view{version: version2019, now: a.second(), dials: a.dials},
		params: params, base: a.sandbox.options.BaseURL,
	})
}

// gwctlError returns a refusal of the API as an error of gwctl/1.
func gwctlError(err, kind error) error {
	if known, ok := errors.AsType[*refusal](err); ok {
		return fmt.Errorf("%s: %w", known.Error(), kind)
	}
	return err
}

// MakeRefund implements [gateway.Account].
func (a *account) MakeRefund(paymentID string, amount gateway.Money) (*gateway.Refund, error) {
	c, err := a.payment(paymentID)
	if err != nil {
		return nil, err
	}
	if amount.Currency != "" && amount.Currency != c.currency {
		return nil, fmt.Errorf("the payment is in %s: %w", c.currency, gateway.ErrBadRequest)
	}
	made, err := a.refund(c, amount.Amount, object{}, false)
	if err != nil {
		return nil, gwctlError(err, gateway.ErrIllegal)
	}
	return made.ledgerEntry(), nil
}

func (a *account) payment(id string) (*charge, error) {
	c, ok := a.charges.get(id)
	if !ok {
		return nil, fmt.Errorf("payment %q: %w", id, gateway.ErrNotFound)
	}
	return c, nil
}

// MovePayment implements [gateway.Account]. Besides what a payer and time can do, a
// failed charge may still succeed: Omise's staff have done that.
func (a *account) MovePayment(paymentID string, transition *gateway.Transition) error {
	c, err := a.payment(paymentID)
	if err != nil {
		return err
	}
	late := c.status == statusFailed && transition.To == gateway.StateSucceeded
	if c.status != statusPending && !late {
		return fmt.Errorf("a charge that is %s does not become %s: %w", c.status, transition.To, gateway.ErrIllegal)
	}
	switch transition.To {
	case gateway.StateSucceeded:
		a.pay(c)
	case gateway.StateFailed:
		a.fail(c, transition.FailureCode)
	case gateway.StateExpired:
		a.expire(c)
	case gateway.StateCanceled:
		a.reverse(c)
	case gateway.StatePending:
		return fmt.Errorf("a charge never becomes pending again: %w", gateway.ErrIllegal)
	default:
		return fmt.Errorf("state %q: %w", transition.To, gateway.ErrBadRequest)
	}
	return nil
}

// MoveRefund implements [gateway.Account].
func (a *account) MoveRefund(refundID string, transition *gateway.Transition) error {
	r, ok := a.refunds.get(refundID)
	if !ok {
		return fmt.Errorf("refund %q: %w", refundID, gateway.ErrNotFound)
	}
	if r.status == refundFailed {
		return fmt.Errorf("a refund that failed stays so: %w", gateway.ErrIllegal)
	}
	switch transition.To {
	case gateway.StateSucceeded:
		r.status = refundClosed
	case gateway.StatePending:
		r.status = refundPending
	case gateway.StateFailed:
		r.status = refundFailed
		if c, ok := a.charges.get(r.chargeID); ok && r.voided {
			c.voided = false // the void failed, too
		}
	case gateway.StateExpired, gateway.StateCanceled:
		return fmt.Errorf("a refund never becomes %s: %w", transition.To, gateway.ErrIllegal)
	default:
		return fmt.Errorf("state %q: %w", transition.To, gateway.ErrBadRequest)
	}
	a.notify()
	return nil
}

// state returns the charge's status in the words of gwctl/1.
func (c *charge) state() gateway.State {
	if c.status == statusSuccessful {
		return gateway.StateSucceeded
	}
	if c.status == statusReversed {
		return gateway.StateCanceled
	}
	return gateway.State(c.status) // the others are the same
}

func (r *refund) state() gateway.State {
	if r.status == refundClosed {
		return gateway.StateSucceeded
	}
	return gateway.State(r.status) // the others are the same
}

// ledgerEntry returns the payment as the ledger shows it.
func (c *charge) ledgerEntry() *gateway.Payment {
	description, _ := c.description.(string)
	payment := &gateway.Payment{
		ID: c.id, Key: metadataText(c.metadata, keyName), Reference: metadataText(c.metadata, referenceName),
		Description: description, ReturnURL: c.returnURI, Amount: c.amount, Currency: c.currency,
		State: c.state(), RawState: string(c.status), RedirectURL: c.authorizeURI,
		CreatedAt: c.createdAt, ExpiresAt: c.dueAt, Refunds: []gateway.Refund{},
		Metadata: c.metadata.texts(), FailureCode: c.failureCode,
		Settlement: &gateway.Settlement{Currency: c.currency, Net: c.net(), Fee: c.fee() + c.feeVAT()},
	}
	for _, r := range c.refunds {
		payment.Refunds = append(payment.Refunds, *r.ledgerEntry())
	}
	return payment
}

func (r *refund) ledgerEntry() *gateway.Refund {
	return &gateway.Refund{
		ID: r.id, Key: metadataText(r.metadata, keyName), Amount: r.amount,
		Currency: r.currency, State: r.state(), RawState: string(r.status), CreatedAt: r.createdAt,
		Metadata: r.metadata.texts(),
	}
}

// WebhookBody implements [gateway.Account]. It returns the event that Omise would
// send now.
func (a *account) WebhookBody(spec *gateway.WebhookSpec) ([]byte, error) {
	e, err := a.eventFor(spec)
	if err != nil {
		return nil, err
	}
	a.notify()
	return e.body(), nil
}

// eventFor makes an event that GET /events/:id finds too, for providers that verify
// a webhook by reading its event.
func (a *account) eventFor(spec *gateway.WebhookSpec) (*event, error) {
	c, err := a.payment(spec.Payment)
	if err != nil {
		return nil, err
	}
	e := &event{
		id: a.newID("evnt"), version: a.dials.version(), dials: a.dials, createdAt: a.second(),
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
		e.key = "charge.hibernate" // Omise has no such event
	default:
		return nil, fmt.Errorf("event %q: %w", spec.Event, gateway.ErrBadRequest)
	}
	a.events.add(e)
	return e, nil
}

// refundFor returns the refund of that id, or the charge's newest if it is empty.
func (a *account) refundFor(c *charge, id string) (*refund, error) {
	for _, r := range slices.Backward(c.refunds) {
		if id == "" || r.id == id {
			return r.snapshot(), nil
		}
	}
	return nil, fmt.Errorf("refund %q of payment %s: %w", id, c.id, gateway.ErrNotFound)
}
