package conformance

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	yaml "go.yaml.in/yaml/v3"

	"github.com/paysocket/paysocket/conformance/internal/harness"
)

//go:embed bounds.yaml
var boundsYAML []byte

// bound is what the check of a clause takes.
type bound struct {
	// Wait is its time with a provider that answers at once.
	Wait time.Duration `yaml:"wait"`

	// Calls are the calls of the provider that it makes one after another.
	Calls int `yaml:"calls"`
}

// loadBounds reads the bound of each clause. An error is a bug in the suite.
func loadBounds() (map[string]bound, error) {
	var bounds map[string]bound
	decoder := yaml.NewDecoder(strings.NewReader(string(boundsYAML)))
	decoder.KnownFields(true)
	if err := decoder.Decode(&bounds); err != nil {
		return nil, fmt.Errorf("bounds.yaml: %w", err)
	}
	return bounds, nil
}

const (
	// leastBudget is the budget of a run of few clauses, on which a busy machine
	// tells most.
	leastBudget = 30 * time.Second

	// overrun is how many times its budget a run may take.
	overrun = 2
)

// budget is the time that a run usually takes. It is safe for concurrent use.
type budget struct {
	usual time.Duration

	// stretches is whether slow clauses that pass give the others more time.
	stretches bool

	machine *harness.Machine // nil: it is not watched

	mu              sync.Mutex
	spent, expected time.Duration // of clauses that have passed
}

// newBudget returns the sum of the bounds of what is to be checked, at the pace of the
// provider and by so many workers, and at least the longest of them.
func (r *run) newBudget(workers int) *budget {
	var parallel, serial, longest time.Duration
	for _, key := range r.order {
		if result := r.results[key]; result.Status == "" {
			clause, _ := r.catalogue.clause(result.ID)
			if clause.Serial {
				serial += r.boundOf(clause.ID)
			} else {
				parallel += r.boundOf(clause.ID)
				longest = max(longest, r.boundOf(clause.ID))
			}
		}
	}
	return &budget{
		usual:     max(r.least, (serial + max(longest, parallel/time.Duration(workers))).Round(time.Second)),
		stretches: r.suite.Pace.Call > 0,
		machine:   r.suite.Machine,
	}
}

// boundOf returns what a clause takes at the pace of the provider. About every second
// check starts a process.
func (r *run) boundOf(id string) time.Duration {
	b, pace := r.bounds[id], &r.suite.Pace
	return b.Wait + pace.Start/2 + time.Duration(b.Calls)*pace.Call
}

// note records that a clause passed. A machine that became busy, or a provider that
// became slow, has more time for the others; one that does not answer has not.
func (b *budget) note(took, bound time.Duration) {
	if b == nil { // before the first check
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.spent += took
	b.expected += bound
}

// end returns how long the run may take, by what is known so far.
func (b *budget) end() time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	allowed := overrun * b.usual
	if b.stretches && b.spent > b.expected && b.expected > 0 {
		allowed = time.Duration(float64(allowed) * float64(b.spent) / float64(b.expected))
	}
	return allowed + b.machine.Waited()
}

// errOverBudget ends a run that takes too long.
var errOverBudget = errors.New("the run took more than twice its usual time")

// watch ends the run when its time is over.
func (b *budget) watch(ctx context.Context, end context.CancelCauseFunc) {
	began := time.Now()
	for left := b.end(); left > 0; left = b.end() - time.Since(began) {
		timer := time.NewTimer(left)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return
		}
	}
	end(errOverBudget)
}
