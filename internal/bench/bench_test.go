package bench

import (
	"errors"
	"os"
	"runtime"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestWindow_CallsAsOftenAsItSays(t *testing.T) {
	t.Parallel()
	for _, callers := range []int{0, 1, 8} {
		var calls atomic.Int64
		require.NoError(t, Window{Callers: callers, Calls: 100}.call(func() error { calls.Add(1); return nil }))
		assert.Equal(t, int64(100), calls.Load())
	}
}

func TestWindow_EndsWithAnErrorOfACall(t *testing.T) {
	t.Parallel()
	var calls atomic.Int64
	failure := errors.New("refused")
	require.ErrorIs(t, Window{Callers: 2, Calls: 1_000_000}.call(func() error {
		if calls.Add(1) == 3 {
			return failure
		}
		return nil
	}), failure)
	assert.Less(t, calls.Load(), int64(1_000_000))
}

func TestQuantile(t *testing.T) {
	t.Parallel()
	values := []float64{5, 1, 4, 2, 3}
	assert.InDelta(t, 2, Quantile(values, 0.25), 0)
	assert.InDelta(t, 3, Quantile(values, 0.5), 0)
	assert.InDelta(t, 4, Quantile(values, 0.75), 0)
	assert.Zero(t, Quantile(nil, 0.5))
	assert.InDelta(t, 5, values[0], 0, "it sorts a copy")
}

func TestCPU_IsOfTheProcessThatIsNamed(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		t.Skip("SKIPPED: the time of another process is read on Linux alone")
	}
	before, err := CPU(0)
	require.NoError(t, err)
	for range 10_000_000 { // some milliseconds
		runtime.KeepAlive(before)
	}
	other, err := CPU(os.Getpid())
	require.NoError(t, err)
	after, err := CPU(0)
	require.NoError(t, err)
	assert.Greater(t, other, before)
	assert.LessOrEqual(t, other, after)
	_, err = CPU(1<<22 + 1) // no process has this number
	require.Error(t, err)
}
