// Package link is what the two sides of the scripted provider share: the plugin, which
// a host starts, and the suite, which answers in its place.
package link

// The metadata of each call that the plugin forwards.
const (
	// Token says to which account the plugin belongs.
	Token = "scripted-token"

	// PID and Nonce tell the plugin's processes apart; a system uses a PID again.
	PID   = "scripted-pid"
	Nonce = "scripted-nonce"

	// Version is the version with which the plugin was stamped.
	Version = "scripted-version"
)

// Die is the trailer of an answer with which the plugin kills itself once it has handed
// the answer to gRPC, and before it has ended the call.
const Die = "scripted-die"
