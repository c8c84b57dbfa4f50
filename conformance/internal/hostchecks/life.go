package hostchecks

import (
	"slices"
	"time"

	"github.com/paysocket/paysocket/conformance/internal/hostctl"
	"github.com/paysocket/paysocket/conformance/internal/scripted"
	"github.com/paysocket/paysocket/contract"
)

func lifeChecks() []Check {
	return []Check{
		{Clause: "HLF-001", Own: true, Run: disabledProvidersFinish},
		{Clause: "HLF-002", Own: true, Run: upgradesLoseNothing},
		{Clause: "HLF-003", Own: true, Run: anotherAccountIsNoticed},
		{Clause: "HLF-004", With: []Kind{Lookup, Second}, Run: oneLinkAtATime},
		{Clause: "HLF-005", World: Pair, Run: twoProcessesActOnce},
		{Clause: "HLF-005", World: Pair, Run: otherProcessTakesOver},
		{Clause: "HLF-006", World: Ended, Run: endingLosesNothing},
		{Clause: "HLF-007", Own: true, Run: deadPluginsAreStartedAgain},
		{Clause: "HLF-008", World: Unasked, Run: goesOnUnasked},
		{Clause: "HLF-009", Run: noPersonWithoutAFault},
		{Clause: "HLF-010", Run: readingIsNoWork},
		{Clause: "HLF-011", World: Killed, Run: sellsAfterAKill},
		{Clause: "HLF-012", With: []Kind{Lookup, Native}, Run: noPersonForWhatIsFound},
	}
}

// Payments are pending when their provider is taken out of the catalog, and paid while it
// is away. Nothing can be read then, so nothing may be concluded; it comes back, and the
// payments must be found.
func disabledProvidersFinish(t *T) {
	w := t.Wallet(Lookup)
	paid, open := t.NewOrder(), t.NewOrder()
	payment := place(paid)
	place(open)
	t.Disable(w)
	t.Until("the plugin of "+w.Name+" has ended", func() bool { return len(w.Processes()) == 0 })
	paid.Pay()
	t.Throughout("the orders "+paid.ID+" and "+open.ID+" are OPEN while their provider is disabled", func() bool {
		return paid.Is(hostctl.OrderOpen) && open.Is(hostctl.OrderOpen)
	})
	t.Enable(w)
	t.AwaitPlugin(w)
	paid.Hint(paid.Payment())
	paid.Paid(payment)
	paid.ActedOn()
	open.Paid(open.Pay())
	for _, o := range []*Order{paid, open} {
		o.OneKey()
		o.Legal()
	}
}

// A new version comes while a call is under way, and while payments are pending. Calls are
// answered by the version that has them, or found out by their keys.
func upgradesLoseNothing(t *T) {
	w := t.Wallet(Lookup)
	pending, under, lost := t.NewOrder(), t.NewOrder(), t.NewOrder()
	payment := place(pending)
	parked := under.Park(contract.OperationCreatePayment, scripted.Committed, nil)
	under.Place()
	Receive(t, "call of order "+under.ID, parked.Arrived)
	lost.On(contract.OperationCreatePayment, 1, Lost(Executed))
	lost.Place()
	t.Upgrade(w, "1.1.0")
	parked.Release()
	for _, o := range []*Order{under, lost} {
		o.Finds()
		o.OneKey()
		o.Legal()
	}
	pending.Pay()
	pending.Hint(pending.Payment())
	pending.Paid(payment)
	pending.OneKey()
	after := t.NewOrder()
	after.Sold()
	for _, c := range after.Calls(contract.OperationCreatePayment) {
		if c.Process.Version != "1.1.0" {
			t.Errorf("order %s was placed after the upgrade, and asked of a process of version %s", after.ID, c.Process.Version)
		}
	}
}

