package main

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/provider/kit/kittest"
)

// breakOff begins to answer and breaks the connection: a provider that has seen nothing of
// an answer may send its request again.
func breakOff(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
	w.Header().Set("Content-Length", "1000")
	_, _ = io.WriteString(w, " ")
	_ = http.NewResponseController(w).Flush()
	panic(http.ErrAbortHandler)
}

// answerLost loses the answer to a request that the gateway has carried out.
var answerLost = kittest.Executed(breakOff)

// late sends a function that lets a request arrive at the gateway long after its caller
// has lost the connection.
func late(arrive chan<- func()) kittest.Fault {
	return func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		body, _ := io.ReadAll(r.Body)
		request := r.Clone(r.Context())
		arrive <- func() {
			request.Body = io.NopCloser(bytes.NewReader(body))
			next.ServeHTTP(httptest.NewRecorder(), request)
		}
		breakOff(w, r, next)
	}
}

// delayed delays the answer to a request that the gateway has carried out.
func delayed(asked chan<- struct{}, release <-chan struct{}) kittest.Fault {
	return func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		answer := httptest.NewRecorder()
		next.ServeHTTP(answer, r)
		asked <- struct{}{}
		<-release
		w.Header().Set("Content-Type", answer.Header().Get("Content-Type"))
		w.WriteHeader(answer.Code)
		_, _ = w.Write(answer.Body.Bytes())
	}
}

func (r *replay) clicksAgain() {
	r.accounts["wallet"].front.Add(order("clicked", kittest.Times(1, answerLost)))
	keys := make([]string, 6)
	var clicks sync.WaitGroup
	for tab := range keys {
		clicks.Go(func() {
			if _, sale := r.host.checkout("clicked", "wallet"); assert.Len(r.t, sale.Payments, 1) {
				keys[tab] = sale.latest().Key
			}
		})
	}
	clicks.Wait()
	open := r.isOpen("clicked")
	for _, key := range keys {
		assert.Equal(r.t, open.latest().Key, key)
	}
	found := r.host.awaitSale("clicked", "WAITING")
	again := r.buy("clicked", "wallet")
	assert.Equal(r.t, found.PayURL, again.PayURL)
	r.onePayment(&again)
	status, refused := r.host.request(http.MethodPost, "/sales", `{"id": "clicked", "amount": {"currency": "THB", "minor_units": 200000},
		"method": "wallet", "providers": ["wallet"]}`)
	assert.Equal(r.t, http.StatusConflict, status, string(refused))
	assert.Contains(r.t, string(refused), "ORDER_DIFFERS")
}

func (r *replay) arrivesLate() {
	arrive := make(chan func(), 1)
	r.accounts["wallet"].front.Add(order("late-order", kittest.Times(1, late(arrive))))
	r.buy("late-order", "wallet")
	r.awaitEntry("late-order", "look-up", "PAYMENT_NOT_FOUND")
	r.isOpen("late-order")
	r.buy("late-order", "wallet")
	assert.Empty(r.t, r.accounts["wallet"].made("late-order"), "nothing was sent with the same key either")
	(<-arrive)()
	made := r.accounts["wallet"].made("late-order")
	require.Len(r.t, made, 1)
	assert.Equal(r.t, http.StatusOK, r.told("wallet", made[0].ID))
	sale := r.host.awaitSale("late-order", "WAITING")
	r.onePayment(&sale)
}

