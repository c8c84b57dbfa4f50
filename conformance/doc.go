// Package conformance checks how a payment provider, in any language, behaves
// towards its host and its gateway, and gives a verdict with evidence. Read it
// if you write a provider and want its check in "go test"; for the command
// line, see "paysocket conformance --help".
//
// # How it works
//
// The suite opens the provider as a host would, starts the gateway's stand-in,
// and puts a proxy between the two. The proxy can break anything in any way,
// before or after the gateway has executed a request; the stand-in's ledger
// says what really happened. A clause passes when the provider's answers, the
// requests in the proxy's journal and the ledger all agree with the contract.
//
// Everything about one gateway stands in the provider's manifest (package
// conformance/internal/manifest); the suite itself knows none.
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
// A run starts processes and servers on loopback and ends them all. Runs may go
// on side by side.
package conformance
