package sandbox

import (
	"sync"
	"time"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/conformance/standin"
)

// account is what a merchant has at the gateway, and a scope of the tester's
// (scope.go).
type account struct {
	*standin.Account

	id string

	mu       sync.Mutex
	payments []*payment // oldest first
	byID     map[string]*payment
	byKey    map[string]*payment

	// Lifetimes are the same for all, so what is oldest is due first.
	unpaid    []*payment
	unsettled []*refund
}

func newAccount(spec *gateway.ScopeSpec) (*account, error) {
	frame, err := kind.NewAccount(spec)
	if err != nil {
		return nil, err
	}
	return &account{
		Account: frame, id: frame.IDs.ID("acct_"), byID: make(map[string]*payment), byKey: make(map[string]*payment),
	}, nil
}

// now is the account's clock, as finely as its answers tell.
func (a *account) now() time.Time { return a.Now().Truncate(time.Millisecond) }

// lock enters the account as it is now by its clock. The caller unlocks mu.
func (a *account) lock() {
	a.mu.Lock()
	a.catchUp()
}

// Tick implements [standin.Holder].
func (a *account) Tick() {
	a.lock()
	a.mu.Unlock()
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
