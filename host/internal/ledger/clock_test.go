package ledger

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// fakeClocks are a host's two clocks and that of its database.
type fakeClocks struct {
	clock *clock

	wall, database time.Time
	elapsed, takes time.Duration
	asked          int
	fails          error
}

func newFakeClocks() *fakeClocks {
	f := &fakeClocks{wall: noon, database: noon}
	f.clock = &clock{ask: f.ask, wall: func() time.Time { return f.wall }, elapsed: func() time.Duration { return f.elapsed }, asking: make(chan struct{}, 1)}
	return f
}

func (f *fakeClocks) ask(context.Context) (time.Time, error) {
	f.asked++
	f.pass(f.takes / 2)
	at := f.database
	f.pass(f.takes / 2)
	return at, f.fails
}

func (f *fakeClocks) pass(d time.Duration) {
	f.wall, f.database, f.elapsed = f.wall.Add(d), f.database.Add(d), f.elapsed+d
}

func TestClock_IsTheDatabasesAndIsAskedForEveryMinute(t *testing.T) {
	t.Parallel()
	f := newFakeClocks()
	f.database = noon.Add(-1500 * time.Millisecond)
	for range 5 {
		at, err := f.clock.now(t.Context())
		require.NoError(t, err)
		assert.Equal(t, f.database, at)
		f.pass(19 * time.Second)
	}
	assert.Equal(t, 2, f.asked)
}

func TestClock_OfAHostThatIsOffIsAnError(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ ahead, told time.Duration }{
		{2 * time.Second, 0}, {-2 * time.Second, 0}, {2001 * time.Millisecond, 2001 * time.Millisecond}, {-time.Hour, -time.Hour},
	} {
		f := newFakeClocks()
		f.wall = f.wall.Add(c.ahead)
		_, err := f.clock.now(t.Context())
		wrong, is := errors.AsType[*ClockError](err)
		require.Equal(t, c.told != 0, is, "%s: %v", c.ahead, err)
		if is {
			assert.Equal(t, c.told, wrong.Ahead)
			f.wall = f.database
			_, err = f.clock.now(t.Context())
			require.NoError(t, err, "it is mended at once")
		}
	}
}

func TestClock_ThatIsSetIsSeenAtOnce(t *testing.T) {
	t.Parallel()
	f := newFakeClocks()
	_, err := f.clock.now(t.Context())
	require.NoError(t, err)
	f.wall = f.wall.Add(10 * time.Minute) // by somebody, or the machine has slept
	_, err = f.clock.now(t.Context())
	_, is := errors.AsType[*ClockError](err)
	require.True(t, is, "%v", err)
	f.database = f.wall // it has slept, and its monotonic clock with it
	at, err := f.clock.now(t.Context())
	require.NoError(t, err)
	assert.Equal(t, f.database, at)
}

func TestClock_AllowsForTheTimeOfTheAnswer(t *testing.T) {
	t.Parallel()
	f := newFakeClocks()
	f.takes = 4 * time.Second
	at, err := f.clock.now(t.Context())
	require.NoError(t, err)
	assert.Equal(t, f.database, at)
	assert.Equal(t, 3, f.asked, "a slow answer is not believed at once")
}

func TestClock_WithoutAnAnswerIsAnError(t *testing.T) {
	t.Parallel()
	f := newFakeClocks()
	f.fails = errors.New("for the test")
	_, err := f.clock.now(t.Context())
	require.ErrorIs(t, err, f.fails)
	f.fails = nil
	_, err = f.clock.now(t.Context())
	require.NoError(t, err)
}

func TestNow_IsTheTime(t *testing.T) {
	t.Parallel()
	for name, create := range engines {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := create(t)
			s := d.open(t)
			at, err := s.Now(t.Context())
			require.NoError(t, err)
			assert.WithinDuration(t, time.Now(), at, time.Second)
			assert.Equal(t, at.Truncate(time.Millisecond), at)
			assert.Equal(t, time.UTC, at.Location())

			s.clock.wall = func() time.Time { return time.Now().Add(time.Hour) }
			at, err = s.Now(t.Context())
			if d.dialect == SQLite {
				require.NoError(t, err, "there is no clock but the host's")
				assert.WithinDuration(t, time.Now().Add(time.Hour), at, time.Second)
				return
			}
			wrong, is := errors.AsType[*ClockError](err)
			require.True(t, is, "%v", err)
			assert.InDelta(t, time.Hour, wrong.Ahead, float64(time.Second))
		})
	}
}
