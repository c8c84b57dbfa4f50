package host_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/host"
	"github.com/paysocket/paysocket/internal/faults"
	"github.com/paysocket/paysocket/provider/kit/kittest"
)

const charges = "POST /charges"

// cut answers with less than it announces.
func cut(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", "4000")
	_, _ = w.Write([]byte(`{"object":"charge","id":"chrg_test_1",`))
}

// endless answers until nobody listens.
func endless(w http.ResponseWriter, r *http.Request, _ http.Handler) {
	w.Header().Set("Content-Type", "application/json")
	piece := []byte(strings.Repeat(" ", 64<<10))
	for r.Context().Err() == nil {
		if _, err := w.Write(piece); err != nil {
			return
		}
	}
}

// silentUntil does not answer before the test is over.
func silentUntil(over <-chan struct{}) kittest.Fault {
	return func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		select {
		case <-over:
		case <-r.Context().Done():
		}
		kittest.HangUp(w, r, next)
	}
}

// lostRequests are what may become of a request that makes a payment, by the id of the
// fault. Of each it is unknown whether the payment was made.
func lostRequests() map[string][]kittest.Fault {
	status := func(codes ...int) (all []kittest.Fault) {
		for _, code := range codes {
			all = append(all, kittest.Answer(code, ""))
		}
		return all
	}
	return map[string][]kittest.Fault{
		"PG06": {kittest.Reset, kittest.HangUp},
		"PG08": {cut},
		"PG09": {kittest.Answer(200, "<html>"), kittest.Answer(200, ""), kittest.Answer(200, "no", "Content-Type", "application/json")},
		"PG14": status(408, 409, 425),
		"PG16": status(500),
		"PG17": status(502, 504),
		"PG18": status(503),
		"PG19": {kittest.Answer(307, "", "Location", "https://elsewhere.example/")},
		"PG21": {endless},
	}
}

// TestEngine_FindsOutWhatBecameOfARequest has a gateway that honours no keys, so that a
// second request would be a second payment.
func TestEngine_FindsOutWhatBecameOfARequest(t *testing.T) {
	t.Parallel()
	for id, all := range lostRequests() {
		t.Run(id, func(t *testing.T) {
			t.Parallel()
			var happened faults.Counter
			for _, fault := range all {
				newWorld(t).findsOut(happened.Of(fault), false)
				newWorld(t).findsOut(happened.Of(fault), true)
			}
			faults.Proved(t, faults.Injected{How: "a charge whose answer does not arrive, made or not", Times: happened.Times(), Engine: stored()}, id)
		})
	}
	for id, made := range map[string]bool{"PG04": false, "PG05": true} {
		t.Run(id, func(t *testing.T) {
			t.Parallel()
			var happened faults.Counter
			w := newWorld(t, func(o *host.Options) { o.CallTime = 5 * time.Second })
			over := make(chan struct{})
			defer close(over)
			w.findsOut(happened.Of(silentUntil(over)), made)
			faults.Proved(t, faults.Injected{How: "a charge that is not answered before the deadline", Times: happened.Times(), Engine: stored()}, id, "HP10")
		})
	}
}

// findsOut has the request that makes a payment meet a fault, after the gateway has
// executed it if made is set.
func (w *world) findsOut(fault kittest.Fault, made bool) {
	w.t.Helper()
	alipay, o := w.byAlipay("3947")
	if made {
		fault = kittest.Executed(fault)
	}
	alipay.front.Set(kittest.On(charges, kittest.Times(1, fault)))
	sale, err := w.engine.Checkout(w.t.Context(), o)
	require.NoError(w.t, err)
	require.Equal(w.t, host.SaleOpen, sale.Status)
	alipay.configure(alipay.scope) // in a process that waits for no answer any more
	unpaid := func() bool { sale = w.sale("3947"); return sale.Status == host.SaleUnpaid }
	for began := w.clock.Now(); !unpaid() && sale.Status == host.SaleOpen && w.clock.Now().Sub(began) < time.Hour; w.pass(5 * time.Second) {
		_, err := w.engine.PayAgain(w.t.Context(), o)
		require.ErrorAs(w.t, err, new(*host.NotFreeError))
	}
	assert.Equal(w.t, 1, alipay.front.Count(charges))
	require.Len(w.t, sale.Payments, 1)
	if !made {
		require.Equal(w.t, host.SaleUnpaid, sale.Status)
		assert.True(w.t, sale.Payments[0].Released)
		assert.Empty(w.t, alipay.ledger())
		_, err := w.engine.PayAgain(w.t.Context(), o)
		require.NoError(w.t, err)
		assert.Len(w.t, alipay.ledger(), 1)
		return
	}
	require.Equal(w.t, host.SaleWaiting, sale.Status)
	require.Len(w.t, alipay.ledger(), 1)
	assert.Equal(w.t, alipay.ledger()[0].ID, sale.Payments[0].GatewayID)
	alipay.pay(sale.Payments[0].GatewayID)
	require.Equal(w.t, 200, w.deliver(w.engine, "alipay", sale.Payments[0].GatewayID))
	w.pass(0)
	assert.Equal(w.t, host.SalePaid, w.sale("3947").Status)
}

