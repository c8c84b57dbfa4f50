package hostchecks

import (
	"fmt"
	"sync"

	"github.com/paysocket/paysocket/conformance/internal/hostctl"
	"github.com/paysocket/paysocket/conformance/internal/scripted"
	"github.com/paysocket/paysocket/contract"
)

// sold returns n orders that are paid.
func (t *T) sold(n int, wallets ...*Wallet) []*Order {
	orders := t.NewOrders(n, wallets...)
	opened(orders)
	payments := make([]string, n)
	for i, o := range orders {
		payments[i] = o.Pay()
		o.Hint(o.Payment())
	}
	for i, o := range orders {
		o.Paid(payments[i])
	}
	return orders
}

// More than was paid is asked for, at once and in parts.
func refundsOfTooMuch(t *T) {
	orders := t.sold(2)
	whole, parts := orders[0], orders[1]
	more := whole.NewRefund(whole.Amount.MinorUnits + 1).Ask()
	first := parts.NewRefund(parts.Amount.MinorUnits - 1_000).Ask()
	if state := more.Over(); state != hostctl.RefundFailed {
		t.Errorf("refund %s is of more than was paid, and %s", more.ID, state)
	}
	first.Awaits(hostctl.RefundSucceeded)
	second := parts.NewRefund(1_001).Ask()
	if state := second.Over(); state != hostctl.RefundFailed {
		t.Errorf("refund %s is of more than is left, and %s", second.ID, state)
	}
	whole.NotMoreThan(0)
	parts.NotMoreThan(first.Amount.MinorUnits)
	parts.NewRefund(1_000).Ask().Awaits(hostctl.RefundSucceeded)
	parts.PaidBack(2, parts.Amount.MinorUnits)
}

// Many refunds are asked for at once, of which not all can be made. A host may refuse all
// but one.
func refundsAtOnce(t *T) {
	o := t.sold(1)[0]
	parked := o.ParkAll(contract.OperationRefund, scripted.Seen)
	var refunds []*Refund
	for range 6 {
		refunds = append(refunds, o.NewRefund(o.Amount.MinorUnits/3).Ask())
	}
	Receive(t, "refund of order "+o.ID, parked.Arrived)
	t.ThroughoutFor(t.Pace().CallTimeout/4, "refunds are under way", func() bool { return true })
	o.NotMoreThan(o.Amount.MinorUnits)
	parked.Release()
	made := 0
	for _, r := range refunds {
		if r.Over() == hostctl.RefundSucceeded {
			made++
		}
	}
	if made == 0 {
		t.Errorf("order %s: none of %d refunds that were asked for at once was made", o.ID, len(refunds))
	}
	o.NotMoreThan(o.Amount.MinorUnits)
	o.PaidBack(made, int64(made)*(o.Amount.MinorUnits/3))
}

// ParkAll is Park for all calls of an operation.
func (o *Order) ParkAll(operation contract.Operation, at scripted.Point) *scripted.Parked {
	return o.Wallets[0].Park(o.rule(operation, 0, nil), at)
}

// A clerk asks for one refund many times, and for another of the same amount.
func oneRefundAndAnother(t *T) {
	const amount = 1_000
	o := t.sold(1)[0]
	one := o.NewRefund(amount).Ask()
	var clicks sync.WaitGroup
	for range 8 {
		clicks.Go(func() { one.AskOnce(t.Context()) })
	}
	clicks.Wait()
	one.Awaits(hostctl.RefundSucceeded)
	one.AskOnce(t.Context())
	o.PaidBack(1, amount)
	another := o.NewRefund(amount).Ask()
	another.Awaits(hostctl.RefundSucceeded)
	o.PaidBack(2, 2*amount)
	if keys := o.refundKeys(); len(keys) != 2 {
		t.Errorf("order %s has two refunds, and calls with %d keys: %v", o.ID, len(keys), keys)
	}
}

// lostRefunds has the calls of refunds end in each way of being lost, executed or not, of
// orders at each kind of provider.
func (t *T) lostRefunds(amount int64, ways ...Do) []*Refund {
	var refunds []*Refund
	for _, kind := range []Kind{Lookup, Native} {
		for i, o := range t.sold(len(ways), t.Wallet(kind)) {
			o.On(contract.OperationRefund, 1, ways[i])
			refunds = append(refunds, o.NewRefund(amount).Ask())
		}
	}
	return refunds
}

// The gateway has paid back, and the answer is lost, in each way.
func refundsWhoseAnswersWereLost(t *T) {
	const amount = 1_000
	for _, r := range t.lostRefunds(amount, Lost(Executed), Silent(Executed)) {
		r.Awaits(hostctl.RefundSucceeded)
		r.Order.PaidBack(1, amount)
	}
}

