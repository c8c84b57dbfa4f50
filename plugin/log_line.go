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

// A log line between plugin and host is a JSON object, one a line, in the form
// of hashicorp's hclog, so that hosts and plugins of other makes understand it:
//
//	{"@timestamp":"2026-11-23T08:30:00.000000Z","@level":"info","@message":"...","key":"value"}
const (
	lineTime    = "@timestamp"
	lineLevel   = "@level"
	lineMessage = "@message"
	lineLayout  = "2006-01-02T15:04:05.000000Z07:00"
)

// maxLogLine keeps lines below what hosts read as one.
const maxLogLine = 60 << 10

const levelTrace = slog.LevelDebug - 4

// newLineHandler gives the plugin's end.
func newLineHandler(to io.Writer, level slog.Leveler) slog.Handler {
	return slog.NewJSONHandler(&boundedLines{to: to}, &slog.HandlerOptions{Level: level, ReplaceAttr: lineAttr})
}

// lineAttr gives slog's own attributes hclog's names, as strings, and keeps
// those names to them.
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

// levelOf reads a level's word; any other means slog.LevelInfo.
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

// boundedLines replaces a line that is too long: cut, it would be JSON no more.
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

// entry is a log line at the host's end.
type entry struct {
	level   slog.Level
	message string
	fields  []slog.Attr
}

// parseEntry reads a line, and reports false if it is not one of a log.
func parseEntry(line []byte) (entry, bool) {
	if len(line) == 0 || line[0] != '{' {
		return entry{}, false
	}
	var fields map[string]any
	decoder := json.NewDecoder(bytes.NewReader(line))
	decoder.UseNumber() // an id of 19 digits stays what it is
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

// discard is the logger of those who gave none.
func discard(logger *slog.Logger) *slog.Logger {
	if logger == nil {
		return slog.New(slog.DiscardHandler)
	}
	return logger
}

// timeOr gives d, or what stands for it when it is not set.
func timeOr(d, otherwise time.Duration) time.Duration {
	if d <= 0 {
		return otherwise
	}
	return d
}
