package hostchecks

import (
	"sync"
	"time"

	"github.com/paysocket/paysocket/conformance/internal/scripted"
	"github.com/paysocket/paysocket/contract"
)

func keyChecks() []Check {
	return []Check{
		{Clause: "HKY-001", World: Killed, Run: keyIsCommittedBeforeTheCall},
		{Clause: "HKY-001", World: Killed, With: []Kind{Native}, Run: keyIsCommittedBeforeTheCall},
		{Clause: "HKY-003", With: []Kind{Native}, Run: oneKeyForAllCalls},
		{Clause: "HKY-006", World: Killed, Run: callsThatWereCutOffAreKnown},
		{Clause: "HKY-006", World: Killed, With: []Kind{Native}, Run: callsThatWereCutOffAreKnown},
		{Clause: "HKY-007", With: []Kind{Mortal}, Run: keyIsNotUsedAfterItsLife},
		{Clause: "HKY-009", Run: ordersPlacedManyTimes},
	}
}

// crowd is how many orders a check parks before the host is killed.
const crowd = 6

// The host is killed while the calls of some orders have just been seen. Afterwards it must
// still have their keys: it looks them up, or repeats the calls.
func keyIsCommittedBeforeTheCall(t *T) {
	orders := t.NewOrders(crowd)
	keys := park(t, orders, scripted.Seen, Silent(NotExecuted))
	t.KillHost()
	for i, o := range orders {
		o.Ends()
		o.Legal()
		if !asked(o, keys[i]) {
			t.Errorf("order %s: the host was killed during the call with the key %s, and has not used it since", o.ID, keys[i].Key())
		}
	}
}

// park places orders, waits until the call of each has come to a point, and returns these
// calls.
func park(t *T, orders []*Order, at scripted.Point, do Do) []*scripted.Call {
	parked := make([]*scripted.Parked, len(orders))
	for i, o := range orders {
		parked[i] = o.Park(contract.OperationCreatePayment, at, do)
		o.Place()
	}
	calls := make([]*scripted.Call, len(orders))
	for i, o := range orders {
		calls[i] = Receive(t, "call of order "+o.ID, parked[i].Arrived)
	}
	return calls
}

// asked reports whether the host has used the key of a call again, in any call.
func asked(o *Order, first *scripted.Call) bool {
	for _, c := range o.Calls("") {
		if c.Number > first.Number && c.Key() == first.Key() {
			return true
		}
	}
	return false
}

// A gateway that honours keys, and no look-up: the calls must be repeated with one key.
func oneKeyForAllCalls(t *T) {
	o := t.NewOrder()
	o.On(contract.OperationCreatePayment, 1, Lost(Executed))
	o.On(contract.OperationCreatePayment, 1, Lost(NotExecuted))
	o.Place()
	o.Finds()
	o.OneKey()
}

// The host is killed during calls that were executed, and during others that were not.
func callsThatWereCutOffAreKnown(t *T) {
	orders := t.NewOrders(crowd)
	calls := park(t, orders[:crowd/2], scripted.Committed, Silent(NotExecuted))
	calls = append(calls, park(t, orders[crowd/2:], scripted.Seen, Silent(NotExecuted))...)
	killed := time.Now()
	t.KillHost()
	for i, o := range orders {
		o.Ends()
		o.Legal()
		for _, c := range o.Calls("") {
			if c.Number <= calls[i].Number || c.Key() != calls[i].Key() {
				continue
			}
			if c.Attempt.FirstAt.IsZero() || c.Attempt.LastUnknownAt.Before(killed) {
				t.Errorf("order %s: a call was cut off when the host was killed, and the next with its key says otherwise: %s", o.ID, DescribeCall(&c))
			}
			break
		}
	}
}

// Nobody answers, until the gateway has forgotten the key.
func keyIsNotUsedAfterItsLife(t *T) {
	o := t.NewOrder()
	o.On(contract.OperationCreatePayment, 0, Lost(NotExecuted))
	o.Place()
	first := func() *scripted.CallRecord {
		for _, c := range o.Calls(contract.OperationCreatePayment) {
			return &c
		}
		return nil
	}
	t.Until("the first call of order "+o.ID+" has come", func() bool { return first() != nil })
	life := keyLife + t.patience() // who repeats calls more and more rarely may not do so before
	t.ThroughoutFor(life, "no call with the key of order "+o.ID+" begins after the key's life", func() bool {
		begun := first().Began
		for _, c := range o.Calls(contract.OperationCreatePayment) {
			if c.Key() == first().Key() && c.Began.After(begun.Add(keyLife+onTheWay)) {
				return false
			}
		}
		return true
	})
	o.OneKey()
}

const (
	keyLife = 15 * time.Second // of the kind Mortal

	// onTheWay is how long a call may take from the host to the suite.
	onTheWay = time.Second
)

// A buyer clicks many times at once, and once more when there is a link.
func ordersPlacedManyTimes(t *T) {
	o := t.NewOrder()
	o.On(contract.OperationCreatePayment, 1, func(c *scripted.Call) scripted.Action {
		c.Delay(time.Second)
		return scripted.Honest()
	})
	o.Place()
	var clicks sync.WaitGroup
	for range 8 {
		clicks.Go(func() { o.PlaceOnce(t.Context()) })
	}
	clicks.Wait()
	o.Finds()
	o.PlaceOnce(t.Context())
	o.Finds()
	o.OneKey()
}
