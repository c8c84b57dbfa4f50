// Package scripted is the provider with which the suite judges hosts. A host loads
// its plugin, payment-provider-scripted, like any other; the plugin forwards each call
// to a [Server] in the suite, which answers.
//
// An [Account] is a provider with a merchant's account at its gateway. Its ledger says
// what the gateway did, and its records say what the host asked for, by all of the host's
// processes. Without rules it is an honest provider: one payment for one key, found again
// after a crash. A [Rule] makes one of its calls end in another way:
//
//	account.On(scripted.Rule{
//		Operation: contract.OperationCreatePayment,
//		Match:     func(c *scripted.Call) bool { return c.Amount == order },
//		Times:     1,
//		Do: func(c *scripted.Call) scripted.Action {
//			c.Commit()               // the gateway makes the payment
//			return scripted.Silence() // and the host never hears of it
//		},
//	})
//
// In a host's catalog it is an entry like any other: the path that Install made and its
// checksum, [Account.Mode], and [Account.Secrets]. The plugin does not confine itself, and
// says so; with "confinement: off" in the entry no host warns of that.
//
// Do runs within the call, and may wait there for what a test does meanwhile; see
// [Call.Wait] and [Account.Park].
package scripted
