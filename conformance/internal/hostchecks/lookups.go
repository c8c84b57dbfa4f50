package hostchecks

import (
	"context"
	"slices"

	"google.golang.org/grpc/codes"

	"github.com/paysocket/paysocket/conformance/internal/hostctl"
	"github.com/paysocket/paysocket/conformance/internal/scripted"
	"github.com/paysocket/paysocket/contract"
)

func lookupChecks() []Check {
	return []Check{
		{Clause: "HLK-001", With: []Kind{Lookup, Second}, Run: nothingFoundIsNoProof},
		{Clause: "HLK-002", With: []Kind{Slow, Second}, Run: nothingFoundYetIsNoProof},
		{Clause: "HLK-003", With: []Kind{Lookup, Second}, Run: absenceIsAnEnd},
		{Clause: "HLK-004", With: []Kind{Lookup, Second}, Run: paymentsThatAreFoundLate},
		{Clause: "HLK-005", With: []Kind{Lookup, Second}, Run: twoPaymentsForOneKey},
		{Clause: "HLK-007", With: []Kind{Lookup, Second}, Run: lookUpsThatFail},
		{Clause: "HLK-008", With: []Kind{Native}, Run: foundByRepeating},
	}
}

// lostThenLooked has orders whose first calls are lost, and executed. The first look-ups of
// each end in another way, and prove nothing: the payment must be found by a later one.
func lostThenLooked(t *T, looks ...scripted.Action) {
	const inVain = 2
	orders := t.NewOrders(len(looks), t.Wallet(Lookup), t.Wallet(Second))
	for i, o := range orders {
		first := o.Wallets[0]
		first.On(o.rule(contract.OperationCreatePayment, 1, Lost(Executed)))
		first.On(scripted.Rule{Operation: contract.OperationGetStatus, Times: inVain, Do: With(NotExecuted, looks[i]), Match: func(c *scripted.Call) bool {
			return c.PaymentID == "" && o.concerns(c)
		}})
		o.Place()
	}
	for _, o := range orders {
		o.Finds()
		o.Legal()
	}
}

// The look-ups find nothing, and say that they have not read everything, or say nothing.
func nothingFoundIsNoProof(t *T) {
	lostThenLooked(t,
		scripted.Absent(false, true),
		scripted.Absent(true, false),
		scripted.Absent(false, false),
		scripted.Fail(contract.NewError(contract.PaymentNotFound, "the gateway has no such payment")),
	)
}

// The gateway is down, or the plugin sends what cannot be understood.
func lookUpsThatFail(t *T) {
	lostThenLooked(t,
		scripted.Fail(contract.NewError(contract.ProviderFault, "the gateway failed")),
		scripted.Fail(contract.NewError(contract.ProviderRejected, "the gateway does not like the request")),
		scripted.Fail(contract.NewError(contract.ProviderUnreachable, "the gateway is not there")),
		scripted.Status(codes.NotFound, "there is nothing here"),
		scripted.Status(codes.Internal, "something between says so"),
		scripted.Bytes([]byte("what is this?")),
	)
}

// The request is under way for a part of the settle time, and a look-up that comes before
// finds nothing.
func nothingFoundYetIsNoProof(t *T) {
	o := t.NewOrder(t.Wallet(Slow), t.Wallet(Second))
	executed := o.LostLate(Lost(NotExecuted), whileLost)
	o.Place()
	executed()
	o.Finds()
	o.Legal()
	o.OneKey()
}

// Nothing was made, and the look-ups say so. One order may be sold by another provider, and
// the other not.
func absenceIsAnEnd(t *T) {
	orders := []*Order{t.NewOrder(t.Wallet(Lookup)), t.NewOrder(t.Wallet(Lookup), t.Wallet(Second))}
	for _, o := range orders {
		o.Wallets[0].On(o.rule(contract.OperationCreatePayment, 1, Lost(NotExecuted)))
		o.Place()
	}
	for _, o := range orders {
		o.Ends()
		o.Legal()
	}
}

