package shop

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"time"

	"github.com/paysocket/paysocket/contract"
)

// Attempt is what the shop keeps of one idempotency key, over all the calls
// that it takes to get one payment or one refund.
type Attempt struct {
	// Attempt is what the next call has to carry, but for FirstAt: that is kept
	// from the begin of the first call on.
	contract.Attempt

	// CallUntil is the deadline of the call that is under way; zero when there
	// is none. A record that is found with a CallUntil in the past tells of a
	// call that a crash cut off.
	CallUntil time.Time
}

// newAttempt draws a key of at least 128 bits: two orders that look alike must
// never share one.
func newAttempt() Attempt { return Attempt{Attempt: contract.Attempt{Key: rand.Text()}} }

// begin notes that a call begins now and gives what the call must carry. It
// refuses while another call may be in flight, because no provider can
// serialise calls of several hosts. The caller commits the record before it
// calls.
func (a *Attempt) begin(now time.Time, timeout time.Duration) (contract.Attempt, error) {
	if now.Before(a.CallUntil) {
		return contract.Attempt{}, &InFlightError{Until: a.CallUntil}
	}
	if !a.CallUntil.IsZero() { // cut off: nobody heard how it ended
		a.Attempt = a.Next(a.FirstAt, a.CallUntil, context.DeadlineExceeded)
	}
	call := a.Attempt
	if a.FirstAt.IsZero() {
		a.FirstAt = now
	}
	a.CallUntil = now.Add(timeout)
	return call, nil
}

// end notes how the call ended, and gives what is certain of the attempt as a
// whole: an outcome speaks of one call, and while the result of an earlier
// call is unknown no later refusal closes the attempt. A nil err is "".
func (a *Attempt) end(now time.Time, err error) contract.Outcome {
	a.CallUntil = time.Time{}
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

// mayRepeat reports whether another call with the key is safe at the time now.
// A gateway that honours keys forgets them one day; after that a repetition of
// a call whose result is unknown could pay twice.
func (a *Attempt) mayRepeat(now time.Time, terms *contract.Idempotency) bool {
	if a.LastUnknownAt.IsZero() || terms == nil || terms.Kind != contract.IdempotencyNative || terms.KeyLife == 0 {
		return true
	}
	return now.Before(a.FirstAt.Add(terms.KeyLife))
}

// worthRepeating reports whether the same call may end otherwise in a moment.
// Refusals and what only a person can mend are not.
func worthRepeating(err error, certain contract.Outcome) bool {
	switch certain {
	case contract.NotAttempted:
		return errors.Is(err, contract.ProviderUnreachable) ||
			errors.Is(err, contract.ProviderRateLimited) ||
			errors.Is(err, contract.DeadlineTooShort)
	case contract.Indeterminate:
		return !needsPerson(err)
	case contract.Rejected:
	}
	return false
}

// needsPerson reports whether asking again can only give the same answer.
func needsPerson(err error) bool {
	switch contract.ReasonOf(err) { //nolint:exhaustive // only these are findings that asking again does not change.
	case contract.IdempotencyKeyReused, contract.DuplicatePayments, contract.DuplicateRefunds, contract.ProviderBug:
		return true
	}
	return false
}

// levelOf is how loudly the end of a call that moves money is logged. Where it
// may have happened, somebody may want to look for the key at the gateway.
func levelOf(certain contract.Outcome) slog.Level {
	if certain == contract.Indeterminate {
		return slog.LevelWarn
	}
	return slog.LevelInfo
}
