package omisealipay

import (
	"sync"
	"time"

	"github.com/paysocket/paysocket/contract"
)

// rate lets so many webhooks per second be read back, and as many at once
// after a pause. It refuses the rest: a queue would fill with whatever a
// stranger sends, and polling makes up for what is refused.
type rate struct {
	perSecond float64
	now       func() time.Time

	mu     sync.Mutex
	tokens float64
	filled time.Time
}

func newRate(perSecond int, now func() time.Time) *rate {
	return &rate{perSecond: float64(perSecond), now: now, tokens: float64(perSecond), filled: now()}
}

func (r *rate) take() *contract.Error {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.now()
	if passed := now.Sub(r.filled); passed > 0 {
		r.tokens = min(r.perSecond, r.tokens+passed.Seconds()*r.perSecond)
		r.filled = now
	}
	if r.tokens < 1 {
		return contract.NewError(contract.ProviderRateLimited,
			"more webhooks came than webhook_fetch_rate lets be read back from Omise; they are found by asking for the payments").
			WithRetryAfter(time.Second)
	}
	r.tokens--
	return nil
}
