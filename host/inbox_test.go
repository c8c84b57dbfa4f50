package host_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/host"
	"github.com/paysocket/paysocket/internal/faults"
	"github.com/paysocket/paysocket/provider/kit/kittest"
)

// anotherWebhook returns a webhook about a payment of the first wallet that has an id of
// its own.
func (w *world) anotherWebhook(paymentID string) *http.Request {
	w.t.Helper()
	id := gateway.PatchOp{Op: "replace", Path: "/id", Value: "evt_" + w.clock.Now().Format("150405.000000000")}
	return w.webhook("wallet-a", &gateway.WebhookSpec{Event: gateway.EventPaymentUpdated, Payment: paymentID, BodyPatch: []gateway.PatchOp{id}})
}

// events returns how many webhooks are stored.
func (w *world) events() (n int) {
	w.t.Helper()
	require.NoError(w.t, w.db.QueryRowContext(w.t.Context(), "SELECT count(*) FROM "+w.table("events")).Scan(&n))
	return n
}

// TestWebhooks_ThatAreNoneStoreNothing sends what no gateway would.
func TestWebhooks_ThatAreNoneStoreNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.checkout(alone("3947"))
	json, before := http.Header{"Content-Type": {"application/json"}}, w.events()
	request := func(body string, header http.Header) *http.Request {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/webhooks/wallet-a", strings.NewReader(body))
		r.Header = header
		return r
	}
	var refused faults.Counter
	for name, c := range map[string]struct {
		request *http.Request
		status  int
	}{
		"a form":     {request("{}", http.Header{"Content-Type": {"text/plain"}}), http.StatusUnsupportedMediaType},
		"compressed": {request("{}", http.Header{"Content-Type": {"application/json"}, "Content-Encoding": {"gzip"}}), http.StatusUnsupportedMediaType},
		"too long":   {request(strings.Repeat(" ", contract.MaxWebhookBody+1), json), http.StatusRequestEntityTooLarge},
		"unsigned":   {request("{}", json), http.StatusUnauthorized},
	} {
		if assert.Equal(t, c.status, w.send(w.engine, c.request), name) {
			refused.Happened()
		}
	}
	assert.Equal(t, before, w.events())
	faults.Proved(t, faults.Injected{How: "webhooks that are too long, compressed, unsigned or a form", Times: refused.Times(), Engine: stored()}, "GW09")
}

// TestWebhooks_OfAnotherProviderAreRefused sends a genuine webhook to the wrong address.
func TestWebhooks_OfAnotherProviderAreRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.checkout(alone("3947"))
	a, b := w.wallets["wallet-a"], w.wallets["wallet-b"]
	a.pay(a.ledger()[0].ID)
	request := w.webhook("wallet-a", &gateway.WebhookSpec{Event: gateway.EventPaymentUpdated, Payment: a.ledger()[0].ID})
	request.URL.Path = "/webhooks/wallet-b"
	before := w.events()
	status := w.send(w.engine, request)
	assert.Equal(t, http.StatusUnauthorized, status)
	assert.Equal(t, before, w.events())
	w.pass(0)
	assert.Equal(t, host.SaleWaiting, w.sale("3947").Status)
	assert.Empty(t, b.ledger())
	faults.Proved(t, faults.Injected{How: "a signed webhook at the address of another provider", Times: faults.Observed(status == 401), Engine: stored()}, "GW16")
}

