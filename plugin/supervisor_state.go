package plugin

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/internal/text"
)

// State is how a provider of a catalog, or one process of it, stands.
type State struct {
	// Provider is the entry's name.
	Provider string

	// Status says it in a word, and Since since when.
	Status Status
	Since  time.Time

	// Generation counts the provider's processes, from 1: this one's number,
	// or that of the last one if there is none now.
	Generation int

	// PID, Path and SHA256 are those of the process; 0 and empty if there is
	// none.
	PID          int
	Path, SHA256 string

	// Version is the provider's own and SpecVersion that of its contract;
	// empty before it has described itself.
	Version, SpecVersion string

	// Hardening says what the process gave up, by its own word; empty if there
	// is no process. See Client.Hardening.
	Hardening string

	// InFlight is how many calls the process has.
	InFlight int

	// MissedChecks is how many of the latest health checks failed, without one
	// between that did not.
	MissedChecks int

	// Restarts is how often the provider had to be started again since the
	// Supervisor runs it, unasked.
	Restarts int

	// NextStart is when the next start is due; the zero time if none is.
	NextStart time.Time

	// LastError is the latest thing that went wrong and LastErrorAt when: why
	// there is no process; or, with a process that is READY, why the newer one
	// that was to replace it did not become ready, or why the one before was
	// lost. Empty if nothing did.
	LastError   string
	LastErrorAt time.Time

	// Stderr is the end of what the process printed, or else the last one
	// before it, up to 2 KiB, with the secrets struck out.
	Stderr string
}

// Status is how a provider, or one process of it, stands.
type Status string

// The statuses. Only a provider that is READY takes calls.
const (
	// StatusStarting: a process is being checked, started, admitted and
	// configured.
	StatusStarting Status = "STARTING"

	// StatusReady: it takes calls.
	StatusReady Status = "READY"

	// StatusDraining: the process takes no more calls, finishes those it has,
	// and ends.
	StatusDraining Status = "DRAINING"

	// StatusBackoff: there is no process, and the next start is due soon.
	StatusBackoff Status = "BACKOFF"

	// StatusFailed: there is no process, and there were five starts within ten
	// minutes. NextStart says when another one is due; Apply and Restart make
	// one at once.
	StatusFailed Status = "FAILED"

	// StatusStopped: its entry was removed or the Supervisor closed, and its
	// processes have ended.
	StatusStopped Status = "STOPPED"
)

// compareStates puts the process that counts before those beside it.
func compareStates(a, b State) int {
	beside := func(s State) int {
		if s.Status == StatusDraining {
			return 1
		}
		return 0
	}
	return cmp.Or(cmp.Compare(a.Provider, b.Provider), cmp.Compare(beside(a), beside(b)))
}

// changed brings the status up to date. The lock is held.
func (k *keeper) changed() {
	status := StatusBackoff
	switch {
	case k.running.Err() != nil && (!k.ended || len(k.retiring) > 0):
		status = StatusDraining
	case k.ended:
		status = StatusStopped
	case k.current != nil:
		status = StatusReady
	case k.underWay != nil || k.wanted != nil:
		status = StatusStarting
	case k.full:
		status = StatusFailed
	}
	if status != k.status {
		k.status, k.since = status, time.Now()
	}
}

// states gives the State of the provider, and those of the processes beside the
// one that counts. What processes printed is read without the lock, because a
// log that is slow to write holds that up.
func (k *keeper) states() []State {
	k.mu.Lock()
	states := []State{k.state()}
	clients := []*Client{nil}
	if k.current != nil {
		clients[0] = k.current.client
		k.current.fill(&states[0])
		if s := k.underWay; s != nil {
			states = append(states, State{Provider: k.name, Status: StatusStarting, Since: s.began, Generation: s.generation, Path: s.entry.Path})
			clients = append(clients, nil)
		}
	}
	for _, i := range slices.Backward(k.retiring) {
		state := State{Provider: k.name, Status: StatusDraining, Since: i.retiredAt}
		i.fill(&state)
		states, clients = append(states, state), append(clients, i.client)
	}
	if k.ended && len(k.retiring) > 0 { // nothing else counts any more
		states, clients = states[1:], clients[1:]
	}
	k.mu.Unlock()
	for n, client := range clients {
		if client != nil {
			states[n].Stderr = client.lastWords()
		}
	}
	return states
}

func (k *keeper) state() State {
	state := State{
		Provider: k.name, Status: k.status, Since: k.since, Generation: k.generation, Restarts: k.restarts, Stderr: k.stderr,
	}
	if k.status == StatusBackoff || k.status == StatusFailed {
		state.NextStart = k.nextStart
	}
	if k.problem != nil {
		state.LastError, state.LastErrorAt = k.problem.Error(), k.problemAt
	}
	return state
}

// fill adds what is known of a process.
func (i *instance) fill(state *State) {
	state.Generation, state.InFlight, state.MissedChecks = i.generation, i.flying, i.missed
	state.Hardening = i.client.Hardening().String()
	if p := i.client.Process(); p != nil {
		state.PID, state.Path, state.SHA256 = p.PID, p.Path, p.SHA256
	}
	if d := i.client.Descriptor(); d != nil {
		state.Version, state.SpecVersion = d.Version, d.SpecVersion
	}
}

// refusal is the error of a call that finds no process. The lock is held.
func (k *keeper) refusal() *contract.Error {
	why := "nothing was sent: the provider " + k.name
	if k.running.Err() != nil {
		return contract.NewError(contract.ProviderUnreachable, why+" was stopped, and takes no more calls")
	}
	switch k.status {
	case StatusStopped, StatusDraining: // and then it is not running
	case StatusStarting:
		why += " is being started"
	case StatusReady: // its process is gone, and this call sees it before the keeper
		return contract.NewError(contract.ProviderUnreachable, why+" has just lost its process, and will be started again").
			WithRetryAfter(k.history.pace.first)
	case StatusBackoff, StatusFailed:
		why += fmt.Sprintf(" is not running (%s), and will be started at %s", k.status, k.nextStart.UTC().Format(time.RFC3339))
	}
	if k.problem == nil {
		return contract.NewError(contract.ProviderUnreachable, why)
	}
	const enough = 1 << 10
	problem := text.Truncate(k.problem.Error(), enough, "...")
	return contract.NewError(contract.ProviderUnreachable, why+"; "+problem).
		WithCause(k.problem).WithRetryAfter(max(0, time.Until(k.nextStart)))
}
