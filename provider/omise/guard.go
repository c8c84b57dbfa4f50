package omise

import (
	"log/slog"
	"time"

	"github.com/failsafe-go/failsafe-go"
	"github.com/failsafe-go/failsafe-go/budget"
	"github.com/failsafe-go/failsafe-go/bulkhead"
	"github.com/failsafe-go/failsafe-go/circuitbreaker"
	"github.com/failsafe-go/failsafe-go/retrypolicy"
)

const (
	maxAttempts = 3
	// retryShare is the largest share of retries among the requests in flight, so that they do not overload a failing
	// gateway. alwaysRetried of them are always allowed.
	retryShare    = 0.2
	alwaysRetried = 3

	breakerRate   = 0.5
	breakerCount  = 20
	breakerPeriod = 30 * time.Second
	breakerDelay  = 5 * time.Second
	breakerProbes = 3

	bulkheadSize = 32
	// bulkheadWait allows a short burst. It is short, since a payer waits meanwhile.
	bulkheadWait = 250 * time.Millisecond
)

// guard limits the requests of a client. From the outside in: retries within their budget, the bulkhead, the circuit
// breaker. The breaker is innermost since it counts everything but an outage as a success, and a full bulkhead says
// nothing about the gateway.
//
// It only counts. mayRepeat decides which requests may be sent again.
type guard struct {
	executor failsafe.Executor[*answer]
	breaker  circuitbreaker.CircuitBreaker[*answer]
}

func newGuard(logger *slog.Logger) guard {
	retries := retrypolicy.NewBuilder[*answer]().
		HandleIf(func(_ *answer, err error) bool { return attemptOf(err).again }).
		WithMaxAttempts(maxAttempts).
		WithDelayFunc(func(last failsafe.ExecutionAttempt[*answer]) time.Duration { return attemptOf(last.LastError()).wait }).
		WithBudget(budget.NewBuilder().WithMaxRate(retryShare).WithMinConcurrency(alwaysRetried).Build()).
		Build()
	breaker := circuitbreaker.NewBuilder[*answer]().
		HandleIf(func(_ *answer, err error) bool { return isOutage(attemptOf(err).failure) }).
		WithFailureRateThreshold(breakerRate, breakerCount, breakerPeriod).
		WithSuccessThreshold(breakerProbes).
		WithDelay(breakerDelay).
		OnStateChanged(func(event circuitbreaker.StateChangedEvent) {
			logger.LogAttrs(event.Context(), slog.LevelWarn, "omise circuit breaker",
				slog.String("from", event.OldState.String()), slog.String("to", event.NewState.String()))
		}).
		Build()
	limit := bulkhead.NewBuilder[*answer](bulkheadSize).WithMaxWaitTime(bulkheadWait).Build()
	return guard{executor: failsafe.With(retries, limit, breaker), breaker: breaker}
}
