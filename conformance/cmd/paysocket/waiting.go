package main

import (
	"fmt"
	"io"
	"sync"
	"time"
)

// patience is how long a command takes before it says what it is doing.
const patience = 2 * time.Second

// waiting says on a terminal what a command is doing, if that takes longer than patience.
// A nil one says nothing.
type waiting struct {
	line *progress

	mu    sync.Mutex
	what  string
	began time.Time

	once        sync.Once
	ended, over chan struct{}
}

// newWaiting returns nil if out is no terminal: in a log nobody waits.
func newWaiting(out io.Writer) *waiting {
	line := newProgress(out)
	if !line.terminal {
		return nil
	}
	w := &waiting{line: line, ended: make(chan struct{}), over: make(chan struct{})}
	go w.run()
	return w
}

// on says what comes now.
func (w *waiting) on(what string) {
	if w == nil {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.what, w.began = what, time.Now()
}

func (w *waiting) run() {
	defer close(w.over)
	began, said := time.Now(), false
	for ticks := time.Tick(time.Second / 2); ; {
		select {
		case <-w.ended:
			if said {
				w.line.end()
			}
			return
		case now := <-ticks:
			if now.Sub(began) >= patience {
				w.mu.Lock()
				w.line.line(fmt.Sprintf("%s (%s)", w.what, now.Sub(w.began).Round(time.Second)))
				w.mu.Unlock()
				said = true
			}
		}
	}
}

// end takes the line away, before anything else is printed. It may be called again.
func (w *waiting) end() {
	if w == nil {
		return
	}
	w.once.Do(func() { close(w.ended) })
	<-w.over
}
