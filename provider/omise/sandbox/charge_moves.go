package sandbox

import (
	"container/heap"
	"slices"
	"time"
)

// The moves of a charge. Each is called with the account locked and tells
// what happened by an event.

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

// reverse calls a charge off. No Alipay charge was ever seen reversed, but the
// word is Omise's, and a tester may ask what a merchant makes of it.
func (a *account) reverse(c *charge) {
	c.status = statusReversed
	c.reversed = a.second()
	a.emit("charge.reverse", c)
}

// giveUp ends a charge whose payer did not come, in the way of the dial: both
// have been seen of Omise.
func (a *account) giveUp(c *charge) {
	if a.dials.UnpaidEnds == endsFailed {
		a.fail(c, "timeout")
		return
	}
	a.expire(c)
}

// Tick ends what has become due by the account's clock.
func (a *account) Tick() {
	now := a.second()
	for _, c := range a.due.until(now) {
		if c.status == statusPending {
			a.at(c.dueAt, func() { a.giveUp(c) })
		}
	}
}

// failureMessage is the sentence that goes with a code.
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

// A dueList gives charges in the order in which their payers' time ends.
type dueList struct{ charges dueHeap }

func (d *dueList) add(c *charge) { heap.Push(&d.charges, c) }

// keep throws out charges that left the account long before they were due.
func (d *dueList) keep(wanted func(*charge) bool) {
	d.charges = slices.DeleteFunc(d.charges, func(c *charge) bool { return !wanted(c) })
	heap.Init(&d.charges)
}

// until takes out what is due.
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

// Push is for package heap.
func (h *dueHeap) Push(x any) {
	if c, ok := x.(*charge); ok {
		*h = append(*h, c)
	}
}

// Pop is for package heap.
func (h *dueHeap) Pop() any {
	last := len(*h) - 1
	c := (*h)[last]
	(*h)[last] = nil
	*h = (*h)[:last]
	return c
}
