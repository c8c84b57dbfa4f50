// Package harness is what a check of the conformance suite works with: the
// provider under test, its gateway's sandbox, the fault proxy between them,
// and the [T] that a check reports to. Read it before you write a check, or
// when a check fails and you want to know what exactly it did.
//
// A [Suite] stands for one run over one provider. It hands a [Worker] to each
// goroutine that runs checks; a worker has a process of the provider's of its
// own, because Configure sets up a whole process. A check is given an [Env],
// and opens with it as many scenarios as it likes: a [Scenario] is a fresh account at
// the sandbox, a fresh proxy before it, and the provider configured for it.
// Checks therefore share nothing.
//
// # Errors
//
// A check that finds the provider at fault reports it with Fatalf, Errorf,
// Equal and their like: the clause fails. Trouble of the suite's own (the
// sandbox does not answer, an armed fault never fired, a panic in the check)
// is reported with SetupFailed, and the clause is an error: it is neither the
// provider's fault nor to its credit.
package harness
