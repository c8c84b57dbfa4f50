package omisealipay

import (
	"sync"
	"time"

	"github.com/paysocket/paysocket/contract"
)

// rateLimiter is a token bucket that bounds how many webhooks a second are
// fetched from Omise, and as many at once after a pause. It refuses the rest,
// because a queue would fill with whatever a stranger sends. Look-ups make up for
// what is refused.
type rateLimiter struct {
	perSecond float64
	now       func() time.Time

	mu     sync.Mutex
	tokens float64
	filled time.Time
}

func newRateLimiter(perSecond int, now func() time.Time) *rateLimiter {
	return &rateLimiter{perSecond: float64(perSecond), now: now, tokens: float64(perSecond), filled: now()}
}

func (r *rateLimiter) allow() *contract.Error {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.now()
	if passed := now.Sub(r.filled); passed > 0 {
		r.tokens = min(r.perSecond, r.tokens+passed.Seconds()*r.perSecond)
		r.filled = now
	}
	if r.tokens < 1 {
		return contract.NewError(contract.ProviderRateLimited,
			"more webhooks arrived than webhook_fetch_rate allows to fetch from Omise; the payments are found by GetStatus").
			WithRetryAfter(time.Second)
	}
	r.tokens--
	return nil
}
