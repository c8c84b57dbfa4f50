package scripted

import (
	"context"
	"fmt"
	"time"

	"github.com/paysocket/paysocket/contract"
)

// Ending is how a call ended, at the suite's end.
type Ending string

// The endings of calls.
const (
	InFlight     Ending = ""        // it has not ended
	EndedAnswer  Ending = "ANSWER"  // the host got an answer
	EndedError   Ending = "ERROR"   // the host got an error; Reason and Outcome say which
	EndedUnheard Ending = "UNHEARD" // by its deadline, the host gave up, or a process was gone
	EndedDeath   Ending = "DEATH"   // the rule killed the plugin's process
)

// CallRecord is a call and what became of it.
type CallRecord struct {
	*Call

	// Ended is how it ended, and EndedAt when; both absent while it is in flight.
	Ended   Ending
	EndedAt time.Time

	// Reason and Outcome are those of the error, and Proves is Error.ProvesAbsence.
	Reason  contract.Reason
	Outcome contract.Outcome
	Proves  bool

	// CommittedAt is when the honest provider did what was asked for; absent if it did not.
	CommittedAt time.Time

	// Honest says that the answer was the honest provider's, and was sent once.
	Honest bool

	// ProcessLost is when the process was gone; absent if it is there.
	ProcessLost time.Time
}

// record returns the record of a call as it is now.
func (c *Call) record() CallRecord {
	lost := c.session.lost()
	c.mu.Lock()
	defer c.mu.Unlock()
	return CallRecord{
		Call: c, Ended: c.ended, EndedAt: c.endedAt, Reason: c.reason, Outcome: c.outcome, Proves: c.proves,
		CommittedAt: c.committer, Honest: c.honest, ProcessLost: lost,
	}
}

// Calls returns the records of all calls for the account, in the order in which they began.
func (a *Account) Calls() []CallRecord {
	a.mu.Lock()
	calls := append([]*Call(nil), a.calls...)
	a.mu.Unlock()
	records := make([]CallRecord, 0, len(calls))
	for _, c := range calls {
		records = append(records, c.record())
	}
	return records
}

// Await waits until the condition is true, and asks for it again whenever a call of the
// account has begun, was committed, or has ended. It returns the error of ctx if that ends
// before.
func (a *Account) Await(ctx context.Context, condition func() bool) error {
	for {
		a.mu.Lock()
		changed := a.changed
		a.mu.Unlock()
		if condition() {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return fmt.Errorf("waiting for calls of the host: %w", ctx.Err())
		}
	}
}

// wake wakes those that Await something.
func (a *Account) wake() {
	a.mu.Lock()
	defer a.mu.Unlock()
	close(a.changed)
	a.changed = make(chan struct{})
}

// An Overlap is two calls with one key that were in flight at one time.
type Overlap struct {
	First, Second CallRecord

	// For is how long both were in flight, at the suite's end.
	For time.Duration
}

// Overlaps returns the pairs of calls that move money with one key, and were in flight at
// one time for longer than the tolerance, in whatever processes. A call may have ended
// earlier for the host, by its deadline or because the host gave it up, than the suite
// heard of it; the tolerance is for that.
func Overlaps(calls []CallRecord, tolerance time.Duration) []Overlap {
	var found []Overlap
	now := time.Now()
	for i := range calls {
		first := &calls[i]
		if first.Key() == "" || !first.Operation.MovesMoney() {
			continue
		}
		end := first.EndedAt
		if end.IsZero() {
			end = now
		}
		if !first.Deadline.IsZero() && first.Deadline.Before(end) {
			end = first.Deadline
		}
		for j := i + 1; j < len(calls); j++ {
			second := &calls[j]
			if second.Key() != first.Key() || second.Operation != first.Operation || second.PaymentID != first.PaymentID {
				continue
			}
			both := end.Sub(second.Began)
			if both > tolerance {
				found = append(found, Overlap{First: *first, Second: *second, For: both})
			}
		}
	}
	return found
}
