package contract

import (
	"errors"
	"time"
)

// History is what a host has recorded of one idempotency key: of all calls of
// CreatePayment, or of Refund, that tried to make one payment or refund. It has
// all that [Decide] needs beside the present.
type History struct {
	// Operation is CreatePayment or Refund.
	Operation Operation

	// Key is the idempotency key.
	Key string

	// PayerAction is that of the payment's method. A refund needs none.
	PayerAction PayerAction

	// Tries are the calls with the key, in the order in which they began.
	Tries []Try

	// Look is the latest read by the key that brought no payment (refund); nil if
	// there was none.
	Look *Look

	// Status is what is known of the payment; empty as long as no answer that
	// belongs to the host's record has shown one. For a refund it is
	// PaymentStatus(refund.Status).
	Status PaymentStatus

	// Shown says that a NextAction of the key was passed to the payer, or may have
	// been.
	Shown bool

	// Released says that the host has committed that it gives the key up, because
	// it was free, and goes on with another key or provider.
	Released bool

	// Cleared is the number of the latest try of which a person has decided that
	// what was strange about it, and about every try before, is no obstacle.
	Cleared int
}

// Try is one call with a key. The host commits N, Began, Deadline, Terms and
// Account before the call. The context of the call ends at Deadline.
type Try struct {
	// N counts the calls with the key from 1.
	N int

	// Began, Deadline and Ended are times by the host's clock. Ended is absent as
	// long as no end was recorded.
	Began, Deadline, Ended time.Time

	// Answered says that the call ended with an answer. If Outcome is not empty,
	// it ended with an error, of which Outcome, Reason, RetryAfter and NeverSent
	// are [OutcomeOf], [ReasonOf], Error.RetryAfter and [NeverSent].
	Answered   bool
	Outcome    Outcome
	Reason     Reason
	RetryAfter time.Duration
	NeverSent  bool

	// Terms are those of the descriptor under which the call was made.
	Terms Idempotency

	// Account identifies the account in which the call was made; empty if that was
	// not established.
	Account string
}

// Look is one read by key, GetStatus or GetRefund, that brought no payment
// (refund).
type Look struct {
	// Asked is the attempt of the request.
	Asked Attempt

	// Began is when the read began, by the host's clock.
	Began time.Time

	// After is the number of the latest try at that time.
	After int

	// Reason is that of the error, and Proves is Error.ProvesAbsence.
	Reason Reason
	Proves bool

	// SettleTime is that of the descriptor under which the read was made.
	SettleTime time.Duration

	// Account identifies the account that was read; empty if that was not
	// established.
	Account string
}

// Attempt returns what a look-up by the key carries now. [Decide] says when one is due;
// one that is made besides may find a payment, and proves nothing.
func (h *History) Attempt(now *Now) Attempt { return h.at(now).attempt }

// End records that the call of the try ended with err, nil for an answer.
func (t *Try) End(ended time.Time, err error) {
	t.Ended, t.Answered, t.Outcome, t.Reason, t.NeverSent = ended, err == nil, OutcomeOf(err), ReasonOf(err), NeverSent(err)
	if e, ok := errors.AsType[*Error](err); ok {
		t.RetryAfter = e.RetryAfter
	}
}

// err returns an error with what the try recorded of its own.
func (t *Try) err() error {
	if t.Answered {
		return nil
	}
	return &Error{Reason: t.Reason, Outcome: t.Outcome, RetryAfter: t.RetryAfter, neverSent: t.NeverSent}
}

// facts are what follows from a history at one time, for the rules of Decide.
type facts struct {
	*History
	now *Now

	attempt Attempt // what the next call carries
	last    *Try    // the latest call; nil if there was none
	open    *Try    // the call without an end that may still be in flight
	cutOff  int     // the number of a call without an end whose time is up

	rejected bool          // a call was refused by the gateway
	strange  *Try          // a call that only a person can clear
	settle   time.Duration // the longest settle time of all terms

	// Of the calls whose result is unknown:
	foreign bool          // one was made in an account that is not the one of now
	changed bool          // one was made under terms that promised something else
	keyLife time.Duration // the shortest time for which a key is honoured
}

// at folds the history.
func (h *History) at(now *Now) *facts {
	f := &facts{History: h, now: now, attempt: Attempt{Key: h.Key}}
	if now.Terms != nil {
		f.settle, f.keyLife = now.Terms.SettleTime, now.Terms.KeyLife
	}
	if h.Look != nil {
		f.settle = max(f.settle, h.Look.SettleTime)
	}
	for i := range h.Tries {
		f.add(&h.Tries[i])
	}
	return f
}

func (f *facts) add(t *Try) {
	f.last = t
	f.settle = max(f.settle, t.Terms.SettleTime)
	ended := t.Ended
	if ended.IsZero() {
		if f.now.At.Before(t.Deadline.Add(f.now.Skew)) {
			f.open = t
			return
		}
		f.cutOff, ended = t.N, later(t.Deadline, f.now.At)
	}
	err := t.err()
	f.rejected = f.rejected || OutcomeOf(err) == Rejected
	if (t.Answered || t.Reason.unsettling()) && f.Status == "" && t.N > f.Cleared {
		f.strange = t
	}
	if f.attempt.leavesUnknown(err) || t.Answered {
		f.unknown(t)
	}
	f.attempt = f.attempt.Next(t.Began, ended, err)
	if t.Answered && ended.After(f.attempt.LastUnknownAt) { // not ours, or there would be a status
		f.attempt.LastUnknownAt = ended
	}
}

// unknown notes under which terms and in which account a call of unknown result
// was made.
func (f *facts) unknown(t *Try) {
	f.foreign = f.foreign || t.Account == "" || t.Account != f.now.Account
	if f.now.Terms != nil {
		f.changed = f.changed || t.Terms.Kind != f.now.Terms.Kind || t.Terms.LookupByKey && !f.now.Terms.LookupByKey
	}
	f.keyLife = min(f.keyLife, t.Terms.KeyLife)
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
