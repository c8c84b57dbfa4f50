package hostchecks

import (
	"net/http"
	"net/url"
	"sync"

	"github.com/paysocket/paysocket/contract"
)

// comings are what gateways add to a return URL, and what somebody may who likes to be
// taken for a payer.
var comings = []string{"", "status=success&paid=1", "result=SUCCEEDED&redirect_status=succeeded", "payment_id="}

// returnURL returns where a payer comes back to who has a payment; nil if that is not on
// this machine.
func (p *Payment) returnURL() *url.URL {
	back, err := url.Parse(p.Request.ReturnURL)
	if err != nil || !contract.IsLoopback(back) {
		return nil
	}
	return back
}

// comeBack has the buyer of the order open an address.
func (o *Order) comeBack(to *url.URL) {
	request, err := http.NewRequestWithContext(o.t.Context(), http.MethodGet, to.String(), http.NoBody)
	o.t.SetupFailed("open the return URL", err)
	status, _, _, err := o.t.world.send(request)
	o.t.note("the buyer of order %s comes back to %s: %d%s", o.ID, to, status, because(err))
}

// A buyer comes back who has not paid.
func buyersWhoComeBack(t *T) {
	o := t.NewOrder()
	o.Place()
	o.Finds()
	p := o.Payment()
	back := p.returnURL()
	if back == nil {
		t.SkipUnverified("the host has the buyer come back to an address that is not on this machine, %.100q", p.Request.ReturnURL)
	}
	for _, query := range comings {
		if query == "payment_id=" {
			query += p.ID + "&key=" + p.IdempotencyKey + "&status=" + string(contract.PaymentSucceeded)
		}
		to := *back
		if query != "" {
			values := to.Query()
			added, _ := url.ParseQuery(query)
			for name := range added {
				values[name] = added[name]
			}
			to.RawQuery = values.Encode()
		}
		o.comeBack(&to)
	}
	t.stayUnpaid("the address to which its buyer came back", o)
}

// Buyers come back who have paid: before their webhooks come, after that, and at the same
// time. A host may look at the payment then, and has two ways to learn of it.
func buyersWhoComeBackHavingPaid(t *T) {
	before, after, meanwhile := t.NewOrder(), t.NewOrder(), t.NewOrder()
	orders := []*Order{before, after, meanwhile}
	opened(orders)
	back := make(map[*Order]*url.URL)
	for _, o := range orders {
		p := o.Payment()
		if back[o] = p.returnURL(); back[o] == nil {
			t.note("the host has the buyer come back to an address that is not on this machine, %.100q", p.Request.ReturnURL)
			return // the monitor judges the rest
		}
	}
	paid := make(map[*Order]string)
	for _, o := range orders {
		paid[o] = o.Pay()
	}
	before.comeBack(back[before])
	before.Hint(before.Payment())
	after.Hint(after.Payment())
	after.Paid(paid[after])
	after.comeBack(back[after])
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() { meanwhile.comeBack(back[meanwhile]) })
		all.Go(func() { meanwhile.Hint(meanwhile.Payment()) })
	}
	all.Wait()
	for _, o := range orders {
		o.Paid(paid[o])
		o.ActedOn()
	}
	t.StayPaid(orders...)
}
