// Package kit is what payment providers written in Go have in common, so that a
// provider is left with what its gateway alone does: how things are called, what
// its statuses and refusals mean, and which request does what. Read it if you
// write a provider; provider/memory and what "paysocket new-provider" lays out
// show it at work.
//
// # The way of a call
//
// A host calls an operation of contract.PaymentProvider. [Run] finds the
// configuration in force, a [Session], and bounds the time. The operation, a
// method of the session, asks the gateway: [API.Do] sends one request, and says
// in the contract's words what went wrong, above all whether money may have
// moved. What the gateway answers is compared with what was asked, by the checks
// of package contract, and what fails them is [Malformed]. A webhook is verified
// by a [TimedSignature] before its body is read.
//
//	func (p *Provider) GetStatus(ctx context.Context, request *contract.GetStatusRequest) (*contract.Payment, error) {
//		return kit.Run(ctx, &p.sessions, request, nil, (*session).getStatus)
//	}
//
// Configure reads settings by [ReadSettings], which checks them against the
// descriptor, makes a session of them, and puts it in force by
// [Sessions.Replace], or by [Sessions.Prove] where it is to probe.
//
// A provider whose gateway has an SDK gives the SDK a roundtrip.Transport
// instead of using an API, and judges what came of a request by [NoAnswer] and
// [Refusal] likewise.
//
// # What it knows
//
// It knows the contract and HTTP, and no gateway. Tables of statuses and codes,
// the forms of ids, how payments are looked up, and what a key protects are the
// provider's.
//
// # Errors
//
// Functions return *contract.Error where a provider passes it on. Their texts
// quote neither secrets nor what the gateway said.
//
// All functions and methods may be called concurrently.
package kit
