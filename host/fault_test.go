package host_test

import (
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

// paid returns a sale that is paid at the first wallet.
func (w *world) paid(orderID string) *host.Sale {
	w.t.Helper()
	_, err := w.engine.Checkout(w.t.Context(), order(orderID))
	require.NoError(w.t, err)
	id := w.sale(orderID).Payments[0].GatewayID
	w.wallets["wallet-a"].pay(id)
	require.Equal(w.t, 200, w.deliver(w.engine, "wallet-a", id))
	w.pass(0)
	require.Equal(w.t, host.SalePaid, w.sale(orderID).Status)
	return w.sale(orderID)
}

// TestEngine_KeepsTwoHostsApart has one host whose call hangs past its deadline, and
// another one that takes over: never two calls at once, and the late end of the first
// changes nothing of what the second has begun.
func TestEngine_KeepsTwoHostsApart(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.wallets["wallet-a"]
	held, release := make(chan struct{}, 1), make(chan struct{})
	a.front.Set(kittest.On(creates, kittest.Times(1, kittest.Hold(held, release))))
	second := w.open()
	var first sync.WaitGroup
	first.Go(func() { _, _ = w.engine.Checkout(t.Context(), order("3947")) })
	<-held

	sale, err := second.Checkout(t.Context(), order("3947"))
	require.NoError(t, err)
	assert.Equal(t, host.SaleOpen, sale.Status)
	for range 3 { // it sees the open call at once, and takes over only when its time is up
		require.NoError(t, host.CheckDue(t.Context(), second))
		assert.Equal(t, 1, a.front.Count(creates))
		w.clock.Advance(10 * time.Second)
	}
	w.clock.Advance(10 * time.Second)
	require.NoError(t, host.CheckDue(t.Context(), second))
	w.clock.Advance(40 * time.Second)
	require.NoError(t, host.CheckDue(t.Context(), second)) // looks it up: it is not there yet
	assert.Equal(t, 1, a.front.Count(creates))

	close(release) // the request arrives at the gateway, and its answer at the first host
	first.Wait()
	w.engine = second
	w.pass(time.Minute)
	require.Len(t, a.ledger(), 1)
	assert.Equal(t, host.SaleWaiting, w.sale("3947").Status)
	assert.Empty(t, w.wallets["wallet-b"].ledger())
}

func TestEngine_GivesNothingUpWhileThePluginIsAway(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.wallets["wallet-a"]
	var lost faults.Counter
	a.front.Set(
		kittest.On(creates, kittest.Times(1, kittest.Executed(kittest.HangUp))),
		kittest.On("GET /v1/payments", kittest.Times(1, lost.Of(kittest.Answer(503, "")))),
	)
	_, err := w.engine.Checkout(t.Context(), order("3947"))
	require.NoError(t, err)
	w.pass(10 * time.Second)
	a.stop()
	w.settle()
	assert.Equal(t, host.SaleOpen, w.sale("3947").Status)
	assert.Empty(t, w.wallets["wallet-b"].ledger())
	a.configure(a.scope)
	w.settle()
	sale := w.sale("3947")
	assert.NotEmpty(t, sale.Payments[0].GatewayID)
	assert.Len(t, a.ledger(), 1)
	faults.Proved(t, faults.Injected{How: "a look-up fails, and then its provider is away", Times: lost.Times(), Engine: stored()}, "PG31")
}

func TestEngine_ProvesNothingInAnotherAccount(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.wallets["wallet-a"]
	a.front.Set(kittest.On(creates, kittest.Times(1, kittest.Executed(kittest.HangUp))))
	_, err := w.engine.Checkout(t.Context(), order("3947"))
	require.NoError(t, err)
	other, err := a.gate.NewScope(t.Context(), &gateway.ScopeSpec{})
	require.NoError(t, err)
	a.configure(other)
	w.settle()
	sale := w.sale("3947")
	assert.Equal(t, host.SaleOpen, sale.Status)
	assert.NotEmpty(t, sale.Payments[0].Attention)
	assert.Empty(t, w.wallets["wallet-b"].ledger())

	// Nothing new is made in an account that nobody knows.
	next, err := w.engine.Checkout(t.Context(), order("3948"))
	require.NoError(t, err)
	assert.Equal(t, "wallet-b", next.Payments[len(next.Payments)-1].Provider)
	theirs, err := other.Payments(t.Context(), nil)
	require.NoError(t, err)
	assert.Empty(t, theirs)

	a.configure(a.scope) // the first account again
	w.settle()
	assert.NotEmpty(t, w.sale("3947").Payments[0].GatewayID)
	assert.Len(t, a.ledger(), 1)
}

func TestEngine_NeverRefundsMoreThanIsLeft(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	sale := w.paid("3947")
	a := w.wallets["wallet-a"]
	var lost faults.Counter
	a.front.Set(kittest.On("POST /v1/payments/*/refunds", kittest.Times(1, lost.Of(kittest.Executed(kittest.HangUp)))))
	var wanted sync.WaitGroup
	failed := make(chan error, 2)
	for _, id := range []string{"r1", "r2"} {
		wanted.Go(func() {
			_, err := w.engine.Refund(t.Context(), sale.ID, &host.RefundOrder{ID: id, Amount: baht(60_000)})
			failed <- err
		})
	}
	wanted.Wait()
	close(failed)
	var refused int
	for err := range failed {
		if err != nil {
			assert.ErrorAs(t, err, new(*host.NotFreeError))
			refused++
		}
	}
	assert.Equal(t, 1, refused)
	_, err := a.scope.CreateRefund(t.Context(), sale.Payments[0].GatewayID, gateway.Money{Amount: 30_000})
	require.NoError(t, err)
	w.settle()
	_, err = w.engine.Refund(t.Context(), sale.ID, &host.RefundOrder{ID: "r3", Amount: baht(20_000)})
	assert.ErrorAs(t, err, new(*host.NotFreeError))
	again, err := w.engine.Refund(t.Context(), sale.ID, &host.RefundOrder{ID: w.sale("3947").Refunds[0].OrderID, Amount: baht(60_000)})
	require.NoError(t, err)
	assert.NotEmpty(t, again.GatewayID)
	require.Len(t, a.ledger(), 1)
	assert.Len(t, a.ledger()[0].Refunds, 2)
	faults.Proved(t, faults.Injected{How: "two refunds at once, of which one answer is lost, and one at the gateway", Times: lost.Times(), Engine: stored()}, "PG26")
}

func TestEngine_TakesWebhooksInAnyOrder(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.wallets["wallet-a"]
	var came, early faults.Counter
	held, release := make(chan struct{}, 1), make(chan struct{})
	a.front.Set(kittest.On(creates, kittest.Times(1, kittest.Rewrite(func(body []byte) []byte {
		early.Happened()
		held <- struct{}{}
		<-release
		return body
	}))))
	var checkout sync.WaitGroup
	checkout.Go(func() {
		_, err := w.engine.Checkout(t.Context(), order("3947"))
		assert.NoError(t, err)
	})
	<-held
	require.Len(t, a.ledger(), 1)
	id := a.ledger()[0].ID
	a.pay(id)
	var webhooks sync.WaitGroup
	spec := &gateway.WebhookSpec{Event: gateway.EventPaymentUpdated, Payment: id}
	for range 40 {
		request := w.webhook("wallet-a", spec)
		webhooks.Go(func() {
			if assert.Equal(t, 200, w.send(w.engine, request)) {
				came.Happened()
			}
		})
	}
	webhooks.Wait()
	close(release)
	checkout.Wait()
	w.pass(0)
	assert.Equal(t, host.SalePaid, w.sale("3947").Status)
	assert.Equal(t, []host.ChangeKind{host.ChangePaid}, w.told())

	unknown, err := a.scope.CreatePayment(t.Context(), gateway.Money{Currency: "THB", Amount: 5_000})
	require.NoError(t, err)
	assert.Equal(t, 200, w.deliver(w.engine, "wallet-a", unknown.ID))

	forged := w.webhook("wallet-a", spec)
	for name := range forged.Header {
		if name != "Content-Type" {
			forged.Header[name] = []string{"t=1,v1=00"}
		}
	}
	refused := w.send(w.engine, forged)
	assert.Equal(t, 401, refused)
	a.stop()
	away := w.deliver(w.engine, "wallet-a", id)
	assert.Equal(t, 503, away)
	assert.Equal(t, []host.ChangeKind{host.ChangePaid}, w.told())
	faults.Proved(t, faults.Injected{How: "a webhook comes forty times at once", Times: came.Times(), Engine: stored()}, "GW01")
	faults.Proved(t, faults.Injected{How: "it comes before the answer to CreatePayment", Times: early.Times(), Engine: stored()}, "GW03")
	faults.Proved(t, faults.Injected{How: "its signature is forged", Times: faults.Observed(refused == 401), Engine: stored()}, "GW05")
	faults.Proved(t, faults.Injected{How: "its provider is away", Times: faults.Observed(away == 503), Engine: stored()}, "GW15")
}

// TestEngine_FindsAPaymentThatItWasToldWasNotMade has a gateway that refuses a request
// and makes the payment all the same.
func TestEngine_FindsAPaymentThatItWasToldWasNotMade(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a, b := w.wallets["wallet-a"], w.wallets["wallet-b"]
	a.front.Set(kittest.On(creates, kittest.Times(1, kittest.Executed(kittest.Answer(402, `{"error": {"code": "declined"}}`)))))
	sale, err := w.engine.Checkout(t.Context(), order("3947"))
	require.NoError(t, err)
	require.Equal(t, host.SaleWaiting, sale.Status)
	require.Len(t, a.ledger(), 1)
	a.pay(a.ledger()[0].ID)
	require.Equal(t, 200, w.deliver(w.engine, "wallet-a", a.ledger()[0].ID))
	w.pass(0)
	sale = w.sale("3947")
	assert.Equal(t, host.SalePaid, sale.Status)
	assert.NotEmpty(t, sale.Payments[0].Attention)
	w.pass(time.Minute)
	assert.Equal(t, gateway.StateCanceled, b.ledger()[0].State, "nobody is to pay the other one")
}

func TestEngine_CancelsASale(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	sale, err := w.engine.Checkout(t.Context(), order("3947"))
	require.NoError(t, err)
	sale, err = w.engine.Cancel(t.Context(), sale.ID)
	require.NoError(t, err)
	assert.Equal(t, host.SaleUnpaid, sale.Status)
	assert.Equal(t, contract.PaymentCanceled, sale.Payments[0].Status)
	w.settle()
	assert.Empty(t, w.wallets["wallet-b"].ledger())
}

// TestEngine_CountsOneOfTwoPayments has two links of one sale paid in the same instant,
// whose webhooks come to two hosts.
func TestEngine_CountsOneOfTwoPayments(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a, b := w.wallets["wallet-a"], w.wallets["wallet-b"]
	sale, err := w.engine.Checkout(t.Context(), order("3947"))
	require.NoError(t, err)
	first := a.ledger()[0].ID
	_, err = w.engine.Cancel(t.Context(), sale.ID)
	require.NoError(t, err)
	again := order("3947")
	again.Providers = []string{"wallet-b"}
	_, err = w.engine.PayAgain(t.Context(), again)
	require.NoError(t, err)
	second := b.ledger()[0].ID
	a.pay(first)
	b.pay(second)
	other := w.open()
	var hosts sync.WaitGroup
	hosts.Go(func() {
		assert.Equal(t, 200, w.deliver(w.engine, "wallet-a", first))
		assert.NoError(t, host.CheckDue(t.Context(), w.engine))
	})
	hosts.Go(func() {
		assert.Equal(t, 200, w.deliver(other, "wallet-b", second))
		assert.NoError(t, host.CheckDue(t.Context(), other))
	})
	hosts.Wait()
	w.pass(0)
	sale = w.sale("3947")
	assert.Equal(t, host.SalePaid, sale.Status)
	var paid, duplicates int
	for _, kind := range w.told() {
		if kind == host.ChangePaid {
			paid++
		}
	}
	for i := range sale.Payments {
		if strings.Contains(sale.Payments[i].Attention, "paid before") {
			duplicates++
		}
	}
	assert.Equal(t, 1, paid)
	assert.Equal(t, 1, duplicates)
	faults.Proved(t, faults.Injected{How: "two links are paid, and two hosts hear of it at once", Times: w.paidAt("wallet-a") + w.paidAt("wallet-b"), Engine: stored()}, "HD10", "BU07")
}

// TestEngine_MakesNoPaymentForASaleThatIsPaid has the first payment paid after it was
// given up, while the second waits for its provider.
func TestEngine_MakesNoPaymentForASaleThatIsPaid(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a, b := w.wallets["wallet-a"], w.wallets["wallet-b"]
	b.stop()
	a.front.Set(kittest.On(creates, kittest.Times(1, kittest.Executed(kittest.Answer(402, `{"error": {"code": "declined"}}`)))))
	sale, err := w.engine.Checkout(t.Context(), order("3947"))
	require.NoError(t, err)
	require.Equal(t, host.SaleOpen, sale.Status)
	a.pay(a.ledger()[0].ID)
	require.Equal(t, 200, w.deliver(w.engine, "wallet-a", a.ledger()[0].ID))
	w.pass(0)
	require.Equal(t, host.SalePaid, w.sale("3947").Status)
	b.configure(b.scope)
	w.settle()
	assert.Empty(t, b.ledger())
}

func TestEngine_RefundsASaleThatWasPaidThoughItWasCanceled(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.wallets["wallet-a"]
	sale, err := w.engine.Checkout(t.Context(), order("3947"))
	require.NoError(t, err)
	a.pay(a.ledger()[0].ID)
	sale, err = w.engine.Cancel(t.Context(), sale.ID)
	require.NoError(t, err)
	require.Equal(t, host.SalePaid, sale.Status)
	refund, err := w.engine.Refund(t.Context(), sale.ID, &host.RefundOrder{ID: "back", Amount: baht(100_000)})
	require.NoError(t, err)
	assert.NotEmpty(t, refund.GatewayID)
}
