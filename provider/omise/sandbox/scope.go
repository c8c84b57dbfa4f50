package sandbox

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/paysocket/paysocket/conformance/gateway"
)

// An account in the hands of a tester, who needs no key.
var _ gateway.Account = (*account)(nil)

// Ledger is what the query matches, oldest first.
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

// MakePayment makes a charge as from the dashboard, where the merchant
// needs no page of his own to come back to.
func (a *account) MakePayment(amount gateway.Money) (*gateway.Payment, error) {
	params := object{
		{"amount", json.Number(strconv.FormatInt(amount.Amount, 10))},
		{"currency", amount.Currency},
		{"return_uri", "https://example.com/dashboard"},
		{"source", object{{"type", "alipay"}}},
	}
	made, err := a.newCharge(&call{
		frame:  &frame{version: version2019, now: a.second(), dials: a.dials},
		params: params, base: a.sandbox.apiBase,
	})
	if err != nil {
		return nil, refusal(err, gateway.ErrBadRequest)
	}
	a.keep(made)
	a.emit("charge.create", made)
	return paymentOf(made), nil
}

// refusal says a failure of the API in the tester's words.
func refusal(err, kind error) error {
	if known, ok := errors.AsType[*failure](err); ok {
		return fmt.Errorf("%s: %w", known.Error(), kind)
	}
	return err
}

// MakeRefund makes a refund as from the dashboard.
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
		return nil, refusal(err, gateway.ErrIllegal)
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

// MovePayment moves a charge on. Beside what a payer and time can do, a failed
// charge may still succeed: Omise's own people have done that.
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

// MoveRefund moves a refund on.
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
			c.voided = false // nothing was undone after all
		}
	case gateway.StateExpired, gateway.StateCanceled:
		return fmt.Errorf("a refund never becomes %s: %w", transition.To, gateway.ErrIllegal)
	default:
		return fmt.Errorf("state %q: %w", transition.To, gateway.ErrBadRequest)
	}
	a.tell()
	return nil
}

// stateOf translates Omise's word for a charge.
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
