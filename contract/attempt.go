package contract

import (
	"errors"
	"time"
)

// Attempt identifies one payment or one refund that the host wants, over all
// the calls of CreatePayment or Refund that it takes to make it.
//
// The host generates Key once, at random, and commits it to its database before
// the first call. It never derives Key from a time, a token, or an order and an
// amount: two orders that look alike are two payments.
//
// A repeated call carries the same Key, and the times of the earlier calls:
//
//	                                   FirstAt   LastUnknownAt
//	first call                         absent    absent
//	later, if every earlier call       set       absent
//	  ended with an answer, or as
//	  NotAttempted or Rejected
//	later, if an earlier call ended    set       set
//	  as Indeterminate, or without
//	  a result (time-out, crash)
//
// Next computes them. If LastUnknownAt is set, an error that a provider meets
// before it knows what became of the earlier call must be [Indeterminate], even
// one that would be [NotAttempted] or [Rejected] by itself.
type Attempt struct {
	// Key is 1 to 64 characters of A-Z, a-z, 0-9, "_" and "-".
	Key string

	// FirstAt is when the host began the first call with this key, by the
	// host's clock; absent on the first call.
	FirstAt time.Time

	// LastUnknownAt is when the latest call of unknown result ended. A result is
	// unknown if it was Indeterminate, or if it never arrived. If a call was cut
	// off by a crash, its deadline counts as its end, and may still lie ahead.
	// LastUnknownAt is never before FirstAt, and absent if there was no such
	// call.
	LastUnknownAt time.Time
}

// Next returns the attempt for the next call with the same key, after a call
// that ran from began until ended and returned err, nil for an answer. The host
// stores the result with the key. For a call that was cut off by a crash, ended
// is the call's deadline, and err is any error that is not from this package.
//
// Once LastUnknownAt is set, an [AttemptUnsettled] does not move it. Such a call
// created nothing, and if it counted, a host that waits as long as it is told to
// would never see the attempt settle. Neither does a call that was never sent; see
// [NeverSent].
func (a Attempt) Next(began, ended time.Time, err error) Attempt {
	if a.FirstAt.IsZero() {
		a.FirstAt = began
	}
	if ended.Before(a.FirstAt) { // the clock was set back during the call
		ended = a.FirstAt
	}
	if a.leavesUnknown(err) && ended.After(a.LastUnknownAt) {
		a.LastUnknownAt = ended
	}
	return a
}

// leavesUnknown reports whether a call with the attempt that returned err may have
// made something, or may still.
func (a *Attempt) leavesUnknown(err error) bool {
	waiting := a.Unknown() && errors.Is(err, AttemptUnsettled)
	return OutcomeOf(err) == Indeterminate && !waiting && !NeverSent(err)
}

// Repeated reports whether there was an earlier call with this key, so that the
// provider has to look for an earlier payment. It is false for a nil attempt.
func (a *Attempt) Repeated() bool { return a != nil && !a.FirstAt.IsZero() }

// Unknown reports whether the result of an earlier call with this key is
// unknown. It is false for a nil attempt.
func (a *Attempt) Unknown() bool { return a != nil && !a.LastUnknownAt.IsZero() }

// SettledAt reports whether, at the time now, a look-up that finds nothing
// proves that there is nothing. That is so if no call's result is unknown, or if
// the settle time has passed since LastUnknownAt. The descriptor declares the
// settle time; see [Idempotency.SettleTime].
func (a *Attempt) SettledAt(now time.Time, settle time.Duration) bool {
	return !a.Unknown() || !now.Before(a.LastUnknownAt.Add(settle))
}

// key returns the key, and "" for a nil attempt.
func (a *Attempt) key() string {
	if a == nil {
		return ""
	}
	return a.Key
}
