package sandbox

import "github.com/paysocket/paysocket/conformance/gateway"

// account is what a merchant has at Stripe, and a scope of gwctl/1 (scope.go).
type account struct {
	*gateway.AccountBase

	id string

	intents []*intent // oldest first
	refunds []*refund // oldest first
	keys    map[string]*stored
	trouble []Trouble // for the next requests that create a payment

	endpointVersion string // of the events that its webhook endpoint gets
}

func newAccount(base *gateway.AccountBase) *account {
	return &account{AccountBase: base, id: base.IDs.ID("acct_"), keys: make(map[string]*stored), endpointVersion: apiVersion}
}

// Tick implements [gateway.Account].
func (a *account) Tick() {
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
