package harness

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"syscall"
	"time"

	"github.com/paysocket/paysocket/internal/shortage"
)

// Machine watches how long the machine keeps the suite waiting for a processor. The
// provider waits as long then, and what it does comes late. A nil Machine is never busy.
type Machine struct {
	mu     sync.Mutex
	waited time.Duration // in all
	worst  time.Duration // at a time, lately
	at     time.Time     // of the worst
}

const (
	watchEvery = 20 * time.Millisecond

	// hardly is a wait that a machine with nothing else to do has now and then.
	hardly = 30 * time.Millisecond

	// lately is for how long a wait is a reason to expect another one.
	lately = 5 * time.Second

	// mostPatience bounds by how much longer the suite waits on a busy machine.
	mostPatience = 3 * time.Second

	// starving is how long a machine keeps a check waiting in all before it may be why
	// something came late.
	starving = 250 * time.Millisecond
)

// WatchMachine watches until ctx ends.
func WatchMachine(ctx context.Context) *Machine {
	m := &Machine{}
	go func() {
		ticker := time.NewTicker(watchEvery)
		defer ticker.Stop()
		for last := time.Now(); ; {
			select {
			case <-ctx.Done():
				return
			case <-ticker.C:
			}
			now := time.Now()
			m.note(now, now.Sub(last)-watchEvery)
			last = now
		}
	}()
	return m
}

func (m *Machine) note(now time.Time, late time.Duration) {
	if late < hardly {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.waited += late
	if late > m.worst || now.Sub(m.at) > lately {
		m.worst, m.at = late, now
	}
}

// Waited returns how long the suite has waited in all.
func (m *Machine) Waited() time.Duration {
	if m == nil {
		return 0
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.waited
}

// patience returns by how much longer than usual something may take now.
func (m *Machine) patience() time.Duration {
	if m == nil {
		return 0
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if time.Since(m.at) > lately {
		return 0
	}
	return min(4*m.worst, mostPatience)
}

// Trouble says what trouble of the machine explains all that was found; empty if nothing
// does. What explains it is known from what the suite itself met: a resource that it did
// not get, or a processor that it had to wait for while something came late. What a
// provider did with money is never explained so.
func (r *Result) Trouble() string {
	if len(r.Failures) == 0 && (shortage.Is(r.SetupErr) || errors.Is(r.SetupErr, syscall.EADDRINUSE)) {
		return "the suite did not get what it needs: " + r.SetupErr.Error()
	}
	late := r.TimedOut
	for _, f := range r.Failures {
		if !f.Late {
			return ""
		}
		late = true
	}
	if !late || r.Starved < starving {
		return ""
	}
	return fmt.Sprintf("the machine kept the suite waiting for a processor for %s meanwhile", r.Starved.Round(10*time.Millisecond))
}
