// Package kit is what payment providers written in Go have in common. What is left
// to a provider is what only its gateway has: its requests, its names, its statuses
// and its error codes. Read it if you write a provider; provider/memory and the
// output of "paysocket new-provider" show how it is used.
//
// # How a call works
//
// A host calls an operation of contract.PaymentProvider. [Run] finds the current
// configuration, a [Session], and bounds the time. The operation is a method of the
// session. It sends a request with [API.Do], which returns the contract's errors and
// says above all whether money may have moved. The checks of package contract then
// compare the answer with the request; an answer that fails them is [Malformed]. A
// webhook is verified by a [TimedSignature] before its body is read.
//
//	func (p *Provider) GetStatus(ctx context.Context, request *contract.GetStatusRequest) (*contract.Payment, error) {
//		return kit.Run(ctx, &p.sessions, request, nil, (*session).getStatus)
//	}
//
// Configure reads the settings with [ReadSettings], which checks them against the
// descriptor. It creates a session and makes it the current one with
// [Sessions.Replace], or with [Sessions.Prove] if the configuration asks for a probe.
//
// Run remembers what idempotency keys led to, for as long as the process runs. A
// Configure during a call, or after one of unknown result, does not lead to a second
// payment in another account. Replace and Prove take no account: each session says
// for which one it works.
//
// If the gateway has an SDK, a provider gives it a roundtrip.Transport instead of
// using an API, and turns each Exchange into an error with [NoAnswer] and [Refusal].
//
// # What does not belong here
//
// Package kit knows the contract and HTTP, but no gateway. The tables of statuses
// and error codes, the forms of ids, how payments are looked up and what an
// idempotency key protects at the gateway belong to the provider.
//
// # Errors
//
// Most functions return *contract.Error, which a provider returns as it is. The
// messages quote neither secrets nor texts of the gateway's.
//
// All functions and methods may be called concurrently.
package kit
