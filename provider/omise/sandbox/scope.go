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
	payments := []gateway.Payment{}
	for _, c := range a.matching(query) {
		payments = append(payments, *paymentOf(c))
	}
	return payments
}

func (a *account) matching(query *gateway.Query) []*charge {
	switch {
	case query.Key != "":
		found := slices.Clone(a.byMetadata[keyName][query.Key])
		if query.Reference == "" {
			return found
		}
		return slices.DeleteFunc(found, func(c *charge) bool {
			return metadataText(c.metadata, referenceName) != query.Reference
		})
	case query.Reference != "":
		return slices.Clone(a.byMetadata[referenceName][query.Reference])
	}
	return a.charges.items
}

// MakePayment implements [gateway.Account]. The charge is one that was made in
// Omise's dashboard, without a page of the merchant's to return to.
func (a *account) MakePayment(amount gateway.Money) (*gateway.Payment, error) {
	params := object{
		{"amount", json.Number(strconv.FormatInt(amount.Amount, 10))},
		{"currency", amount.Currency},
		{"return_uri", "https://example.com/dashboard"},
		{"source", object{{"type", "alipay"}}},
	}
	made, err := a.newCharge(&call{
		view:   &view{version: version2019, now: a.second(), dials: a.dials},
		params: params, base: a.sandbox.options.BaseURL,
	})
	if err != nil {
		return nil, gwctlError(err, gateway.ErrBadRequest)
	}
	a.addCharge(made)
	a.emit("charge.create", made)
	return paymentOf(made), nil
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
	return refundOf(made), nil
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

// stateOf returns a charge's status in the words of gwctl/1.
func stateOf(status chargeStatus) gateway.State {
	switch status {
	case statusPending:
		return gateway.StatePending
	case statusSuccessful:
		return gateway.StateSucceeded
	case statusFailed:
		return gateway.StateFailed
	case statusExpired:
		return gateway.StateExpired
	case statusReversed:
		return gateway.StateCanceled
	}
	return gateway.State(status)
}

func refundStateOf(status refundStatus) gateway.State {
	switch status {
	case refundClosed:
		return gateway.StateSucceeded
	case refundPending:
		return gateway.StatePending
	case refundFailed:
		return gateway.StateFailed
	}
	return gateway.State(status)
}

func paymentOf(c *charge) *gateway.Payment {
	description, _ := c.description.(string)
	payment := &gateway.Payment{
		ID: c.id, Key: metadataText(c.metadata, keyName), Reference: metadataText(c.metadata, referenceName),
		Description: description, ReturnURL: c.returnURI, Amount: c.amount, Currency: c.currency,
		State: stateOf(c.status), RawState: string(c.status), RedirectURL: c.authorizeURI,
		CreatedAt: c.createdAt, ExpiresAt: c.dueAt, Refunds: []gateway.Refund{},
	}
	for _, r := range c.refunds {
		payment.Refunds = append(payment.Refunds, *refundOf(r))
	}
	return payment
}

func refundOf(r *refund) *gateway.Refund {
	return &gateway.Refund{
		ID: r.id, Key: metadataText(r.metadata, keyName), Amount: r.amount,
		Currency: r.currency, State: refundStateOf(r.status),
	}
}
