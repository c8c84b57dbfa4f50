package hostproc

import (
	"fmt"
	"os"
	"strings"
	"sync"
)

// maxOutput bounds what is kept of a stream of output, in bytes. The rest is dropped, so
// that a host that prints more never waits.
const maxOutput = 64 << 20

// capture keeps a stream of output in a file.
type capture struct {
	mu   sync.Mutex
	file *os.File
	n    int
	last []byte
}

func newCapture(path string) (*capture, error) {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600) //nolint:gosec // It is in the world's own folder.
	if err != nil {
		return nil, fmt.Errorf("keeping the output of a host: %w", err)
	}
	return &capture{file: file}, nil
}

// maxTail bounds what an error shows of an output.
const maxTail = 2 << 10

// Write implements io.Writer.
func (c *capture) Write(content []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.last = append(c.last, content...)
	c.last = c.last[max(0, len(c.last)-maxTail):]
	kept := content[:min(len(content), maxOutput-c.n)]
	n, err := c.file.Write(kept)
	c.n += n
	if err != nil {
		return n, err
	}
	return len(content), nil
}

// tail returns the end of what was written.
func (c *capture) tail() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return strings.TrimSpace(strings.ToValidUTF8(string(c.last), "\ufffd"))
}

// Close implements io.Closer.
func (c *capture) Close() error { return c.file.Close() }
