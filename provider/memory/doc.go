// Package memory is the reference provider: it translates the contract to the
// Memory gateway (package sandbox), a small gateway with its own idempotency
// keys. Read it if you write a provider, and copy it: everything that the
// contract asks for is here once, and nothing else.
//
// # The way of a call
//
// Each operation has a file, and each file reads from top to bottom. The files
// have the same names in every provider:
//
//	provider.go          what a host holds
//	describe.go          what the provider can do, and its settings
//	configure.go         settings and secrets; a session is one configuration at work
//	probe.go             what the account may do
//	create_payment.go    get_status.go    cancel_payment.go    list_payments.go
//	refund.go            get_refund.go    parse_webhook.go
//
// They share the gateway's nouns and the tables:
//
//	payment_object.go    the gateway's payment, and the contract's made of it
//	refund_object.go     the same for refunds
//	status.go            the gateway's words for a status and for a failure
//	error.go             the gateway's refusals
//
// How a call gets its session, how a request is sent and what became of it, and
// how a webhook is verified is the same for every provider, and in package kit.
//
// # What keeps money safe here
//
// The gateway honours idempotency keys for as long as it keeps the payment, so
// a repeated call is simply sent again, and concurrent calls with one key meet
// there. The gateway compares the whole body of a repeated request, the
// contract only amount, currency and method: when the gateway refuses a key
// that it knows, the payment that has it is read, and decides.
//
// Whatever the gateway answers is compared with what was asked, by the checks
// of package contract, before a host gets to see it.
package memory
