package plugin

import (
	"context"
	"fmt"
	"io"
	"log"
	"log/slog"

	"github.com/hashicorp/go-hclog"
)

// bridge is an hclog.Logger that logs to a *slog.Logger. What go-plugin logs helps
// those who debug this package, so it is at level debug, except for warnings and
// errors.
type bridge struct {
	to   *slog.Logger
	name string
	with []any
}

var _ hclog.Logger = (*bridge)(nil)

func newBridge(to *slog.Logger) *bridge { return &bridge{to: to, name: "go-plugin"} }

// Log implements hclog.Logger.
func (b *bridge) Log(level hclog.Level, message string, args ...any) {
	attrs := []slog.Attr{slog.String("from", b.name)}
	args = append(append([]any(nil), b.with...), args...)
	for len(args) > 1 {
		attrs = append(attrs, slog.String(fmt.Sprint(args[0]), fmt.Sprint(args[1])))
		args = args[2:]
	}
	b.to.LogAttrs(context.Background(), bridgeLevel(level), message, attrs...)
}

func bridgeLevel(level hclog.Level) slog.Level {
	switch level {
	case hclog.Error:
		return slog.LevelError
	case hclog.Warn:
		return slog.LevelWarn
	case hclog.Trace:
		return levelTrace
	case hclog.NoLevel, hclog.Debug, hclog.Info, hclog.Off:
		return slog.LevelDebug
	default:
		return slog.LevelDebug
	}
}

// Trace implements hclog.Logger.
func (b *bridge) Trace(message string, args ...any) { b.Log(hclog.Trace, message, args...) }

// Debug implements hclog.Logger.
func (b *bridge) Debug(message string, args ...any) { b.Log(hclog.Debug, message, args...) }

// Info implements hclog.Logger.
func (b *bridge) Info(message string, args ...any) { b.Log(hclog.Info, message, args...) }

// Warn implements hclog.Logger.
func (b *bridge) Warn(message string, args ...any) { b.Log(hclog.Warn, message, args...) }

// Error implements hclog.Logger.
func (b *bridge) Error(message string, args ...any) { b.Log(hclog.Error, message, args...) }

func (b *bridge) enabled(level slog.Level) bool { return b.to.Enabled(context.Background(), level) }

// IsTrace implements hclog.Logger.
func (b *bridge) IsTrace() bool { return b.enabled(levelTrace) }

// IsDebug implements hclog.Logger.
func (b *bridge) IsDebug() bool { return b.enabled(slog.LevelDebug) }

// IsInfo implements hclog.Logger.
func (b *bridge) IsInfo() bool { return b.enabled(slog.LevelDebug) }

// IsWarn implements hclog.Logger.
func (b *bridge) IsWarn() bool { return b.enabled(slog.LevelWarn) }

// IsError implements hclog.Logger.
func (b *bridge) IsError() bool { return b.enabled(slog.LevelError) }

// ImpliedArgs implements hclog.Logger.
func (b *bridge) ImpliedArgs() []any { return b.with }

// With implements hclog.Logger.
func (b *bridge) With(args ...any) hclog.Logger {
	return &bridge{to: b.to, name: b.name, with: append(append([]any(nil), b.with...), args...)}
}

// Name implements hclog.Logger.
func (b *bridge) Name() string { return b.name }

// Named implements hclog.Logger.
func (b *bridge) Named(name string) hclog.Logger { return b.ResetNamed(b.name + "." + name) }

// ResetNamed implements hclog.Logger.
func (b *bridge) ResetNamed(name string) hclog.Logger {
	return &bridge{to: b.to, name: name, with: b.with}
}

// SetLevel implements hclog.Logger; the *slog.Logger decides.
func (b *bridge) SetLevel(hclog.Level) {}

// GetLevel implements hclog.Logger.
func (b *bridge) GetLevel() hclog.Level { return hclog.Trace }

// StandardLogger implements hclog.Logger.
func (b *bridge) StandardLogger(*hclog.StandardLoggerOptions) *log.Logger {
	return log.New(io.Discard, "", 0)
}

// StandardWriter implements hclog.Logger.
func (b *bridge) StandardWriter(*hclog.StandardLoggerOptions) io.Writer { return io.Discard }
