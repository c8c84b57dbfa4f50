package hostchecks

import (
	"errors"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestBarrier_HappensOnceWhenAllChecksHaveCome(t *testing.T) {
	t.Parallel()
	const checks, rounds = 5, 3
	w := &world{}
	for range checks {
		w.join()
	}
	var happened, passed atomic.Int32
	var all sync.WaitGroup
	for range checks {
		all.Go(func() {
			defer w.leave()
			for round := range int32(rounds) {
				assert.NoError(t, w.meet(t.Context(), nil, func() error {
					assert.Equal(t, round*checks, passed.Load(), "somebody went on before all had come")
					happened.Add(1)
					return nil
				}))
				passed.Add(1)
			}
		})
	}
	all.Wait()
	assert.EqualValues(t, rounds, happened.Load())
}

func TestBarrier_DoesNotWaitForChecksThatHaveEnded(t *testing.T) {
	t.Parallel()
	w := &world{}
	w.join()
	w.join()
	cause := errors.New("the host does not start")
	done := make(chan error)
	go func() { done <- w.meet(t.Context(), nil, func() error { return cause }) }()
	w.leave()
	assert.Equal(t, cause, <-done, "all learn how the fault ended")
}

func TestBarrier_HasTheEveOfAllChecksBeforeTheFault(t *testing.T) {
	t.Parallel()
	w := &world{}
	var eves atomic.Int32
	var all sync.WaitGroup
	for range 3 {
		w.join()
	}
	for range 3 {
		all.Go(func() {
			defer w.leave()
			assert.NoError(t, w.meet(t.Context(), func() { eves.Add(1) }, func() error {
				assert.EqualValues(t, 3, eves.Load(), "it happened too early")
				return nil
			}))
		})
	}
	all.Wait()
	assert.EqualValues(t, 3, eves.Load(), "once for each check")
}
