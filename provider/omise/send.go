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

// send sends a request through the guard, and again where that is safe and useful.
func (c *Client) send(ctx context.Context, r request) (*answer, *Error) {
	if !c.hasTime(ctx, r, 0) { // before the guard, which would count it as a success
		return nil, tooLate(ctx, r.operation)
	}
	s := retryState{client: c, ctx: ctx, request: r}
	_, refusal := c.guard.executor.WithContext(ctx).Get(s.attempt)
	if s.request.attempt == 0 {
		return nil, c.heldBack(ctx, r.operation, refusal)
	}
	// The guard's error is dropped: if the context has ended it replaces the result of a request, even of one that was
	// answered in the last moment.
	return s.answer, s.failure
}

// retryState is the state of one call of send: the result of the last attempt, and how many answers were malformed.
type retryState struct {
	client    *Client
	ctx       context.Context
	request   request
	answer    *answer
	failure   *Error
	malformed int
}

func (s *retryState) attempt() (*answer, error) {
	s.request.attempt++
	s.answer, s.failure = s.client.do(s.ctx, s.request)
	if s.failure == nil {
		return s.answer, nil
	}
	if s.failure.Kind == KindMalformed {
		s.malformed++
	}
	wait := max(s.client.options.Backoff(s.request.attempt), s.failure.RetryAfter)
	again := mayRepeat(s.request, s.failure) && s.malformed < 2 && s.client.hasTime(s.ctx, s.request, wait) && isAwaited(s.ctx, wait)
	return nil, &attemptError{failure: s.failure, again: again, wait: wait}
}

// attemptError tells the guard the result of one attempt.
type attemptError struct {
	failure *Error
	again   bool
	wait    time.Duration
}

// Error returns the failure's text.
func (e *attemptError) Error() string { return e.failure.Error() }

// attemptOf returns the attempt in an error; one without a failure if there is none.
func attemptOf(err error) attemptError {
	var attempt *attemptError
	if err != nil && errors.As(err, &attempt) {
		return *attempt
	}
	return attemptError{}
}

// mayRepeat reports whether a request may be sent again. No payment may be made twice, so a request that commits is sent
// again only if no connection was made. Others are sent again after failures that may pass.
func mayRepeat(r request, failure *Error) bool {
	switch failure.Kind {
	case KindUnreachable, KindProxy:
		var untrusted *tls.CertificateVerificationError
		return !errors.As(failure, &untrusted) && !failure.lasting
	case KindTimeout:
		// A source is made for a charge that follows, which needs the time that is left.
		return r.method == http.MethodGet
	case KindRateLimited, KindLost, KindFault, KindMalformed:
		return !r.commits
	case KindInvalid, KindHeldBack, KindExpired, KindUnauthorized, KindNotFound, KindRefused, KindConflict:
	}
	return false
}

// hasTime reports whether an attempt can start after the wait. If not it is better to fail at once: the caller then knows
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

// untilKey is the key of what WithUntil adds to a context.
type untilKey struct{}

// WithUntil returns a context with which no request is sent again after the time that until returns when the wait for it
// begins. It is for work that outlives the calls it serves: a wait that none of them outlasts only hides from them how
// long the gateway asked to wait.
func WithUntil(ctx context.Context, until func() time.Time) context.Context {
	return context.WithValue(ctx, untilKey{}, until)
}

// isAwaited reports whether somebody still waits for the result after the wait.
func isAwaited(ctx context.Context, wait time.Duration) bool {
	until, limited := ctx.Value(untilKey{}).(func() time.Time)
	return !limited || time.Until(until()) > wait
}

func tooLate(ctx context.Context, operation string) *Error {
	if ctx.Err() != nil {
		return unsent(ctx, operation, ctx.Err())
	}
	return &Error{
		Operation: operation,
		Kind:      KindExpired,
		Message:   "too little time is left to start a request that moves money",
		cause:     context.DeadlineExceeded,
	}
}

// isOutage reports whether a failure suggests that the gateway is down. A refusal does not, nor does a caller who
// canceled.
func isOutage(failure *Error) bool {
	if failure == nil || failure.HTTPStatus >= 400 && failure.HTTPStatus < 500 {
		return false
	}
	switch failure.Kind {
	case KindUnreachable, KindProxy, KindTimeout, KindLost, KindFault, KindMalformed:
		return !errors.Is(failure, context.Canceled)
	case KindInvalid, KindHeldBack, KindExpired, KindRateLimited, KindUnauthorized, KindNotFound, KindRefused, KindConflict:
	}
	return false
}

// heldBack returns the error of a call of which the guard allowed no attempt.
func (c *Client) heldBack(ctx context.Context, operation string, refusal error) *Error {
	held := &Error{Operation: operation, Kind: KindHeldBack}
	switch {
	case errors.Is(refusal, circuitbreaker.ErrOpen):
		held.Message = "the gateway has been failing; the circuit breaker is open"
		held.RetryAfter = c.guard.breaker.RemainingDelay()
	case errors.Is(refusal, bulkhead.ErrFull):
		held.Message = "too many requests are in flight"
	default:
		return unsent(ctx, operation, refusal)
	}
	return held
}

// fullJitter returns a random wait of up to 200 ms, then up to 400 ms, so that callers that failed together do not retry
// together.
func fullJitter(attempt int) time.Duration {
	return rand.N(100 * time.Millisecond << min(attempt, maxAttempts)) //nolint:gosec // no secret depends on it
}
