package contract

import (
	"errors"
	"time"
)

// Attempt identifies one wish of the host, a payment or a refund, over all the
// calls of CreatePayment or Refund that it takes to get it.
//
// The host makes Key once, at random, and commits it to its database before
// the first call. It is never derived from time, from a token, or from an
// order and amount: two orders that look alike are two wishes.
//
// A call is repeated with the same Key and the times of the calls before:
//
//	                                   FirstAt   LastUnknownAt
//	first call                         absent    absent
//	later, when all earlier calls      set       absent
//	  ended with an answer,
//	  NotAttempted or Rejected
//	later, when an earlier call ended  set       set
//	  Indeterminate or without an
//	  answer (time-out, crash)
//
// Next computes them. With LastUnknownAt set, a provider must answer
// [Indeterminate] to any error that it meets before it knows what became of the
// earlier call, even to one that would be [NotAttempted] or [Rejected] by
// itself.
type Attempt struct {
	// Key is 1 to 64 characters of A-Z, a-z, 0-9, "_" and "-".
	Key string

	// FirstAt is when the host began the first call with this key, by the
	// host's clock. Absent on the first call.
	FirstAt time.Time

	// LastUnknownAt is when the latest call with this key ended whose result
	// is not known: Indeterminate, or no answer. For a call that a crash cut
	// off it is when that call's deadline was, which may be yet to come. It is
	// never before FirstAt, and absent if there was no such call.
	LastUnknownAt time.Time
}

// Next gives the attempt for the next call with the same key, after a call that
// lasted from began to ended and gave err, nil for an answer. A host keeps it
// with the key. For a call that was cut off by a crash, ended is the call's
// deadline and err any error that is not of this package.
//
// An [AttemptUnsettled] does not move LastUnknownAt once that is set: the call
// created nothing, and if it counted, a host that waits as long as it is told
// would never see the attempt settle.
func (a Attempt) Next(began, ended time.Time, err error) Attempt {
	if a.FirstAt.IsZero() {
		a.FirstAt = began
	}
	if ended.Before(a.FirstAt) { // the clock was set back during the call
		ended = a.FirstAt
	}
	waiting := a.Unknown() && errors.Is(err, AttemptUnsettled)
	if OutcomeOf(err) == Indeterminate && !waiting && ended.After(a.LastUnknownAt) {
		a.LastUnknownAt = ended
	}
	return a
}

// Repeated reports whether there was an earlier call with this key, so that an
// earlier payment has to be looked for. A nil attempt had none.
func (a *Attempt) Repeated() bool { return a != nil && !a.FirstAt.IsZero() }

// Unknown reports whether the result of an earlier call with this key is not
// known. A nil attempt had none.
func (a *Attempt) Unknown() bool { return a != nil && !a.LastUnknownAt.IsZero() }

// SettledAt reports whether, at the time now, a look-up that finds nothing
// proves that there is nothing: no call of unknown result is younger than the
// settle time that the descriptor declares.
func (a *Attempt) SettledAt(now time.Time, settle time.Duration) bool {
	return !a.Unknown() || !now.Before(a.LastUnknownAt.Add(settle))
}
