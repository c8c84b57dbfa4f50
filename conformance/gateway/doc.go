// Package gateway has what sandboxes of payment gateways share, and what tests and
// demos use them with: a view of a sandbox that is the same for all gateways, the
// control protocol gwctl/1 that carries the view between processes, and a server for
// sandboxes written in Go.
//
// Read it if you write a sandbox, or a program that starts one. A sandbox imitates
// one gateway and has two listeners on loopback. The first serves the gateway's API,
// to providers. The second serves gwctl/1, to tests: they open accounts with their
// own credentials, make payments succeed, fail or expire, and read the ledger, which
// has what really happened. A sandbox may be written in any language.
//
// # Main types
//
// A test sees a sandbox as a [Gateway], and each account as a [Scope].
// [StartSandbox] starts a sandbox as a child process; its [Client] implements
// Gateway over HTTP. [Check] checks whether a sandbox follows the protocol.
//
// A sandbox in Go embeds a [Server], which implements Gateway. The Server has the
// accounts with their clocks, ids, credentials and locks, and delivers webhooks. The
// sandbox adds its own type of [Account], and a Handler that serves the gateway's
// API. [Main] is the main function of its program.
//
// # Life cycle
//
// When both listeners are open, a sandbox prints one line of JSON to its standard
// output ([Ready]; more fields are allowed), with nothing before it. It ends on
// SIGTERM, and when its standard input is a pipe that is closed. It ignores the end
// of /dev/null or of a terminal.
//
// # Protocol
//
// gwctl/1 is JSON over HTTP on loopback. The fields are those of the types of this
// package. Times are RFC 3339, durations those of Go ("15m", "-10m").
//
//	GET    /v1/hello                                  200 Hello
//	POST   /v1/scopes              ScopeSpec          201 Connection
//	DELETE /v1/scopes/S                               204
//	GET    /v1/scopes/S/payments?key=K&reference=R    200 {"payments": [Payment, ...]}
//	POST   /v1/scopes/S/payments   Money              201 Payment
//	POST   /v1/scopes/S/payments/P/refunds     Money  201 Refund
//	POST   /v1/scopes/S/payments/P/transition  Transition  204
//	POST   /v1/scopes/S/refunds/R/transition   Transition  204
//	POST   /v1/scopes/S/webhooks   WebhookSpec        200 Webhook
//	POST   /v1/scopes/S/clock      {"advance": "15m"} 204
//
// Both query fields, and the currency of a refund, may be left out. S, P and R are
// one segment of the path each, percent-encoded where necessary. Requests of web
// pages (those with an Origin) are refused. A sandbox is strict: the answer to an
// unknown field or value is 400. With curl, and a sandbox that printed
// "manage":"http://127.0.0.1:4521":
//
//	curl -d '{"seed":"1"}' http://127.0.0.1:4521/v1/scopes
//	curl -d '{"to":"succeeded"}' http://127.0.0.1:4521/v1/scopes/s1/payments/P/transition
//
// # Errors
//
// An error is {"error": "why"} with a status. Four of them have a Go error:
// [ErrBadRequest] is 400, [ErrNotFound] 404, [ErrIllegal] 409 and [ErrUnsupported]
// 501. The errors of a [Client] match them with errors.Is, and have the sandbox's
// text. Any other error means that the sandbox failed or could not be reached.
//
// # Concurrency
//
// Gateways and scopes are safe for concurrent use. The methods of an [Account] are
// called with the account locked, one at a time.
//
// # Compatibility
//
// The protocol has its version in its name. From v1 of this module on, no change
// breaks code that uses this package.
//
// # Safety
//
// A sandbox listens on loopback only. Its credentials are random, or fixed and
// public. They give access to nothing real, and are printed on purpose.
package gateway
