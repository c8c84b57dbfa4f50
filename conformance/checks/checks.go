// Package checks holds the checks of the conformance suite, a file for each
// group of clauses. Read it to learn what exactly a clause asks for; the
// sentence that it checks is in the suite's clauses.yaml under the same id.
//
// A check may use everything that [harness] offers and nothing that knows a
// gateway: what differs from gateway to gateway is in the manifest.
package checks

import (
	"maps"

	"github.com/paysocket/paysocket/conformance/harness"
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
