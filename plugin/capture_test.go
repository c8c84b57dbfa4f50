package plugin_test

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"sync"
)

// captured is a log, or a stream, that a test looks into while it is written.
type captured struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func capture() (*slog.Logger, *captured) {
	c := &captured{}
	return slog.New(slog.NewJSONHandler(c, &slog.HandlerOptions{Level: slog.LevelDebug - 4})), c
}

func (c *captured) Write(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.buf.Write(p)
}

func (c *captured) String() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.buf.String()
}

// record gives the first record with this message.
func (c *captured) record(message string) map[string]any {
	for line := range bytes.Lines([]byte(c.String())) {
		var record map[string]any
		if json.Unmarshal(line, &record) == nil && record[slog.MessageKey] == message {
			return record
		}
	}
	return nil
}

// has says whether there is a record with this message.
func (c *captured) has(message string) func() bool {
	return func() bool { return c.record(message) != nil }
}
