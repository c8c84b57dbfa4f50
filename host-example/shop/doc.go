// Package shop sells through payment providers: it takes orders, redirects buyers
// to pay, handles webhooks, and refunds.
//
// Read it if you build a host of your own; it shows what the contract requires of
// one. Follow a sale through the files: checkout.go, link.go, webhook.go,
// confirm.go, refund.go. All of them use sale.go, the record and its states, and
// attempt.go, the idempotency key and the times of its calls.
//
// # Life cycle of a sale
//
// [Shop.Checkout] stores the sale with its idempotency key, and only then calls
// the provider to create a payment. The buyer is redirected to the gateway's page
// from the shop's own URL /pay/ID. A webhook, or the buyer's return, makes
// [Shop.Run] look the payment up; what the webhook or the buyer says is not
// believed. A sale becomes SUCCEEDED only by an answer of the provider that agrees
// with the record in id, key, amount, currency and mode.
//
// # Errors
//
// The error of a provider's call is wrapped, so that contract.OutcomeOf and
// contract.ReasonOf find it. The shop has types for its own errors:
// [NotFoundError], [InFlightError], [StateError], [MethodError],
// [RefundTooLargeError], [MismatchError] and [LinkError].
//
// # Concurrency
//
// A Shop may be used by many goroutines at once. At most one call with an
// idempotency key is in flight: the record has the deadline of that call, and
// another one is refused until the call has ended or the deadline has passed.
//
// # Limits
//
// The records are in memory, and a restart loses them. All changes of a record go
// through the type store, in the steps that a database would commit.
package shop
