package omise

import (
	"fmt"
	"io"
	"log/slog"
)

const redacted = "[redacted]"

// A Secret is a string that no formatter, encoder or logger shows: all of them print [redacted]. The zero value is
// blank. Secrets cannot be compared with ==.
type Secret struct {
	// A closure, and not a string: fmt calls no methods on unexported fields, so that %+v of a struct which holds a
	// Secret in one of them would print a string in clear, but prints a function as an address.
	reveal func() string
}

// NewSecret hides value.
func NewSecret(value string) Secret { return Secret{reveal: func() string { return value }} }

// Reveal gives the hidden value. Call it only where the value is sent or hashed.
func (s Secret) Reveal() string {
	if s.reveal == nil {
		return ""
	}
	return s.reveal()
}

// isBlank tells whether there is nothing to hide.
func (s Secret) isBlank() bool { return s.Reveal() == "" }

// String gives [redacted].
func (Secret) String() string { return redacted }

// Format writes [redacted] whatever the verb: %x, %q and %#v reach the bytes of a Stringer otherwise.
func (Secret) Format(state fmt.State, _ rune) { _, _ = io.WriteString(state, redacted) }

// MarshalText gives [redacted], for encoders of JSON and others.
func (Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// LogValue gives [redacted], for log/slog.
func (Secret) LogValue() slog.Value { return slog.StringValue(redacted) }
