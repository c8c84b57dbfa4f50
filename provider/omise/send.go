package omise

import (
	"context"
	"crypto/tls"
	"errors"
	"math/rand/v2"
	"net/http"
	"time"

	"github.com/failsafe-go/failsafe-go/bulkhead"
	"github.com/failsafe-go/failsafe-go/circuitbreaker"
)

// send carries a request through the guard, and again where that is safe and of use.
func (c *Client) send(ctx context.Context, r request) (*answer, *Error) {
	if !c.hasTime(ctx, r, 0) { // before the guard, which would take it for a success
		return nil, tooLate(ctx, r.operation)
	}
	s := sending{client: c, ctx: ctx, request: r}
	_, refusal := c.guard.executor.WithContext(ctx).Get(s.attempt)
	if s.request.attempt == 0 {
		return nil, c.heldBack(ctx, r.operation, refusal)
	}
	// Of the guard's own error nothing is passed on. It puts the context's in the place of what became of a request,
	// even of one that was answered in the last moment.
	return s.answer, s.failure
}

// A sending is one call of send: what became of the last attempt, and how many answers were malformed.
type sending struct {
	client    *Client
	ctx       context.Context
	request   request
	answer    *answer
	failure   *Error
	malformed int
}

func (s *sending) attempt() (*answer, error) {
	s.request.attempt++
	s.answer, s.failure = s.client.do(s.ctx, s.request)
	if s.failure == nil {
		return s.answer, nil
	}
	if s.failure.Kind == KindMalformed {
		s.malformed++
	}
	wait := max(s.client.options.Backoff(s.request.attempt), s.failure.RetryAfter)
	again := mayRepeat(s.request, s.failure) && s.malformed < 2 && s.client.hasTime(s.ctx, s.request, wait)
	return nil, &attemptError{failure: s.failure, again: again, wait: wait}
}

// An attemptError tells the guard what became of one attempt.
type attemptError struct {
	failure *Error
	again   bool
	wait    time.Duration
}

// Error gives the failure's text.
func (e *attemptError) Error() string { return e.failure.Error() }

// asAttempt gives the attempt behind an error; one without a failure if there was none.
func asAttempt(err error) attemptError {
	var attempt *attemptError
	if err != nil && errors.As(err, &attempt) {
		return *attempt
	}
	return attemptError{}
}

// mayRepeat is the rule of this package that no payment may be made twice. What commits is sent again only where no
// connection was made. Anything else may be, after what time heals.
func mayRepeat(r request, failure *Error) bool {
	switch failure.Kind {
	case KindUnreachable:
		var untrusted *tls.CertificateVerificationError
		return !errors.As(failure, &untrusted)
	case KindTimeout:
		// A source is made for a charge to follow: what is left of the time belongs to the charge.
		return r.method == http.MethodGet
	case KindRateLimited, KindLost, KindFault, KindMalformed:
		return !r.commits
	case KindInvalid, KindHeldBack, KindExpired, KindUnauthorized, KindNotFound, KindRefused, KindConflict:
	}
	return false
}

// hasTime tells whether an attempt can begin after the wait. If not it is better to fail at once: the caller then knows
// how long the gateway asked to wait, and can use the time that is left.
func (c *Client) hasTime(ctx context.Context, r request, wait time.Duration) bool {
	deadline, limited := ctx.Deadline()
	if ctx.Err() != nil || !limited {
		return ctx.Err() == nil
	}
	if r.commits {
		wait += c.options.MinTimeLeft
	}
	return time.Until(deadline) > wait
}

func tooLate(ctx context.Context, operation string) *Error {
	if ctx.Err() != nil {
		return unsent(ctx, operation, ctx.Err())
	}
	return &Error{
		Operation: operation,
		Kind:      KindExpired,
		Message:   "too little time is left to begin a request that moves money",
		cause:     context.DeadlineExceeded,
	}
}

// isSickness tells whether a failure speaks of a gateway that is down. A refusal does not, nor does a caller who hung
// up.
func isSickness(failure *Error) bool {
	if failure == nil || failure.HTTPStatus >= 400 && failure.HTTPStatus < 500 {
		return false
	}
	switch failure.Kind {
	case KindUnreachable, KindTimeout, KindLost, KindFault, KindMalformed:
		return !errors.Is(failure, context.Canceled)
	case KindInvalid, KindHeldBack, KindExpired, KindRateLimited, KindUnauthorized, KindNotFound, KindRefused, KindConflict:
	}
	return false
}

// heldBack is the error of a call that the guard let no attempt of pass.
func (c *Client) heldBack(ctx context.Context, operation string, refusal error) *Error {
	held := &Error{Operation: operation, Kind: KindHeldBack}
	switch {
	case errors.Is(refusal, circuitbreaker.ErrOpen):
		held.Message = "the gateway has been failing, and is given a rest"
		held.RetryAfter = c.guard.breaker.RemainingDelay()
	case errors.Is(refusal, bulkhead.ErrFull):
		held.Message = "too many requests are under way"
	default:
		return unsent(ctx, operation, refusal)
	}
	return held
}

// fullJitter is the wait after an attempt: any time up to 200 ms, then up to 400 ms. Callers that failed together must
// not come back together.
func fullJitter(attempt int) time.Duration {
	return rand.N(100 * time.Millisecond << min(attempt, maxAttempts)) //nolint:gosec // no secret depends on it
}
