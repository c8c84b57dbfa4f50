package sandbox

import "time"

// A clock is an account's own time: it runs like the real one and can be put
// forward. It never runs backwards, whatever the machine's does: lists are
// searched by halving. It is not safe for concurrent use.
type clock struct {
	real  func() time.Time
	ahead time.Duration
	last  time.Time
	as    time.Time // not zero: the moment that is being lived through
}

func (c *clock) now() time.Time {
	now := c.real().Add(c.ahead).UTC()
	if now.Before(c.last) {
		return c.last
	}
	c.last = now
	return now
}

// second is now as Omise writes times.
func (c *clock) second() time.Time {
	if !c.as.IsZero() {
		return c.as
	}
	return c.now().Truncate(time.Second)
}

// at lives through a moment that the clock went past: what was due while
// nobody looked has happened then, not now.
func (c *clock) at(moment time.Time, do func()) {
	c.as = moment
	defer func() { c.as = time.Time{} }()
	do()
}

func (c *clock) advance(by time.Duration) { c.ahead += by }
