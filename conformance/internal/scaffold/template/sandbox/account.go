package sandbox

import (
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/paysocket/paysocket/conformance/gateway"
)

// account is a merchant's account. Its methods are called with its lock held.
type account struct {
	*gateway.AccountBase

	bills   []*bill // oldest first
	refunds int     // how many were made
	events  int
}

func newAccount(base *gateway.AccountBase) *account { return &account{AccountBase: base} }

// maxBills is how many bills an account can have.
const maxBills = 100_000

// Tick implements [gateway.Account]: it expires bills and completes refunds that
// are due.
func (a *account) Tick() {
	now := a.now()
	for _, b := range a.bills {
		if b.Status == statusOpen && !now.Before(b.ExpiresAt) {
			a.move(b, statusLapsed, "")
		}
		for _, r := range b.refunds {
			if r.Status == statusStarted && !now.Before(r.CreatedAt.Add(refundDelay)) {
				a.moveRefund(b, r, statusDone)
			}
		}
	}
}

func (a *account) now() time.Time { return a.Now().Truncate(time.Millisecond) }

// find returns the bill with the id, or a refusal.
func (a *account) find(id string) (*bill, *refusal) {
	at := slices.IndexFunc(a.bills, func(b *bill) bool { return b.ID == id })
	if at < 0 {
		return nil, refuse(http.StatusNotFound, "bill_unknown", "there is no such bill")
	}
	return a.bills[at], nil
}

// make makes a bill, or returns the one that has the key. The dashboard's bills
// have an empty key.
func (a *account) make(key string, order *order) (_ *bill, isNew bool, _ *refusal) {
	at := slices.IndexFunc(a.bills, func(b *bill) bool { return key != "" && b.Key == key })
	if at >= 0 {
		earlier := a.bills[at]
		if earlier.Amount != order.Amount || earlier.Currency != order.Currency || earlier.Method != order.Method {
			refused := refuse(http.StatusConflict, "key_taken", "the Idempotency-Key was used for another bill; use a new key")
			refused.BillID = earlier.ID
			return nil, false, refused
		}
		return earlier, false, nil
	}
	if len(a.bills) >= maxBills {
		return nil, false, refuse(http.StatusConflict, "account_full", "this account takes no more bills")
	}
	id, now := fmt.Sprintf("bill_%s_%d", a.Name, len(a.bills)+1), a.now()
	b := &bill{
		ID: id, Object: "bill", Key: key, order: *order, Status: statusOpen,
		PayURL: a.PayURL(id), CreatedAt: now, ExpiresAt: now.Add(billLife),
	}
	a.bills = append(a.bills, b)
	a.changed(b)
	return b, true, nil
}

// move changes the status of a bill.
func (a *account) move(b *bill, status, declineCode string) {
	b.Status, b.DeclineCode, b.PayURL = status, declineCode, ""
	if status == statusPaid {
		b.PaidAt = a.now()
	}
	a.changed(b)
}

// refund makes a refund, or returns the one that has the key.
func (a *account) refund(b *bill, key string, order *refundOrder) (_ *refund, isNew bool, _ *refusal) {
	for _, r := range b.refunds {
		if key == "" || r.Key != key {
			continue
		}
		if r.Amount != order.Amount || r.Currency != order.Currency {
			refused := refuse(http.StatusConflict, "key_taken", "the Idempotency-Key was used for another refund; use a new key")
			refused.RefundID = r.ID
			return nil, false, refused
		}
		return r, false, nil
	}
	if order.Currency != b.Currency {
		return nil, false, refuse(http.StatusBadRequest, "currency_differs", "the bill is in "+b.Currency)
	}
	if b.Status != statusPaid {
		return nil, false, refuse(http.StatusConflict, "bill_not_refundable", "the bill is not paid")
	}
	if left := b.Amount - b.refunded(); order.Amount <= 0 || order.Amount > left {
		return nil, false, refuse(http.StatusConflict, "refund_too_large", fmt.Sprintf("%d can be refunded", left))
	}
	a.refunds++
	r := &refund{
		ID: fmt.Sprintf("rf_%s_%d", a.Name, a.refunds), Object: "refund", Key: key, BillID: b.ID,
		refundOrder: *order, CreatedAt: a.now(),
	}
	b.refunds = append(b.refunds, r)
	a.moveRefund(b, r, statusStarted)
	return r, true, nil
}

// moveRefund changes the status of a refund.
func (a *account) moveRefund(b *bill, r *refund, status string) {
	r.Status = status
	a.changed(b)
	r.event = "ev_" + r.ID + "_" + status
	a.send(refundEvent(b, r))
}
