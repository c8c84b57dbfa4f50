package hostchecks

import (
	"slices"
	"time"

	"google.golang.org/grpc/codes"

	"github.com/paysocket/paysocket/conformance/internal/hostctl"
	"github.com/paysocket/paysocket/conformance/internal/scripted"
	"github.com/paysocket/paysocket/contract"
)

func outcomeChecks() []Check {
	return []Check{
		{Clause: "HOC-001", With: []Kind{Slow, Second}, Run: indeterminateStaysOpen},
		{Clause: "HOC-001", With: []Kind{Native, Second}, Run: indeterminateStaysOpen},
		{Clause: "HOC-002", With: []Kind{Slow, Second}, Run: timeOutStaysOpen},
		{Clause: "HOC-002", With: []Kind{Native, Second}, Run: timeOutStaysOpen},
		{Clause: "HOC-003", With: []Kind{Slow}, Own: true, Run: pluginDies},
		{Clause: "HOC-003", With: []Kind{Native}, Own: true, Run: pluginDies},
		{Clause: "HOC-004", With: []Kind{Slow, Second}, Run: errorsWithoutOutcome},
		{Clause: "HOC-004", With: []Kind{Native, Second}, Run: errorsWithoutOutcome},
		{Clause: "HOC-005", With: []Kind{Lookup, Native}, Run: rejectedIsNotRepeated},
		{Clause: "HOC-006", With: []Kind{Lookup, Native}, Run: retryAfterIsWaitedFor},
		{Clause: "HOC-007", With: []Kind{Lookup, Native}, Run: notAttemptedComesToAnEnd},
		{Clause: "HOC-008", With: []Kind{Lookup, Second}, Run: secondProviderIsNotAsked},
		{Clause: "HOC-009", World: Killed, With: []Kind{Lookup, Native}, Run: unknownResultsOutliveAKill},
		{Clause: "HOC-010", With: []Kind{Native}, Run: laterCallsLeadNobodyAstray},
		{Clause: "HOC-011", With: []Kind{Lookup, Native}, Run: declinedIsAnAnswer},
		{Clause: "HOC-012", With: []Kind{Lookup, Native}, Run: paymentsAreReadByTheirIDs},
		{Clause: "HOC-013", Run: cancelsThatFail},
	}
}

// whileLost is how long after it was lost a gateway of the kind Slow executes a request.
const whileLost = 5 * time.Second

// loses returns orders of the check's first wallet whose first calls end in a way: executed,
// not executed, and, unless the gateway honours keys, executed later. The function that it
// returns waits for that. The other wallets of the orders are there for hosts that take the
// call for one that made nothing.
func (t *T) loses(how func(executed bool) Do, wallets ...*Wallet) (orders []*Order, executed func()) {
	orders, executed = t.NewOrders(2, wallets...), func() {}
	for i, made := range []bool{Executed, NotExecuted} {
		wallets[0].On(orders[i].rule(contract.OperationCreatePayment, 1, how(made)))
	}
	if wallets[0].kind.Name == Slow.Name {
		late := t.NewOrder(wallets...)
		orders, executed = append(orders, late), late.LostLate(how(NotExecuted), whileLost)
	}
	return orders, executed
}

// areFound waits until the host knows of the orders of loses: what was executed must be
// found, and nothing else be made.
func areFound(orders []*Order, executed func()) {
	executed()
	for i, o := range orders {
		if i == 1 {
			o.Ends()
		} else {
			o.Finds()
		}
		o.Legal()
	}
}

func lose(t *T, how func(executed bool) Do) {
	orders, executed := t.loses(how, t.Wallet(t.check.With[0]), t.Wallet(Second))
	for _, o := range orders {
		o.Place()
	}
	areFound(orders, executed)
}

func indeterminateStaysOpen(t *T) { lose(t, Lost) }

func timeOutStaysOpen(t *T) { lose(t, Silent) }

// The plugin dies during a call, before and after the gateway has executed it. The orders
// come one by one, each when the plugin is there again: with none, a host may give up.
func pluginDies(t *T) {
	orders, executed := t.loses(Dies, t.Wallet(t.check.With[0]))
	for _, o := range orders {
		t.AwaitPlugin(o.Wallets[0])
		o.Place()
		t.Until("the call of order "+o.ID+" has ended", func() bool { return len(o.over(contract.OperationCreatePayment)) > 0 })
	}
	areFound(orders, executed)
}

// The payment is made, at once or later, and the error says nothing, or what sounds
// definite.
func errorsWithoutOutcome(t *T) {
	var errs []scripted.Action
	for _, code := range []codes.Code{codes.Unavailable, codes.Internal, codes.InvalidArgument, codes.NotFound, codes.FailedPrecondition, codes.Unimplemented} {
		errs = append(errs, scripted.Status(code, "something between says so"))
	}
	for _, reason := range []contract.Reason{contract.ProviderRejected, contract.ProviderUnreachable, contract.ProviderRateLimited} {
		errs = append(errs, scripted.WithoutOutcome(contract.NewError(reason, "nothing was made")))
	}
	var compare []func()
	for _, err := range errs {
		how := func(executed bool) Do { return With(executed, err) }
		orders, executed := t.loses(how, t.Wallet(t.check.With[0]), t.Wallet(Second))
		for _, o := range orders {
			o.Place()
		}
		compare = append(compare, func() { areFound(orders, executed) })
	}
	for _, one := range compare {
		one()
	}
}