// neverArrives has requests be lost on their way. That nothing was made is proved by a
// look-up after the settle time of the gateway, 30 s, and then allows another payment: by
// the next provider of the order, or when the buyer chooses again.
func (r *replay) neverArrives() {
	for _, id := range []string{"never-alone", "never-next"} {
		r.accounts["wallet"].front.Add(order(id, kittest.Times(1, breakOff)))
	}
	lost := r.buy("never-alone", "wallet")
	r.buy("never-next", "wallet", "wallet-2")
	for _, id := range []string{"never-alone", "never-next"} {
		r.awaitEntry(id, "look-up", "PAYMENT_NOT_FOUND")
		r.isOpen(id)
	}
	sale := r.host.awaitSale("never-next", "WAITING")
	assert.Equal(r.t, "wallet-2", sale.latest().Provider)
	r.onePayment(&sale)

	sale = r.host.awaitSale("never-alone", "UNPAID")
	assert.Equal(r.t, "UNPAID", sale.Order.Status)
	assert.Empty(r.t, r.accounts["wallet"].made("never-alone"))
	status, again := r.payAgain("never-alone", "wallet")
	require.Equal(r.t, http.StatusOK, status, "%+v", again)
	sale = r.host.awaitSale("never-alone", "WAITING")
	assert.NotEqual(r.t, lost.latest().Key, sale.latest().Key)
	r.onePayment(&sale)
}

func (r *replay) cannotLookUp() {
	a := r.accounts["wallet"]
	a.front.Add(order("unseen", kittest.Times(1, answerLost)))
	var key atomic.Value
	key.Store("")
	var failed atomic.Int64
	a.front.Add(kittest.On("GET /v1/payments", func(w http.ResponseWriter, request *http.Request, next http.Handler) {
		if asked := request.URL.Query().Get("idempotency_key"); asked == "" || asked != key.Load() {
			next.ServeHTTP(w, request)
			return
		}
		failed.Add(1)
		w.WriteHeader(http.StatusServiceUnavailable)
	}))
	sale := r.buy("unseen", "wallet")
	key.Store(sale.latest().Key)
	require.Eventually(r.t, func() bool { return failed.Load() > 0 }, waitFor, pollEvery)
	for range 3 {
		r.buy("unseen", "wallet")
	}
	r.isOpen("unseen")
	key.Store("")
	made := a.made("unseen")
	require.Len(r.t, made, 1)
	assert.Equal(r.t, http.StatusOK, r.told("wallet", made[0].ID))
	sale = r.host.awaitSale("unseen", "WAITING")
	r.onePayment(&sale)
}

func (r *replay) paysLess() {
	a := r.accounts["wallet"]
	sale := r.buy("cheap", "wallet")
	id := sale.latest().GatewayID
	var lies atomic.Bool
	lies.Store(true)
	patched := kittest.Patch(map[string]any{"amount": 1, "status": "succeeded", "paid_at": time.Now().UTC()})
	a.front.Add(kittest.On("GET /v1/payments/"+id, func(w http.ResponseWriter, request *http.Request, next http.Handler) {
		if lies.Load() {
			patched(w, request, next)
			return
		}
		next.ServeHTTP(w, request)
	}))
	assert.Equal(r.t, http.StatusOK, r.told("wallet", id))
	r.awaitEntry("cheap", "attention", "")
	sale = r.host.awaitSale("cheap", "WAITING")
	assert.Equal(r.t, "PLACED", sale.Order.Status)
	lies.Store(false)
	a.move(id, gateway.StateSucceeded)
	assert.Equal(r.t, http.StatusOK, r.told("wallet", id))
	sale = r.paidOnce("cheap")
	assert.Equal(r.t, int64(100_000), r.onePayment(&sale).Amount)
}

