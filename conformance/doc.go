// Package conformance checks how a payment provider, in any language, behaves
// towards its host and its gateway, and returns a verdict with evidence. Use it
// to check a provider in "go test"; for the command line, see
// "paysocket conformance --help".
//
// # How it works
//
// The suite opens the provider as a host does, starts the gateway's sandbox,
// and puts a proxy between the two. The proxy can cause any fault before or
// after the gateway has executed a request, and the sandbox's ledger says what
// really happened. A clause passes when the provider's answers, the requests in
// the proxy's journal and the ledger all agree with the contract.
//
// The suite knows no gateway. Everything about one is in the provider's
// manifest, which [LoadManifest] reads.
//
// # Verdicts
//
// NON-CONFORMANT: a MUST clause failed. INCONCLUSIVE: the suite could not do
// its work. PARTIAL: a MUST clause could not be checked, was skipped or is
// excused. CONFORMANT: none of these. A run that checked nothing is never a
// success.
//
// # Concurrency
//
// A run starts processes and servers on loopback, and stops all of them. Several
// runs can go on at the same time.
package conformance