// The provider gets the secrets of another account while the result of a call is unknown,
// and while a payment is pending that is then paid. There, neither is to be found. Later it
// has its own again.
func anotherAccountIsNoticed(t *T) {
	w := t.Wallet(Lookup)
	pending, lost := t.NewOrder(), t.NewOrder()
	payment := place(pending)
	blind := lost.On(contract.OperationGetStatus, 0, Fails(contract.ProviderUnreachable))
	again := lost.On(contract.OperationCreatePayment, 0, Lost(Executed))
	lost.Place()
	lost.Failed()
	other := t.Another(w)
	t.Until("a process works for the other account", func() bool { return len(other.Processes()) > 0 })
	blind()
	again()
	pending.Pay()
	before := len(lost.Keys())
	t.ThroughoutFor(t.Pace().Notice, "nothing is made of the orders in the other account, or concluded from it", func() bool {
		return len(other.Of(lost.Amount)) == 0 && len(lost.Keys()) == before && lost.Is(hostctl.OrderOpen) && pending.Is(hostctl.OrderOpen)
	})
	t.Back(w)
	t.Until("no process works for the other account", func() bool { return len(other.Processes()) == 0 })
	pending.Hint(pending.Payment())
	pending.Paid(payment)
	lost.Hint(lost.Payment())
	lost.Ends()
	for _, o := range []*Order{pending, lost} {
		o.OneKey()
		o.Legal()
		if made := other.Of(o.Amount); len(made) > 0 {
			t.Errorf("order %s has the payment %s in another account", o.ID, made[0].PaymentID)
		}
	}
}

// The buyer wants to pay by a second provider, while the first has a link that can be paid,
// or a call of unknown result. A host may refuse, or cancel the first payment before.
func oneLinkAtATime(t *T) {
	first, second := t.Wallet(Lookup), t.Wallet(Second)
	linked, lost := t.NewOrder(first), t.NewOrder(first)
	lost.On(contract.OperationCreatePayment, 1, Lost(Executed))
	blind := lost.On(contract.OperationGetStatus, 2, Fails(contract.ProviderUnreachable))
	place(linked)
	lost.Place()
	lost.Failed()
	for _, o := range []*Order{linked, lost} {
		o.Again(second)
	}
	t.Throughout("no order has two payments that can be paid", func() bool {
		return len(linked.breaches())+len(lost.breaches()) == 0
	})
	blind()
	lost.Ends()
	lost.Legal()
	linked.Legal()
}

// Calls are under way when the host is asked to end. Some are answered while it ends, and
// the others never; both are there afterwards.
func endingLosesNothing(t *T) {
	answered, lost, pending := t.NewOrders(2), t.NewOrders(2), t.NewOrder()
	payment := place(pending)
	for _, o := range answered {
		o.On(contract.OperationCreatePayment, 1, func(c *scripted.Call) scripted.Action {
			_ = c.Commit() // the answer is that of Honest
			c.Wait(t.world.falling)
			c.Delay(time.Second)
			return scripted.Honest()
		})
		o.Place()
		o.Called()
	}
	park(t, lost, scripted.Committed, Silent(Executed))
	t.EndHost()
	for _, o := range append(answered, lost...) {
		o.Finds()
		o.OneKey()
		o.Legal()
	}
	pending.Pay()
	pending.Hint(pending.Payment())
	pending.Paid(payment)
	pending.ActedOn()
}

func deadPluginsAreStartedAgain(t *T) {
	w := t.Wallet(Lookup)
	t.NewOrder().Sold()
	for range 2 {
		t.KillPlugin(w)
		t.AwaitPlugin(w)
		t.NewOrder().Sold()
	}
}

// The host is killed while the result of a call is unknown and a payment is pending. Then
// it is not asked for anything: that the calls come which find out is its own doing. Until
// they have come, nobody reads any order of this world.
func goesOnUnasked(t *T) {
	lost, pending := t.NewOrder(), t.NewOrder()
	payment := place(pending)
	lost.On(contract.OperationCreatePayment, 1, Lost(Executed))
	blind := lost.On(contract.OperationGetStatus, 0, Fails(contract.ProviderUnreachable))
	lost.Place()
	lost.Answered()
	t.KillHost()
	blind()
	pending.Pay()
	since := time.Now()
	for _, o := range []*Order{lost, pending} {
		t.Until("the payment of order "+o.ID+" is asked about, without anybody asking the host", func() bool {
			return slices.ContainsFunc(o.Calls(""), func(c scripted.CallRecord) bool {
				return c.Began.After(since) && c.Ended == scripted.EndedAnswer
			})
		})
	}
	lost.Finds()
	lost.Legal()
	pending.Paid(payment)
	pending.ActedOn()
}

// sellsAfterAKill places one order before the kill, and others after it.
func sellsAfterAKill(t *T) {
	before := t.NewOrder()
	payment := place(before)
	t.KillHost()
	t.NewOrder().Sold()
	before.Pay()
	before.Hint(before.Payment())
	before.Paid(payment)
	before.ActedOn()
}
