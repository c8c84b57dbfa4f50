package hostchecks

import (
	"context"
	"slices"

	"github.com/paysocket/paysocket/conformance/internal/hostctl"
	"github.com/paysocket/paysocket/conformance/internal/scripted"
	"github.com/paysocket/paysocket/contract"
)

func edgeChecks() []Check {
	return []Check{
		{Clause: "HED-001", With: []Kind{Real}, Run: insecureLinks},
		{Clause: "HED-002", Run: linksThatABrowserWouldExecute},
		{Clause: "HED-004", Run: buyersWhoGoAway},
		{Clause: "HED-005", Run: currenciesOfTheirOwn},
		{Clause: "HED-006", Run: linksAreTakenExactly},
		{Clause: "HED-007", Own: true, With: []Kind{Limited, Lookup}, Run: newTermsAfterASwap},
	}
}

// Limited has a method whose limit every order exceeds.
var Limited = Kind{Name: "limited", Shape: scripted.Shape{Methods: []contract.PaymentMethod{{
	Code: method, Flow: contract.FlowRedirect, PayerAction: contract.PayerActionRequired,
	Currencies: []contract.CurrencyLimits{{Currency: currency, MaxMinorUnits: firstAmount / 2}},
}}}}

// leading has all answers about the order say that its payer is to go to a link.
func (o *Order) leading(to string) {
	for _, operation := range []contract.Operation{contract.OperationCreatePayment, contract.OperationGetStatus} {
		o.On(operation, 0, Altered(func(p *contract.Payment) {
			if p.Status == contract.PaymentPending {
				p.NextAction = &contract.NextAction{Redirect: scripted.Link(to)}
			}
		}))
	}
}

// neverLeads places orders whose answers have links that no buyer may be sent to, one for
// each, and watches what the host has for their buyers.
func neverLeads(t *T, kind Kind, links []string) {
	orders := t.NewOrders(len(links), t.Wallet(kind))
	for i, o := range orders {
		o.leading(links[i])
		o.Place()
	}
	for _, o := range orders {
		t.Until("the call of order "+o.ID+" has ended", func() bool { return len(o.over(contract.OperationCreatePayment)) > 0 })
	}
	follow := func() {
		for i, o := range orders {
			if said := o.Look(); said != nil && said.Link != "" && t.Follow(said.Link) == links[i] {
				t.Errorf("the buyer of order %s is sent to %q", o.ID, links[i])
			}
		}
	}
	follow()
	t.Throughout("no buyer is given a link that is not for buyers", func() bool {
		return !slices.ContainsFunc(orders, func(o *Order) bool {
			said := o.Look()
			return said != nil && slices.Contains(links, said.Link)
		})
	})
	follow()
}

func insecureLinks(t *T) {
	neverLeads(t, Real, []string{"http://pay.gateway.example/p/1", "HTTP://pay.gateway.example/p/2", "http://127.0.0.1.gateway.example/p/3"})
}

func linksThatABrowserWouldExecute(t *T) {
	neverLeads(t, Lookup, []string{
		"javascript:alert(document.cookie)", "JavaScript:alert(1)//https://pay.gateway.example/", "data:text/html,<script>alert(1)</script>",
		"https://pay.gateway.example@elsewhere.example/p/1", "//elsewhere.example/p/2", "vbscript:msgbox(1)",
	})
}

// The buyer goes away while CreatePayment is under way, and never comes back.
func buyersWhoGoAway(t *T) {
	var orders []*Order
	var answers []func()
	for _, at := range []scripted.Point{scripted.Seen, scripted.Committed} {
		o := t.NewOrder()
		parked := o.Park(contract.OperationCreatePayment, at, nil)
		there, leave := context.WithCancel(t.Context())
		gone := make(chan struct{})
		go func() {
			defer close(gone)
			o.PlaceOnce(there)
		}()
		call := Receive(t, "call of order "+o.ID, parked.Arrived)
		leave()
		Receive(t, "end of the buyer's connection", gone)
		t.note("the buyer of order %s goes away during call %d", o.ID, call.Number)
		orders, answers = append(orders, o), append(answers, parked.Release)
	}
	t.ThroughoutFor(t.Pace().CallTimeout/4, "the buyers are away", func() bool { return true })
	for _, answer := range answers {
		answer()
	}
	for _, o := range orders {
		o.Finds()
		o.Legal()
		o.OneKey()
	}
}

