package proxy

import (
	"fmt"
	"sync"
)

// ArmedFault is a fault that waits for requests, or has happened. It is safe for
// concurrent use.
type ArmedFault struct {
	id    string
	fault Fault
	lift  func() // undoes a FaultRefuse

	mu       sync.Mutex
	seen     int
	fired    int
	disarmed bool
	err      error

	reached   chan struct{}
	reaching  sync.Once
	released  chan struct{}
	releasing sync.Once
}

func newArmed(id string, fault Fault) *ArmedFault {
	return &ArmedFault{id: id, fault: fault.normal(), lift: func() {}, reached: make(chan struct{}), released: make(chan struct{})}
}

// ID returns the name of the fault in the journal: f1, f2 and so on.
func (a *ArmedFault) ID() string { return a.id }

// Fault returns the fault, with default values filled in.
func (a *ArmedFault) Fault() Fault { return a.fault }

// Fired returns how many requests met the fault. A FaultRefuse has fired once when it
// is armed, because refused connections cannot be counted.
func (a *ArmedFault) Fired() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.fired
}

// Err returns an error if the fault could not be injected, such as a patch of a field
// that the gateway's answer does not have. Then the answer was passed on unchanged.
func (a *ArmedFault) Err() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.err
}

// Reached returns a channel that is closed when the first request meets the fault;
// with FaultHold, when the request is held.
func (a *ArmedFault) Reached() <-chan struct{} { return a.reached }

// Release lets all requests pass that FaultHold holds, now and later.
func (a *ArmedFault) Release() { a.releasing.Do(func() { close(a.released) }) }

// Disarm ends the fault. No further request meets it, and held requests pass.
func (a *ArmedFault) Disarm() {
	a.mu.Lock()
	a.disarmed = true
	a.mu.Unlock()
	a.Release()
	a.lift()
}

// Name returns the fault as [Fault.String] does.
func (a *ArmedFault) Name() string { return a.fault.String() }

// String returns what the fault is and how often it happened.
func (a *ArmedFault) String() string {
	a.mu.Lock()
	defer a.mu.Unlock()
	text := fmt.Sprintf("%s %s: fired %d", a.id, &a.fault, a.fired)
	if a.fault.Times > 0 {
		text += fmt.Sprintf("/%d", a.fault.Times)
	}
	if a.err != nil {
		text += ": " + a.err.Error()
	}
	return text
}

// applies counts a request of the operation, and reports whether the fault applies to
// it.
func (a *ArmedFault) applies(operation string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	f := &a.fault
	if a.disarmed || f.Kind == FaultRefuse || f.Kind.provesNothing() || f.Operation != "" && f.Operation != operation {
		return false
	}
	a.seen++
	if a.seen < f.Nth || f.Times > 0 && a.fired >= f.Times {
		return false
	}
	a.fired++
	return true
}

func (a *ArmedFault) reach() { a.reaching.Do(func() { close(a.reached) }) }

func (a *ArmedFault) failed(err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.fault.WhereItFits {
		a.fired--
		return
	}
	a.err = err
}
