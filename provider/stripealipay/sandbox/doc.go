// Package sandbox imitates Stripe, for the part of its API that sells with
// Alipay: PaymentIntents, refunds, idempotency keys, signed webhooks and the
// page on which the payer decides. It moves no money and keeps everything in
// memory. Read its README if you test a client of Stripe's with it.
//
// It shares no code with the provider, and does not use the SDK: if they
// shared structs, a misspelt field would agree with itself.
//
// It serves two handlers. The first is the API and the pay page; the second
// speaks gwctl/1 (package conformance/gateway), with which tests control it.
//
//	sandbox.go       the sandbox and its first account
//	scope.go         an account as gwctl/1 shows and moves it
//	account.go       an account and what its clock does
//	api.go           requests, answers and lists
//	idempotency.go   answers stored under their keys
//	params.go        parameters with brackets
//	intent.go        PaymentIntents and their charges;  intent_api.go: over HTTP
//	refund.go        refunds;  refund_api.go: over HTTP
//	event.go         the bodies of webhooks;  version.go: in which API version
//	paypage.go       the page on which the payer decides
//	trouble.go       answers that are legal and seldom seen
package sandbox
