package plugintest

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"sync"
)

// Log is a log, or a stream, that a test looks into while it is written. The
// zero Log is empty.
type Log struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

// NewLog returns a logger of all levels, and the log that it writes to.
func NewLog() (*slog.Logger, *Log) {
	l := &Log{}
	return slog.New(slog.NewJSONHandler(l, &slog.HandlerOptions{Level: slog.LevelDebug - 4})), l
}

// Write implements io.Writer.
func (l *Log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

// String returns all that was written.
func (l *Log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}

// Record returns the first record with this message; nil if there is none.
func (l *Log) Record(message string) map[string]any {
	for line := range bytes.Lines([]byte(l.String())) {
		var record map[string]any
		if json.Unmarshal(line, &record) == nil && record[slog.MessageKey] == message {
			return record
		}
	}
	return nil
}

// Has returns a function that reports whether there is a record with this
// message.
func (l *Log) Has(message string) func() bool {
	return func() bool { return l.Record(message) != nil }
}