// A host may give the order up, or ask somebody else; it must not insist.
func rejectedIsNotRepeated(t *T) {
	orders := []*Order{t.NewOrder(t.Wallet(Lookup)), t.NewOrder(t.Wallet(Native))}
	for _, o := range orders {
		o.On(contract.OperationCreatePayment, 0, Fails(contract.ProviderRejected))
		o.Place()
	}
	for _, o := range orders {
		t.Until("the first call of order "+o.ID+" has come", func() bool { return len(o.over(contract.OperationCreatePayment)) > 0 })
	}
	t.Throughout("the rejected calls are not repeated, nor the orders paid", func() bool {
		return !slices.ContainsFunc(orders, func(o *Order) bool { return o.repeatsFirst() || !o.Is(hostctl.OrderOpen, hostctl.OrderUnpaid) })
	})
}

// repeatsFirst reports whether the first key of an order was used in a second call.
func (o *Order) repeatsFirst() bool {
	calls := o.Calls(contract.OperationCreatePayment)
	return slices.ContainsFunc(calls[1:], func(c scripted.CallRecord) bool { return c.Key() == calls[0].Key() })
}

func retryAfterIsWaitedFor(t *T) {
	const pause = 4 * time.Second
	orders := []*Order{t.NewOrder(t.Wallet(Lookup)), t.NewOrder(t.Wallet(Native))}
	for _, o := range orders {
		o.On(contract.OperationCreatePayment, 1,
			With(NotExecuted, scripted.Fail(contract.NewError(contract.ProviderRateLimited, "too many requests").WithRetryAfter(pause))))
		o.Place()
	}
	for _, o := range orders {
		o.Ends()
		o.Legal()
		calls := o.Calls(contract.OperationCreatePayment)
		for _, c := range calls[1:] {
			if early := pause - c.Began.Sub(calls[0].EndedAt); c.Key() == calls[0].Key() && early > 0 {
				t.Errorf("order %s: the call was repeated %s before RetryAfter, %s, was over", o.ID, early, pause)
			}
		}
	}
}

func notAttemptedComesToAnEnd(t *T) {
	var orders []*Order
	for _, reason := range []contract.Reason{contract.ProviderUnreachable, contract.ProviderRateLimited, contract.DeadlineTooShort} {
		for _, kind := range []Kind{Lookup, Native} {
			o := t.NewOrder(t.Wallet(kind))
			o.On(contract.OperationCreatePayment, 2, Fails(reason))
			orders = append(orders, o.Place())
		}
	}
	for _, o := range orders {
		o.Ends()
		o.Legal()
	}
}

// The first provider has made the payment. Whatever comes of it, the second one must not be
// asked as long as that is so.
func secondProviderIsNotAsked(t *T) {
	var orders []*Order
	for _, how := range []Do{Lost(Executed), Silent(Executed), With(Executed, scripted.Status(codes.Unavailable, "nobody is there"))} {
		o := t.NewOrder(t.Wallet(Lookup), t.Wallet(Second))
		o.On(contract.OperationCreatePayment, 1, how)
		orders = append(orders, o.Place())
	}
	for _, o := range orders {
		o.Finds()
		o.Legal()
	}
}

// Calls have ended with an unknown result, and nothing is found out before the host dies.
func unknownResultsOutliveAKill(t *T) {
	var orders []*Order
	var open []func()
	for _, kind := range []Kind{Lookup, Native} {
		o := t.NewOrder(t.Wallet(kind))
		o.On(contract.OperationCreatePayment, 1, Lost(Executed))
		open = append(open,
			o.On(contract.OperationCreatePayment, 0, Lost(NotExecuted)),
			o.On(contract.OperationGetStatus, 0, Fails(contract.ProviderFault)))
		orders = append(orders, o.Place())
		t.Until("the call of order "+o.ID+" has ended", func() bool { return len(o.over(contract.OperationCreatePayment)) > 0 })
	}
	t.KillHost()
	for _, found := range open {
		found()
	}
	for _, o := range orders {
		o.Finds()
		o.Legal()
		o.OneKey()
	}
}

// The payment is made, and all that comes after it for a while is refused, as if nothing
// had ever been.
func laterCallsLeadNobodyAstray(t *T) {
	var orders []*Order
	for _, reason := range []contract.Reason{contract.ProviderRejected, contract.ProviderUnreachable, contract.ProviderRateLimited} {
		o := t.NewOrder()
		o.On(contract.OperationCreatePayment, 1, Lost(Executed))
		o.On(contract.OperationCreatePayment, 1, Fails(reason))
		orders = append(orders, o.Place())
	}
	for _, o := range orders {
		o.Finds()
		o.OneKey()
	}
}

func declinedIsAnAnswer(t *T) {
	orders := []*Order{t.NewOrder(t.Wallet(Lookup)), t.NewOrder(t.Wallet(Native))}
	for _, o := range orders {
		o.On(contract.OperationCreatePayment, 1, o.Declined())
		o.Place()
	}
	for _, o := range orders {
		o.Ends()
		o.Legal()
		if o.repeatsFirst() {
			t.Errorf("order %s: its payment was declined, and another is created with its key", o.ID)
		}
		if o.Is(hostctl.OrderPaid) && len(o.Payments()) == 1 {
			t.Errorf("order %s is PAID; its payment was declined", o.ID)
		}
	}
}

// The host has had the payments for a while when it looks at them again: while they are
// pending, and when they are paid.
func paymentsAreReadByTheirIDs(t *T) {
	orders := []*Order{t.NewOrder(t.Wallet(Lookup)), t.NewOrder(t.Wallet(Native))}
	opened(orders)
	t.ThroughoutFor(2*heardLate, "the payments are pending", func() bool { return true })
	for _, o := range orders {
		o.Hint(o.Payment())
		payment := o.Pay()
		o.Hint(o.Payment())
		o.Paid(payment)
		if o.repeatsFirst() {
			t.Errorf("order %s has the payment %s, and another is created with its key", o.ID, payment)
		}
	}
}
