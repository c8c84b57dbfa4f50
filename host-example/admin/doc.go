// Package admin serves the host's admin API, for the people who run the host and
// for tests that drive it from outside:
//
//	GET  /healthz                     the state of each provider; 200 if all are READY and the ledger can be read and written to, else 503
//	GET  /metrics                     metrics for Prometheus
//	GET  /providers                   the accounts with the methods and currencies that they take
//	POST /providers/NAME/restart      starts a provider again beside the old process
//	POST /sales                       asks to be paid for an order
//	GET  /sales                       the latest orders, as the shop's own table has them
//	GET  /sales/ID                    one sale, with its payments and refunds
//	GET  /sales/ID/timeline           everything that happened with it
//	POST /sales/ID/pay-again          begins another payment of a sale that was not paid
//	POST /sales/ID/refunds            pays money back
//	POST /sales/ID/cancel             gives it up
//	POST /sales/ID/resolve            carries out what a person has decided
//	GET  /attention                   what a person should look at, also of webhooks that belong to no sale
//	GET  /overview                    counts of all sales, and webhooks that belong to none
//	POST /staff/NAME/password         sets another password of one of the staff
//
// It has no passwords: it is served on a socket of the file system, which only the host's
// user and root can connect to. The pages for people are those of package staff. As it
// might be forwarded to an address, it refuses requests that a browser sends for another
// site, and requests whose Host header is not this machine's.
//
// # Sales
//
// The bodies are
//
//	POST /sales               {"id": "order-1", "amount": {"currency": "THB", "minor_units": 100000},
//	                           "method": "alipay", "providers": ["alipay-th", "alipay-th-2"],
//	                           "phone": "+66812345678", "description": "Two tickets"}
//	POST /sales/ID/pay-again  {"method": "alipay", "providers": ["alipay-th"], "phone": "+66812345678"}
//	POST /sales/ID/refunds    {"id": "order-1-r1", "amount": {"currency": "THB", "minor_units": 30000},
//	                           "payment": 1, "reason": "the play was canceled"}
//	POST /sales/ID/resolve    {"idempotency_key": "...", "by": "Ann", "why": "found in the dashboard",
//	                           "adopt": "chrg_1"}, or "release", "accept_account", "nothing_lost": true
//
// Phone, description, payment and reason may be left out. POST /sales/ID/cancel and
// /providers/NAME/restart have no body, and are refused with one. An id is the shop's own: 1 to 64 letters, digits, "_" and "-".
//
// Every POST may be sent again, and does nothing twice: the same id is the same order, or
// the same refund. The answer is 200 with what became of it. A sale that is OPEN goes on by
// itself; GET /sales/ID shows what comes of it.
//
// # Errors
//
// Any other status comes with an "error": a reason, a message, and the outcome
// NOT_ATTEMPTED if nothing was sent. They are 400 for a body that is not the JSON that
// the request needs, 404 NOT_FOUND, 405 METHOD_NOT_ALLOWED, 409 ORDER_DIFFERS for an id
// that is known with something else, 409 NOT_FREE for what is not possible now, 415 for a
// body that is not said to be JSON in UTF-8, 422 INVALID_REQUEST with the fields that were
// refused, and 503. What is the fault of who asks is in the log at level INFO, and what is
// the host's own at ERROR, with what to do about it. After a 503 without an outcome nobody knows
// whether the request was stored: send it again.
//
// # Limits
//
// A real shop sells on its own pages; POST /sales takes their place where a host is driven
// from outside.
package admin
