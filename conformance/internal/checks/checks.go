// Package checks holds the checks of the conformance suite, a file for each
// group of clauses. A check shows what exactly a clause requires; the sentence of
// the clause is in clauses.yaml under the same id.
//
// A check uses package harness only and knows no gateway: what differs between
// gateways is in the manifest.
package checks

import (
	"cmp"
	"iter"
	"maps"
	"slices"

	"github.com/paysocket/paysocket/conformance/internal/harness"
)

// Check checks whether a provider meets one clause.
type Check = func(*harness.T, *harness.Env)

// All returns every check by the id of its clause.
func All() map[string]Check {
	all := make(map[string]Check)
	for _, group := range []map[string]Check{
		processChecks(), describing(), configuring(), creating(), idempotency(), statuses(), refunding(), canceling(), listing(),
		webhooks(), errorHandling(), deadlines(), concurrency(), secrecy(), crashes(), properties(),
	} {
		maps.Copy(all, group)
	}
	for _, sweep := range sweeps() {
		for _, clause := range sweep.clauses() {
			all[clause] = then(all[clause], sweep.check(clause))
		}
	}
	return withOwnSecret(all)
}

// inOrder iterates over cases sorted by name, so that a seed always produces the
// same order.
func inOrder[Name cmp.Ordered, Case any](cases map[Name]Case) iter.Seq2[Name, Case] {
	return func(yield func(Name, Case) bool) {
		for _, name := range slices.Sorted(maps.Keys(cases)) {
			if !yield(name, cases[name]) {
				return
			}
		}
	}
}
