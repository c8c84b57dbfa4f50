// Package admission decides whether a conformance report lets a provider's
// binary take payments.
//
// Hosts call [Check] in supervisor.Options.Admit. Tools call it to show an operator
// beforehand what a host would decide. It reads the JSON that "paysocket conformance
// run --json FILE" writes, and imports nothing of the suite.
//
// Whoever can write the file of a report can admit a binary. So only root and the
// host's user may be able to write it, and its group if that has no other members.
// The same rule applies to catalogs.
//
// # Errors
//
// An [*Error] has the [Problem] and the command that writes a new report.
//
// # Concurrency
//
// Check is safe for concurrent use and keeps nothing.
package admission
