package hostchecks

import (
	"time"

	"google.golang.org/grpc/codes"

	"github.com/paysocket/paysocket/conformance/internal/hostctl"
	"github.com/paysocket/paysocket/conformance/internal/scripted"
	"github.com/paysocket/paysocket/contract"
)

func outcomeStories() []Story {
	return []Story{
		{Clause: "HOC-001", Tell: indeterminateStaysOpen},
		{Clause: "HOC-002", Tell: timeOutStaysOpen},
		{Clause: "HOC-003", Own: true, Tell: pluginDies},
		{Clause: "HOC-004", Tell: errorsWithoutOutcome},
		{Clause: "HOC-005", Tell: rejectedIsNotRepeated},
		{Clause: "HOC-006", Tell: retryAfterIsWaitedFor},
		{Clause: "HOC-007", Tell: notAttemptedComesToAnEnd},
		{Clause: "HOC-008", With: []Kind{Lookup, Second}, Tell: secondProviderIsNotAsked},
		{Clause: "HOC-009", World: Killed, With: []Kind{Lookup, Native}, Tell: unknownResultsOutliveAKill},
		{Clause: "HOC-010", With: []Kind{Native}, Tell: laterCallsLeadNobodyAstray},
		{Clause: "HOC-011", Tell: declinedIsAnAnswer},
	}
}

// lose places two orders whose first calls end in a way, executed or not. The one that was
// executed must be found.
func lose(t *T, how func(executed bool) Do) {
	made, not := t.NewOrder(), t.NewOrder()
	made.On(contract.OperationCreatePayment, 1, how(Executed))
	not.On(contract.OperationCreatePayment, 1, how(NotExecuted))
	made.Place()
	not.Place()
	made.Finds()
	made.Legal()
	not.Ends()
	not.Legal()
}

func indeterminateStaysOpen(t *T) { lose(t, Lost) }

func timeOutStaysOpen(t *T) { lose(t, Silent) }

// The plugin dies during a call, before and after the gateway has executed it.
func pluginDies(t *T) { lose(t, Dies) }

// The payment is made, and the error says nothing, or what sounds definite.
func errorsWithoutOutcome(t *T) {
	var orders []*Order
	for _, code := range []codes.Code{codes.Unavailable, codes.Internal, codes.InvalidArgument, codes.NotFound, codes.FailedPrecondition, codes.Unimplemented} {
		o := t.NewOrder()
		o.On(contract.OperationCreatePayment, 1, With(Executed, scripted.Status(code, "something between says so")))
		orders = append(orders, o.Place())
	}
	o := t.NewOrder()
	o.On(contract.OperationCreatePayment, 1, With(Executed, scripted.WithoutOutcome(contract.NewError(contract.ProviderRejected, "it was rejected"))))
	for _, o := range append(orders, o.Place()) {
		o.Finds()
		o.Legal()
	}
}

// A host may give the order up, or ask somebody else; it must not insist.
func rejectedIsNotRepeated(t *T) {
	o := t.NewOrder()
	o.On(contract.OperationCreatePayment, 0, Fails(contract.ProviderRejected))
	o.Place()
	t.Until("the first call of order "+o.ID+" has come", func() bool { return len(o.over(contract.OperationCreatePayment)) > 0 })
	first := o.Calls(contract.OperationCreatePayment)[0].Key()
	t.Throughout("the rejected call of order "+o.ID+" is not repeated, nor the order paid", func() bool {
		same := 0
		for _, c := range o.Calls(contract.OperationCreatePayment) {
			if c.Key() == first {
				same++
			}
		}
		return same <= 1 && o.Is(hostctl.OrderOpen, hostctl.OrderUnpaid)
	})
}

func retryAfterIsWaitedFor(t *T) {
	const wait = 4 * time.Second
	o := t.NewOrder()
	o.On(contract.OperationCreatePayment, 1, With(NotExecuted, scripted.Fail(contract.NewError(contract.ProviderRateLimited, "too many requests").WithRetryAfter(wait))))
	o.Place()
	o.Ends()
	o.Legal()
	calls := o.Calls(contract.OperationCreatePayment)
	for _, c := range calls[1:] {
		if early := wait - c.Began.Sub(calls[0].EndedAt); c.Key() == calls[0].Key() && early > 0 {
			t.Errorf("order %s: the call was repeated %s before RetryAfter, %s, was over", o.ID, early, wait)
		}
	}
}

func notAttemptedComesToAnEnd(t *T) {
	for _, reason := range []contract.Reason{contract.ProviderUnreachable, contract.ProviderRateLimited, contract.DeadlineTooShort} {
		o := t.NewOrder()
		o.On(contract.OperationCreatePayment, 2, Fails(reason))
		defer func() {
			o.Ends()
			o.Legal()
		}()
		o.Place()
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
	o := t.NewOrder()
	o.On(contract.OperationCreatePayment, 1, o.Declined())
	o.Place()
	o.Ends()
	o.Legal()
	if o.Is(hostctl.OrderPaid) && len(o.Payments()) == 1 {
		t.Errorf("order %s is PAID; its payment was declined", o.ID)
	}
}
