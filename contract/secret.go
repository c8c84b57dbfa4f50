package contract

import (
	"fmt"
	"log/slog"
)

// redacted stands wherever a secret would be shown.
const redacted = "[redacted]"

// Secret is a value that must not be shown. However it is printed, logged or
// marshalled, it shows as "[redacted]"; only Reveal gives the value, and the
// places that call it are the places to review.
type Secret string

// Reveal gives the value. Call it where the value is used, and nowhere else.
func (s Secret) Reveal() string { return string(s) }

// String gives "[redacted]".
func (Secret) String() string { return redacted }

// GoString gives "[redacted]", for the verb %#v.
func (Secret) GoString() string { return redacted }

// Format writes "[redacted]" for every verb: without it %x and %q would show
// the value.
func (Secret) Format(state fmt.State, _ rune) { _, _ = state.Write([]byte(redacted)) }

// LogValue gives "[redacted]" to package log/slog.
func (Secret) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalText gives "[redacted]" to encoders, package encoding/json among
// them.
func (Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }
