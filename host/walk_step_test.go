package host_test

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/host"
)

// take takes a number of steps, and comes to an end.
func (w *walk) take(drawn *rapid.T, steps int) {
	for range rapid.IntRange(steps/4, steps).Draw(drawn, "steps") {
		w.step()
		w.check()
	}
	w.end()
}

// step does one thing.
func (w *walk) step() {
	w.arm()
	h := w.draw(len(w.hosts))
	switch w.draw(20) {
	case 0, 1:
		w.checkout(h)
	case 2, 3, 4:
		w.payAgain(h)
	case 5:
		if o := w.someOrder(); o != nil {
			w.act(h, "cancel "+o.ID, func(e *host.Engine) error { return w.shown(e.Cancel(w.t.Context(), o.ID)) })
		}
	case 6, 7:
		w.refund(h)
	case 8:
		w.resolve(h)
	case 9:
		w.deliver(h)
	case 10, 11:
		w.atGateway()
	case 12, 13, 14, 15:
		w.advance([]time.Duration{time.Second, 3 * time.Second, 12 * time.Second, 25 * time.Second, 40 * time.Second, 3 * time.Minute, time.Hour, 26 * time.Hour}[w.draw(8)])
		w.sweep(h)
	case 16, 17:
		w.reconfigure(h)
	case 18:
		w.surprise(h)
	case 19:
		w.letGo()
	}
}

// arm draws what the next calls meet: mostly what leaves their result unknown.
func (w *walk) arm() {
	var next []trouble
	for range 2 {
		switch w.draw(4) {
		case 0:
			next = append(next, goesWell)
		case 1:
			next = append(next, trouble(w.draw(int(troubles))))
		default:
			next = append(next, []trouble{arrivesLate, losesItsAnswer, isLost, isHeld, goesWell}[w.draw(5)])
		}
	}
	w.traffic.arm(next...)
}

func (w *walk) someOrder() *host.Order {
	if len(w.orders) == 0 {
		return nil
	}
	return w.orders[w.draw(len(w.orders))]
}

// shown shows the payer the link of a sale.
func (w *walk) shown(sale *host.Sale, err error) error {
	if err != nil {
		if !expected(err) {
			return fmt.Errorf("unexpected: %w", err)
		}
		return err
	}
	w.show(sale)
	return nil
}

// way is a method with providers that have it.
type way struct {
	method    string
	providers []string
}

// themes are the ways to pay that a walk has: with few of them more happens to each.
var themes = [][]way{
	{{"phone", []string{"wallet-a", "wallet-b"}}, {"phone", []string{"wallet-b"}}},
	{{"wallet", []string{"wallet-a", "wallet-b"}}, {"phone", []string{"wallet-b", "wallet-a"}}},
	{{"alipay", []string{"alipay"}}},
	{{"wallet", []string{"wallet-b", "wallet-a"}}, {"alipay", []string{"alipay"}}, {"phone", []string{"wallet-a"}}},
}

// order returns an order whose way to be paid is drawn.
func (w *walk) order(id string) *host.Order {
	way := w.ways[w.draw(len(w.ways))]
	o := order(id)
	o.Method, o.Providers = way.method, way.providers
	if o.Method == "phone" {
		o.Payer = &contract.Payer{Phone: contract.NewSecret(canary)}
	}
	return o
}

func (w *walk) checkout(h int) {
	o := w.someOrder()
	if o == nil || len(w.orders) < w.most && w.draw(2) == 0 {
		o = w.order(fmt.Sprintf("order-%d", len(w.orders)))
		w.orders = append(w.orders, o)
	}
	w.act(h, fmt.Sprintf("check out %s by %s with %v", o.ID, o.Method, o.Providers), func(e *host.Engine) error {
		return w.shown(e.Checkout(w.t.Context(), o))
	})
}

func (w *walk) payAgain(h int) {
	o := w.someOrder()
	if o == nil {
		return
	}
	again := w.order(o.ID)
	w.act(h, fmt.Sprintf("pay %s again by %s with %v", o.ID, again.Method, again.Providers), func(e *host.Engine) error {
		return w.shown(e.PayAgain(w.t.Context(), again))
	})
}

func (w *walk) refund(h int) {
	o := w.someOrder()
	if o == nil {
		return
	}
	id := fmt.Sprintf("%s-r%d", o.ID, w.draw(3))
	amount := baht([]int64{30_000, 60_000, 100_000}[len(id)%3])
	w.act(h, "refund "+id, func(e *host.Engine) error {
		_, err := e.Refund(w.t.Context(), o.ID, &host.RefundOrder{ID: id, Amount: amount})
		return err
	})
}

func (w *walk) sweep(h int) {
	w.act(h, "sweep", func(e *host.Engine) error { return host.CheckDue(w.t.Context(), e) })
}

// deliver sends a webhook about a payment or a refund, early, late or again.
func (w *walk) deliver(h int) {
	name, _, p := w.somePayment()
	if p == nil {
		return
	}
	spec := &gateway.WebhookSpec{Event: gateway.EventPaymentUpdated, Payment: p.ID}
	if len(p.Refunds) > 0 && w.draw(2) == 0 {
		spec = &gateway.WebhookSpec{Event: gateway.EventRefundUpdated, Payment: p.ID, Refund: p.Refunds[w.draw(len(p.Refunds))].ID}
	}
	if !slices.ContainsFunc(w.wallets[name].ledger(), func(other gateway.Payment) bool { return other.ID == p.ID }) {
		return // the gateway tells the host of another account
	}
	request := w.webhook(name, spec)
	w.act(h, "a webhook about "+p.ID, func(e *host.Engine) error {
		if code := w.send(e, request); code != 200 {
			return fmt.Errorf("it was answered %d", code)
		}
		return nil
	})
}

