package sandbox

import "time"

// A clock is an account's own time: it runs like the real one and can be put
// forward. It never runs backwards, whatever the machine's does: lists are
// searched by halving. It is not safe for concurrent use.
type clock struct {
	real  func() time.Time
	ahead time.Duration
	last  time.Time
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
func (c *clock) second() time.Time { return c.now().Truncate(time.Second) }

func (c *clock) advance(by time.Duration) { c.ahead += by }
