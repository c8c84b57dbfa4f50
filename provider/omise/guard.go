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
	// retryShare is how much of what is under way may be retries, so that a sick gateway is not buried by them; a few
	// are always allowed.
	retryShare    = 0.2
	alwaysRetried = 3

	breakerRate   = 0.5
	breakerCount  = 20
	breakerPeriod = 30 * time.Second
	breakerDelay  = 5 * time.Second
	breakerProbes = 3

	bulkheadSize = 32
	// bulkheadWait lets a short burst pass. It is no queue: what waits here holds up a payer.
	bulkheadWait = 250 * time.Millisecond
)

// A guard stands between the calls of a client and the gateway. From the outside in: retries within their budget, the
// bulkhead, the circuit breaker. The breaker is innermost since it takes for a success whatever is not the gateway's
// failure, and a full bulkhead tells nothing of the gateway.
//
// It only keeps count. Which request may be sent again, and when, is decided by again.
type guard struct {
	executor failsafe.Executor[*answer]
	breaker  circuitbreaker.CircuitBreaker[*answer]
}

func newGuard(logger *slog.Logger) guard {
	retries := retrypolicy.NewBuilder[*answer]().
		HandleIf(func(_ *answer, err error) bool { return asAttempt(err).again }).
		WithMaxAttempts(maxAttempts).
		WithDelayFunc(func(last failsafe.ExecutionAttempt[*answer]) time.Duration { return asAttempt(last.LastError()).wait }).
		WithBudget(budget.NewBuilder().WithMaxRate(retryShare).WithMinConcurrency(alwaysRetried).Build()).
		Build()
	breaker := circuitbreaker.NewBuilder[*answer]().
		HandleIf(func(_ *answer, err error) bool { return isSickness(asAttempt(err).failure) }).
		WithFailureRateThreshold(breakerRate, breakerCount, breakerPeriod).
		WithSuccessThreshold(breakerProbes).
		WithDelay(breakerDelay).
		OnStateChanged(func(event circuitbreaker.StateChangedEvent) {
			logger.LogAttrs(event.Context(), slog.LevelWarn, "omise circuit breaker",
				slog.String("from", event.OldState.String()), slog.String("to", event.NewState.String()))
		}).
		Build()
	crowd := bulkhead.NewBuilder[*answer](bulkheadSize).WithMaxWaitTime(bulkheadWait).Build()
	return guard{executor: failsafe.With(retries, crowd, breaker), breaker: breaker}
}
