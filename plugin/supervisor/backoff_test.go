package supervisor

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestBackoff_DoublesUpToHalfAMinute(t *testing.T) {
	t.Parallel()
	now := time.Now()
	h := restartHistory{backoff: defaultBackoff()}
	h.backoff.starts = 100
	for _, want := range []time.Duration{500 * time.Millisecond, time.Second, 2 * time.Second, 4 * time.Second, 8 * time.Second, 16 * time.Second, 30 * time.Second, 30 * time.Second} {
		at, full := h.next(now, 0.5)
		assert.Equal(t, want, at.Sub(now))
		assert.False(t, full)
	}
	h.served(time.Minute)
	at, _ := h.next(now, 0)
	assert.Equal(t, 400*time.Millisecond, at.Sub(now), "after a minute of service the waits begin anew")
	at, _ = h.next(now, 1)
	assert.Equal(t, 1200*time.Millisecond, at.Sub(now), "hosts that lost a gateway together do not come back together")
	h.failures = 10_000
	at, _ = h.next(now, 0.5)
	assert.Equal(t, 30*time.Second, at.Sub(now))
}

func TestBackoff_AllowsFiveStartsInTenMinutes(t *testing.T) {
	t.Parallel()
	began := time.Now()
	now := began
	h := restartHistory{backoff: defaultBackoff()}
	for range 4 {
		h.started(now)
		at, full := h.next(now, 0.5)
		assert.False(t, full)
		now = at
	}
	h.started(now)
	at, full := h.next(now, 0.5)
	assert.True(t, full)
	assert.Equal(t, began.Add(10*time.Minute), at)

	h.started(at)
	at, full = h.next(at, 0.5)
	assert.False(t, full)
	assert.Equal(t, began.Add(10*time.Minute+16*time.Second), at, "and the waits go on growing")

	h.forget()
	h.started(at)
	_, full = h.next(at, 0.5)
	assert.False(t, full, "a start that somebody asks for begins anew")
}

func TestBackoff_ForgivesALossNowAndThen(t *testing.T) {
	t.Parallel()
	now := time.Now()
	h := restartHistory{backoff: defaultBackoff()}
	for range 50 {
		h.started(now)
		now = now.Add(3 * time.Minute)
		h.served(3 * time.Minute)
		at, full := h.next(now, 0.5)
		assert.False(t, full)
		assert.Equal(t, 500*time.Millisecond, at.Sub(now))
	}
}
