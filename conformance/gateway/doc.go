// Package gateway is what tests and demos need of a payment gateway's
// stand-in: a neutral view of it, and the control protocol gwctl/1 that
// carries the view between processes.
//
// Read it if you write a stand-in, or a program that starts one. A stand-in
// (omise-sandbox, memory-sandbox, or one of your own in any language) has two
// listeners. At the first it imitates its gateway's API, for providers. At the
// second it speaks gwctl/1, for the tester: scopes with credentials of their
// own, the ledger of what really happened, and the hand that pays, fails or
// expires a payment.
//
// # Roles
//
// [Gateway] and [Scope] are the view. A stand-in in Go implements them and
// serves them with [Handler]; a tester uses [Client], which implements the
// same two interfaces over HTTP. [Launch] starts a stand-in as a child
// process and connects to it.
//
// # Errors
//
// [ErrUnsupported] says that the stand-in lacks a feature, [ErrIllegal] that
// the gateway never makes the asked move, [ErrNotFound] that the scope,
// payment or refund does not exist. [Client] gives the same three, wrapped
// with what the stand-in said.
//
// # Safety
//
// A stand-in is for loopback. Its credentials are minted at random or fixed
// and public, open nothing real, and are printed on purpose.
package gateway
