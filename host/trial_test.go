package host_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/host"
	"github.com/paysocket/paysocket/provider/kit/kittest"
)

// late sends a function that lets the request arrive at the gateway, long after its
// caller has lost the connection.
func late(arrive chan<- func()) kittest.Fault {
	return func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		body, _ := io.ReadAll(r.Body)
		request := r.Clone(r.Context())
		arrive <- func() {
			request.Body = io.NopCloser(bytes.NewReader(body))
			next.ServeHTTP(httptest.NewRecorder(), request)
		}
		kittest.HangUp(w, r, next)
	}
}

// renamed is a gateway that does not know a key that it was sent before: one that
// honours none, or has forgotten it.
func renamed(fault kittest.Fault) kittest.Fault {
	return func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		r.Header.Set("Idempotency-Key", r.Header.Get("Idempotency-Key")+"-renamed")
		fault(w, r, next)
	}
}

func passed(w http.ResponseWriter, r *http.Request, next http.Handler) { next.ServeHTTP(w, r) }

var answerLost = kittest.Executed(kittest.HangUp)

const refundsAlipay = "POST /charges/*/refunds"

// trials are courses of events of one sale in which a wrong decision does harm.
var trials = map[string]func(*world){
	"a request arrives late": func(w *world) { w.arrivesAfter(10 * time.Second) }, // it is not found before
	"a request arrives after the settle time": func(w *world) {
		w.arrivesAfter(10*time.Second, 25*time.Second, time.Minute)
	},
	"an answer is lost": func(w *world) {
		w.wallets["wallet-a"].front.Set(kittest.On(creates, kittest.Times(1, answerLost)))
		w.checkout(byPhone())
		_, _ = w.engine.PayAgain(w.t.Context(), byPhone())
	},
	"the payer chooses again": func(w *world) {
		w.checkout(order("3947"))
		if sale, err := w.engine.PayAgain(w.t.Context(), order("3947")); err == nil {
			w.show(sale)
		}
	},
	"the payer pays, and chooses again": func(w *world) {
		w.paid("3947")
		_, _ = w.engine.PayAgain(w.t.Context(), byPhone())
	},
	"the process is replaced after an answer was lost": func(w *world) {
		a := w.wallets["wallet-a"]
		a.terms = blind
		a.front.Set(kittest.On(creates, kittest.Times(1, answerLost)))
		w.checkout(byPhone())
		a.swapFor(a.scope, func(terms *contract.Idempotency) { blind(terms); terms.KeyLife -= time.Hour }) // or it would get the call
		w.pass(2 * time.Second)
		w.pass(time.Minute)
	},
	"a refund arrives late": func(w *world) {
		w.paidByAlipay()
		arrive := make(chan func(), 1)
		w.wallets["alipay"].front.Set(kittest.On(refundsAlipay, kittest.Times(1, late(arrive))))
		w.refund("r1")
		w.wallets["alipay"].configure(w.wallets["alipay"].scope) // in a process that remembers nothing
		w.pass(10 * time.Second)
		w.pass(25 * time.Second)
		w.refundAgain()
		w.pass(60 * time.Second)
		(<-arrive)()
		w.settle()
		w.refundAgain()
	},
	"a host is stopped in its call": func(w *world) {
		held, release := make(chan struct{}, 1), make(chan struct{})
		w.wallets["wallet-a"].front.Set(kittest.On(creates, kittest.Times(1, stopped(held, release))))
		first, other := w.engine, w.open()
		var call sync.WaitGroup
		call.Go(func() { _, _ = first.Checkout(w.t.Context(), byPhone()) })
		<-held
		_, _ = other.PayAgain(w.t.Context(), byPhone())
		close(release)
		call.Wait()
	},
	"a host is stopped in a refund":           stoppedInRefund,
	"the gateway forgets a key":               forgottenKey,
	"the account is another one":              func(w *world) { w.movesTo(blind) },
	"the account is another one, of look-ups": func(w *world) { w.movesTo(nil) },
	"the provider honours keys from now on": func(w *world) {
		a := w.wallets["wallet-a"]
		a.terms = func(terms *contract.Idempotency) { terms.Kind, terms.KeyLife = contract.IdempotencyLookup, 0 }
		a.front.Set(kittest.On(creates, kittest.Times(1, renamed(answerLost))))
		w.checkout(byPhone())
		a.terms = blind
		w.pass(10 * time.Second)
		w.pass(time.Minute)
	},
}

// arrivesAfter has a request arrive after some time, when the payer has chosen again.
func (w *world) arrivesAfter(passes ...time.Duration) {
	arrive := make(chan func(), 1)
	w.wallets["wallet-a"].front.Set(kittest.On(creates, kittest.Times(1, late(arrive))))
	w.checkout(byPhone())
	for _, d := range passes {
		w.pass(d)
	}
	_, _ = w.engine.PayAgain(w.t.Context(), byPhone())
	(<-arrive)()
}