func (r *replay) webhookLies() {
	a := r.accounts["wallet"]
	sale := r.buy("lied-about", "wallet")
	id := sale.latest().GatewayID
	var reads atomic.Int64
	a.front.Add(kittest.On("GET /v1/payments/"+id, func(w http.ResponseWriter, request *http.Request, next http.Handler) {
		reads.Add(1)
		next.ServeHTTP(w, request)
	}))
	for _, signing := range []gateway.Signing{gateway.SignWrong, gateway.SignNone} {
		spec := &gateway.WebhookSpec{Payment: id, Event: gateway.EventPaymentUpdated, Sign: signing}
		assert.Equal(r.t, http.StatusUnauthorized, a.webhook(r.host, spec), signing)
	}
	early := []gateway.PatchOp{ // without a time it would say nothing
		{Op: "replace", Path: "/data/status", Value: "succeeded"}, {Op: "add", Path: "/data/paid_at", Value: time.Now().UTC()},
	}
	assert.Equal(r.t, http.StatusOK, r.told("wallet", id, early...))
	require.Eventually(r.t, func() bool { return reads.Load() > 0 }, waitFor, pollEvery, "the gateway is asked")
	a.move(id, gateway.StateFailed)
	assert.Equal(r.t, http.StatusOK, r.told("wallet", id))
	sale = r.host.awaitSale("lied-about", "UNPAID")
	assert.Equal(r.t, "UNPAID", sale.Order.Status)
	assert.NotContains(r.t, strings.Join(r.timeline("lied-about", "status"), "\n"), "SUCCEEDED")
	assert.Equal(r.t, gateway.StateFailed, r.onePayment(&sale).State)
}

func (r *replay) webhookOfNobody() {
	connection := r.accounts["wallet"].Connection()
	header := http.Header{
		"Content-Type": {"application/json"}, "Authorization": {"Bearer " + connection.Credentials["secret_key"]}, "Idempotency-Key": {"elsewhere-1234567890"},
	}
	_, err := newBrowser().send(r.t.Context(), http.MethodPost, connection.APIBase+"/v1/payments", header,
		[]byte(`{"amount": 100000, "currency": "THB", "method": "wallet", "return_url": "https://shop.example/", "reference": "nobodys"}`))
	require.NoError(r.t, err)
	made := r.accounts["wallet"].made("nobodys")
	require.Len(r.t, made, 1)
	for range 2 {
		assert.Equal(r.t, http.StatusOK, r.told("wallet", made[0].ID))
	}
	_, overview := r.host.request(http.MethodGet, "/overview", "")
	assert.Contains(r.t, string(overview), made[0].ID)
}

func (r *replay) webhookComesFirst() {
	a := r.accounts["wallet"]
	asked, release := make(chan struct{}, 1), make(chan struct{})
	a.front.Add(order("early", kittest.Times(1, delayed(asked, release))))
	var all sync.WaitGroup
	all.Go(func() { r.host.checkout("early", "wallet") })
	<-asked
	made := a.made("early")
	require.Len(r.t, made, 1)
	a.move(made[0].ID, gateway.StateSucceeded)
	const times = 20
	for n := range times {
		all.Go(func() {
			if n == times/2 {
				close(release)
			}
			assert.Equal(r.t, http.StatusOK, r.told("wallet", made[0].ID))
		})
	}
	all.Wait()
	sale := r.paidOnce("early")
	r.onePayment(&sale)
}

// fails has a payment be made and fail.
func (r *replay) fails(id string) string {
	r.t.Helper()
	sale := r.buy(id, "wallet")
	payment := sale.latest().GatewayID
	r.accounts["wallet"].move(payment, gateway.StateFailed)
	r.host.awaitSale(id, "UNPAID")
	return payment
}

func (r *replay) paidLate() {
	payment := r.fails("paid-late")
	r.accounts["wallet"].move(payment, gateway.StateSucceeded)
	sale := r.paidOnce("paid-late")
	assert.Contains(r.t, sale.attention(), "it was paid late")
	r.onePayment(&sale)
}

