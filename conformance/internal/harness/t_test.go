package harness

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestRun_OfACheckThatIsBrokenOffKeepsWhatItHadFound(t *testing.T) {
	t.Parallel()
	for what, ends := range map[string]bool{"and ends": true, "and does not end": false} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				ctx, breakOff := context.WithCancelCause(t.Context())
				never := make(chan struct{})
				defer close(never)
				result := Run(ctx, time.Minute, nil, func(x *T) {
					x.Errorf("two payments")
					breakOff(errors.New("it takes too long"))
					<-x.Context().Done()
					x.Errorf("the call failed")
					if !ends {
						<-never
					}
				})
				assert.Equal(t, []Failure{{What: "two payments"}}, result.Failures)
				assert.False(t, result.TimedOut)
			})
		})
	}
}

func TestSeries_CountsTheCallsOfWhichNoTwoAreAtOnce(t *testing.T) {
	t.Parallel()
	at := func(seconds int) time.Time { return time.Unix(int64(seconds), 0) }
	var s series
	for _, call := range [][2]int{{0, 2}, {1, 3}, {2, 4}, {1, 5}, {5, 6}} { // as they end
		s.add(at(call[0]), at(call[1]))
	}
	assert.Equal(t, 3, s.take(), "0 to 2, 2 to 4, 5 to 6")
	assert.Zero(t, s.take())
}
