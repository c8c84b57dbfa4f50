package contract

import (
	"fmt"
	"log/slog"
)

// redacted stands wherever a secret would be shown.
const redacted = "[redacted]"

// Secret is a value that must not be shown. However it is printed, logged or
// marshalled, it shows as "[redacted]", also inside of other values; only Reveal
// returns the value, and the places that call it are the places to review. The
// zero Secret is empty.
type Secret struct {
	// A pointer, because fmt looks into structs past their methods.
	value *string
}

// NewSecret returns the value as a secret.
func NewSecret(value string) Secret { return Secret{value: &value} }

// Reveal returns the value. Call it where the value is used, and nowhere else.
func (s Secret) Reveal() string {
	if s.value == nil {
		return ""
	}
	return *s.value
}

// String returns "[redacted]".
func (Secret) String() string { return redacted }

// GoString returns "[redacted]", for the verb %#v.
func (Secret) GoString() string { return redacted }

// Format writes "[redacted]" for every verb: without it %x and %q would show
// the value.
func (Secret) Format(state fmt.State, _ rune) { _, _ = state.Write([]byte(redacted)) }

// LogValue returns "[redacted]" to package log/slog.
func (Secret) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalText returns "[redacted]" to encoders, package encoding/json among
// them.
func (Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }
