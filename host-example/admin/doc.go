// Package admin serves the host's admin API, for the people who run the host and
// for tests that drive it from outside:
//
//	GET  /                            a page with the state of each provider
//	GET  /healthz                     the same as JSON; 200 if all are READY, else 503
//	GET  /metrics                     metrics for Prometheus
//	POST /providers/NAME/restart      starts a provider again beside the old process
//	POST /sales                       makes a sale
//	GET  /sales                       the latest sales; with ?open=1 only open ones
//	GET  /sales/ID                    one sale
//	POST /sales/ID/resume             goes on with a sale: creates its payment or looks it up
//
// It has no authentication: anyone who can connect may use all of it. So it belongs
// on a loopback address. It refuses requests that a browser sends for another site,
// and requests whose Host header is not this machine's, with which a page on the
// internet could get past the browser's checks (DNS rebinding).
//
// # Sales
//
// The body of POST /sales is
//
//	{"reference": "order-1", "description": "Two tickets", "provider": "wallet-th",
//	 "amount": {"currency": "THB", "minor_units": 100000}, "method": "alipay",
//	 "phone": "+66812345678"}
//
// Method and phone may be left out: the method is then the first that redirects the
// buyer to a page, and the phone is for methods that need it.
//
// The answer is 201 whenever a sale was stored. If it contains an "error", the
// "outcome" in there says what is certain of the payment: NOT_ATTEMPTED, REJECTED or
// INDETERMINATE. After INDETERMINATE, POST /sales/ID/resume finds out with the same
// idempotency key. Any other status comes with an error whose outcome is
// NOT_ATTEMPTED: nothing was stored and nothing was sent.
//
// # Limits
//
// A real shop has pages, carts, accounts, CSRF tokens and a ledger here; this API
// takes their place so that a host can be tried. POST /sales has no idempotency key
// of its own: a request that is sent twice makes two sales.
package admin