// The gateway makes and pays what it had proved not to be there.
func paymentsThatAreFoundLate(t *T) {
	orders := []*Order{t.NewOrder(t.Wallet(Lookup)), t.NewOrder(t.Wallet(Lookup), t.Wallet(Second))}
	calls := make([]*scripted.Call, len(orders))
	for i, o := range orders {
		lost := make(chan *scripted.Call, 1)
		o.Wallets[0].On(o.rule(contract.OperationCreatePayment, 1, func(c *scripted.Call) scripted.Action {
			lost <- c
			return Lost(NotExecuted)(c)
		}))
		o.Place()
		calls[i] = Receive(t, "first call of order "+o.ID, lost)
	}
	for i, o := range orders {
		o.Ends()
		if len(o.paymentsOf(calls[i].Key())) > 0 {
			continue // the host has repeated the call: this key has its payment
		}
		late, err := calls[i].CommitLate()
		t.SetupFailed("execute a call late", err)
		for _, p := range o.Payments() {
			if p.ID == late {
				o.MovePayment(p, contract.PaymentSucceeded)
				o.Hint(p)
			}
		}
		o.Await("is PAID by "+late+", or it is shown or paid back", func(h *hostctl.Order) bool {
			return h.Paid != nil && h.Paid.Payment == late || o.shows(h, late) || o.isPaidBack(late)
		})
	}
}

// shows reports whether the host shows a payment to a person.
func (o *Order) shows(said *hostctl.Order, payment string) bool {
	names := func(a hostctl.Attention) bool { return a.Names(payment) }
	if slices.ContainsFunc(said.Attention, names) {
		return true
	}
	ctx, cancel := context.WithTimeout(o.t.Context(), callLimit)
	defer cancel()
	all, err := o.client().Attention(ctx)
	return err == nil && slices.ContainsFunc(all, names)
}

// isPaidBack reports whether all of a payment was paid back at the gateway.
func (o *Order) isPaidBack(payment string) bool {
	return slices.ContainsFunc(o.Payments(), func(p Payment) bool { return p.ID == payment && p.AmountRefunded == p.Amount })
}

// The gateway has made two payments for one call, whose answer was lost.
func twoPaymentsForOneKey(t *T) {
	o := t.NewOrder(t.Wallet(Lookup), t.Wallet(Second))
	first := o.Wallets[0]
	first.On(o.rule(contract.OperationCreatePayment, 1, func(c *scripted.Call) scripted.Action {
		if made, err := c.CommitLate(); err == nil {
			first.Duplicate(made)
		}
		return Lost(NotExecuted)(c)
	}))
	o.Place()
	o.Await("needs a person", func(h *hostctl.Order) bool { return len(h.Attention) > 0 || o.isListed() })
	t.Throughout("order "+o.ID+" is left to a person", func() bool { return o.Is(hostctl.OrderOpen) })
	o.Legal()
	o.OneKey()
	if payments := o.Payments(); len(payments) != 2 {
		t.Errorf("order %s has %d payments at the gateways, and had two", o.ID, len(payments))
	}
}

// isListed reports whether the order is in the host's list of what needs a person.
func (o *Order) isListed() bool {
	ctx, cancel := context.WithTimeout(o.t.Context(), callLimit)
	defer cancel()
	all, err := o.client().Attention(ctx)
	return err == nil && slices.ContainsFunc(all, func(a hostctl.Attention) bool { return a.Order == o.ID })
}

// There is no look-up, and the gateway honours keys.
func foundByRepeating(t *T) {
	var orders []*Order
	for _, how := range []Do{Lost(Executed), Lost(NotExecuted), Silent(Executed), With(Executed, scripted.Status(codes.Unavailable, "nobody is there"))} {
		o := t.NewOrder()
		o.On(contract.OperationCreatePayment, 1, how)
		orders = append(orders, o.Place())
	}
	for _, o := range orders {
		o.Finds()
		o.OneKey()
	}
}
