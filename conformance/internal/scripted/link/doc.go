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

	// Host is the PID of the process that started the plugin.
	Host = "scripted-host"

	// Version is the version with which the plugin was stamped.
	Version = "scripted-version"
)

// The trailers of an answer by which the suite tells the plugin what to do with it.
const (
	// Die kills the plugin by its own hand once it has handed the answer to gRPC, and before
	// it has ended the call.
	Die = "scripted-die"

	// Twice sends the answer twice, which no call of the contract allows.
	Twice = "scripted-twice"
)
