// Package sandbox imitates the part of Omise's API that sells with the Alipay
// family: sources, charges, refunds, events, signed webhooks and the payer's
// page, all in memory, and a management API for tests. Read it if you integrate
// Omise and want tests that need no network, no account and no waiting; most
// people start the program omise-sandbox and read its README.
//
// # Life cycle
//
// [New] opens a [Sandbox] with a first account, whose keys are always the
// same. [Sandbox.Handler] serves Omise's API with the pay pages,
// [Sandbox.ManagementHandler] the management API; serve each on its own loopback
// listener. [Sandbox.Close] ends the deliveries of webhooks.
//
// # Accounts
//
// A request belongs to the account of its key. [Sandbox.NewScope] opens another
// account, which sees nothing of the first and has a separate clock. [Dials]
// choose how an account behaves: its API version, its country, what becomes of
// unpaid charges, how webhooks arrive.
//
// # Fidelity
//
// Names, their order, nulls and error messages are those of published answers of
// Omise. Where nothing is known the sandbox refuses what a careful client never
// does, and the README says what is a guess.
//
// # Errors
//
// The API answers with Omise's error objects. The methods of [gateway.Gateway]
// and [gateway.Scope] return errors of package gateway.
//
// # Concurrency
//
// A Sandbox may be used by many goroutines at once. Each account has one
// lock; accounts do not wait for each other.
//
// # Compatibility
//
// The API changes when Omise changes it. Options and dials are only added.
//
// [gateway.Gateway]: https://pkg.go.dev/github.com/paysocket/paysocket/conformance/gateway#Gateway
// [gateway.Scope]: https://pkg.go.dev/github.com/paysocket/paysocket/conformance/gateway#Scope
package sandbox