// somePayment returns a payment of any account of any gateway.
func (w *walk) somePayment() (name string, scope gateway.Scope, p *gateway.Payment) {
	name = []string{"alipay", "wallet-a", "wallet-b"}[w.draw(3)]
	scope = w.wallets[name].scopes[w.draw(4)/3] // mostly the first
	payments, err := scope.Payments(w.t.Context(), nil)
	require.NoError(w.t, err)
	if len(payments) == 0 {
		return name, scope, nil
	}
	return name, scope, &payments[w.draw(len(payments))]
}

// atGateway does what payers, gateways and merchants do without the host.
func (w *walk) atGateway() {
	name, scope, p := w.somePayment()
	if p == nil {
		return
	}
	switch w.draw(8) {
	case 0, 1, 2, 6, 7:
		if w.canPay(p) {
			w.transition(scope, p, gateway.StateSucceeded)
		}
	case 3:
		w.transition(scope, p, gateway.StateFailed)
	case 4:
		w.transition(scope, p, gateway.StateExpired)
	case 5:
		if _, err := scope.CreateRefund(w.t.Context(), p.ID, gateway.Money{Amount: 30_000}); err == nil {
			w.note("%s is refunded at the gateway of %s", p.ID, name)
		}
	}
}

// reconfigure takes a provider away from a host, or starts it for one of its accounts.
func (w *walk) reconfigure(h int) {
	name := []string{"alipay", "wallet-a", "wallet-b"}[w.draw(3)]
	own := w.hosts[h].wallets[name]
	switch n := w.draw(5); n {
	case 0:
		w.note("host %d loses %s", h, name)
		own.stop()
	case 4:
		if client := own.client; client != nil {
			w.note("host %d is about to have %s configured again", h, name)
			own.swap = func() { _, _ = client.Configure(w.t.Context(), own.configuration(own.scope)) }
		}
	default:
		account := max(0, n-2)
		w.note("host %d has %s for account %d", h, name, account)
		own.configure(w.wallets[name].scopes[account])
	}
}

// surprise is what happens to a host as a whole.
func (w *walk) surprise(h int) {
	switch w.draw(4) {
	case 0, 1:
		w.crash(h)
	case 2:
		w.failing = 1 + w.draw(4)
	case 3:
		w.shift = []time.Duration{0, time.Hour, -time.Hour}[w.draw(3)]
		w.note("the clocks of the hosts are wrong by %s", w.shift)
	}
}

// letGo releases what hangs, or lets a request arrive whose caller has gone.
func (w *walk) letGo() {
	if a := w.traffic.waiting(anyHost); a != nil {
		fate := []trouble{goesWell, losesItsAnswer, isLost, breaks, arrivesLate}[w.draw(5)]
		w.note("what hangs with %.6s %s", a.word, fate)
		w.traffic.release(a, fate)
		w.settleDown()
		return
	}
	if g := w.traffic.haunted(time.Time{}); g != nil {
		w.note("a request with %.6s arrives", g.word)
		g.run()
	}
}

// resolve is a person who has looked in the dashboard.
func (w *walk) resolve(h int) {
	o := w.someOrder()
	if o == nil {
		return
	}
	sale, err := w.hosts[h].engine.Sale(w.t.Context(), o.ID)
	if err != nil {
		return
	}
	attempts := slices.DeleteFunc(slices.Concat(sale.Payments, sale.Refunds), func(a host.Attempt) bool { return a.Attention == "" })
	if len(attempts) == 0 {
		return
	}
	a := attempts[w.draw(len(attempts))]
	decision := &host.Resolution{By: "ann", Why: "it is so"}
	found := w.madeWith(a.Key)
	switch w.draw(4) {
	case 0:
		if len(found) > 0 && a.GatewayID == "" {
			decision.Adopt = found[0]
		}
	case 1:
		decision.Release = len(found) == 0 && !w.traffic.mayArrive(a.Key)
	case 2:
		decision.AcceptAccount = true
	}
	w.act(h, fmt.Sprintf("resolve %s: %+v", a.OrderID, *decision), func(e *host.Engine) error {
		_, err := e.Resolve(w.t.Context(), sale.ID, a.Key, decision)
		return err
	})
}

// madeWith returns the ids of the payments and refunds that the gateways have for a key.
func (w *walk) madeWith(key string) []string {
	var found []string
	for _, name := range slices.Sorted(maps.Keys(w.wallets)) {
		for _, p := range w.everything(name) {
			if p.Key == key {
				found = append(found, p.ID)
			}
			for _, r := range p.Refunds {
				if r.Key == key {
					found = append(found, r.ID)
				}
			}
		}
	}
	return found
}

// everything returns the payments of all accounts of a gateway.
func (w *walk) everything(name string) []gateway.Payment {
	var all []gateway.Payment
	for _, scope := range w.wallets[name].scopes {
		payments, err := scope.Payments(w.t.Context(), nil)
		require.NoError(w.t, err)
		all = append(all, payments...)
	}
	return all
}
