package scripted

import (
	"fmt"

	"github.com/paysocket/paysocket/contract"
)

// What happens at the gateway's side. Moves of payments and refunds that are not there
// panic: the test that asked for them is wrong.

// Ledger returns what the gateway has, in the order in which it came to be.
func (a *Account) Ledger() []LedgerPayment {
	a.ledger.mu.Lock()
	defer a.ledger.mu.Unlock()
	all := make([]LedgerPayment, 0, len(a.ledger.payments))
	for _, p := range a.ledger.payments {
		all = append(all, *p.copy())
	}
	return all
}

// Paid returns the payments of the ledger with the amount that succeeded.
func (a *Account) Paid(amount contract.Money) []LedgerPayment {
	var paid []LedgerPayment
	for _, p := range a.Ledger() {
		if p.Amount == amount && p.Status == contract.PaymentSucceeded {
			paid = append(paid, p)
		}
	}
	return paid
}

// Of returns the payments of the ledger with the amount.
func (a *Account) Of(amount contract.Money) []LedgerPayment {
	var found []LedgerPayment
	for _, p := range a.Ledger() {
		if p.Amount == amount {
			found = append(found, p)
		}
	}
	return found
}

// Move sets the status of a payment, with the failure OTHER if that is FAILED.
func (a *Account) Move(id string, status contract.PaymentStatus) {
	a.change(id, func(p *LedgerPayment) { p.set(status, a.ledger.now()) })
}

// Fail makes a payment fail with a code.
func (a *Account) Fail(id string, code contract.FailureCode) {
	a.change(id, func(p *LedgerPayment) {
		p.set(contract.PaymentFailed, a.ledger.now())
		p.Failure.Code = code
	})
}

// Edit changes a payment in any way; the gateway then contradicts what it was asked for.
func (a *Account) Edit(id string, change func(*contract.Payment)) {
	a.change(id, func(p *LedgerPayment) { change(&p.Payment) })
}

// Forget makes the gateway find a payment no more, but by its id: not by its key, in lists,
// or when the key is sent again. Remember undoes it.
func (a *Account) Forget(id string) { a.change(id, func(p *LedgerPayment) { p.Hidden = true }) }

// Remember undoes Forget.
func (a *Account) Remember(id string) { a.change(id, func(p *LedgerPayment) { p.Hidden = false }) }

// Duplicate makes a second payment like one that there is, with its key, and returns its id.
func (a *Account) Duplicate(id string) string {
	var made string
	a.change(id, func(p *LedgerPayment) {
		again := a.ledger.add(&contract.Payment{
			IdempotencyKey: p.IdempotencyKey, Reference: p.Reference, Method: p.Method, Amount: p.Amount,
		})
		again.Request, again.Page = p.Request, a.shape.PageBase+again.PaymentID
		made = again.PaymentID
	})
	return made
}

// PayElsewhere makes a payment that was not made through the contract, and is paid.
func (a *Account) PayElsewhere(amount contract.Money) string {
	a.ledger.mu.Lock()
	defer a.ledger.mu.Unlock()
	p := a.ledger.add(&contract.Payment{Method: a.shape.Methods[0].Code, Amount: amount})
	p.set(contract.PaymentSucceeded, a.ledger.now())
	return p.PaymentID
}

// PayStranger makes a payment through the contract, with a key that no host of this run has
// used: of an earlier database, or of another host with the account. It is paid.
func (a *Account) PayStranger(amount contract.Money) string {
	a.ledger.mu.Lock()
	defer a.ledger.mu.Unlock()
	p := a.ledger.add(&contract.Payment{
		IdempotencyKey: random(16), Reference: "order of another", Method: a.shape.Methods[0].Code, Amount: amount,
	})
	p.set(contract.PaymentSucceeded, a.ledger.now())
	return p.PaymentID
}

// RefundElsewhere refunds an amount of a payment, not through the contract, and returns the
// refund's id.
func (a *Account) RefundElsewhere(id string, amount contract.Money) string {
	var made string
	a.change(id, func(p *LedgerPayment) { made = a.ledger.addRefund(p, amount).RefundID })
	return made
}

// MoveRefund sets the status of a refund.
func (a *Account) MoveRefund(payment, refund string, status contract.RefundStatus) {
	a.changeRefund(payment, refund, func(f *LedgerRefund) { f.Status = status })
}

// ForgetRefund is Forget for a refund.
func (a *Account) ForgetRefund(payment, refund string) {
	a.changeRefund(payment, refund, func(f *LedgerRefund) { f.Hidden = true })
}

// RememberRefund undoes ForgetRefund.
func (a *Account) RememberRefund(payment, refund string) {
	a.changeRefund(payment, refund, func(f *LedgerRefund) { f.Hidden = false })
}

// DuplicateRefund makes a second refund with the key of one that there is, and returns its id.
func (a *Account) DuplicateRefund(payment, refund string) string {
	var made string
	a.change(payment, func(p *LedgerPayment) {
		for _, f := range p.Refunds {
			if f.RefundID == refund {
				again := a.ledger.addRefund(p, f.Amount)
				again.IdempotencyKey, made = f.IdempotencyKey, again.RefundID
			}
		}
	})
	return made
}

func (a *Account) changeRefund(payment, refund string, change func(*LedgerRefund)) {
	a.change(payment, func(p *LedgerPayment) {
		for i := range p.Refunds {
			if p.Refunds[i].RefundID == refund {
				change(&p.Refunds[i])
				p.total()
				return
			}
		}
		panic(fmt.Sprintf("payment %s has no refund %s", payment, refund))
	})
}

func (a *Account) change(id string, change func(*LedgerPayment)) {
	a.ledger.mu.Lock()
	defer a.ledger.mu.Unlock()
	p := a.ledger.find(id)
	if p == nil {
		panic("the ledger has no payment " + id)
	}
	change(p)
}
