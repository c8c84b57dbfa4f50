package scripted

import (
	"syscall"
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

	// Reason and Outcome are those of the error.
	Reason  contract.Reason
	Outcome contract.Outcome

	// CommittedAt is when the honest provider did what was asked for; absent if it did not.
	CommittedAt time.Time

	// ProcessLost is when the process was gone; absent if it is there.
	ProcessLost time.Time
}

// record returns the record of a call as it is now.
func (c *Call) record() CallRecord {
	lost := c.session.lost()
	c.mu.Lock()
	defer c.mu.Unlock()
	return CallRecord{
		Call: c, Ended: c.ended, EndedAt: c.endedAt, Reason: c.reason, Outcome: c.outcome,
		CommittedAt: c.committer, ProcessLost: lost,
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

// An Overlap is two calls with one key that were in flight at one time.
type Overlap struct {
	First, Second CallRecord

	// For is how long both were in flight, at the suite's end. A host that gave the first up
	// knows that before the suite does, so a short one may be none; see Overlaps.
	For time.Duration
}

// Overlaps returns the pairs of calls that move money with one key, and were in flight at
// one time for longer than the tolerance. A first call that ended unheard may have ended
// earlier for the host; one that was answered cannot have.
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
			if both <= 0 || (first.Ended != EndedAnswer && first.Ended != EndedError && both <= tolerance) {
				continue
			}
			found = append(found, Overlap{First: *first, Second: *second, For: both})
		}
	}
	return found
}

// Processes returns the plugin's processes that the account has seen and that are there.
func (a *Account) Processes() []Process {
	var there []Process
	for _, s := range a.sessions() {
		if s.lost().IsZero() {
			there = append(there, *s.process)
		}
	}
	return there
}

// KillProcesses ends all processes of the plugin that are there by SIGKILL, and returns when
// their connections are gone. It returns how many there were.
func (a *Account) KillProcesses() int { return a.each(syscall.SIGKILL, true) }

// StopProcesses makes all processes of the plugin hang, as if by a deadlock, until
// ContinueProcesses. It returns how many there are.
func (a *Account) StopProcesses() int { return a.each(syscall.SIGSTOP, false) }

// ContinueProcesses lets processes go on that StopProcesses made hang.
func (a *Account) ContinueProcesses() int { return a.each(syscall.SIGCONT, false) }

// TerminateProcesses asks the processes to end in good order.
func (a *Account) TerminateProcesses() int { return a.each(syscall.SIGTERM, false) }

func (a *Account) each(signal syscall.Signal, wait bool) int {
	n := 0
	for _, s := range a.sessions() {
		if !s.signal(signal) {
			continue
		}
		n++
		if wait {
			<-s.connection.lost
		}
	}
	return n
}

func (a *Account) sessions() []*session {
	a.server.mu.Lock()
	defer a.server.mu.Unlock()
	var mine []*session
	for _, s := range a.server.sessions {
		if s.account() == a {
			mine = append(mine, s)
		}
	}
	return mine
}
