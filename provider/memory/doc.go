// Package memory is the reference provider: it translates the contract to the
// API of the Memory gateway (package sandbox), a small gateway that honours
// idempotency keys. Read it and copy it if you write a provider: it does all
// that the contract asks for, once, and nothing else.
//
// # Files
//
// Each operation has a file, and each file reads from top to bottom. The files
// have the same names in every provider:
//
//	provider.go          the Provider, which a host calls
//	describe.go          what the provider can do, and its settings
//	configure.go         settings and secrets; a session is one configuration in use
//	probe.go             what the account may do
//	create_payment.go    get_status.go    cancel_payment.go    list_payments.go
//	refund.go            get_refund.go    parse_webhook.go
//
// They share the gateway's objects and tables:
//
//	payment_object.go    the gateway's payment, and its translation
//	refund_object.go     the gateway's refund, and its translation
//	status.go            what the gateway's statuses and failure codes mean
//	error.go             what the gateway's errors mean
//
// Package kit does what is the same for every provider: it finds the session of
// a call, sends a request and says what became of it, and verifies webhooks.
//
// # What keeps money safe
//
// The gateway honours an idempotency key for as long as it keeps the payment. So
// a repeated call is sent again with the same key, and the gateway makes one
// payment of concurrent calls with one key. The gateway compares the whole body
// of a repeated request; the contract compares only amount, currency and method.
// So when the gateway refuses a key because the body differs, the provider reads
// the payment that has the key, and compares that.
//
// Every answer of the gateway is compared with the request, by the checks of
// package contract, before the host sees it.
package memory
