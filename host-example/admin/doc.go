// Package admin is the host's door for the people who run it, and for tests
// that drive it from outside:
//
//	GET  /                            how the providers stand, as a page
//	GET  /healthz                     the same as JSON; 200 if all are served, else 503
//	GET  /metrics                     numbers for Prometheus
//	POST /providers/NAME/restart      start a provider anew beside the old process
//	POST /sales                       sell something
//	GET  /sales                       the latest sales; with ?open=1 those not decided
//	GET  /sales/ID                    the record of a sale
//	POST /sales/ID/resume             go on with a sale: ask for its payment again, or look it up
//
// It knows no passwords: whoever can connect may do all of it. So it belongs on
// a loopback address, refuses requests that a browser sends for another site,
// and those that were sent to another name than that of this machine, which is
// how a page on the net would get past the browser.
//
// # Sales
//
// The body of POST /sales is
//
//	{"reference": "order-1", "description": "Two tickets", "provider": "wallet-th",
//	 "amount": {"currency": "THB", "minor_units": 100000}}
//
// The answer is 201 whenever a sale was kept. If it has an "error", that says
// with its "outcome" what is certain of the payment: NOT_ATTEMPTED, REJECTED,
// or INDETERMINATE, and then POST /sales/ID/resume asks again with the same
// idempotency key. Any other status comes with an error whose outcome is
// NOT_ATTEMPTED: nothing was kept and nothing was sent.
//
// # What is not built
//
// A real shop has pages, carts, accounts, CSRF tokens and a ledger here. This
// door stands in for them so that a host can be tried. POST /sales knows no
// idempotency key of its own: sent twice, it sells twice.
package admin
