// Package text bounds texts from outside and redacts secrets in them, before
// they reach people, logs or reports.
//
// The order matters: redact first and truncate then, because a part of a secret
// is not found. Where that is not possible, as with a line that is too long to
// keep, [Redactor.RedactFragment] also looks for what the cut has left of a
// secret.
package text