func (r *replay) paidTwice() {
	payment := r.fails("paid-twice")
	status, sale := r.payAgain("paid-twice", "wallet-2")
	require.Equal(r.t, http.StatusOK, status, "%+v", sale)
	sale = r.host.awaitSale("paid-twice", "WAITING")
	r.accounts["wallet-2"].move(sale.latest().GatewayID, gateway.StateSucceeded)
	r.paidOnce("paid-twice")
	r.accounts["wallet"].move(payment, gateway.StateSucceeded)
	r.awaitEntry("paid-twice", "attention", "refund one of the payments")
	status, refund := r.host.request(http.MethodPost, "/sales/paid-twice/refunds",
		`{"id": "paid-twice-r1", "amount": {"currency": "THB", "minor_units": 100000}, "payment": 1}`)
	assert.Equal(r.t, http.StatusOK, status, string(refund))
	require.Eventually(r.t, func() bool {
		made := r.accounts["wallet"].made("paid-twice")
		return len(made) == 1 && len(made[0].Refunds) == 1
	}, waitFor, pollEvery)
	kept := r.accounts["wallet-2"].made("paid-twice")
	require.Len(r.t, kept, 1)
	assert.Empty(r.t, kept[0].Refunds)
}

func (r *replay) pendingHang() {
	const pending = 90 // which a provider that hangs takes more than two minutes for
	a := r.accounts["wallet-3"]
	var hanging atomic.Int64
	release := make(chan struct{})
	defer close(release)
	ids := make([]string, pending)
	for n := range ids {
		sale := r.buy(fmt.Sprintf("hanging-%d", n), "wallet-3")
		ids[n] = sale.latest().GatewayID
	}
	a.front.Add(order("found-between", kittest.Times(1, answerLost)))
	a.front.Add(kittest.On("GET /v1/payments/*", func(w http.ResponseWriter, request *http.Request, next http.Handler) {
		hanging.Add(1)
		select {
		case <-release:
			next.ServeHTTP(w, request)
		case <-request.Context().Done():
		}
	}))
	for _, id := range ids {
		assert.Equal(r.t, http.StatusOK, r.told("wallet-3", id))
	}
	require.Eventually(r.t, func() bool { return hanging.Load() > 0 }, waitFor, pollEvery)
	r.buy("found-between", "wallet-3")
	r.isOpen("found-between")
	sale := r.host.awaitSale("found-between", "WAITING")
	r.onePayment(&sale)
}

func (r *replay) refused() {
	refusal := func(status int, code string) kittest.Fault {
		return kittest.Answer(status, `{"error": {"code": "`+code+`", "message": "no"}}`, "Content-Type", "application/json", "Retry-After", "1")
	}
	front := r.accounts["wallet"].front
	for id, fault := range map[string]kittest.Fault{
		"refused-key":     refusal(http.StatusUnauthorized, "unauthorized"),
		"refused-right":   refusal(http.StatusForbidden, "forbidden"),
		"refused-request": refusal(http.StatusBadRequest, "invalid_request"),
	} {
		front.Add(order(id, fault))
		r.buy(id, "wallet")
		sale := r.host.awaitSale(id, "UNPAID")
		assert.Equal(r.t, "UNPAID", sale.Order.Status)
		status, again := r.payAgain(id, "wallet-2")
		require.Equal(r.t, http.StatusOK, status, "%+v", again)
		sale = r.host.awaitSale(id, "WAITING")
		r.onePayment(&sale)

		front.Add(order(id+"-next", fault))
		r.buy(id+"-next", "wallet", "wallet-2")
		sale = r.host.awaitSale(id+"-next", "WAITING")
		r.onePayment(&sale)
	}
	front.Add(order("refused-now", kittest.Times(2, refusal(http.StatusTooManyRequests, "rate_limited"))))
	r.buy("refused-now", "wallet")
	sale := r.host.awaitSale("refused-now", "WAITING")
	r.onePayment(&sale)
}

func (r *replay) buyerLeaves() {
	asked, release := make(chan struct{}, 1), make(chan struct{})
	r.accounts["wallet"].front.Add(order("left", kittest.Times(1, delayed(asked, release))))
	r.clickAndLeave("left", "wallet", asked)
	r.buy("another", "wallet") // meanwhile the host notices that the buyer has gone
	close(release)
	sale := r.host.awaitSale("left", "WAITING")
	r.onePayment(&sale)
	assert.Len(r.t, r.timeline("left", "call"), 1)
	assert.Empty(r.t, r.timeline("left", "answer"), "the call has not failed")
}
