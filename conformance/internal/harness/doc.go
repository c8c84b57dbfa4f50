// Package harness contains what a check of the conformance suite works with: the
// provider under test, the sandbox of its gateway, the fault proxy between them,
// and the [T] to which a check reports. Read it before you write a check, or when
// a check fails and you want to know what exactly it did.
//
// A [Suite] is one run over one provider. Each goroutine that runs checks has a
// [Worker], and each worker has its own process of the provider, because Configure
// sets up a whole process. A check gets an [Env], with which it can open any number
// of scenarios. A [Scenario] is a new account at the sandbox, a new proxy in front
// of it, and the provider configured for it. So checks share nothing.
//
// # Errors
//
// A check reports a fault of the provider with Fatalf, Errorf, Equal and similar
// functions, and the clause fails. It reports trouble of the suite (the sandbox
// does not answer, a fault never happened, the check panicked) with SetupFailed,
// and the status of the clause is error, which is neither a failure nor a pass.
package harness
