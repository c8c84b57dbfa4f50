package sandbox

import (
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/paysocket/paysocket/conformance/gateway"
)

// account is what a merchant has at the gateway. Its functions are called with
// the account locked.
type account struct {
	*gateway.AccountBase

	bills   []*bill // oldest first
	refunds int     // how many there were
	events  int
}

func newAccount(base *gateway.AccountBase) *account { return &account{AccountBase: base} }

// maxBills bounds an account.
const maxBills = 100_000

// Tick lets happen what is due.
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

// find returns a bill by its id, and otherwise a refusal of the gateway's.
func (a *account) find(id string) (*bill, *refusal) {
	at := slices.IndexFunc(a.bills, func(b *bill) bool { return b.ID == id })
	if at < 0 {
		return nil, refuse(http.StatusNotFound, "bill_unknown", "there is no such bill")
	}
	return a.bills[at], nil
}

// make returns the bill of the key, which is new if the key is. The dashboard
// has no keys.
func (a *account) make(key string, order *order) (_ *bill, isNew bool, _ *refusal) {
	at := slices.IndexFunc(a.bills, func(b *bill) bool { return key != "" && b.Key == key })
	if at >= 0 {
		earlier := a.bills[at]
		if earlier.Amount != order.Amount || earlier.Currency != order.Currency || earlier.Method != order.Method {
			no := refuse(http.StatusConflict, "key_taken", "the key has another bill")
			no.BillID = earlier.ID
			return nil, false, no
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

// move takes a bill on.
func (a *account) move(b *bill, status, declineCode string) {
	b.Status, b.DeclineCode, b.PayURL = status, declineCode, ""
	if status == statusPaid {
		b.PaidAt = a.now()
	}
	a.changed(b)
}

// refund returns the refund of the key, which is new if the key is.
func (a *account) refund(b *bill, key string, order *refundOrder) (_ *refund, isNew bool, _ *refusal) {
	for _, r := range b.refunds {
		if key == "" || r.Key != key {
			continue
		}
		if r.Amount != order.Amount || r.Currency != order.Currency {
			no := refuse(http.StatusConflict, "key_taken", "the key has another refund")
			no.RefundID = r.ID
			return nil, false, no
		}
		return r, false, nil
	}
	if b.Status != statusPaid || order.Currency != b.Currency {
		return nil, false, refuse(http.StatusConflict, "bill_not_refundable", "the bill is not paid, or not in this currency")
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

// moveRefund takes a refund on.
func (a *account) moveRefund(b *bill, r *refund, status string) {
	r.Status = status
	a.changed(b)
	r.event = "ev_" + r.ID + "_" + status
	a.send(refundEvent(b, r))
}
