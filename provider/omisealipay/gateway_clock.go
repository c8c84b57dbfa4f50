package omisealipay

import (
	"sync"
	"time"

	"github.com/paysocket/paysocket/contract"
)

const (
	// clockTolerance is how far Omise's clock may seem to move against ours before it counts as set. An answer that took
	// that long seems to set it, too, which makes look-ups longer and nothing else.
	clockTolerance = 15 * time.Second
	// clockMargin is how far the clock of the machine that stamps a charge may be behind the one that dated the last
	// answer before it.
	clockMargin = 2 * time.Minute
	// callDelay is how long a call may have been under way from the host to here.
	callDelay = time.Minute
	// maxBeginnings is of how many keys a beginning is remembered. The others are looked up in the wide window.
	maxBeginnings = 10_000
)

// gatewayClock knows what Omise's clock said before the first charge of a key was sent, in the dates of Omise's answers. A
// charge of the key cannot be older by that clock, unless the clock was set back meanwhile: then nothing that was learned
// before counts. It belongs to one session, and is forgotten with it.
type gatewayClock struct {
	now func() time.Time

	mu sync.Mutex
	// era counts how often Omise's clock was set, or seemed so; 0 while there was no date.
	era int
	// ahead is how far it was ahead of ours at the first date of the era, latest the latest date.
	ahead  time.Duration
	latest time.Time
	// proved says that a charge of this era was stamped by a clock that agrees with the dates.
	proved bool
	begun  map[string]beginning
	order  []string // of begun, the oldest first
}

// A beginning is when the first charge of a key was about to be sent.
type beginning struct {
	era  int
	date time.Time // the latest of Omise's
	ours time.Time
}

func newGatewayClock(now func() time.Time) *gatewayClock {
	return &gatewayClock{now: now, begun: map[string]beginning{}}
}

// hear takes note of the date of an answer that has just come.
func (c *gatewayClock) hear(date time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	ahead := date.Sub(c.now())
	if c.era == 0 || (ahead-c.ahead).Abs() > clockTolerance {
		c.startEra(ahead, date)
		return
	}
	if date.After(c.latest) {
		c.latest = date
	}
}

func (c *gatewayClock) startEra(ahead time.Duration, latest time.Time) {
	c.era++
	c.ahead, c.latest, c.proved = ahead, latest, false
}

// begin takes note that the first charge of a key is about to be sent, and returns the latest date.
func (c *gatewayClock) begin(attempt *contract.Attempt) time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.latest.IsZero() || attempt.Repeated() {
		return c.latest
	}
	if _, known := c.begun[attempt.Key]; known { // the earlier one holds
		return c.latest
	}
	if len(c.order) == maxBeginnings {
		delete(c.begun, c.order[0])
		c.order = c.order[1:]
	}
	c.begun[attempt.Key] = beginning{era: c.era, date: c.latest, ours: c.now().Round(0)}
	c.order = append(c.order, attempt.Key)
	return c.latest
}

// compare compares the time of a new charge with the dates of the answers before it and with it.
func (c *gatewayClock) compare(before, created, with time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case before.IsZero() || created.IsZero() || with.IsZero():
	case created.Before(before.Add(-clockTolerance)) || created.After(with.Add(clockTolerance)):
		c.startEra(c.ahead, c.latest) // the dates are not of the clock that stamps charges
	default:
		c.proved = true
	}
}

// since returns from when on a charge of the attempt can be, by Omise's clock; false if that is not certain. To be called
// after an answer to the look-up has come.
func (c *gatewayClock) since(attempt *contract.Attempt) (from time.Time, era int, certain bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	b, known := c.begun[attempt.Key]
	// An attempt that began before this process saw it had calls elsewhere.
	if !known || b.era != c.era || !c.proved || attempt.FirstAt.Before(b.ours.Add(-callDelay)) {
		return time.Time{}, 0, false
	}
	return b.date.Add(-clockMargin), c.era, true
}

// isOf reports whether the era still lasts.
func (c *gatewayClock) isOf(era int) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.era == era
}
