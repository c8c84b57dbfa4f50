package sandbox

import (
	"sync"
	"time"
)

// account is what a merchant has at Stripe, and a scope of the tester's
// (scope.go). Its fields above mu never change once it is open.
type account struct {
	sandbox *Sandbox

	name                     string // in gwctl/1 and in the links for payers
	id                       string
	secretKey, webhookSecret string
	previousSecret           string // the webhook secret before it was rolled
	webhookURL               string // empty: no deliveries
	began                    time.Time
	closed                   chan struct{}

	mu      sync.Mutex
	ahead   time.Duration // of the real clock
	ids     *mint
	intents []*intent // oldest first
	refunds []*refund // oldest first
	keys    map[string]*stored
	trouble []Trouble // for the next requests that create a payment
}

// start completes an account that has its credentials.
func (a *account) start(s *Sandbox, name string) {
	a.sandbox, a.name = s, name
	a.previousSecret = newMint("").id("whsec_")
	a.id = a.ids.id("acct_")
	a.began = time.Now()
	a.closed = make(chan struct{})
	a.keys = make(map[string]*stored)
}

// now is the account's clock. It is built on the monotonic one, so payments
// are in the order of their times whatever happens to the machine's clock.
func (a *account) now() time.Time {
	return a.began.Round(0).Add(time.Since(a.began) + a.ahead).UTC()
}

// lock enters the account as it is now by its clock. The caller unlocks mu.
func (a *account) lock() {
	a.mu.Lock()
	a.catchUp()
}

// catchUp lets happen what is due. Nothing runs by itself: whoever looks, or
// the watch of the sandbox, comes first through here.
func (a *account) catchUp() {
	now := a.now()
	for _, r := range a.refunds {
		if due := r.created.Add(refundDelay); r.status == "pending" && !now.Before(due) {
			a.moveRefund(r, "succeeded", due)
		}
	}
	for key, answer := range a.keys {
		if now.Sub(answer.at) > keyLife {
			delete(a.keys, key)
		}
	}
}

// isOpen tells whether the tester has not closed the account.
func (a *account) isOpen() bool {
	select {
	case <-a.closed:
		return false
	default:
		return true
	}
}

func (a *account) view() map[string]any {
	return map[string]any{
		"id": a.id, "object": "account", "type": "standard", "country": "JP", "default_currency": "jpy",
		"charges_enabled": true, "payouts_enabled": true,
		"business_profile": map[string]any{"name": "Sandbox shop", "url": nil},
		"capabilities":     map[string]any{"card_payments": "active", "transfers": "active"},
	}
}
