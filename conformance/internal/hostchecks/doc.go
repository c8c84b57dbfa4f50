// Package hostchecks holds what the conformance suite checks of hosts, a file for each
// group of clauses. The sentence of a clause is in host_clauses.yaml under the same id.
//
// # Checks
//
// A check checks one clause. It is a function that reads from top to bottom: it opens
// orders, says what their providers do, and compares what the host makes of it with the
// gateways' ledgers and with the calls that came.
//
//	// A payment whose answer was lost is found, and not made a second time.
//	func foundAfterALostAnswer(t *T) {
//		o := t.NewOrder()                                        // by the check's first wallet
//		o.On(contract.OperationCreatePayment, 1, Lost(Executed)) // made, and INDETERMINATE
//		o.Place()                                                // does not wait
//		payment := o.Ends()                                      // a link, or UNPAID, in the host's own time
//		o.Legal()                                                // no key was used that contract.Decide forbids
//	}
//
// It is entered in its group's list:
//
//	{Clause: "HOC-001", Run: foundAfterALostAnswer},
//	{Clause: "HKY-001", World: Killed, Run: keyIsKeptThroughAKill}, // may call t.KillHost
//	{Clause: "HOC-003", Own: true, Run: pluginDies},                // may kill its plugin, or change the catalog
//
// All checks of a world run at the same time at one host, each with orders of its
// own, which are recognised by their amounts. So a check never looks at what it has not
// made itself: it asks its orders for their calls and payments. What the processes of the
// host suffer happens at a barrier: T.KillHost waits until every check of the world has
// come there. Waiting costs nothing, since all wait at the same time; a check waits with
// Order.Await and T.Until, which know how long this host may take, and never with a sleep.
//
// A check must not fail a host that is right. A host may look up or repeat, may go on with
// another key after a proof of absence or give the order up, and may make one attempt for
// one order. Order.Legal knows that; use it instead of counting calls.
//
// # Monitors
//
// A monitor judges all that happened in the run, such as that no two calls with one key
// were in flight. It is unverified if the run showed too little.
package hostchecks
