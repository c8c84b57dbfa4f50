package hostchecks

import (
	"context"
	"errors"
	"sync"

	"github.com/paysocket/paysocket/conformance/internal/hostctl"
	"github.com/paysocket/paysocket/contract"
)

// Orders are sold in the ways that there are without a fault, and some are left unpaid.
// A host that leaves everything to people would pass every clause about faults.
func noPersonWithoutAFault(t *T) {
	sold, left, declined := t.NewOrders(3), t.NewOrder(), t.NewOrder()
	for _, o := range sold {
		o.Sold()
		o.ActedOn()
	}
	place(left)
	declined.On(contract.OperationCreatePayment, 1, declined.Declined())
	declined.Place()
	declined.Failed()
	t.Throughout("no order of the check needs a person", func() bool { return t.unattended(append(sold, left, declined)...) })
}

// An answer is lost, and the payment is found. Nothing is left for a person then.
func noPersonForWhatIsFound(t *T) {
	var orders []*Order
	for _, kind := range []Kind{Lookup, Native} {
		o := t.NewOrder(t.Wallet(kind))
		o.On(contract.OperationCreatePayment, 1, Lost(Executed))
		orders = append(orders, o.Place())
	}
	for _, o := range orders {
		o.Finds()
		o.Pay()
		o.Hint(o.Payment())
		o.ActedOn()
	}
	t.Throughout("no order of the check needs a person", func() bool { return t.unattended(orders...) })
}

// unattended reports whether nothing that the host says of the orders, and nothing in its
// list, is for a person. If the host does not answer, nothing is known.
func (t *T) unattended(orders ...*Order) bool {
	ctx, cancel := context.WithTimeout(t.Context(), callLimit)
	defer cancel()
	list, err := t.world.client(0).Attention(ctx)
	t.world.heard(list, err)
	for _, o := range orders {
		if said := o.Look(); said != nil && len(said.Attention) > 0 {
			return false
		}
		for _, entry := range list {
			if entry.Order == o.ID {
				t.note("attention: order %s %q", o.ID, entry.Text)
				return false
			}
		}
	}
	return true
}

// readsAtOnce is how many look at an order, again and again, in readingIsNoWork.
const readsAtOnce = 8

// Nobody reads an order for a while, and then many do. It is read at the gateway as often,
// give or take what the schedule does.
func readingIsNoWork(t *T) {
	o := t.NewOrder()
	place(o)
	count := func(read bool) int {
		before := len(o.Calls(""))
		t.Throughout("order "+o.ID+" is OPEN", func() bool {
			var all sync.WaitGroup
			for range readsAtOnce {
				if read {
					all.Go(func() { o.Look() })
				}
			}
			all.Wait()
			return true
		})
		return len(o.Calls("")) - before
	}
	alone := count(false)
	if busy := count(true); busy > 2*alone+2 {
		t.Errorf("order %s caused %d calls while it was read again and again, and %d in as long a time while nobody read it", o.ID, busy, alone)
	}
}

// Again has the buyer of the order press "pay again", for a provider. What the host makes
// of that is its own choice, as long as it is legal.
func (o *Order) Again(w *Wallet) {
	answer, err := o.client().Again(o.t.Context(), o.ID, &hostctl.Choice{Providers: []string{w.Name}, Method: o.Method})
	o.t.world.heard(answer, err)
	o.t.note("order %s is to be paid by %s: %s%s", o.ID, w.Name, shown(answer), because(err))
	if wrong, ok := errors.AsType[*hostctl.AnswerError](err); ok {
		o.t.Errorf("the host breaks hostctl/1: %s", wrong)
	}
}
