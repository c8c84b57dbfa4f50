package contract

import (
	"fmt"
	"log/slog"
)

// redacted is shown in place of a secret.
const redacted = "[redacted]"

// Secret is a value that must not be shown: a credential, or a payer's phone
// number. It is printed, logged and marshalled
// as "[redacted]", also inside other values. Only Reveal returns the value, so a
// review for leaks reads the calls of Reveal. The zero Secret is empty.
type Secret struct {
	// A pointer, because fmt prints the unexported fields of a struct without
	// calling their methods.
	value *string
}

// NewSecret returns value as a secret.
func NewSecret(value string) Secret { return Secret{value: &value} }

// Reveal returns the value. Call it only where the value is used.
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

// Format writes "[redacted]" for every verb, also for those that would not call
// String.
func (Secret) Format(state fmt.State, _ rune) { _, _ = state.Write([]byte(redacted)) }

// LogValue returns "[redacted]", for package log/slog.
func (Secret) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalText returns "[redacted]", for encoders such as encoding/json.
func (Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }
