// Package acmepay is a payment provider: it translates Paysocket's package
// contract to the API of one gateway.
//
// It was generated for a gateway that does not exist, whose API is documented in
// package sandbox. To make it yours, begin there, and go on file by file:
//
//	provider.go         the Provider, which a host calls
//	describe.go         what the provider can do, and its settings
//	configure.go        settings and secrets; a session is one configuration in use
//	probe.go            reads the account of the key
//	create_payment.go   creates a payment
//	get_status.go       reads a payment
//	payment_object.go   the gateway's payment, and its translation
//	status.go           what the gateway's statuses and failure codes mean
//	error.go            what the gateway's errors mean
//
// Package kit does what is the same for every gateway. Operations that are not
// written yet are not declared, and return CAPABILITY_UNSUPPORTED.
package acmepay
