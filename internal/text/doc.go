// Package text bounds what strangers wrote and strikes secrets out of it, before
// people, logs or reports get to see it.
//
// The order matters: strike out first and truncate then, since half a secret is
// found by nobody. Where that cannot be, as with a line that is too long to be
// kept, [Redactor.RedactFragment] also looks for what the cut has left of a
// secret.
package text
