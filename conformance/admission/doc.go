// Package admission decides whether a conformance report lets a provider's
// binary take payments.
//
// It is for hosts, in their supervisor.Options.Admit, and for the tools
// that tell an operator beforehand what a host would say. It reads the JSON
// that "paysocket conformance run --json FILE" writes, and of the suite itself
// it imports nothing.
//
// A report is believed as far as its file is: whoever can write that can let a
// binary in. So the file must be one that only root or the host's user can
// write to; its group may, if nobody else is in that. A catalog is held to the
// same rule.
package admission
