// Package omise is a client for the part of Omise's HTTP API that an off-site payment needs: sources, charges, refunds,
// events, the account and its capability, and the signatures of webhooks. Read it if you work on a payment provider for
// Omise; nothing above such a provider should use its terms.
//
// # What it does not do
//
// It does not interpret. A [Charge] has status, authorized and paid as the gateway sent them, and an [Error] tells how far
// a request got; what they mean for a merchant's money is decided by the provider. Fields that an answer may lack are
// pointers, so that "absent" is never read as "false" or "zero".
//
// # Errors
//
// Every method that sends a request returns an [*Error]. Its Kind is the cause, and its Sent reports whether the gateway
// may have received the request: if Sent is false, nothing happened. Errors contain neither keys nor bodies and may be
// logged as they are.
//
// # Versions
//
// Answers are decoded whatever version was asked for: a webhook is in the account's default version, and Omise has sent
// events of 2019 that contain a charge of 2015. Unknown fields are ignored, since the gateway adds them to every version
// without notice.
//
// # Concurrency
//
// A [Client] and a [Verifier] may be used concurrently. Connections, retry budget, circuit breaker and bulkhead belong to
// one Client; the package has no state.
package omise
