package hostchecks

import (
	"sync"

	"github.com/paysocket/paysocket/conformance/internal/hostctl"
	"github.com/paysocket/paysocket/conformance/internal/scripted"
	"github.com/paysocket/paysocket/contract"
)

// Orders are placed at both processes at the same time, and their webhooks come to both.
func twoProcessesActOnce(t *T) {
	orders := t.NewOrders(crowd)
	for _, o := range orders {
		o.On(contract.OperationCreatePayment, 1, func(c *scripted.Call) scripted.Action {
			c.Delay(heardLate) // so that both processes have the order
			return scripted.Honest()
		})
		o.Place()
		go o.placeAt(1)
	}
	var paid sync.WaitGroup
	for _, o := range orders {
		payment := o.Finds()
		o.OneKey()
		o.Pay()
		w := o.Wallets[0]
		if t.world.suite.Manifest.Webhooks != "" {
			webhook := w.PaymentWebhook(payment, nil)
			for process := range 2 {
				for range 4 {
					paid.Go(func() { t.DeliverTo(w, process, webhook) })
				}
			}
		}
	}
	paid.Wait()
	t.KillHost()
	for _, o := range orders {
		o.Hint(o.Payment())
		o.ActedOn()
		o.Legal()
	}
	t.Throughout("both processes say that each order was acted on once", func() bool {
		for _, o := range orders {
			for process := range 2 {
				said, err := t.world.client(process).Order(t.Context(), o.ID)
				if err == nil && (said.State != hostctl.OrderPaid || said.Effects != 1) {
					t.note("process %d: order %s %s", process+1, o.ID, shown(said))
					return false
				}
			}
		}
		return true
	})
}

// placeAt sends the order to one of the host's processes; what that answers does not
// matter.
func (o *Order) placeAt(process int) {
	answer, err := o.t.world.client(process).PlaceOrder(o.t.Context(), &hostctl.NewOrder{
		ID: o.ID, Amount: moneyOf(o.Amount), Providers: o.names(), Method: o.Method,
	})
	o.t.world.heard(answer, err)
	o.t.note("order %s at process %d: %s%s", o.ID, process+1, shown(answer), because(err))
}

// The first process is killed during its calls, executed or not. One of the two must find
// out, and no key may be in flight twice.
func otherProcessTakesOver(t *T) {
	orders := t.NewOrders(crowd)
	keys := park(t, orders[:crowd/2], scripted.Committed, Silent(Executed))
	keys = append(keys, park(t, orders[crowd/2:], scripted.Seen, Silent(NotExecuted))...)
	t.KillHost()
	for i, o := range orders {
		o.Ends()
		o.Legal()
		if !asked(o, keys[i]) {
			t.Errorf("order %s: the process with its call was killed, and its key %s was not used since", o.ID, keys[i].Key())
		}
	}
}
