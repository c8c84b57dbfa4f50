package hostchecks

import (
	"slices"
	"sync"
	"time"

	"github.com/paysocket/paysocket/conformance/internal/hostctl"
	"github.com/paysocket/paysocket/conformance/internal/scripted"
	"github.com/paysocket/paysocket/contract"
)

func answerChecks() []Check {
	return []Check{
		{Clause: "HAN-001", Run: answersOfAnotherAmount},
		{Clause: "HAN-002", Run: answersAboutAnotherPayment},
		{Clause: "HAN-003", Run: answersOfTheOtherMode},
		{Clause: "HAN-003", With: []Kind{Real}, Run: answersOfTheOtherMode},
		{Clause: "HAN-004", Run: buyersWhoComeBack},
		{Clause: "HAN-005", Run: unknownIsReadAgain},
		{Clause: "HAN-006", Run: timePassesAndNothingExpires},
		{Clause: "HAN-007", Run: successAfterTheEnd},
		{Clause: "HAN-008", Run: successIsNeverLeft},
		{Clause: "HAN-009", Run: ordersPaidTwice},
		{Clause: "HAN-010", With: []Kind{Lookup, Native}, Run: paymentsThatSucceed},
		{Clause: "HAN-011", Run: buyersWhoComeBackHavingPaid},
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

// opened places orders and waits until each has a link.
func opened(orders []*Order) {
	for _, o := range orders {
		o.Place()
	}
	for _, o := range orders {
		o.Finds()
	}
}

// ReadAfter has something happen, and waits until the host has read a payment of the order
// since.
func (o *Order) ReadAfter(happens func()) {
	begun := time.Now()
	happens()
	o.t.Until("the host has read the payment of order "+o.ID, func() bool {
		return slices.ContainsFunc(o.over(contract.OperationGetStatus), func(c scripted.CallRecord) bool { return c.Began.After(begun) })
	})
}

// isNotPaid reports whether the host does not take the order for paid, and does not say that
// nothing can be paid as long as something can.
func (o *Order) isNotPaid() bool {
	said := o.Look()
	if said == nil {
		return true
	}
	mayBePaid := slices.ContainsFunc(o.Payments(), func(p Payment) bool { return p.Status == contract.PaymentPending })
	return said.Effects == 0 && (said.State == hostctl.OrderOpen || said.State == hostctl.OrderUnpaid && !mayBePaid)
}

// disbelieves has reads of pending payments answered with SUCCEEDED and something else that
// is not so, one way for each order, and watches that the host changes nothing.
func disbelieves(t *T, orders []*Order, lies []func(*contract.Payment)) {
	opened(orders)
	for i, o := range orders {
		o.On(contract.OperationGetStatus, 0, Altered(func(p *contract.Payment) {
			p.Status, p.ProviderStatus, p.NextAction = contract.PaymentSucceeded, "paid", nil
			lies[i](p)
		}))
	}
	for _, o := range orders {
		p := o.Payment()
		o.ReadAfter(func() { o.Hint(p) })
	}
	t.stayUnpaid("an answer about another payment", orders...)
}

func answersOfAnotherAmount(t *T) {
	disbelieves(t, t.NewOrders(3), []func(*contract.Payment){
		func(p *contract.Payment) { p.Amount.MinorUnits-- },
		func(p *contract.Payment) { p.Amount.MinorUnits *= 100 },
		func(p *contract.Payment) { p.Amount.Currency, p.AmountRefunded.Currency = "JPY", "JPY" },
	})
}

func answersAboutAnotherPayment(t *T) {
	disbelieves(t, t.NewOrders(3), []func(*contract.Payment){
		func(p *contract.Payment) { p.PaymentID += "0" },
		func(p *contract.Payment) { p.IdempotencyKey += "0" },
		func(p *contract.Payment) { p.Method = "card" },
	})
}

func answersOfTheOtherMode(t *T) {
	disbelieves(t, t.NewOrders(1), []func(*contract.Payment){func(p *contract.Payment) { p.Live = !p.Live }})
}

// The gateway has the money, and contradicts itself for a while.
func unknownIsReadAgain(t *T) {
	o := t.NewOrder()
	o.Place()
	o.Finds()
	knows := o.On(contract.OperationGetStatus, 0, Altered(func(p *contract.Payment) {
		p.Status, p.ProviderStatus, p.NextAction = contract.PaymentUnknown, "reviewing", nil
	}))
	payment := o.Pay()
	o.ReadAfter(func() { o.Hint(o.Payment()) })
	t.Throughout("order "+o.ID+" is OPEN: the status of its payment is UNKNOWN", func() bool { return o.Is(hostctl.OrderOpen) })
	knows()
	o.Hint(o.Payment())
	o.Paid(payment)
	o.ActedOn()
}

// A payer pays after the time that the gateway gave for it. A host may cancel the payment
// when that is over; it must not believe that nothing can be paid.
func timePassesAndNothingExpires(t *T) {
	const life = 3 * time.Second
	o := t.NewOrder()
	expires := sync.OnceValue(func() time.Time { return time.Now().Add(life).UTC() })
	for _, operation := range []contract.Operation{contract.OperationCreatePayment, contract.OperationGetStatus} {
		o.On(operation, 0, Altered(func(p *contract.Payment) { p.ExpiresAt = expires() }))
	}
	o.Place()
	o.Finds()
	const open = " may be paid: its gateway does not say that it has expired"
	t.ThroughoutFor(life, "order "+o.ID+open, o.isNotPaid)
	o.Hint(o.Payment()) // it is pending
	t.Throughout("order "+o.ID+open, o.isNotPaid)
	if o.Payment().Status != contract.PaymentPending {
		return // the host has canceled it
	}
	payment := o.Pay()
	o.Hint(o.Payment())
	o.Paid(payment)
}

// ends are the statuses in which a payment has ended unpaid.
var ends = []contract.PaymentStatus{contract.PaymentFailed, contract.PaymentExpired, contract.PaymentCanceled}

// A payment has ended, the host has read that, and then it is paid.
func successAfterTheEnd(t *T) {
	orders := t.NewOrders(len(ends))
	opened(orders)
	for i, o := range orders {
		p := o.Payment()
		o.ReadAfter(func() {
			o.MovePayment(p, ends[i])
			o.Hint(p)
		})
		o.MovePayment(p, contract.PaymentSucceeded)
		o.Hint(p)
		o.Paid(p.ID)
		o.ActedOn()
	}
}

// A part of the gateway lags behind, after the money has arrived.
func successIsNeverLeft(t *T) {
	statuses := append(slices.Clone(ends), contract.PaymentPending, contract.PaymentUnknown)
	orders := t.NewOrders(len(statuses))
	opened(orders)
	for i, o := range orders {
		p := o.Payment()
		payment := o.Pay()
		o.Hint(p)
		o.Paid(payment)
		lag := func(a *contract.Payment) {
			a.Status, a.ProviderStatus = statuses[i], "behind"
			switch statuses[i] {
			case contract.PaymentFailed:
				a.Failure = &contract.Failure{Code: contract.FailureDeclined}
			case contract.PaymentPending:
				a.NextAction = &contract.NextAction{Redirect: scripted.Link(p.Page)}
			case contract.PaymentExpired, contract.PaymentCanceled, contract.PaymentUnknown, contract.PaymentSucceeded:
			}
		}
		o.On(contract.OperationGetStatus, 0, Altered(lag))
		t.Sure(p.Wallet, p.Wallet.PaymentWebhook(p.ID, &scripted.WebhookOptions{Alter: func(a *contract.Payment, _ *contract.Refund) { lag(a) }}))
	}
	for _, o := range orders {
		o.ActedOn()
	}
	t.StayPaid(orders...)
}

// A buyer pays again after a failure, and then the first payment succeeds as well.
func ordersPaidTwice(t *T) {
	o := t.NewOrder()
	o.Place()
	o.Finds()
	first := o.Payment()
	o.MovePayment(first, contract.PaymentFailed)
	o.Hint(first)
	second := o.PaysAgain()
	o.MovePayment(second, contract.PaymentSucceeded)
	o.Hint(second)
	o.Paid(second.ID)
	o.ActedOn()
	o.MovePayment(first, contract.PaymentSucceeded)
	o.Hint(first)
	o.Await("was paid twice, and a payment of it is shown to a person or paid back", func(h *hostctl.Order) bool {
		return len(o.Refunds()) > 0 || o.shows(h, first.ID) || o.shows(h, second.ID)
	})
	t.StayPaid(o)
}

// PaysAgain has the buyer pay again when nothing is left that could be paid, unless the host
// has begun another payment by itself, and returns the second payment of the order.
func (o *Order) PaysAgain() Payment {
	var all []Payment
	var asked time.Time
	o.t.Until("order "+o.ID+" has a second payment", func() bool {
		if all = o.Payments(); len(all) < 2 && o.Is(hostctl.OrderUnpaid) && time.Since(asked) > o.t.Pace().CallTimeout {
			asked = time.Now()
			o.Again(o.Wallets[0])
		}
		return len(all) == 2
	})
	return all[1]
}

// Attention returns what the host shows of all orders, and of none.
func (t *T) Attention() []hostctl.Attention {
	list, err := t.world.client(0).Attention(t.Context())
	t.world.heard(list, err)
	if err != nil {
		t.note("what needs a person%s", because(err))
	}
	return list
}
