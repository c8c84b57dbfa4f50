// Package gateway is what sandboxes, tests and demos share: a neutral view of a
// payment gateway's sandbox, the control protocol gwctl/1 that carries the view
// between processes, and all that sandboxes written in Go have in common.
//
// Read it if you write a sandbox, or a program that starts one. A sandbox
// (memory-sandbox, for one, or one of your own in any language) has two
// listeners. At the first it imitates its gateway's API, for providers. At the
// second it speaks gwctl/1, for the tester: scopes with credentials of their
// own, the ledger of what really happened, and the hand that pays, fails or
// expires a payment.
//
// # Roles
//
// A tester sees a sandbox as a [Gateway] whose accounts are [Scope]s.
// [StartSandbox] starts one as a child process, and its [Client] has the two
// interfaces over HTTP. [Check] finds out whether a sandbox keeps the protocol.
//
// A sandbox in Go embeds a [Server], which has accounts with a clock, ids,
// credentials and a lock, delivers their webhooks, and is a Gateway. What its
// gateway says and does is in the sandbox's own type of [Account], and in the
// Handler that it adds. [Main] is its program.
//
// # Life cycle
//
// A sandbox prints a line of JSON to its standard output when both listeners
// are open ([Ready]; more fields are allowed), and nothing before it. It ends
// on SIGTERM, and at the end of its standard input when that is a pipe; the
// end of /dev/null or of a terminal means nothing.
//
// # Protocol
//
// gwctl/1 is JSON over HTTP, on loopback. Field names are those of the types
// of this package; times are RFC 3339, durations those of Go ("15m", "-10m").
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
// Both query fields may be left out. The currency of a refund may be left out.
// S, P and R are one segment of the path each, percent-encoded where they
// must be. Requests of web pages (those with an Origin) are refused. By hand,
// with a sandbox that printed "manage":"http://127.0.0.1:4521":
//
//	curl -d '{"seed":"1"}' http://127.0.0.1:4521/v1/scopes
//	curl -d '{"to":"succeeded"}' http://127.0.0.1:4521/v1/scopes/s1/payments/P/transition
//
// A sandbox is strict: unknown fields and words are 400.
//
// # Errors
//
// An error is {"error": "why"} with a status, and these four mean something:
// 501 [ErrUnsupported], the sandbox lacks the feature; 409 [ErrIllegal], the
// gateway never makes the asked move; 404 [ErrNotFound], no such scope,
// payment or refund; 400 [ErrBadRequest], the question is malformed. [Client]
// gives them back with the sandbox's words.
//
// # Safety
//
// A sandbox is for loopback. Its credentials are drawn at random or fixed
// and public, open nothing real, and are printed on purpose.
package gateway
