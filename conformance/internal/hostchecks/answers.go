package hostchecks

import "github.com/paysocket/paysocket/conformance/internal/hostctl"

func answerStories() []Story {
	return []Story{
		{Clause: "HAN-010", With: []Kind{Lookup, Native}, Tell: paymentsThatSucceed},
	}
}

func paymentsThatSucceed(t *T) {
	orders := append(t.NewOrders(3), t.NewOrder(t.Wallet(Native)))
	for _, o := range orders {
		o.Place()
	}
	for _, o := range orders {
		o.Finds()
		payment := o.Pay()
		o.Hint(o.Payment())
		o.Paid(payment)
		o.ActedOn()
	}
}

// ActedOn waits until the platform has acted on the order, which it must do once.
func (o *Order) ActedOn() {
	said := o.Await("is acted on", func(h *hostctl.Order) bool { return h.Effects > 0 })
	if said.Effects > 1 {
		o.t.Errorf("the platform has acted %d times on order %s", said.Effects, o.ID)
	}
}

// Sold places the order, has it paid and waits until the host knows; it returns the id of
// the payment.
func (o *Order) Sold() string {
	o.Place()
	o.Finds()
	payment := o.Pay()
	o.Hint(o.Payment())
	o.Paid(payment)
	return payment
}
