// Package sandbox imitates the part of Omise's API that sells with Alipay:
// sources, charges, refunds, events, signed webhooks and the payer's page, all
// in memory, with a door of its own for the tester. Read it if you integrate
// Omise and want tests that need no network, no account and no patience; most
// people start the program omise-sandbox and read its README.
//
// # Life cycle
//
// [New] opens a [Sandbox] with a first account, whose keys are always the
// same. [Sandbox.Handler] is Omise's API with the pay pages,
// [Sandbox.ManagementHandler] the tester's door; serve each on a loopback
// listener of its own. [Sandbox.Close] ends deliveries.
//
// # Accounts
//
// A request belongs to the account whose key it bears. [Sandbox.NewScope]
// opens another, which sees nothing of the first and has a clock of its own.
// [Dials] choose what an account is like: its API version, its country, what
// becomes of unpaid charges, how webhooks arrive.
//
// # Fidelity
//
// The names, the order, the nulls and the words of errors are those of
// answers that Omise gave and that are public. Where nothing is known the
// sandbox is strict about what a careful client never does, and the README
// says what is a guess.
//
// # Errors
//
// Merchants get Omise's error objects. The methods that [gateway.Gateway] and
// [gateway.Scope] ask for return that package's errors.
//
// # Concurrency
//
// A Sandbox may be used by many goroutines at once. Each account has one
// lock; accounts do not wait for each other.
//
// # Compatibility
//
// What Omise's API looks like is Omise's to change; the options and the dials
// only grow.
//
// [gateway.Gateway]: https://pkg.go.dev/github.com/paysocket/paysocket/conformance/gateway#Gateway
// [gateway.Scope]: https://pkg.go.dev/github.com/paysocket/paysocket/conformance/gateway#Scope
package sandbox
