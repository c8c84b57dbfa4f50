package move

import (
	"fmt"
	"sync"
	"time"
)

// progressInterval is how often a move that takes long says where it is.
const progressInterval = 2 * time.Second

// progress says where a move is, as long as it takes.
type progress struct {
	say func(line string)

	mu          sync.Mutex
	what        string
	rows, total int64

	running sync.WaitGroup
	end     chan struct{}
}

func newProgress(say func(string), interval time.Duration) *progress {
	p := &progress{say: say, end: make(chan struct{})}
	if say == nil {
		return p
	}
	p.running.Go(func() {
		ticker := time.NewTicker(interval)
		defer ticker.Stop()
		for {
			select {
			case <-p.end:
				return
			case <-ticker.C:
				say(p.String())
			}
		}
	})
	return p
}

func (p *progress) stop() {
	close(p.end)
	p.running.Wait()
}

// begin begins a step, with the number of its rows if it has any.
func (p *progress) begin(what string, total int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.what, p.rows, p.total = what, 0, total
}

// add counts a row.
func (p *progress) add() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.rows++
}

// String returns where the move is.
func (p *progress) String() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.total == 0 {
		return p.what
	}
	return fmt.Sprintf("%s: %d of %d rows", p.what, p.rows, p.total)
}