// In changes the currency of the order; its amount is as many of its smallest units.
func (o *Order) In(currency string) *Order {
	o.t.world.mu.Lock()
	defer o.t.world.mu.Unlock()
	o.Amount.Currency = currency
	return o
}

// A host need not sell in a currency.
func currenciesOfTheirOwn(t *T) {
	var orders []*Order
	for _, code := range []string{"JPY", currency, "KWD"} {
		orders = append(orders, t.NewOrder().In(code).Place())
	}
	sold := 0
	for _, o := range orders {
		t.Until("order "+o.ID+" of "+o.Amount.String()+" has a link, or is refused", func() bool {
			said := o.Look()
			return o.Refused() != nil || said != nil && said.Link != ""
		})
		if o.Refused() != nil {
			continue
		}
		sold++
		o.Finds()
		payment := o.Pay()
		o.Hint(o.Payment())
		said := o.Paid(payment)
		if asked := moneyOf(o.Amount); said.Amount != asked || said.Paid != nil && said.Paid.Amount != asked {
			t.Errorf("order %s is of %v; the host says %v, paid by %v", o.ID, asked, said.Amount, said.Paid)
		}
	}
	if sold < 2 {
		t.SkipUnverified("the host sells in one of the currencies %s, JPY and KWD only", currency)
	}
}

// exactly are links that lead elsewhere once they are decoded and encoded again.
var exactly = []string{
	"https://pay.gateway.example/p/a%2Fb%20c;v=1/%E0%B8%81%C3%A9?q=%3D%26&r=a+b&empty=&q=2#frag=%2F~!",
	"https://pay.gateway.example:8443//p//x/?b=2&a=1&&c",
	"https://pay.gateway.example/p?token=%41%7e%2b%2B==",
	"https://pay.gateway.example/p/1?return=https%3A%2F%2Fshop.example%2F%3Fa%3Db#",
}

func linksAreTakenExactly(t *T) {
	orders := t.NewOrders(len(exactly))
	for i, o := range orders {
		o.leading(exactly[i])
		o.Place()
	}
	for i, o := range orders {
		if leads := t.Follow(o.Link()); leads != exactly[i] {
			t.Errorf("the gateway's link for order %s is %s; the buyer is sent to %s", o.ID, exactly[i], leads)
		}
	}
}

// A new version of one plugin has lost the limit, and one of the other the method. A host
// that knows the old limit refuses the order, or gives it to the next provider.
func newTermsAfterASwap(t *T) {
	freed, lost := t.Wallet(Limited), t.Wallet(Lookup)
	const version = "1.1.0"
	tooMuch, sells := t.NewOrder(freed), t.NewOrder(lost)
	tooMuch.Place()
	sells.Place().Finds()
	tooMuch.IsNotSold("its amount is more than what its provider can take")
	freed.Upgrade(version, func(s *scripted.Shape) { s.Methods[0].Currencies = []contract.CurrencyLimits{{Currency: currency}} })
	t.Replace(freed, version)
	can := t.NewOrder(freed, lost)
	can.Place()
	can.Finds()
	if by := can.Payment().Wallet; by != freed {
		t.Errorf("order %s is to be paid by %s; %s, which comes before it, has no limit any more", can.ID, by.Name, freed.Name)
	}
	lost.Upgrade(version, func(s *scripted.Shape) { s.Methods[0].Code = "card" })
	t.Replace(lost, version)
	cannot := t.NewOrder(lost)
	cannot.Place()
	cannot.IsNotSold("its provider has lost the method " + method)
}

// IsNotSold waits until the host refuses an order, or gives it up, and checks that no gateway
// has a payment of it.
func (o *Order) IsNotSold(because string) {
	o.t.Until("order "+o.ID+" is refused or UNPAID: "+because, func() bool { return o.Refused() != nil || o.Is(hostctl.OrderUnpaid) })
	if n := len(o.Payments()); n > 0 {
		o.t.Errorf("order %s has %d payments, but %s", o.ID, n, because)
	}
}
