package sandbox

import (
	"sync"
	"time"
)

// account is what a merchant has at the gateway, and a scope of the tester's
// (scope.go). Its fields above mu never change once it is open.
type account struct {
	sandbox *Sandbox

	name                     string // in gwctl/1 and in pay_url
	id                       string
	secretKey, webhookSecret string
	previousSecret           string // the webhook secret before the last rotation
	webhookURL               string // empty: no deliveries
	began                    time.Time
	closed                   chan struct{}

	mu       sync.Mutex
	ahead    time.Duration // of the real clock
	ids      *mint
	payments []*payment // oldest first
	byID     map[string]*payment
	byKey    map[string]*payment

	// Lifetimes are the same for all, so what is oldest is due first.
	unpaid    []*payment
	unsettled []*refund
}

// start completes an account that has its credentials.
func (a *account) start(s *Sandbox, name string) {
	a.sandbox, a.name = s, name
	a.previousSecret = newMint("").id("whsec_")
	a.id = a.ids.id("acct_")
	a.began = time.Now()
	a.closed = make(chan struct{})
	a.byID = make(map[string]*payment)
	a.byKey = make(map[string]*payment)
}

// now is the account's clock. It is built on the monotonic one, so payments
// are in the order of their times whatever happens to the machine's clock.
func (a *account) now() time.Time {
	return a.began.Round(0).Add(time.Since(a.began) + a.ahead).UTC().Truncate(time.Millisecond)
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
	for len(a.unpaid) > 0 {
		oldest := a.unpaid[0]
		if oldest.Status == statusPending {
			if now.Before(oldest.ExpiresAt) {
				break
			}
			a.move(oldest, statusExpired, "", oldest.ExpiresAt)
		}
		a.unpaid = a.unpaid[1:]
	}
	for len(a.unsettled) > 0 {
		oldest := a.unsettled[0]
		if oldest.Status == statusPending {
			due := oldest.CreatedAt.Add(refundDelay)
			if now.Before(due) {
				break
			}
			a.moveRefund(oldest, statusSucceeded, "", due)
		}
		a.unsettled = a.unsettled[1:]
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
