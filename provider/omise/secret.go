package omise

import (
	"fmt"
	"io"
	"log/slog"
)

const redacted = "[redacted]"

// A Secret is a string that formatters, encoders and loggers show as [redacted]. The zero value is blank. Secrets cannot
// be compared with ==.
type Secret struct {
	// A function and not a string: fmt calls no methods on unexported fields, so %+v of a struct with a Secret in an
	// unexported field would print a string in clear, but prints a function as an address.
	reveal func() string
}

// NewSecret returns a secret with a value.
func NewSecret(value string) Secret { return Secret{reveal: func() string { return value }} }

// Reveal returns the value. Call it only where the value is sent or hashed.
func (s Secret) Reveal() string {
	if s.reveal == nil {
		return ""
	}
	return s.reveal()
}

// isBlank reports whether the value is blank.
func (s Secret) isBlank() bool { return s.Reveal() == "" }

// String returns [redacted].
func (Secret) String() string { return redacted }

// Format writes [redacted] for every verb; otherwise %#v would show the value.
func (Secret) Format(state fmt.State, _ rune) { _, _ = io.WriteString(state, redacted) }

// MarshalText returns [redacted], for encoders of JSON and others.
func (Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// LogValue returns [redacted], for log/slog.
func (Secret) LogValue() slog.Value { return slog.StringValue(redacted) }