// TestEngine_KeepsAPaidSalePaid has a gateway of which one machine is behind the others.
func TestEngine_KeepsAPaidSalePaid(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.paid("3947")
	a := w.wallets["wallet-a"]
	var behind faults.Counter
	a.front.Set(kittest.On("GET /v1/payments/*", behind.Of(kittest.Patch(map[string]any{"status": "pending", "paid_at": nil}))))
	require.Equal(t, 200, w.deliver(w.engine, "wallet-a", a.ledger()[0].ID))
	w.settle()
	require.Equal(t, 200, w.send(w.engine, w.anotherWebhook(a.ledger()[0].ID)))
	w.settle()
	assert.Equal(t, host.SalePaid, w.sale("3947").Status)
	assert.Equal(t, contract.PaymentSucceeded, w.sale("3947").Payments[0].Status)
	assert.Equal(t, []host.ChangeKind{host.ChangePaid}, w.told())
	faults.Proved(t, faults.Injected{How: "a paid payment is read as pending", Times: behind.Times(), Engine: stored()}, "PG22", "GW02")
}

// TestEngine_GoesByTheGatewaysTime has hosts whose clocks are wrong: webhooks are too old
// or from the future, and payments are found all the same.
func TestEngine_GoesByTheGatewaysTime(t *testing.T) {
	t.Parallel()
	for name, shift := range map[string]time.Duration{"fast": 10 * time.Minute, "slow": -10 * time.Minute} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			clock := kittest.NewClock(time.Date(2026, 2, 3, 4, 5, 6, 0, time.UTC).Add(shift))
			w := newWorld(t, func(o *host.Options) { host.WithClocks(o, clock.Now, clock.Now) })
			w.checkout(alone("3947"))
			a := w.wallets["wallet-a"]
			a.pay(a.ledger()[0].ID)
			refused := w.deliver(w.engine, "wallet-a", a.ledger()[0].ID)
			assert.Equal(t, http.StatusUnauthorized, refused, "it was signed at another time")
			for range 6 {
				clock.Advance(10 * time.Minute)
				w.pass(10 * time.Minute)
			}
			assert.Equal(t, host.SalePaid, w.sale("3947").Status)
			faults.Proved(t, faults.Injected{How: "the host's clock is " + name, Times: faults.Observed(refused == http.StatusUnauthorized), Engine: stored()}, "PG30", "GW18")
		})
	}
}

// TestEngine_AsksAgainWhenAPluginIsLost loses the plugin while it reads what a webhook is
// about.
func TestEngine_AsksAgainWhenAPluginIsLost(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.wallets["wallet-a"]
	id := w.sell("3947", "wallet-a")
	var lost faults.Counter
	a.calls = func(inner contract.Handler) contract.Handler {
		return func(ctx context.Context, call contract.Call) (any, error) {
			if call.Operation != contract.OperationGetStatus || lost.Times() > 0 {
				return inner(ctx, call)
			}
			lost.Happened()
			a.configure(a.scope) //nolint:contextcheck // Another process outlives the call.
			return nil, contract.NewError(contract.ConnectionLost, "the process has ended")
		}
	}
	require.Equal(t, 200, w.deliver(w.engine, "wallet-a", id))
	w.pass(0)
	require.NotEqual(t, host.SalePaid, w.sale("3947").Status)
	w.pass(5 * time.Minute)
	assert.Equal(t, host.SalePaid, w.sale("3947").Status)
	faults.Proved(t, faults.Injected{How: "a plugin is lost in GetStatus, and another one takes over", Times: lost.Times(), Engine: stored()}, "HP09", "HP14")
}
