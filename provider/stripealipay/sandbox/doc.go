// Package sandbox stands in for Stripe, for the part of its API that sells with
// Alipay: PaymentIntents, refunds, idempotency keys, signed webhooks and the
// page on which the payer decides. It takes no real money and forgets
// everything when it ends. Read its README if you test a client of Stripe's
// with it.
//
// It shares no code with the provider, and does not use the SDK: if they
// shared structs, a misspelt field would agree with itself.
//
// It serves two handlers. The first is the API and the pay page; the second
// speaks gwctl/1 (package conformance/gateway), the tester's hand.
//
//	sandbox.go       accounts, and what opens them
//	scope.go         the tester's hand in an account
//	account.go       an account and its clock
//	api.go           requests, answers and lists
//	idempotency.go   what belongs to a key
//	params.go        parameters with brackets
//	intent.go        PaymentIntents and their charges;  intent_api.go: over HTTP
//	refund.go        refunds;  refund_api.go: over HTTP
//	event.go         what webhooks say
//	paypage.go       the payer
//	trouble.go       what is legal and seldom seen
package sandbox
