package plugin

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/paysocket/paysocket/internal/text"
)

// A log line between plugin and host is a JSON object in the form of hashicorp's
// hclog, which other hosts and plugins understand:
//
//	{"@timestamp":"2026-11-23T08:30:00.000000Z","@level":"info","@message":"...","key":"value"}
const (
	lineTime    = "@timestamp"
	lineLevel   = "@level"
	lineMessage = "@message"
	lineLayout  = "2006-01-02T15:04:05.000000Z07:00"
)

// maxLogLine keeps lines below the longest that a host reads as one, see maxLine.
const maxLogLine = 60 << 10

const levelTrace = slog.LevelDebug - 4

// newLineHandler returns the handler of a plugin.
func newLineHandler(to io.Writer, level slog.Leveler) slog.Handler {
	return slog.NewJSONHandler(&boundedLines{to: to}, &slog.HandlerOptions{Level: level, ReplaceAttr: lineAttr})
}

// lineAttr renames slog's own attributes to those of hclog, as strings, and keeps
// other attributes from taking those names.
func lineAttr(groups []string, a slog.Attr) slog.Attr {
	if len(groups) > 0 {
		return a
	}
	switch a.Key {
	case slog.TimeKey:
		if a.Value.Kind() == slog.KindTime {
			return slog.String(lineTime, a.Value.Time().UTC().Format(lineLayout))
		}
	case slog.LevelKey:
		if level, ok := a.Value.Any().(slog.Level); ok {
			return slog.String(lineLevel, levelWord(level))
		}
	case slog.MessageKey:
		return slog.String(lineMessage, a.Value.String())
	}
	a.Key = strings.TrimLeft(a.Key, "@")
	return a
}

func levelWord(level slog.Level) string {
	switch {
	case level < slog.LevelDebug:
		return "trace"
	case level < slog.LevelInfo:
		return "debug"
	case level < slog.LevelWarn:
		return "info"
	case level < slog.LevelError:
		return "warn"
	default:
		return "error"
	}
}

// levelOf returns the level of a word; slog.LevelInfo for an unknown one.
func levelOf(word string) slog.Level {
	switch strings.ToLower(word) {
	case "trace":
		return slog.LevelDebug - 4
	case "debug":
		return slog.LevelDebug
	case "warn":
		return slog.LevelWarn
	case "error":
		return slog.LevelError
	default:
		return slog.LevelInfo
	}
}

// boundedLines replaces a line that is too long: truncated, it would not be JSON.
type boundedLines struct {
	mu sync.Mutex
	to io.Writer
}

func (w *boundedLines) Write(line []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(line) <= maxLogLine {
		return w.to.Write(line)
	}
	instead := slog.New(newLineHandler(w.to, slog.LevelDebug))
	instead.LogAttrs(context.Background(), slog.LevelWarn, "a log line was dropped: it was too long",
		slog.Int("bytes", len(line)), slog.String("begin", text.Truncate(string(line), 512, "")))
	return len(line), nil
}

// entry is a log line as the host read it.
type entry struct {
	level   slog.Level
	message string
	fields  []slog.Attr
}

// parseEntry parses a line; it returns false if that is not a log line.
func parseEntry(line []byte) (entry, bool) {
	if len(line) == 0 || line[0] != '{' {
		return entry{}, false
	}
	var fields map[string]any
	decoder := json.NewDecoder(bytes.NewReader(line))
	decoder.UseNumber() // a float64 would round an id of 19 digits
	if err := decoder.Decode(&fields); err != nil || decoder.More() {
		return entry{}, false
	}
	message, isText := fields[lineMessage].(string)
	word, isWord := fields[lineLevel].(string)
	if !isText || !isWord {
		return entry{}, false
	}
	for _, key := range []string{lineMessage, lineLevel, lineTime} {
		delete(fields, key)
	}
	e := entry{level: wordLevel(word), message: message}
	for _, key := range slices.Sorted(maps.Keys(fields)) {
		e.fields = append(e.fields, slog.Any(key, fields[key]))
	}
	return e, true
}

func wordLevel(word string) slog.Level {
	switch strings.ToLower(word) {
	case "trace":
		return levelTrace
	case "debug":
		return slog.LevelDebug
	case "warn", "warning":
		return slog.LevelWarn
	case "error", "fatal":
		return slog.LevelError
	default:
		return slog.LevelInfo
	}
}

// discard returns a logger that discards if there is none.
func discard(logger *slog.Logger) *slog.Logger {
	if logger == nil {
		return slog.New(slog.DiscardHandler)
	}
	return logger
}

// timeOr returns d, or the default if d is not set.
func timeOr(d, byDefault time.Duration) time.Duration {
	if d <= 0 {
		return byDefault
	}
	return d
}
