package hostchecks

import (
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/paysocket/paysocket/conformance/internal/hostctl"
	"github.com/paysocket/paysocket/conformance/internal/scripted"
	"github.com/paysocket/paysocket/contract"
)

func webhookChecks() []Check {
	return []Check{
		{Clause: "HWH-001", World: Killed, Run: webhooksAreCommittedFirst},
		{Clause: "HWH-002", Run: webhooksDeliveredManyTimes},
		{Clause: "HWH-003", Run: webhooksInAnyOrder},
		{Clause: "HWH-004", With: []Kind{Lookup, Native}, Run: webhooksBeforeTheAnswer},
		{Clause: "HWH-005", Run: forgedWebhooks},
		{Clause: "HWH-006", Run: staleWebhooks},
		{Clause: "HWH-007", Run: webhooksThatCannotBeRead},
		{Clause: "HWH-008", Run: webhooksOfTheOtherMode},
		{Clause: "HWH-009", Own: true, Run: webhooksWhileTheProviderIsDown},
		{Clause: "HWH-010", Run: webhooksAboutStrangers},
		{Clause: "HWH-011", With: []Kind{Lookup, Native}, Run: noWebhooksAtAll},
		{Clause: "HWH-012", Run: webhooksForAPerson},
		{Clause: "HWH-013", With: []Kind{Lookup, Second}, Run: webhooksAtAnotherAddress},
		{Clause: "HWH-014", Run: webhooksThatAreAheadOfTheGateway},
		{Clause: "HWH-015", Run: webhooksByteForByte},
	}
}

// One event is delivered forty times at once, and some more times after that.
func webhooksDeliveredManyTimes(t *T) {
	o := t.NewOrder()
	o.Place()
	o.Finds()
	payment := o.Pay()
	w := o.Wallets[0]
	webhook := w.PaymentWebhook(payment, nil)
	var all sync.WaitGroup
	for range 40 {
		all.Go(func() { t.Deliver(w, webhook) })
	}
	all.Wait()
	t.Sure(w, webhook)
	o.Paid(payment)
	for range 3 {
		t.Sure(w, webhook)
	}
	o.ActedOn()
	t.Sure(w, w.PaymentWebhook(payment, nil)) // another event about the same
	t.StayPaid(o)
}

// StayPaid watches that orders stay PAID, and that the platform acts on each once.
func (t *T) StayPaid(orders ...*Order) {
	t.Throughout("all of "+named(orders)+" are PAID, and acted on once", func() bool {
		return !slices.ContainsFunc(orders, func(o *Order) bool {
			said := o.Look()
			return said != nil && (said.State != hostctl.OrderPaid || said.Effects != 1)
		})
	})
}

// volley is how many webhooks are on their way when the host is killed, and hit how many of
// them it has acknowledged by then.
const (
	volley = 24
	hit    = 8
)

// What the gateway says of payments that no order has, no look-up of an order can find. The
// host is killed as soon as some of these webhooks are acknowledged.
func webhooksAreCommittedFirst(t *T) {
	w := t.Wallet(Lookup)
	payments := make([]string, volley)
	acknowledged := make([]bool, volley)
	enough, died := make(chan struct{}), make(chan struct{})
	var mu sync.Mutex
	var all sync.WaitGroup
	deliver := func(n int) {
		if t.Deliver(w, w.PaymentWebhook(payments[n], nil))/100 != 2 {
			return
		}
		mu.Lock()
		defer mu.Unlock()
		acknowledged[n] = true
		if len(slices.DeleteFunc(slices.Clone(acknowledged), func(is bool) bool { return !is })) == hit {
			close(enough)
		}
	}
	for n := range volley {
		payments[n] = w.PayStranger(Money(firstAmount / 2))
	}
	t.KillHostAfter(func() {
		for n := range volley {
			all.Go(func() {
				wait(t.Context(), time.Duration(2*n)*time.Millisecond)
				deliver(n)
			})
		}
		go func() {
			defer close(died)
			all.Wait()
		}()
		select {
		case <-enough:
		case <-died:
		}
	})
	<-died
	for n, payment := range payments {
		if !acknowledged[n] {
			t.Sure(w, w.PaymentWebhook(payment, nil)) // as the gateway does
		}
	}
	t.Until("the webhooks that were acknowledged are there", func() bool {
		list := t.Attention()
		lost := slices.DeleteFunc(slices.Clone(payments), func(payment string) bool {
			return slices.ContainsFunc(list, func(a hostctl.Attention) bool { return a.Names(payment) })
		})
		return len(lost) == 0
	})
}

