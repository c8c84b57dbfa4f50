package contract

import "time"

// Attempt identifies one wish of the host, a payment or a refund, over all the
// calls that it takes to get it.
//
// The host makes Key once, at random, and commits it to its database before
// the first call. It is never derived from time, from a token, or from an
// order and amount: two orders that look alike are two wishes.
//
// A call is repeated with the same Key. Then the host must set the times:
//
//	                                   FirstAt   LastUnknownAt
//	first call                         absent    absent
//	repeated, all earlier calls ended  set       absent
//	  with an answer, NotAttempted
//	  or Rejected
//	repeated, an earlier call ended    set       set
//	  Indeterminate or without an
//	  answer (time-out, crash)
//
// With LastUnknownAt set, a provider must answer [Indeterminate] to any error
// that it meets before it knows what became of the earlier call, even to one
// that would be [NotAttempted] or [Rejected] by itself.
type Attempt struct {
	// Key is 1 to 64 characters of A-Z, a-z, 0-9, "_" and "-".
	Key string

	// FirstAt is when the host began the first call with this key, by the
	// host's clock. Absent on the first call.
	FirstAt time.Time

	// LastUnknownAt is when the latest call with this key ended whose result
	// is not known: Indeterminate, or no answer. For a call that a crash cut
	// off, it is the call's start plus its deadline. It is never before
	// FirstAt, and absent if there was no such call.
	LastUnknownAt time.Time
}

// Repeated reports whether an earlier call with this key may have reached the
// provider, so that an earlier payment has to be looked for.
func (a *Attempt) Repeated() bool { return !a.FirstAt.IsZero() }

// Unknown reports whether the result of an earlier call with this key is not
// known. While it is not, an error of a later call is [Indeterminate].
func (a *Attempt) Unknown() bool { return !a.LastUnknownAt.IsZero() }

// SettledAt reports whether, at the time now, a look-up that finds nothing
// proves that there is nothing: no call of unknown result is younger than the
// settle time that the descriptor declares.
func (a *Attempt) SettledAt(now time.Time, settle time.Duration) bool {
	return !a.Unknown() || !now.Before(a.LastUnknownAt.Add(settle))
}
