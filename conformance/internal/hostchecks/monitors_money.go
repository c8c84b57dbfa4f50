package hostchecks

import (
	"slices"
	"time"

	"github.com/paysocket/paysocket/conformance/internal/hostctl"
	"github.com/paysocket/paysocket/conformance/internal/scripted"
	"github.com/paysocket/paysocket/contract"
)

// paidMeansPaid compares the orders that are PAID, or were acted on, with the gateways'
// ledgers.
func paidMeansPaid(m *M) int {
	seen := 0
	for _, w := range m.worlds {
		for o, said := range w.final {
			if said.State != hostctl.OrderPaid && said.Effects == 0 {
				continue
			}
			seen++
			if why := w.unpaid(o, said); why != "" {
				m.Errorf("order %s of %s is %s, and acted on %d times: %s", o.ID, w.name, said.State, said.Effects, why)
				m.Evidence(o.Calls("")...)
			}
		}
	}
	return seen
}

// unpaid returns why no gateway has the money for an order that is said to be paid; empty if
// one has.
func (w *world) unpaid(o *Order, said *hostctl.Order) string {
	if said.Paid == nil {
		return "no payment is named"
	}
	var has *scripted.LedgerPayment
	for _, account := range w.accounts() {
		for _, p := range account.Ledger() {
			if p.PaymentID == said.Paid.Payment {
				has = &p
			}
		}
	}
	switch {
	case has == nil:
		return "no gateway has a payment " + said.Paid.Payment
	case has.Status != contract.PaymentSucceeded:
		return "the gateway says that " + has.PaymentID + " is " + string(has.Status)
	case has.Amount != o.Amount || said.Amount != moneyOf(o.Amount):
		return "the payment is of " + has.Amount.String() + "; the order is of " + o.Amount.String()
	case !slices.Contains(o.Keys(), has.IdempotencyKey):
		return "the payment was made with the key of another order"
	case has.Method != o.Method:
		return "the payment was made by " + has.Method + "; the order is by " + o.Method
	}
	return ""
}

// accounts returns the gateways' accounts that the providers of the world have been used with.
func (w *world) accounts() []*scripted.Account {
	all := slices.Clone(w.others)
	for _, one := range w.wallets {
		all = append(all, one.Account)
	}
	return all
}

// onePaymentForOneKey looks through the ledgers for two payments, or two refunds of one
// payment, that calls with one key have made. What a request made that was under way for
// longer than the gateway says is not the host's.
func onePaymentForOneKey(m *M) int {
	keys := make(map[string]int) // of what was made
	once := func(what, key string, account *scripted.Account, call int) {
		calls := account.Calls()
		at := slices.IndexFunc(calls, func(c scripted.CallRecord) bool { return c.Number == call })
		if at < 0 || calls[at].CommittedAt.IsZero() {
			return
		}
		if keys[what+key]++; keys[what+key] == 2 {
			m.Errorf("%s was made twice with the key %s", what, key)
			m.Evidence(slices.DeleteFunc(calls, func(c scripted.CallRecord) bool { return c.Key() != key })...)
		}
	}
	for _, w := range m.worlds {
		for _, account := range w.accounts() {
			for _, p := range account.Ledger() {
				once("a payment", p.IdempotencyKey, account, p.Call)
				for _, r := range p.Refunds {
					once("a refund of "+p.PaymentID, r.IdempotencyKey, account, r.Call)
				}
			}
		}
	}
	return len(keys)
}

// enoughTime compares the deadlines of all calls that move money with what a provider needs.
func enoughTime(m *M) int {
	seen := 0
	least := m.suite.Manifest.Pace.MinTimeLeft
	for _, w := range m.Wallets() {
		short := slices.DeleteFunc(w.Calls(), func(c scripted.CallRecord) bool {
			if !c.Operation.MovesMoney() {
				return true
			}
			seen++
			return c.Deadline.IsZero() || c.Deadline.Sub(c.Began) > least
		})
		for _, c := range short {
			m.Errorf("a call that moves money had %s left when it came to the provider; %s is the least with which it begins one",
				c.Deadline.Sub(c.Began).Round(time.Millisecond), least)
			m.Evidence(c)
		}
	}
	return seen
}