// stoppedInRefund has a host that stands still with a refund on its way, while a person
// has looked at it through another one.
func stoppedInRefund(w *world) {
	w.paidByAlipay()
	alipay := w.wallets["alipay"]
	held, release := make(chan struct{}, 1), make(chan struct{})
	alipay.front.Set(kittest.On(refundsAlipay, kittest.Times(1, kittest.Hold(held, release))))
	first := w.engine
	var call sync.WaitGroup
	call.Go(func() {
		_, _ = first.Refund(w.t.Context(), "3947", &host.RefundOrder{ID: "r1", Amount: baht(40_000)})
	})
	<-held
	w.engine = w.open()
	alipay.configure(alipay.scope) // in a process of its own
	w.clock.Advance(11 * time.Second)
	_, err := w.engine.Resolve(w.t.Context(), "3947", w.sale("3947").Refunds[0].Key, &host.Resolution{By: "ann", Why: "it is under way"})
	require.NoError(w.t, err)
	for range 13 {
		w.pass(10 * time.Second)
	}
	close(release)
	call.Wait()
}

// forgottenKey has a gateway that honours a key for an hour, and no look-ups. The payer
// pays at once.
func forgottenKey(w *world) {
	a := w.wallets["wallet-a"]
	a.terms = func(terms *contract.Idempotency) { terms.LookupByKey, terms.KeyLife = false, time.Hour }
	a.front.Set(kittest.On(creates, kittest.Times(1, answerLost)))
	w.checkout(byPhone())
	a.pay(a.ledger()[0].ID)
	a.stop()
	w.pass(2 * time.Hour)
	a.configure(a.scope)
	a.front.Set(kittest.On(creates, renamed(passed)))
	for range 3 {
		w.pass(10 * time.Minute)
	}
}

// movesTo has a provider whose secrets become those of another account after an answer
// was lost.
func (w *world) movesTo(terms func(*contract.Idempotency)) {
	a := w.wallets["wallet-a"]
	a.terms = terms
	a.front.Set(kittest.On(creates, kittest.Times(2, answerLost)))
	w.checkout(byPhone())
	w.checkout(order("3948")) // whose payer must act
	a.configure(a.another())
	for range 3 {
		w.pass(time.Minute)
	}
	_, _ = w.engine.PayAgain(w.t.Context(), byPhone())
	w.checkout(order("3948"))
}

// byPhone is an order whose payer need not act.
func byPhone() *host.Order {
	o := order("3947")
	o.Method, o.Payer = "phone", &contract.Payer{Phone: contract.NewSecret(canary)}
	return o
}

// checkout asks for an order, and shows its link to the payer.
func (w *world) checkout(o *host.Order) *host.Sale {
	w.t.Helper()
	sale, err := w.engine.Checkout(w.t.Context(), o)
	require.NoError(w.t, err)
	w.show(sale)
	return sale
}

// show shows the link of a sale to its payer.
func (w *world) show(sale *host.Sale) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if next := sale.NextAction; next != nil && next.Redirect != nil {
		w.links[next.Redirect.URL] = true
	}
}

// paidByAlipay has a sale whose gateway honours no keys.
func (w *world) paidByAlipay() {
	w.t.Helper()
	alipay := newAlipay(w)
	w.wallets["alipay"] = alipay
	o := order("3947")
	o.Method, o.Providers = "alipay", []string{"alipay"}
	w.checkout(o)
	alipay.pay(alipay.ledger()[0].ID)
	require.Equal(w.t, 200, w.deliver(w.engine, "alipay", alipay.ledger()[0].ID))
	w.pass(0)
	require.Equal(w.t, host.SalePaid, w.sale("3947").Status)
}

func (w *world) refund(id string) {
	w.t.Helper()
	_, err := w.engine.Refund(w.t.Context(), "3947", &host.RefundOrder{ID: id, Amount: baht(40_000)})
	require.NoError(w.t, err)
}

// refundAgain does what docs/host.md says of a refund that was not made.
func (w *world) refundAgain() {
	w.t.Helper()
	if refunds := w.sale("3947").Refunds; strings.Contains(refunds[len(refunds)-1].Attention, "was not made") {
		w.refund(fmt.Sprintf("r%d", len(refunds)+1))
	}
}

// harm has everybody pay who can, and returns what of each sale is there twice at the
// gateways: what was paid, or paid back.
func (w *world) harm() string {
	paid := map[string]int{}
	for _, wallet := range w.wallets {
		for _, scope := range wallet.scopes {
			payments, err := scope.Payments(w.t.Context(), nil)
			require.NoError(w.t, err)
			for i := range payments {
				p := &payments[i]
				if p.State == gateway.StatePending && w.canPay(p) {
					require.NoError(w.t, scope.Transition(w.t.Context(), p.ID, &gateway.Transition{To: gateway.StateSucceeded}))
					p.State = gateway.StateSucceeded
				}
				if p.State == gateway.StateSucceeded {
					paid[p.Reference]++
				}
				if len(p.Refunds) > 1 {
					return p.Reference + " was refunded twice"
				}
			}
		}
	}
	for reference, n := range paid {
		if n > 1 {
			return reference + " was paid twice"
		}
	}
	return ""
}

// canPay reports whether anybody can pay a payment: its link was shown, or it has none
// since the payer's phone rings.
func (w *world) canPay(p *gateway.Payment) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return p.RedirectURL == "" || w.links[p.RedirectURL]
}
