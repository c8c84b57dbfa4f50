// Package shop sells through payment providers: it takes orders, sends buyers
// to pay, hears from gateways, and gives money back.
//
// Read it if you build a host of your own; it shows what the contract asks of
// one. Follow a sale through the files: checkout.go, link.go, webhook.go,
// confirm.go, refund.go. What holds them together is sale.go, the record and
// its states, and attempt.go, the idempotency key and its times.
//
// # Life cycle of a sale
//
// [Shop.Checkout] keeps the sale with its idempotency key, and only then asks
// the provider for a payment. The buyer is sent to the gateway's page through
// the shop's own address /pay/ID. A webhook, or the buyer's return, makes the
// shop look the payment up, see [Shop.Run]; nothing that either of them says
// is believed. Only an answer of the provider that agrees with the record in
// id, key, amount, currency and mode can make a sale SUCCEEDED.
//
// # Errors
//
// A call of the provider that failed is wrapped, so that contract.OutcomeOf
// and contract.ReasonOf see through. What the shop itself refuses has types of
// its own: [NotFoundError], [InFlightError], [StateError], [MethodError],
// [LeftError], [MismatchError], [LinkError].
//
// # Concurrency
//
// A Shop may be used by many goroutines at once. At most one call with one key
// is in flight: the record says when a call began, and a second one is refused
// until the first has ended or its deadline has passed.
//
// # Where it ends
//
// The record is in memory, so a restart forgets it. Everything that changes a
// record goes through the type book, in the steps that a database would commit.
package shop