// TestWebhooks_WaitForNoGateway has two hundred webhooks come while the gateway answers
// nothing.
func TestWebhooks_WaitForNoGateway(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.checkout(alone("3947"))
	a := w.wallets["wallet-a"]
	id := a.ledger()[0].ID
	a.pay(id)
	before := a.front.Count("")
	a.front.Set(kittest.Hang(make(chan struct{}, 1000)))
	requests := make(chan *http.Request, 200)
	for range cap(requests) {
		requests <- w.anotherWebhook(id)
		w.clock.Advance(time.Millisecond)
	}
	close(requests)
	var came faults.Counter
	var senders sync.WaitGroup
	for range 20 {
		senders.Go(func() {
			for request := range requests {
				if assert.Equal(t, 200, w.send(w.engine, request)) {
					came.Happened()
				}
			}
		})
	}
	senders.Wait()
	assert.Equal(t, before, a.front.Count(""), "the gateway is not asked")
	a.front.Set()
	w.pass(0)
	assert.Equal(t, host.SalePaid, w.sale("3947").Status)
	faults.Proved(t, faults.Injected{How: "two hundred webhooks while the gateway answers nothing", Times: came.Times(), Engine: stored()}, "GW14")
}

// TestEngine_TakesWebhooksOnceItsDatabaseIsBack has a webhook come while nothing can be
// stored.
func TestEngine_TakesWebhooksOnceItsDatabaseIsBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	engine, tapped, _ := w.newTap()
	w.checkout(alone("3947"))
	id := w.wallets["wallet-a"].ledger()[0].ID
	w.wallets["wallet-a"].pay(id)
	tapped.set(true)
	require.Equal(t, http.StatusServiceUnavailable, w.deliver(engine, "wallet-a", id))
	refused := tapped.timesRefused()
	tapped.set(false)
	require.Equal(t, 200, w.deliver(engine, "wallet-a", id))
	require.Equal(t, 200, w.deliver(engine, "wallet-a", id))
	w.engine = engine
	w.pass(0)
	assert.Equal(t, host.SalePaid, w.sale("3947").Status)
	assert.Equal(t, []host.ChangeKind{host.ChangePaid}, w.told())
	faults.Proved(t, faults.Injected{How: "every statement fails", Times: refused, Engine: stored()}, "GW11")
}

// TestEngine_SellsNothingWithoutItsDatabase has the database fail before an attempt is
// stored.
func TestEngine_SellsNothingWithoutItsDatabase(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	engine, tapped, _ := w.newTap()
	tapped.set(true)
	_, err := engine.Checkout(t.Context(), alone("3947"))
	require.ErrorIs(t, err, errDown)
	a := w.wallets["wallet-a"]
	assert.Empty(t, a.ledger())
	assert.Zero(t, a.front.Count("POST"))
	refused := tapped.timesRefused()
	tapped.set(false)
	sale, err := engine.Checkout(t.Context(), alone("3947"))
	require.NoError(t, err)
	assert.Equal(t, host.SaleWaiting, sale.Status)
	assert.Len(t, a.ledger(), 1)
	faults.Proved(t, faults.Injected{How: "every statement fails", Times: refused, Engine: stored()}, "HD01")
}

// TestEngine_FindsAPaymentThatItCouldNotStore has the database fail when the gateway has
// made a payment.
func TestEngine_FindsAPaymentThatItCouldNotStore(t *testing.T) {
	t.Parallel()
	for name, restarts := range map[string]bool{"the host goes on": false, "the host is started anew": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			engine, tapped, end := w.newTap()
			w.checkout(alone("before")) // the account is established
			a := w.wallets["wallet-a"]
			a.front.Set(kittest.On(creates, kittest.Times(1, kittest.Rewrite(func(body []byte) []byte {
				tapped.set(true)
				return body
			}))))
			_, err := engine.Checkout(t.Context(), alone("3947"))
			require.Error(t, err)
			require.Len(t, a.ledger(), 2)
			refused := tapped.timesRefused()
			tapped.set(false)
			w.engine = engine
			if restarts {
				end()
				w.engine = w.open()
			}
			for range 4 {
				w.pass(time.Minute)
			}
			sale := w.sale("3947")
			assert.Equal(t, host.SaleWaiting, sale.Status)
			require.Len(t, a.ledger(), 2)
			assert.Equal(t, a.ledger()[1].ID, sale.Payments[0].GatewayID)
			faults.Proved(t, faults.Injected{How: "every statement fails once the gateway has made the payment", Times: refused, Engine: stored()}, "HD02", "HP07")
		})
	}
}
