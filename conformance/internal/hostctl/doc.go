// Package hostctl calls a host over hostctl/1, the control protocol that a host serves in
// test builds: it places orders, and reads what became of them. Read it if you write a
// clause about hosts, or if you change the protocol; docs/hostctl.md specifies it for
// hosts in any language.
//
// A [Client] believes nothing: an answer of a form that the page does not allow is an
// [*AnswerError] and not an order with something missing.
package hostctl
