package gateway

import (
	"cmp"
	"context"
	"regexp"
	"time"
)

// accountScope is the [Scope] of an account of a [Server].
type accountScope struct {
	base   *AccountBase
	forget func() // removes the account from the Server
}

// within runs an operation with the account locked.
func (s *accountScope) within(operate func(a Account) error) error {
	s.base.Lock()
	defer s.base.Unlock()
	if s.base.closed {
		return notFound(s.base.Name)
	}
	defer s.base.own.Flush()
	return operate(s.base.own)
}

// withResult runs an operation that has a result.
func withResult[T any](s *accountScope, operate func(a Account) (T, error)) (result T, err error) {
	err = s.within(func(a Account) error {
		result, err = operate(a)
		return err
	})
	return result, err
}

func (s *accountScope) Connection() *Connection { return s.base.connection() }

func (s *accountScope) Payments(_ context.Context, query *Query) ([]Payment, error) {
	query = cmp.Or(query, &Query{})
	return withResult(s, func(a Account) ([]Payment, error) { return a.Ledger(query), nil })
}

func (s *accountScope) CreatePayment(_ context.Context, amount Money) (*Payment, error) {
	return withResult(s, func(a Account) (*Payment, error) { return a.MakePayment(amount) })
}

func (s *accountScope) CreateRefund(_ context.Context, paymentID string, amount Money) (*Refund, error) {
	return withResult(s, func(a Account) (*Refund, error) { return a.MakeRefund(paymentID, amount) })
}

func (s *accountScope) Transition(_ context.Context, paymentID string, transition *Transition) error {
	move, err := s.withFailureCode(transition)
	if err != nil {
		return err
	}
	return s.within(func(a Account) error { return a.MovePayment(paymentID, move) })
}

func (s *accountScope) TransitionRefund(_ context.Context, refundID string, transition *Transition) error {
	move, err := s.withFailureCode(transition)
	if err != nil {
		return err
	}
	return s.within(func(a Account) error { return a.MoveRefund(refundID, move) })
}

var failureCode = regexp.MustCompile(`^[a-z0-9_]{0,64}$`)

// withFailureCode returns the transition with the sandbox's usual failure code if
// it is to failed and has none, and without a failure code if it is to another state.
func (s *accountScope) withFailureCode(transition *Transition) (*Transition, error) {
	move := &Transition{To: transition.To}
	if move.To == StateFailed {
		move.FailureCode = cmp.Or(transition.FailureCode, s.base.server.config.FailureCode)
	}
	if !failureCode.MatchString(move.FailureCode) {
		return nil, badRequest("failure_code must be 1 to 64 characters of a-z, 0-9 and _")
	}
	return move, nil
}

func (s *accountScope) BuildWebhook(_ context.Context, spec *WebhookSpec) (*Webhook, error) {
	return withResult(s, func(a Account) (*Webhook, error) {
		body, err := a.WebhookBody(spec)
		if err != nil {
			return nil, err
		}
		return s.base.webhook(body, spec)
	})
}

func (s *accountScope) Advance(_ context.Context, by time.Duration) error {
	return s.within(func(a Account) error {
		if err := a.AdvanceClock(by); err != nil {
			return err
		}
		a.Tick()
		return nil
	})
}

func (s *accountScope) Close(context.Context) error {
	s.forget()
	return s.base.close()
}
