package gateway

import (
	"bytes"
	"errors"
	"sync"
)

// maxReadyLine bounds a ready line, in bytes.
const maxReadyLine = 64 << 10

// firstLine is a writer for the standard output of a child. It keeps the first
// line and drops the rest, so that a child that prints more never blocks.
type firstLine struct {
	complete chan struct{} // closed when the line is complete or too long

	mu      sync.Mutex
	content []byte
	ended   bool
	tooLong bool
}

func newFirstLine() *firstLine { return &firstLine{complete: make(chan struct{})} }

func (f *firstLine) Write(content []byte) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.ended {
		return len(content), nil
	}
	part, _, found := bytes.Cut(content, []byte("\n"))
	if len(f.content)+len(part) > maxReadyLine {
		f.tooLong, found = true, true
		part = nil
	}
	f.content = append(f.content, part...)
	if found {
		f.ended = true
		close(f.complete)
	}
	return len(content), nil
}

// line returns the first line without its line break, after complete is closed.
func (f *firstLine) line() ([]byte, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.tooLong {
		return nil, errors.New("its first line is too long for a ready line")
	}
	return bytes.TrimSuffix(f.content, []byte("\r")), nil
}
