package omisealipay

import "time"

// NewWithoutBackoff is New for a provider that reads again without a wait, unless
// Omise asks for one.
func NewWithoutBackoff(options *Options) *Provider {
	p := New(options)
	p.backoff = func(int) time.Duration { return 0 }
	return p
}
