package hostchecks

import (
	"github.com/paysocket/paysocket/conformance/internal/scripted"
	"github.com/paysocket/paysocket/contract"
)

// place places an order, and returns the payment whose link its buyer has.
func place(o *Order) string {
	o.Place()
	return o.Finds()
}

// Called waits until a call that creates a payment of the order has come.
func (o *Order) Called() {
	o.t.Until("a call of order "+o.ID+" has come", func() bool { return len(o.Calls(contract.OperationCreatePayment)) > 0 })
}

// Failed waits until such a call has ended, however it did.
func (o *Order) Failed() {
	o.t.Until("a call of order "+o.ID+" has ended", func() bool { return len(o.over(contract.OperationCreatePayment)) > 0 })
}

// Answered waits until the host has answered who placed the order.
func (o *Order) Answered() {
	o.t.Until("the host has answered the buyer of order "+o.ID, func() bool {
		select {
		case <-o.placed:
			return true
		default:
			return false
		}
	})
}

// Enable puts a wallet into the catalog again.
func (t *T) Enable(w *Wallet) {
	t.Change(w, "enabled", func() error { w.disabled = false; return nil })
}

// Another configures a wallet with the secrets of another account, which it returns. A new binary
// comes with them: hosts need not notice that the content of a secret's file has changed.
func (t *T) Another(w *Wallet) *scripted.Account {
	other := t.world.suite.server.NewAccount(w.kind.Shape)
	for _, secret := range other.Secrets() {
		t.world.suite.Canaries.Add(secret)
	}
	t.world.mu.Lock()
	t.world.others = append(t.world.others, other)
	t.world.mu.Unlock()
	other.On(scripted.Rule{Match: func(c *scripted.Call) bool { t.world.see(c); return false }})
	t.Change(w, "of account "+other.ID, func() error { w.of = other; return w.install("") })
	return other
}

// Back configures a wallet with its own secrets again.
func (t *T) Back(w *Wallet) {
	t.Change(w, "of its own account", func() error { w.of = nil; return w.install("") })
}
