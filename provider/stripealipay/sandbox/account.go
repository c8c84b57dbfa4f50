package sandbox

import (
	"sync"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/conformance/standin"
)

// account is what a merchant has at Stripe, and a scope of the tester's
// (scope.go).
type account struct {
	*standin.Account

	id string

	mu      sync.Mutex
	intents []*intent // oldest first
	refunds []*refund // oldest first
	keys    map[string]*stored
	trouble []Trouble // for the next requests that create a payment
}

func newAccount(spec *gateway.ScopeSpec) (*account, error) {
	frame, err := kind.NewAccount(spec)
	if err != nil {
		return nil, err
	}
	return &account{Account: frame, id: frame.IDs.ID("acct_"), keys: make(map[string]*stored)}, nil
}

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
	now := a.Now()
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

func (a *account) view() map[string]any {
	return map[string]any{
		"id": a.id, "object": "account", "type": "standard", "country": "JP", "default_currency": "jpy",
		"charges_enabled": true, "payouts_enabled": true,
		"business_profile": map[string]any{"name": "Sandbox shop", "url": nil},
		"capabilities":     map[string]any{"card_payments": "active", "transfers": "active"},
	}
}
