package sandbox

import (
	"container/heap"
	"slices"
	"time"
)

// The transitions of a charge. Each is called with the account locked, and records
// an event.

func (a *account) pay(c *charge) {
	c.status = statusSuccessful
	c.paidAt = a.second()
	c.transaction = a.newID("trxn")
	c.failureCode, c.failureMessage = "", ""
	a.emit("charge.complete", c)
}

func (a *account) fail(c *charge, code string) {
	c.status = statusFailed
	c.failureCode, c.failureMessage = code, failureMessage(code)
	a.emit("charge.complete", c)
}

func (a *account) expire(c *charge) {
	now := a.second()
	c.status = statusExpired
	c.expiredAt = now
	c.expiresAt = now
	a.emit("charge.expire", c)
}

// reverse cancels a charge. Omise was never seen to reverse an Alipay charge, but
// the status is one of Omise's, and a test may ask how a merchant handles it.
func (a *account) reverse(c *charge) {
	c.status = statusReversed
	c.reversed = a.second()
	a.emit("charge.reverse", c)
}

// endUnpaid ends a charge that nobody paid in time, as the dial says. Omise has
// been seen to do both.
func (a *account) endUnpaid(c *charge) {
	if a.dials.UnpaidEnds == endsFailed {
		a.fail(c, "timeout")
		return
	}
	a.expire(c)
}

// Tick implements [gateway.Account]. It ends the charges that have become due.
func (a *account) Tick() {
	now := a.second()
	for _, c := range a.due.until(now) {
		if c.status == statusPending {
			a.runAsOf(c.dueAt, func() { a.endUnpaid(c) })
		}
	}
}

// failureMessage returns Omise's message for a failure code.
func failureMessage(code string) string {
	switch code {
	case "payment_rejected":
		return "the payment was rejected"
	case "payment_cancelled":
		return "the payment was cancelled"
	case "insufficient_balance", "insufficient_fund":
		return "insufficient funds in the account"
	case "failed_fraud_check":
		return "the payment was marked as fraudulent"
	case "timeout":
		return "Timeout"
	case "":
		return ""
	}
	return "the payment could not be processed"
}

// dueList orders charges by the time at which they end unpaid.
type dueList struct{ charges dueHeap }

func (d *dueList) add(c *charge) { heap.Push(&d.charges, c) }

// retain removes charges that left the account long before they were due.
func (d *dueList) retain(wanted func(*charge) bool) {
	d.charges = slices.DeleteFunc(d.charges, func(c *charge) bool { return !wanted(c) })
	heap.Init(&d.charges)
}

// until removes and returns the charges that are due.
func (d *dueList) until(now time.Time) []*charge {
	var due []*charge
	for len(d.charges) > 0 && !d.charges[0].dueAt.After(now) {
		if c, ok := heap.Pop(&d.charges).(*charge); ok {
			due = append(due, c)
		}
	}
	return due
}

type dueHeap []*charge

func (h dueHeap) Len() int           { return len(h) }
func (h dueHeap) Less(i, j int) bool { return h[i].dueAt.Before(h[j].dueAt) }
func (h dueHeap) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }

// Push implements [heap.Interface].
func (h *dueHeap) Push(x any) {
	if c, ok := x.(*charge); ok {
		*h = append(*h, c)
	}
}

// Pop implements [heap.Interface].
func (h *dueHeap) Pop() any {
	last := len(*h) - 1
	c := (*h)[last]
	(*h)[last] = nil
	*h = (*h)[:last]
	return c
}
