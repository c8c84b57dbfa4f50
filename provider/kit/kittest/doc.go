// Package kittest is what tests of payment providers have in common. It is for
// those who write a provider in Go.
//
// A [Front] stands between a provider and the sandbox of its gateway. It keeps a
// journal of what comes along, and makes go wrong what a [Fault] says:
//
//	front := kittest.NewFront(t)
//	gate, err := sandbox.New(&gateway.ServerOptions{BaseURL: front.URL()})
//	...
//	front.Serve(gate.Handler())
//	front.Set(kittest.On("POST", kittest.Executed(kittest.HangUp)))
//
// [Configuration] configures a provider for an account of the sandbox,
// [RequireError] checks an error, and a [Clock] stands still.
//
// Nothing here is for programs.
package kittest