// Nothing was made. A host that gives such a refund up must say so, and make the next one.
func refundsThatWereLostOnTheWay(t *T) {
	const amount = 1_000
	for _, r := range t.lostRefunds(amount, Lost(NotExecuted), Silent(NotExecuted), Fails(contract.ProviderUnreachable)) {
		if r.Over() == hostctl.RefundFailed {
			r.Order.NewRefund(amount).Ask().Awaits(hostctl.RefundSucceeded)
		}
		r.Order.PaidBack(1, amount)
	}
}

// Somebody pays back in the gateway's dashboard.
func refundsMadeElsewhere(t *T) {
	const elsewhere = 5_000
	o := t.sold(1)[0]
	p := o.Payment()
	refund := p.Wallet.RefundElsewhere(p.ID, Money(elsewhere))
	t.note("order %s: %d are paid back at the gateway, by %s", o.ID, elsewhere, refund)
	t.Sure(p.Wallet, p.Wallet.RefundWebhook(p.ID, refund, nil))
	t.Sure(p.Wallet, p.Wallet.PaymentWebhook(p.ID, nil))
	o.Await(fmt.Sprintf("is refunded %d", elsewhere), func(h *hostctl.Order) bool {
		return h.Refunded != nil && h.Refunded.MinorUnits == elsewhere
	})
	if state := o.NewRefund(o.Amount.MinorUnits).Ask().Over(); state != hostctl.RefundFailed {
		t.Errorf("order %s: all of it is paid back, and %d had been before: %s", o.ID, elsewhere, state)
	}
	o.NotMoreThan(o.Amount.MinorUnits - elsewhere)
	o.NewRefund(o.Amount.MinorUnits - elsewhere).Ask().Awaits(hostctl.RefundSucceeded)
	o.PaidBack(2, o.Amount.MinorUnits)
}

// The host is killed while refunds are under way, made or not. The clerk asks again for the
// same.
func refundsThroughAKill(t *T) {
	const amount = 1_000
	var refunds []*Refund
	for _, kind := range []Kind{Lookup, Native} {
		for i, o := range t.sold(4, t.Wallet(kind)) {
			at := scripted.Seen
			if i%2 == 1 {
				at = scripted.Committed
			}
			parked := o.Park(contract.OperationRefund, at, Silent(NotExecuted))
			r := o.NewRefund(amount).Ask()
			Receive(t, "refund of order "+o.ID, parked.Arrived)
			refunds = append(refunds, r)
		}
	}
	t.KillHost()
	for _, r := range refunds {
		if r.Over() == hostctl.RefundSucceeded {
			r.Order.PaidBack(1, amount)
		} else {
			r.Order.PaidBack(0, 0)
		}
	}
}

// The gateway rejects a refund of all that was paid, and takes the next one.
func refundsThatAreRejected(t *T) {
	o := t.sold(1)[0]
	o.On(contract.OperationRefund, 1, Fails(contract.ProviderRejected))
	rejected := o.NewRefund(o.Amount.MinorUnits).Ask()
	if state := rejected.Over(); state != hostctl.RefundFailed {
		t.Errorf("refund %s was rejected, and %s", rejected.ID, state)
	}
	t.Throughout("the rejected refund of order "+o.ID+" is not tried again", func() bool { return len(o.Calls(contract.OperationRefund)) <= 1 })
	o.PaidBack(0, 0)
	o.NewRefund(o.Amount.MinorUnits).Ask().Awaits(hostctl.RefundSucceeded)
	o.PaidBack(1, o.Amount.MinorUnits)
}

// pending ends a refund as accepted and not made yet.
func pending(c *scripted.Call) scripted.Action {
	if c.Commit() != nil {
		return scripted.Honest()
	}
	if made, _ := c.Made(); made != nil {
		if refund, ok := made.(*contract.Refund); ok {
			c.Account().MoveRefund(refund.PaymentID, refund.RefundID, contract.RefundPending)
		}
	}
	return scripted.Alter(func(r *contract.Refund) { r.Status, r.ProviderStatus = contract.RefundPending, "accepted" })
}

// A gateway takes its time with refunds, and one of them fails.
func refundsThatTakeTheirTime(t *T) {
	const amount = 1_000
	ends := map[contract.RefundStatus]hostctl.RefundState{
		contract.RefundSucceeded: hostctl.RefundSucceeded, contract.RefundFailed: hostctl.RefundFailed,
	}
	for status, state := range ends {
		o := t.sold(1)[0]
		o.On(contract.OperationRefund, 0, pending)
		r := o.NewRefund(amount).Ask()
		r.Awaits(hostctl.RefundPending)
		t.Until("refund "+r.ID+" is at the gateway", func() bool { return len(o.Refunds()) == 1 })
		t.Throughout("refund "+r.ID+" is PENDING", func() bool { return r.State() == hostctl.RefundPending || r.State() == "" })
		p := o.Payment()
		refund := p.Refunds[0].RefundID
		p.Wallet.MoveRefund(p.ID, refund, status)
		t.note("order %s: %s is %s at the gateway", o.ID, refund, status)
		t.Sure(p.Wallet, p.Wallet.RefundWebhook(p.ID, refund, nil))
		r.Awaits(state)
	}
}
