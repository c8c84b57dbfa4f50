// Package checks holds the checks of the conformance suite, a file for each
// group of clauses. Read it to learn what exactly a clause asks for; the
// sentence that it checks is in the suite's clauses.yaml under the same id.
//
// A check may use everything that [harness] offers and nothing that knows a
// gateway: what differs from gateway to gateway is in the manifest.
package checks

import (
	"cmp"
	"iter"
	"maps"
	"slices"

	"github.com/paysocket/paysocket/conformance/internal/harness"
)

// Check finds out whether a provider keeps one clause.
type Check = func(*harness.T, *harness.Env)

// All gives every check by the id of its clause.
func All() map[string]Check {
	all := make(map[string]Check)
	for _, group := range []map[string]Check{
		beginnings(), describing(), configuring(), creating(), idempotency(), statuses(), refunding(), canceling(), listing(),
		webhooks(), errorsTold(), deadlines(), concurrency(), secrecy(), crashes(), properties(),
	} {
		maps.Copy(all, group)
	}
	return all
}

// inOrder goes through cases by their names, so that the same seed does the
// same things in the same order.
func inOrder[Name cmp.Ordered, Case any](cases map[Name]Case) iter.Seq2[Name, Case] {
	return func(yield func(Name, Case) bool) {
		for _, name := range slices.Sorted(maps.Keys(cases)) {
			if !yield(name, cases[name]) {
				return
			}
		}
	}
}