// The host hears of what was before after it has heard of what is, and the other way round.
func webhooksInAnyOrder(t *T) {
	orders := t.NewOrders(len(ends) + 1)
	opened(orders)
	for i, o := range orders {
		p := o.Payment()
		w := p.Wallet
		if i < len(ends) {
			o.MovePayment(p, ends[i])
		}
		before := w.PaymentWebhook(p.ID, nil)
		o.MovePayment(p, contract.PaymentSucceeded)
		after := w.PaymentWebhook(p.ID, nil)
		if i%2 == 0 {
			t.Sure(w, before)
			t.Sure(w, after)
		} else {
			t.Sure(w, after)
			o.Paid(p.ID)
			t.Sure(w, before)
		}
		o.Paid(p.ID)
		o.ActedOn()
	}
	t.StayPaid(orders...)
}

// The buyer has paid before CreatePayment is answered: by what was true when the payment was
// made, or not at all. A gateway sends a webhook until it is acknowledged.
func webhooksBeforeTheAnswer(t *T) {
	var orders []*Order
	for _, kind := range []Kind{Lookup, Native} {
		for _, answer := range []Do{nil, Lost(Executed)} {
			o := t.NewOrder(t.Wallet(kind))
			parked := o.Park(contract.OperationCreatePayment, scripted.Committed, answer)
			o.Place()
			Receive(t, "call of order "+o.ID, parked.Arrived)
			p := o.Payment()
			o.MovePayment(p, contract.PaymentSucceeded)
			webhook := p.Wallet.PaymentWebhook(p.ID, nil)
			status := t.Deliver(p.Wallet, webhook)
			parked.Release()
			switch {
			case status/100 == 2:
			case comesAgain(status):
				t.Sure(p.Wallet, webhook)
			default:
				t.Errorf("a genuine webhook that came before the answer of CreatePayment was answered with %d; with that, a gateway does not send it again", status)
			}
			orders = append(orders, o)
		}
	}
	for _, o := range orders {
		o.Paid(o.Payment().ID)
		o.ActedOn()
	}
	t.StayPaid(orders...)
}

// comesAgain reports whether a gateway sends a webhook again that was answered with a
// status; 0 means that it was not answered.
func comesAgain(status int) bool {
	return status == 0 || status/100 == 5 || status == http.StatusRequestTimeout || status == http.StatusTooManyRequests
}

// The plugin dies in every call, also when it has been started again.
func webhooksWhileTheProviderIsDown(t *T) {
	o := t.NewOrder()
	o.Place()
	o.Finds()
	w := o.Wallets[0]
	back := w.On(scripted.Rule{Do: Dies(NotExecuted)})
	webhook := w.PaymentWebhook(o.Pay(), nil)
	for range 2 {
		if status := t.Deliver(w, webhook); !comesAgain(status) {
			t.Errorf("a webhook that nobody could verify was answered with %d; with that, a gateway does not send it again", status)
		}
	}
	back()
	t.AwaitPlugin(w)
	t.Sure(w, webhook)
	o.Paid(o.Payment().ID)
}

// Through the contract a payment was made that this host does not have.
func webhooksAboutStrangers(t *T) {
	w := t.Wallet(Lookup)
	payment := w.PayStranger(Money(firstAmount / 2))
	t.Sure(w, w.PaymentWebhook(payment, nil))
	t.Until("payment "+payment+", which no order has, is shown to a person", func() bool {
		return slices.ContainsFunc(t.Attention(), func(a hostctl.Attention) bool { return a.Names(payment) })
	})
}

// All webhooks are lost.
func noWebhooksAtAll(t *T) {
	orders := []*Order{t.NewOrder(), t.NewOrder(t.Wallet(Native))}
	opened(orders)
	var payments []string
	for _, o := range orders {
		payments = append(payments, o.Pay())
	}
	for i, o := range orders {
		o.Paid(payments[i])
		o.ActedOn()
	}
}

// A dispute is reported by a webhook only.
func webhooksForAPerson(t *T) {
	o := t.NewOrder()
	payment := o.Sold()
	w := o.Wallets[0]
	t.Sure(w, w.DisputeWebhook(payment, nil))
	t.Until("a dispute of order "+o.ID+" is shown to a person", func() bool {
		is := func(a hostctl.Attention) bool {
			return a.Names(payment) || strings.Contains(a.Text, scripted.KindDispute)
		}
		said := o.Look()
		return said != nil && slices.ContainsFunc(said.Attention, is) || slices.ContainsFunc(t.Attention(), is)
	})
}
