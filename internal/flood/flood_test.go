package flood

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
)

// taken returns how many bytes of lines of this size are taken in so many seconds, a
// thousand times as many as may be.
func taken(b *Budget, size, seconds int) (bytes int) {
	for range seconds {
		for range 1000 * rate / 100 / (size + overhead) {
			if b.Take(size) {
				bytes += size + overhead
			}
		}
		<-time.After(time.Second)
	}
	return bytes
}

func TestBudget_BoundsWhatComesAtOnceAndInAnHour(t *testing.T) {
	t.Parallel()
	for _, size := range []int{0, 100, 64 << 10} {
		synctest.Test(t, func(t *testing.T) {
			b := &Budget{}
			got := taken(b, size, 10)
			assert.InDelta(t, burst+9*rate, got, float64(2*(size+overhead)), "lines of %d", size)
		})
	}
	synctest.Test(t, func(t *testing.T) {
		b := &Budget{}
		got := taken(b, 64<<10, 3600)
		assert.InDelta(t, 2*volume, got, volume/100, "what an hour brings back is used as well")
		<-time.After(period)
		assert.InDelta(t, burst, taken(b, 64<<10, 1), 2*(64<<10))
	})
}
