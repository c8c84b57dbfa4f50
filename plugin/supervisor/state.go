package supervisor

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/internal/text"
	"github.com/paysocket/paysocket/plugin"
)

// State is the state of a provider of a catalog, or of one of its processes.
type State struct {
	// Provider is the entry's name.
	Provider string

	// Status is the state in one word, and Since the time at which it began.
	Status Status
	Since  time.Time

	// Generation counts the provider's processes, from 1. It is the number of
	// this process, or of the last one if there is none.
	Generation int

	// PID, Path and SHA256 are those of the process; 0 and empty if there is
	// none.
	PID          int
	Path, SHA256 string

	// Version is the provider's own version and SpecVersion that of its
	// contract; empty before it has described itself.
	Version, SpecVersion string

	// Confinement is what the process says that it gave up; empty if there is no
	// process. See plugin.Client.Confinement.
	Confinement string

	// InFlight is how many calls are in flight in the process.
	InFlight int

	// MissedChecks is how many health checks in a row have failed until now.
	MissedChecks int

	// Restarts is how often the Supervisor has started the provider again by
	// itself.
	Restarts int

	// NextStart is when the next start is due; the zero time if none is.
	NextStart time.Time

	// LastError is the latest error and LastErrorAt its time: why there is no
	// process; or, beside a process that is READY, why a newer one did not
	// become ready or why the previous one was lost. Empty if there was none.
	LastError   string
	LastErrorAt time.Time

	// Stderr is the end of the output of the process, or of the last one if there
	// is none, up to 2 KiB, with secrets redacted.
	Stderr string
}

// Status is the state of a provider, or of one of its processes, in a word.
type Status string

// The statuses. Only a provider that is READY takes calls.
const (
	// StatusStarting: a process is being checked, started, admitted and
	// configured.
	StatusStarting Status = "STARTING"

	// StatusReady: the process takes calls.
	StatusReady Status = "READY"

	// StatusDraining: the process takes no more calls, finishes those in flight,
	// and ends.
	StatusDraining Status = "DRAINING"

	// StatusBackoff: there is no process, and the next start is due soon.
	StatusBackoff Status = "BACKOFF"

	// StatusFailed: there is no process, and there were five starts within ten
	// minutes that failed on the provider's side. NextStart is when another one is due; Apply and Restart start it
	// at once.
	StatusFailed Status = "FAILED"

	// StatusStopped: its entry was removed or the Supervisor closed, and its
	// processes have ended.
	StatusStopped Status = "STOPPED"
)

// compareStates sorts by name, and the current process before others.
func compareStates(a, b State) int {
	draining := func(s State) int {
		if s.Status == StatusDraining {
			return 1
		}
		return 0
	}
	return cmp.Or(cmp.Compare(a.Provider, b.Provider), cmp.Compare(draining(a), draining(b)))
}

// changed updates the status. The lock must be held.
func (w *worker) changed() {
	status := StatusBackoff
	switch {
	case w.running.Err() != nil && (!w.ended || len(w.retiring) > 0):
		status = StatusDraining
	case w.ended:
		status = StatusStopped
	case w.current != nil:
		status = StatusReady
	case w.underWay != nil || w.wanted != nil:
		status = StatusStarting
	case w.full:
		status = StatusFailed
	}
	if status != w.status {
		w.status, w.since = status, time.Now()
	}
}

// states returns the State of the provider, and those of the processes beside the
// current one. It reads the output of processes without the lock, because a slow
// log delays that.
func (w *worker) states() []State {
	w.mu.Lock()
	states := []State{w.state()}
	clients := []*plugin.Client{nil}
	if w.current != nil {
		clients[0] = w.current.client
		w.current.fill(&states[0])
		if s := w.underWay; s != nil {
			states = append(states, State{Provider: w.name, Status: StatusStarting, Since: s.began, Generation: s.generation, Path: s.entry.Path})
			clients = append(clients, nil)
		}
	}
	for _, i := range slices.Backward(w.retiring) {
		state := State{Provider: w.name, Status: StatusDraining, Since: i.retiredAt}
		i.fill(&state)
		states, clients = append(states, state), append(clients, i.client)
	}
	if w.ended && len(w.retiring) > 0 { // only those are left
		states, clients = states[1:], clients[1:]
	}
	w.mu.Unlock()
	for n, client := range clients {
		if client != nil {
			states[n].Stderr = client.Stderr()
		}
	}
	return states
}

func (w *worker) state() State {
	state := State{
		Provider: w.name, Status: w.status, Since: w.since, Generation: w.generation, Restarts: w.restarts, Stderr: w.stderr,
	}
	if w.status == StatusBackoff || w.status == StatusFailed {
		state.NextStart = w.nextStart
	}
	if w.problem != nil {
		state.LastError, state.LastErrorAt = w.problem.Error(), w.problemAt
	}
	return state
}

// fill adds what is known about a process.
func (i *instance) fill(state *State) {
	state.Generation, state.InFlight, state.MissedChecks = i.generation, i.inFlight, i.missed
	state.Confinement = i.client.Confinement().String()
	if p := i.client.Process(); p != nil {
		state.PID, state.Path, state.SHA256 = p.PID, p.Path, p.SHA256
	}
	if d := i.client.Descriptor(); d != nil {
		state.Version, state.SpecVersion = d.Version, d.SpecVersion
	}
}

// refusal returns the error of a call that finds no process. The lock must be held.
func (w *worker) refusal() *contract.Error {
	why := "nothing was sent: the provider " + w.name
	if w.running.Err() != nil {
		return contract.NewError(contract.ProviderUnreachable, why+" was stopped and takes no more calls")
	}
	switch w.status {
	case StatusStopped, StatusDraining: // it is not running, see above
	case StatusStarting:
		why += " is being started"
	case StatusReady: // its process is gone, and this call notices before the worker
		return contract.NewError(contract.ProviderUnreachable, why+" has just lost its process and will be started again").
			WithRetryAfter(w.history.backoff.first)
	case StatusBackoff, StatusFailed:
		why += fmt.Sprintf(" is not running (%s) and will be started at %s", w.status, w.nextStart.UTC().Format(time.RFC3339))
	}
	if w.problem == nil {
		return contract.NewError(contract.ProviderUnreachable, why)
	}
	const enough = 1 << 10
	problem := text.Truncate(w.problem.Error(), enough, "...")
	return contract.NewError(contract.ProviderUnreachable, why+"; "+problem).
		WithCause(w.problem).WithRetryAfter(max(0, time.Until(w.nextStart)))
}
