package sandbox

import (
	"time"

	"github.com/paysocket/paysocket/conformance/gateway"
)

// account is a merchant's account, and a scope of the control protocol (scope.go).
type account struct {
	*gateway.AccountBase

	id string

	payments []*payment // oldest first
	byID     map[string]*payment
	byKey    map[string]*payment

	// All have the same lifetime, so the oldest is due first.
	pendingPayments []*payment
	pendingRefunds  []*refund
}

func newAccount(base *gateway.AccountBase) *account {
	return &account{AccountBase: base, id: base.IDs.ID("acct_"), byID: make(map[string]*payment), byKey: make(map[string]*payment)}
}

// now returns the account's time in the precision of the API.
func (a *account) now() time.Time { return a.Now().Truncate(time.Millisecond) }

// Tick implements [gateway.Account].
func (a *account) Tick() {
	now := a.now()
	for len(a.pendingPayments) > 0 {
		oldest := a.pendingPayments[0]
		if oldest.Status == statusPending {
			if now.Before(oldest.ExpiresAt) {
				break
			}
			a.move(oldest, statusExpired, "", oldest.ExpiresAt)
		}
		a.pendingPayments = a.pendingPayments[1:]
	}
	for len(a.pendingRefunds) > 0 {
		oldest := a.pendingRefunds[0]
		if oldest.Status == statusPending {
			due := oldest.CreatedAt.Add(refundDelay)
			if now.Before(due) {
				break
			}
			a.moveRefund(oldest, statusSucceeded, "", due)
		}
		a.pendingRefunds = a.pendingRefunds[1:]
	}
}
