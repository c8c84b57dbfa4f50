// Package omise is a small client for the slice of Omise's HTTP API that an off-site payment needs: sources, charges,
// refunds, events, the account's capability, and the signature of a webhook. Read it if you write or repair a payment
// provider that talks to Omise; nothing above such a provider should know these words.
//
// # What it does not do
//
// It does not judge. A [Charge] carries status, authorized and paid as the gateway gave them, and an [Error] says how
// far a request got; what they mean for a merchant's money is decided by the translator above, in one table. Fields
// that an answer may lack are pointers, so that "absent" is never read as "false" or "zero".
//
// # Errors
//
// Every method that sends a request returns an [*Error]. Its Kind names the cause, and its Sent tells whether the
// gateway may have seen the request at all: an error with Sent false is the proof that nothing happened. Errors carry
// neither keys nor bodies and may be logged as they are.
//
// # Versions
//
// Answers are decoded object by object and not by the version that was asked for: a webhook is rendered in the
// account's default version, and real events wrap a charge of 2015 in an envelope of 2019. Unknown fields are ignored,
// since the gateway adds them to every version without notice.
//
// # Concurrency
//
// A [Client] and a [Verifier] may be used by many goroutines at once. Connections, retry budget, circuit breaker and
// bulkhead belong to one Client; there is no state in the package.
package omise
