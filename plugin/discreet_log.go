package plugin

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"

	"github.com/paysocket/paysocket/internal/text"
)

// discreetHandler redacts the secrets in records. They were redacted in the lines
// that a provider printed, but JSON has more ways to write a letter than the
// redaction of a line knows.
type discreetHandler struct {
	slog.Handler

	secrets *text.Redactor
}

// discreetly returns a logger for what a provider says.
func discreetly(logger *slog.Logger, secrets *text.Redactor) *slog.Logger {
	return slog.New(&discreetHandler{Handler: logger.Handler(), secrets: secrets})
}

// Handle implements slog.Handler.
func (h *discreetHandler) Handle(ctx context.Context, record slog.Record) error {
	redacted := slog.NewRecord(record.Time, record.Level, h.secrets.Redact(record.Message), record.PC)
	record.Attrs(func(a slog.Attr) bool {
		redacted.AddAttrs(h.attr(a))
		return true
	})
	return h.Handler.Handle(ctx, redacted)
}

// WithAttrs implements slog.Handler. The attributes are the host's own.
func (h *discreetHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return &discreetHandler{Handler: h.Handler.WithAttrs(attrs), secrets: h.secrets}
}

// WithGroup implements slog.Handler.
func (h *discreetHandler) WithGroup(name string) slog.Handler {
	return &discreetHandler{Handler: h.Handler.WithGroup(name), secrets: h.secrets}
}

func (h *discreetHandler) attr(a slog.Attr) slog.Attr {
	a.Key, a.Value = h.secrets.Redact(a.Key), a.Value.Resolve()
	switch a.Value.Kind() { //nolint:exhaustive // The others have no room for a secret.
	case slog.KindString:
		a.Value = slog.StringValue(h.secrets.Redact(a.Value.String()))
	case slog.KindGroup:
		var group []slog.Attr
		for _, inner := range a.Value.Group() {
			group = append(group, h.attr(inner))
		}
		a.Value = slog.GroupValue(group...)
	case slog.KindAny:
		a.Value = slog.AnyValue(h.any(a.Value.Any()))
	}
	return a
}

// any redacts a value of JSON, and of any other what is printed of it.
func (h *discreetHandler) any(value any) any {
	switch v := value.(type) {
	case nil, bool:
		return v
	case string:
		return h.secrets.Redact(v)
	case []any:
		redacted := make([]any, len(v))
		for i := range v {
			redacted[i] = h.any(v[i])
		}
		return redacted
	case map[string]any:
		redacted := make(map[string]any, len(v))
		for key := range v {
			redacted[h.secrets.Redact(key)] = h.any(v[key])
		}
		return redacted
	case json.Number:
		if said := h.secrets.Redact(v.String()); said != v.String() {
			return said
		}
		return v
	default:
		printed := fmt.Sprint(v)
		if said := h.secrets.Redact(printed); said != printed {
			return said
		}
		return v
	}
}
