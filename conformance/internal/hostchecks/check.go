package hostchecks

import (
	"maps"
	"slices"
	"time"

	"github.com/paysocket/paysocket/conformance/internal/scripted"
	"github.com/paysocket/paysocket/contract"
)

// Check checks one clause: a scenario of orders, of what their providers do, and of
// what the host makes of it. A clause may have several.
type Check struct {
	Clause string
	World  Fault
	With   []Kind // the providers that it sells by; one of kind Lookup if empty

	// Own says that no other check uses its providers, so that it may kill their plugins,
	// or change their entries in the catalog.
	Own bool

	Run func(*T)
}

// Fault is what happens to the processes of a world, at a barrier: when every check in the
// world has come to it.
type Fault string

// The faults.
const (
	Calm   Fault = ""       // nothing happens to the processes of the host
	Killed Fault = "killed" // T.KillHost: SIGKILL, and started again
	Ended  Fault = "ended"  // T.EndHost: asked to end, and started again
	Pair   Fault = "pair"   // two processes; T.KillHost kills the first

	// Unasked is Killed, and nobody asks the host for anything until it has noticed by
	// itself what its checks are about.
	Unasked Fault = "unasked"
)

// Kind is a kind of provider.
type Kind struct {
	Name  string
	Shape scripted.Shape
}

// The kinds of providers. Checks with needs of their own make others.
var (
	// Lookup finds payments by their keys, in the gateway's list.
	Lookup = Kind{Name: "lookup"}

	// Second is another one of the same kind.
	Second = Kind{Name: "second"}

	// Slow is one whose gateway may execute a request long after it was lost.
	Slow = Kind{Name: "slow", Shape: scripted.Shape{SettleTime: 8 * time.Second}}

	// Native has a gateway that honours keys, and no look-up: to find out, a call must be
	// repeated. Mortal is the same with keys that are soon forgotten.
	Native = Kind{Name: "native", Shape: scripted.Shape{Kind: contract.IdempotencyNative, NoLookup: true, KeyLife: time.Hour}}
	Mortal = Kind{Name: "mortal", Shape: scripted.Shape{Kind: contract.IdempotencyNative, NoLookup: true, KeyLife: keyLife}}

	// Real moves real money. A host that sells for real money has no other kinds, and checks
	// about it run in worlds of their own.
	Real = Kind{Name: "real", Shape: scripted.Shape{Live: true}}
)

// kinds returns the kinds of providers of the check.
func (s *Check) kinds() []Kind {
	if len(s.With) == 0 {
		return []Kind{Lookup}
	}
	return s.With
}

// isLive reports whether the check is about real money.
func (s *Check) isLive() bool {
	return slices.ContainsFunc(s.kinds(), func(k Kind) bool { return k.Shape.Live })
}

// Checks returns all checks, by group.
func Checks() []Check {
	return slices.Concat(
		keyChecks(), outcomeChecks(), lookupChecks(), answerChecks(), webhookChecks(), refundChecks(), edgeChecks(), lifeChecks(),
	)
}

// Clauses returns the ids of the clauses that have a check or a monitor.
func Clauses() []string {
	known := make(map[string]bool)
	for _, s := range Checks() {
		known[s.Clause] = true
	}
	for _, m := range Monitors() {
		known[m.Clause] = true
	}
	return slices.Sorted(maps.Keys(known))
}
