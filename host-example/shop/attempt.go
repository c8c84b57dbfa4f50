package shop

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"time"

	"github.com/paysocket/paysocket/contract"
)

// Attempt is the shop's record of one idempotency key: of all the calls that it
// takes to make one payment or one refund.
type Attempt struct {
	// Attempt is what the next call must carry. FirstAt is set when the first call
	// begins; that call itself does not carry it.
	contract.Attempt

	// CallDeadline is the deadline of the call in flight; zero if there is none.
	// If it has passed, a crash cut that call off.
	CallDeadline time.Time
}

// newAttempt returns an attempt with a random key of at least 128 bits: two
// orders that look alike must never share one.
func newAttempt() Attempt { return Attempt{Attempt: contract.Attempt{Key: rand.Text()}} }

// beginCall records that a call begins, and returns what the call must carry. The
// caller commits the record before it calls. While another call may be in flight
// beginCall fails with an *InFlightError: no provider can serialise the calls of
// several hosts.
func (a *Attempt) beginCall(now time.Time, timeout time.Duration) (contract.Attempt, error) {
	if now.Before(a.CallDeadline) {
		return contract.Attempt{}, &InFlightError{Until: a.CallDeadline}
	}
	if !a.CallDeadline.IsZero() { // cut off by a crash: its result is unknown
		a.Attempt = a.Next(a.FirstAt, a.CallDeadline, context.DeadlineExceeded)
	}
	call := a.Attempt
	if a.FirstAt.IsZero() {
		a.FirstAt = now
	}
	a.CallDeadline = now.Add(timeout)
	return call, nil
}

// endCall records how a call ended, and returns what is certain of the attempt as
// a whole; empty if err is nil. A contract.Outcome is about one call: while the
// result of an earlier call is unknown, the refusal of a later one does not close
// the attempt.
func (a *Attempt) endCall(now time.Time, err error) contract.Outcome {
	a.CallDeadline = time.Time{}
	a.Attempt = a.Next(a.FirstAt, now, err)
	switch {
	case err == nil:
		a.LastUnknownAt = time.Time{} // the attempt is closed
		return ""
	case a.Unknown():
		return contract.Indeterminate
	default:
		return contract.OutcomeOf(err)
	}
}

// mayRetry reports whether another call with the key is safe at the time now. A
// gateway that honours keys forgets them after a while. From then on, repeating a
// call whose result is unknown could pay twice.
func (a *Attempt) mayRetry(now time.Time, terms *contract.Idempotency) bool {
	if a.LastUnknownAt.IsZero() || terms == nil || terms.Kind != contract.IdempotencyNative || terms.KeyLife == 0 {
		return true
	}
	return now.Before(a.FirstAt.Add(terms.KeyLife))
}

// isRetryable reports whether the same call may end differently a moment later. A
// refusal will not, and neither will what a person has to fix.
func isRetryable(err error, outcome contract.Outcome) bool {
	switch outcome {
	case contract.NotAttempted:
		return errors.Is(err, contract.ProviderUnreachable) ||
			errors.Is(err, contract.ProviderRateLimited) ||
			errors.Is(err, contract.DeadlineTooShort)
	case contract.Indeterminate:
		return !needsReview(err)
	case contract.Rejected:
	}
	return false
}

// needsReview reports whether another call can only return the same error, so
// that a person must review the sale.
func needsReview(err error) bool {
	switch contract.ReasonOf(err) { //nolint:exhaustive // All other reasons may pass.
	case contract.IdempotencyKeyReused, contract.DuplicatePayments, contract.DuplicateRefunds, contract.ProviderBug:
		return true
	}
	return false
}

// logLevel returns the level at which the end of a call that moves money is
// logged. If it may have been executed, somebody may want to search the gateway
// for its key.
func logLevel(outcome contract.Outcome) slog.Level {
	if outcome == contract.Indeterminate {
		return slog.LevelWarn
	}
	return slog.LevelInfo
}
