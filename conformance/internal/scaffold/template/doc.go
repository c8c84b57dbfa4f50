// Package acmepay is a payment provider: it translates the contract of package
// contract to the API of one gateway.
//
// It was laid out for a gateway that does not exist, whose API is described in
// package sandbox. To make it yours, begin there, and go on file by file:
//
//	provider.go         what a host holds
//	describe.go         what the provider can do, and its settings
//	configure.go        settings and secrets; a session is one configuration at work
//	probe.go            whose key it is
//	create_payment.go   asks for a payment
//	get_status.go       reads one
//	payment_object.go   the gateway's payment, and the contract's made of it
//	status.go           the gateway's words for a status and for a failure
//	error.go            the gateway's refusals
//
// What is the same for every gateway is in package kit. Operations that are not
// written yet are not declared, and answer CAPABILITY_UNSUPPORTED.
package acmepay
