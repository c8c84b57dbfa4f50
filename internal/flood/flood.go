// Package flood bounds how much of somebody's output is taken, in a moment and in an
// hour.
package flood

import (
	"context"
	"sync"
	"time"
)

// The bounds of one provider's log, in bytes.
const (
	burst    = 4 << 20 // at once
	rate     = 1 << 20 // a second, after that
	volume   = 256 << 20
	period   = time.Hour // in which so much volume may come
	overhead = 256       // of the record that a host makes of a line, however short
)

// Budget is how much is still taken. The zero Budget is full. It may be used by many
// goroutines at once.
type Budget struct {
	mu      sync.Mutex
	updated time.Time
	now     float64 // used of burst
	hour    float64 // used of volume
}

// Take reports whether a line of so many bytes is within the budget, and takes it
// from that if it is.
func (b *Budget) Take(bytes int) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	at, cost := time.Now(), float64(bytes+overhead)
	if passed := at.Sub(b.updated).Seconds(); passed > 0 && !b.updated.IsZero() {
		b.now = max(0, b.now-passed*rate)
		b.hour = max(0, b.hour-passed*volume/period.Seconds())
	}
	b.updated = at
	if b.now+cost > burst || b.hour+cost > volume {
		return false
	}
	b.now += cost
	b.hour += cost
	return true
}

type key struct{}

// With returns a context in which a provider's process is opened on this budget, which
// it shares with the processes before and after it.
func With(ctx context.Context, b *Budget) context.Context { return context.WithValue(ctx, key{}, b) }

// From returns the budget of a context, or a new one.
func From(ctx context.Context) *Budget {
	if b, ok := ctx.Value(key{}).(*Budget); ok {
		return b
	}
	return &Budget{}
}
