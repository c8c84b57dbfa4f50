package proxy

import (
	"fmt"
	"sync"
)

// ArmedFault is a fault that waits for its requests, or has met them. It may be used
// by many goroutines at once.
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

// ID is the fault's name in a journal: f1, f2 and so on.
func (a *ArmedFault) ID() string { return a.id }

// Fault returns what was armed, with what was left out filled in.
func (a *ArmedFault) Fault() Fault { return a.fault }

// Fired is how many requests met the fault. A FaultRefuse, whose victims nobody
// can count, has fired once when it is armed.
func (a *ArmedFault) Fired() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.fired
}

// Err says why the fault could not be done as it was meant, such as a patch of
// a field that the gateway's answer does not have. The answer then passed
// as it was.
func (a *ArmedFault) Err() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.err
}

// Reached is closed when the first request met the fault; with FaultHold, when
// it is held.
func (a *ArmedFault) Reached() <-chan struct{} { return a.reached }

// Release lets go what FaultHold holds, now and later.
func (a *ArmedFault) Release() { a.releasing.Do(func() { close(a.released) }) }

// Disarm ends the fault: no further request meets it, and held ones go on.
func (a *ArmedFault) Disarm() {
	a.mu.Lock()
	a.disarmed = true
	a.mu.Unlock()
	a.Release()
	a.lift()
}

// String says what it is and how often it fired.
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

// applies counts a request of the operation and reports whether it meets the
// fault.
func (a *ArmedFault) applies(operation string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	f := &a.fault
	if a.disarmed || f.Kind == FaultRefuse || f.Operation != "" && f.Operation != operation {
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
