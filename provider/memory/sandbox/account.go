package sandbox

import (
	"time"

	"github.com/paysocket/paysocket/conformance/gateway"
)

// account is what a merchant has at the gateway, and a scope of the tester's
// (scope.go).
type account struct {
	*gateway.AccountBase

	id string

	payments []*payment // oldest first
	byID     map[string]*payment
	byKey    map[string]*payment

	// Lifetimes are the same for all, so what is oldest is due first.
	unpaid    []*payment
	unsettled []*refund
}

func newAccount(base *gateway.AccountBase) *account {
	return &account{AccountBase: base, id: base.IDs.ID("acct_"), byID: make(map[string]*payment), byKey: make(map[string]*payment)}
}

// now is the account's clock, as finely as its answers tell.
func (a *account) now() time.Time { return a.Now().Truncate(time.Millisecond) }

// Tick implements [gateway.Account].
func (a *account) Tick() {
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
