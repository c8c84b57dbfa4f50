package keywalk

import (
	"context"
	"slices"

	"github.com/paysocket/paysocket/conformance/gateway"
)

// ledger returns what an account has.
func (w *walk) ledger(account int) []gateway.Payment {
	payments, err := w.accounts[account].Payments(context.Background(), nil)
	if err != nil {
		w.fail("a ledger cannot be read: %v", err)
	}
	return payments
}

// made returns what the two accounts have for a key.
func (w *walk) made(k *key) []string {
	var ids []string
	for i := range w.accounts {
		for _, payment := range w.ledger(i) {
			if k.of == nil && payment.Key == k.key {
				ids = append(ids, payment.ID)
			}
			for _, refund := range payment.Refunds {
				if k.of != nil && payment.ID == k.of.id && refund.Key == k.key {
					ids = append(ids, refund.ID)
				}
			}
		}
	}
	return ids
}

// entry returns a payment as its account has it, and in which account that is.
func (w *walk) entry(id string) (*gateway.Payment, int) {
	for i := range w.accounts {
		payments := w.ledger(i)
		if at := slices.IndexFunc(payments, func(p gateway.Payment) bool { return p.ID == id }); at >= 0 {
			return &payments[at], i
		}
	}
	w.fail("no account has the payment %s, which was answered", id)
	return nil, 0
}

// check compares the ledgers with the answers that the host got.
func (w *walk) check() {
	for _, k := range w.keys {
		made := w.made(k)
		switch {
		case len(made) > 1:
			w.fail("the key %s made %v", k.key, made)
		case len(made) == 1 && k.absent:
			w.fail("a look-up proved that the key %s made nothing, and it made %s", k.key, made[0])
		case k.id != "" && (len(made) == 0 || made[0] != k.id):
			w.fail("the key %s was answered with %s, and made %v", k.key, k.id, made)
		}
	}
}
