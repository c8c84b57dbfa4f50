package sandbox

import (
	"fmt"
	"slices"
	"strconv"
	"sync"
	"time"
)

// account is what a merchant has at the gateway, and a scope of the tester's.
type account struct {
	sandbox *Sandbox

	name, secretKey, webhookSecret string
	previousSecret                 string // the webhook secret before the last rotation

	mu      sync.Mutex
	ahead   time.Duration // of the machine's clock
	bills   []*bill       // oldest first
	refunds int           // how many there were
	events  int
}

// maxBills bounds an account.
const maxBills = 100_000

// lock enters the account and lets happen what is due. The caller unlocks mu.
func (a *account) lock() {
	a.mu.Lock()
	now := a.now()
	for _, b := range a.bills {
		if b.Status == statusOpen && !now.Before(b.ExpiresAt) {
			a.move(b, statusLapsed, "")
		}
		for _, r := range b.refunds {
			if r.Status == statusStarted && !now.Before(r.CreatedAt.Add(refundDelay)) {
				r.move(statusDone)
			}
		}
	}
}

func (a *account) now() time.Time { return time.Now().Add(a.ahead).UTC().Truncate(time.Millisecond) }

// The functions below are called with the account's lock held.

// find gives a bill by its id, and otherwise an error of the gateway's.
func (a *account) find(id string) (*bill, *refusal) {
	at := slices.IndexFunc(a.bills, func(b *bill) bool { return b.ID == id })
	if at < 0 {
		return nil, &refusal{status: 404, Code: "bill_unknown", Message: "there is no such bill"}
	}
	return a.bills[at], nil
}

// make gives the bill of the key, which is new if the key is. The dashboard
// has no keys.
func (a *account) make(key string, order *order) (_ *bill, isNew bool, _ *refusal) {
	at := slices.IndexFunc(a.bills, func(b *bill) bool { return key != "" && b.Key == key })
	if at >= 0 {
		earlier := a.bills[at]
		if earlier.Amount != order.Amount || earlier.Currency != order.Currency || earlier.Method != order.Method {
			return nil, false, &refusal{status: 409, Code: "key_taken", Message: "the key has another bill", BillID: earlier.ID}
		}
		return earlier, false, nil
	}
	if len(a.bills) >= maxBills {
		return nil, false, &refusal{status: 409, Code: "account_full", Message: "this account takes no more bills"}
	}
	id, now := a.name+"_"+strconv.Itoa(len(a.bills)+1), a.now()
	b := &bill{
		ID: "bill_" + id, Object: "bill", Key: key, order: *order, Status: statusOpen,
		PayURL: a.sandbox.base + "/pay/" + a.name + "/bill_" + id, CreatedAt: now, ExpiresAt: now.Add(billLife),
	}
	a.bills = append(a.bills, b)
	a.changed(b)
	return b, true, nil
}

// move takes a bill on.
func (a *account) move(b *bill, status, declineCode string) {
	b.Status, b.DeclineCode, b.PayURL = status, declineCode, ""
	if status == statusPaid {
		b.PaidAt = a.now()
	}
	a.changed(b)
}

// changed gives the next event its id: an event that is told twice has one.
func (a *account) changed(b *bill) {
	a.events++
	b.UpdatedAt, b.event = a.now(), "ev_"+a.name+"_"+strconv.Itoa(a.events)
}

// refund gives the refund of the key, which is new if the key is.
func (a *account) refund(b *bill, key string, order *refundOrder) (_ *refund, isNew bool, _ *refusal) {
	for _, r := range b.refunds {
		if key == "" || r.Key != key {
			continue
		}
		if r.Amount != order.Amount || r.Currency != order.Currency {
			return nil, false, &refusal{status: 409, Code: "key_taken", Message: "the key has another refund", RefundID: r.ID}
		}
		return r, false, nil
	}
	if b.Status != statusPaid || order.Currency != b.Currency {
		return nil, false, &refusal{status: 409, Code: "bill_not_refundable", Message: "the bill is not paid, or not in this currency"}
	}
	if left := b.Amount - b.refunded(); order.Amount <= 0 || order.Amount > left {
		return nil, false, &refusal{status: 409, Code: "refund_too_large", Message: fmt.Sprintf("%d can be refunded", left)}
	}
	a.refunds++
	r := &refund{
		ID: "rf_" + a.name + "_" + strconv.Itoa(a.refunds), Object: "refund", Key: key, BillID: b.ID,
		refundOrder: *order, Status: statusStarted, CreatedAt: a.now(),
	}
	r.event = "ev_" + r.ID + "_" + r.Status
	b.refunds = append(b.refunds, r)
	a.changed(b)
	return r, true, nil
}
