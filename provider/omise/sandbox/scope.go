package sandbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/paysocket/paysocket/conformance/gateway"
)

// A scope is an account in the hands of a tester, who needs no key.
type scope struct {
	sandbox *Sandbox
	account *account
}

// Connection gives the account's keys. The previous webhook secret is among
// them, for tests of rotation.
func (s *scope) Connection() *gateway.Connection {
	s.account.mu.Lock()
	defer s.account.mu.Unlock()
	return &gateway.Connection{
		Scope:   s.account.name,
		APIBase: s.sandbox.apiBase,
		Credentials: map[string]string{
			"secret_key":              s.account.secretKey,
			"public_key":              s.account.publicKey,
			"webhook_secret":          s.account.secrets.current,
			"previous_webhook_secret": s.account.secrets.previous,
		},
	}
}

// within runs a move with the account locked, and sends the webhooks that it
// gave rise to.
func (s *scope) within(move func(a *account) error) error {
	a := s.account
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.closed {
		return fmt.Errorf("scope %s was closed: %w", a.name, gateway.ErrNotFound)
	}
	a.tick()
	defer a.post()
	defer a.tell()
	return move(a)
}

func (s *scope) Payments(_ context.Context, query *gateway.Query) ([]gateway.Payment, error) {
	if query == nil {
		query = &gateway.Query{}
	}
	payments := []gateway.Payment{}
	err := s.within(func(a *account) error {
		for _, c := range a.ledger(query) {
			payments = append(payments, *paymentOf(c))
		}
		return nil
	})
	return payments, err
}

// CreatePayment makes a charge as from the dashboard, where the merchant
// needs no page of his own to come back to.
func (s *scope) CreatePayment(_ context.Context, amount gateway.Money) (*gateway.Payment, error) {
	var payment *gateway.Payment
	err := s.within(func(a *account) error {
		params := object{
			{"amount", json.Number(strconv.FormatInt(amount.Amount, 10))},
			{"currency", amount.Currency},
			{"return_uri", "https://example.com/dashboard"},
			{"source", object{{"type", "alipay"}}},
		}
		made, err := a.newCharge(&call{
			frame:  &frame{version: version2019, now: a.clock.second(), dials: a.dials},
			params: params, base: s.sandbox.apiBase,
		})
		if err != nil {
			return refusal(err, gateway.ErrBadRequest)
		}
		a.keep(made)
		a.emit("charge.create", made)
		payment = paymentOf(made)
		return nil
	})
	return payment, err
}

// refusal says a failure of the API in the tester's words.
func refusal(err, kind error) error {
	if known, ok := errors.AsType[*failure](err); ok {
		return fmt.Errorf("%s: %w", known.Error(), kind)
	}
	return err
}

func (s *scope) CreateRefund(_ context.Context, paymentID string, amount gateway.Money) (*gateway.Refund, error) {
	var given *gateway.Refund
	err := s.within(func(a *account) error {
		c, err := a.payment(paymentID)
		if err != nil {
			return err
		}
		if amount.Currency != "" && amount.Currency != c.currency {
			return fmt.Errorf("the payment is in %s: %w", c.currency, gateway.ErrBadRequest)
		}
		made, err := a.refund(c, amount.Amount, object{}, false)
		if err != nil {
			return refusal(err, gateway.ErrIllegal)
		}
		given = refundOf(made)
		return nil
	})
	return given, err
}

func (a *account) payment(id string) (*charge, error) {
	c, ok := a.charges.get(id)
	if !ok {
		return nil, fmt.Errorf("payment %q: %w", id, gateway.ErrNotFound)
	}
	return c, nil
}

// Transition moves a charge on. Beside what a payer and time can do, a failed
// charge may still succeed: Omise's own people have done that.
func (s *scope) Transition(_ context.Context, paymentID string, transition *gateway.Transition) error {
	return s.within(func(a *account) error {
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
	})
}

func (s *scope) TransitionRefund(_ context.Context, refundID string, transition *gateway.Transition) error {
	return s.within(func(a *account) error {
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
		return nil
	})
}

// Advance puts the account's clock forward; what falls due on the way happens
// in its order.
func (s *scope) Advance(_ context.Context, by time.Duration) error {
	if by < 0 || by > 100*365*24*time.Hour {
		return fmt.Errorf("the clock goes forward, a century at most: %w", gateway.ErrBadRequest)
	}
	return s.within(func(a *account) error {
		a.clock.advance(by)
		a.tick()
		return nil
	})
}

func (s *scope) Close(context.Context) error {
	s.sandbox.close(s.account)
	return nil
}
