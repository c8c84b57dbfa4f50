package ledger

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// ClockError says that the host's clock differs from that of the database, by which the
// hosts agree. Such a host must move no money.
type ClockError struct {
	Ahead time.Duration // of the host; negative if it is behind
}

func (e *ClockError) Error() string {
	how, by := "ahead of", e.Ahead
	if by < 0 {
		how, by = "behind", -by
	}
	return fmt.Sprintf("the host's clock is %s %s the database's: let both get their time from NTP", by.Round(time.Millisecond), how)
}

const (
	clockTolerance = 2 * time.Second
	clockAge       = time.Minute
)

// clock is the ledger's: the database's, if hosts on several machines share that, and
// otherwise the host's. Between two questions it goes on by the monotonic clock, which
// nobody sets.
type clock struct {
	ask     func(context.Context) (time.Time, error) // nil for the host's clock
	wall    func() time.Time                         // the host's clock
	elapsed func() time.Duration                     // the monotonic clock

	asking   chan struct{} // has room for one
	base     time.Time     // the database's time when it was asked; zero if it was not yet
	measured time.Duration // when that was, by the monotonic clock
}

func newClock(ask func(context.Context) (time.Time, error)) *clock {
	began := time.Now()
	return &clock{
		ask: ask, wall: func() time.Time { return time.Now().Round(0) }, elapsed: func() time.Duration { return time.Since(began) },
		asking: make(chan struct{}, 1),
	}
}

// timeOfPostgres returns the time by the database's clock.
func timeOfPostgres(db *sql.DB) func(context.Context) (time.Time, error) {
	return func(ctx context.Context) (time.Time, error) {
		var ms int64
		err := db.QueryRowContext(ctx, "SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000 AS bigint)").Scan(&ms)
		return time.UnixMilli(ms), err
	}
}

// Now returns the time by the ledger's clock, which has no more than milliseconds. The
// error is a *ClockError if the host's clock is not to be trusted.
func (s *Store) Now(ctx context.Context) (time.Time, error) {
	at, err := s.clock.now(ctx)
	return at.UTC().Truncate(time.Millisecond), err
}

func (c *clock) now(ctx context.Context) (time.Time, error) {
	if c.ask == nil {
		return c.wall(), nil
	}
	select {
	case c.asking <- struct{}{}:
		defer func() { <-c.asking }()
	case <-ctx.Done():
		return time.Time{}, fmt.Errorf("waiting for the time of the database: %w", ctx.Err())
	}
	if !c.base.IsZero() && c.elapsed()-c.measured < clockAge {
		if at, ahead := c.read(); within(ahead) {
			return at, nil
		}
	}
	// Either it is time, or one of the two clocks was set, or the machine has slept.
	if err := c.measure(ctx); err != nil {
		return time.Time{}, err
	}
	at, ahead := c.read()
	if !within(ahead) {
		return time.Time{}, &ClockError{Ahead: ahead}
	}
	return at, nil
}

func within(ahead time.Duration) bool { return ahead.Abs() <= clockTolerance }

// read returns the database's time, and how far the host's clock is ahead of it.
func (c *clock) read() (at time.Time, ahead time.Duration) {
	at = c.base.Add(c.elapsed() - c.measured)
	return at, c.wall().Sub(at)
}

// measure asks the database for its time, again if the answer took long: when in that
// time it was made is not known.
func (c *clock) measure(ctx context.Context) error {
	const tries, quick, longest = 3, 50 * time.Millisecond, 5 * time.Second
	ctx, cancel := context.WithTimeout(ctx, longest)
	defer cancel()
	shortest := time.Duration(-1)
	for range tries {
		began := c.elapsed()
		at, err := c.ask(ctx)
		if err != nil {
			return fmt.Errorf("asking the database for the time: %w", err)
		}
		took := c.elapsed() - began
		if shortest < 0 || took < shortest {
			shortest, c.base, c.measured = took, at, began+took/2
		}
		if took <= quick {
			break
		}
	}
	return nil
}
