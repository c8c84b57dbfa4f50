// Package acmepay is a payment provider: it translates the contract of package
// contract to the API of one gateway.
//
// It was laid out for a gateway that does not exist, whose API is described in
// package sandbox. To make it yours, begin with the stand-in, and then change
// file by file what says how the gateway speaks:
//
//	provider.go         what a host holds, and how a call gets its session
//	describe.go         what the provider can do, and its settings
//	configure.go        settings and secrets; a session is one configuration at work
//	create_payment.go   asks for a payment
//	get_status.go       reads one
//	bill.go             the gateway's payment, and the contract's made of it
//	error.go            the gateway's refusals, and everything else that goes wrong
//	client.go           HTTP; no other file knows of it
//	json.go             how bytes from outside are read
//
// Operations that are not written yet are not declared, and answer
// CAPABILITY_UNSUPPORTED.
package acmepay
