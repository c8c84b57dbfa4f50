package host_test

import (
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

const reads = "GET"

// unreadable makes every read of a gateway fail.
func unreadable() kittest.Fault { return kittest.On(reads, kittest.Answer(503, "")) }

func alone(id string) *host.Order {
	o := order(id)
	o.Providers = o.Providers[:1]
	return o
}

// TestEngine_RefundsASaleThatWasPaidAfterItWasCanceled has the two in the same moment:
// the payment wins, and the merchant pays it back.
func TestEngine_RefundsASaleThatWasPaidAfterItWasCanceled(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.wallets["wallet-a"]
	_, err := w.engine.Checkout(t.Context(), order("3947"))
	require.NoError(t, err)
	a.pay(a.ledger()[0].ID)
	sale, err := w.engine.Cancel(t.Context(), "3947")
	require.NoError(t, err)
	require.Equal(t, host.SalePaid, sale.Status)
	refund, err := w.engine.Refund(t.Context(), "3947", &host.RefundOrder{ID: "r1", Amount: baht(100_000)})
	require.NoError(t, err)
	assert.False(t, refund.Released)
	assert.NotEmpty(t, refund.GatewayID)
	assert.Len(t, a.ledger()[0].Refunds, 1)
}

// TestEngine_MakesNoPaymentForAPaidSale has a payment that comes late while the next one
// waits for its provider.
func TestEngine_MakesNoPaymentForAPaidSale(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a, b := w.wallets["wallet-a"], w.wallets["wallet-b"]
	b.front.Set(kittest.On(creates, kittest.Answer(429, "", "Retry-After", "60")))
	_, err := w.engine.Checkout(t.Context(), alone("3947"))
	require.NoError(t, err)
	first := a.ledger()[0].ID
	a.transition(first, gateway.StateExpired)
	w.deliver(w.engine, "wallet-a", first)
	w.pass(0)
	again := order("3947")
	again.Providers = []string{"wallet-b"}
	_, err = w.engine.PayAgain(t.Context(), again)
	require.NoError(t, err)
	require.Equal(t, host.SaleOpen, w.sale("3947").Status)

	a.pay(first)
	w.deliver(w.engine, "wallet-a", first)
	w.pass(0)
	require.Equal(t, host.SalePaid, w.sale("3947").Status)
	b.front.Set()
	w.settle()
	assert.Empty(t, b.ledger())
	assert.True(t, w.sale("3947").Payments[1].Over)
}

// TestEngine_KeepsWhatAWebhookHintsAt has a gateway that cannot be read when a webhook
// comes about a payment that nobody would look at any more.
func TestEngine_KeepsWhatAWebhookHintsAt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.wallets["wallet-a"]
	_, err := w.engine.Checkout(t.Context(), alone("3947"))
	require.NoError(t, err)
	id := a.ledger()[0].ID
	a.transition(id, gateway.StateExpired)
	w.settle()
	w.pass(10 * 24 * time.Hour)
	require.Equal(t, host.SaleUnpaid, w.sale("3947").Status)

	a.pay(id)
	a.front.Set(unreadable())
	require.Equal(t, 200, w.deliver(w.engine, "wallet-a", id))
	w.pass(0)
	w.pass(time.Minute)
	a.front.Set()
	w.pass(5 * time.Minute)
	assert.Equal(t, host.SalePaid, w.sale("3947").Status)

	w.settle() // likewise, a refund that the merchant makes at the gateway
	_, err = a.scope.CreateRefund(t.Context(), id, gateway.Money{Amount: 30_000})
	require.NoError(t, err)
	a.front.Set(unreadable())
	require.Equal(t, 200, w.deliver(w.engine, "wallet-a", id))
	w.pass(0)
	a.front.Set()
	w.pass(5 * time.Minute)
	assert.Equal(t, baht(30_000), w.sale("3947").Payments[0].Refunded)
	elsewhere := faults.Injected{How: "a refund at the gateway, whose webhook comes", Times: len(a.ledger()[0].Refunds), Engine: stored()}
	faults.Proved(t, elsewhere, "GW20")
}

// TestEngine_RestsWhileAProviderIsAway counts how often a payment is due of which a
// webhook has come, while it cannot be read.
func TestEngine_RestsWhileAProviderIsAway(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, err := w.engine.Checkout(t.Context(), alone("3947"))
	require.NoError(t, err)
	a := w.wallets["wallet-a"]
	id := a.ledger()[0].ID
	a.pay(id)
	require.Equal(t, 200, w.deliver(w.engine, "wallet-a", id))
	a.stop()
	w.pass(0)
	due, err := host.DueNow(t.Context(), w.engine)
	require.NoError(t, err)
	assert.Empty(t, due, "it is tried again later, and not at once")
	for range 8 {
		w.pass(time.Hour + 15*time.Minute)
	}
	w.clock.Advance(45 * time.Minute)
	due, err = host.DueNow(t.Context(), w.engine)
	require.NoError(t, err)
	assert.Empty(t, due, "ever more rarely")
	a.configure(a.scope)
	w.pass(30 * time.Minute)
	assert.Equal(t, host.SalePaid, w.sale("3947").Status)
}

// TestEngine_LooksForAReleasedPaymentFromItsReleaseOn has a provider that is away for so
// long that the looks would be over if they counted from the order.
func TestEngine_LooksForAReleasedPaymentFromItsReleaseOn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.wallets["wallet-a"]
	a.front.Set(kittest.On(creates, kittest.Times(1, kittest.HangUp)))
	_, err := w.engine.Checkout(t.Context(), alone("3947"))
	require.NoError(t, err)
	a.stop()
	for range 4 {
		w.pass(24 * time.Hour) // nobody can look
	}
	a.configure(a.scope)
	a.front.Set()
	w.pass(time.Hour)
	w.pass(0)
	require.Equal(t, host.SaleUnpaid, w.sale("3947").Status)
	before := a.front.Count("GET /v1/payments")
	w.settle()
	assert.Equal(t, before+3, a.front.Count("GET /v1/payments"), "after 1, 12 and 26 hours")
}

// TestEngine_ReturnsASaleWhoseProviderWasRemoved has a buyer who comes back to a sale
// that is paid.
func TestEngine_ReturnsASaleWhoseProviderWasRemoved(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.paid("3947")
	delete(w.wallets, "wallet-a")
	sale, err := w.engine.Checkout(t.Context(), order("3947"))
	require.NoError(t, err)
	assert.Equal(t, host.SalePaid, sale.Status)
}

// TestEngine_AdoptsOnlyThePaymentOfTheAttempt has a person who mistypes an id.
func TestEngine_AdoptsOnlyThePaymentOfTheAttempt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.wallets["wallet-a"]
	other := w.paid("3946").Payments[0].GatewayID
	a.front.Set(kittest.On(creates, kittest.Times(1, kittest.Executed(kittest.Answer(500, "")))), kittest.On("GET /v1/payments", kittest.Answer(503, "")))
	_, err := w.engine.Checkout(t.Context(), alone("3947"))
	require.NoError(t, err)
	sale := w.sale("3947")
	resolve := func(adopt string) error {
		_, err := w.engine.Resolve(t.Context(), sale.ID, sale.Payments[0].Key, &host.Resolution{Adopt: adopt, By: "ann", Why: "seen in the dashboard"})
		return err
	}
	for _, wrong := range []string{other, "pay_nothing"} {
		require.Error(t, resolve(wrong))
		assert.Empty(t, w.sale("3947").Payments[0].GatewayID)
	}
	for _, made := range a.ledger() {
		if made.ID != other {
			require.NoError(t, resolve(made.ID))
		}
	}
	assert.Equal(t, host.SaleWaiting, w.sale("3947").Status)
}

// TestEngine_ReleasesNoCallInFlight has a person who is too fast.
func TestEngine_ReleasesNoCallInFlight(t *testing.T) {
	t.Parallel()
	wall, steady := kittest.NewClock(time.Date(2026, 2, 3, 4, 5, 6, 0, time.UTC)), kittest.NewClock(time.Date(2026, 2, 3, 4, 5, 6, 0, time.UTC))
	w := newWorld(t, func(o *host.Options) { host.WithClocks(o, wall.Now, steady.Now) })
	a := w.wallets["wallet-a"]
	held, release := make(chan struct{}, 1), make(chan struct{})
	a.front.Set(kittest.On(creates, kittest.Times(1, kittest.Hold(held, release))))
	var first sync.WaitGroup
	first.Go(func() { _, _ = w.engine.Checkout(t.Context(), order("3947")) })
	<-held
	_, err := w.engine.Resolve(t.Context(), "3947", w.sale("3947").Payments[0].Key, &host.Resolution{Release: true, By: "ann", Why: "it hangs"})
	assert.ErrorAs(t, err, new(*host.NotFreeError))
	wall.Advance(time.Minute) // somebody sets it
	_, err = w.engine.Resolve(t.Context(), "3947", w.sale("3947").Payments[0].Key, &host.Resolution{Release: true, By: "ann", Why: "it hangs"})
	assert.ErrorAs(t, err, new(*host.NotFreeError), "by the clock that nobody sets its time is not up")
	close(release)
	first.Wait()
	assert.Equal(t, host.SaleWaiting, w.sale("3947").Status)
}

// TestEngine_TellsOnceThatASaleIsUnpaid has a provider that comes and goes.
func TestEngine_TellsOnceThatASaleIsUnpaid(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.wallets["wallet-a"]
	unsold := alone("3947")
	unsold.Method = "other"
	_, err := w.engine.Checkout(t.Context(), unsold)
	require.NoError(t, err)
	require.Equal(t, host.SaleUnpaid, w.sale("3947").Status)
	for range 3 {
		a.stop()
		w.pass(6 * time.Hour)
		a.configure(a.scope)
		w.pass(6 * time.Hour)
	}
	var unpaid int
	for _, kind := range w.told() {
		if kind == host.ChangeUnpaid {
			unpaid++
		}
	}
	assert.Equal(t, 1, unpaid)
}

// TestEngine_GoesOnByItselfOnlyAfterARefusal has a payment that its merchant cancels at
// the gateway before anybody was shown it.
func TestEngine_GoesOnByItselfOnlyAfterARefusal(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.wallets["wallet-a"]
	a.front.Set(kittest.On(creates, kittest.Times(1, kittest.Executed(kittest.HangUp))))
	_, err := w.engine.Checkout(t.Context(), order("3947"))
	require.NoError(t, err)
	a.transition(a.ledger()[0].ID, gateway.StateCanceled)
	w.settle()
	assert.Equal(t, host.SaleUnpaid, w.sale("3947").Status)
	assert.Empty(t, w.wallets["wallet-b"].ledger())
}

// TestEngine_AsksAPersonRatherThanChargesForNothing has a provider whose only way to find a
// payment is to make it, with a method that charges the payer at once.
func TestEngine_AsksAPersonRatherThanChargesForNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.wallets["wallet-a"]
	a.terms = blind
	a.front.Set(kittest.On(creates, kittest.Times(1, kittest.HangUp)))
	o := alone("3947")
	o.Method, o.Payer = "phone", &contract.Payer{Phone: contract.NewSecret(canary)}
	sale, err := w.engine.Checkout(t.Context(), o)
	require.NoError(t, err)
	require.Equal(t, host.SaleOpen, sale.Status)
	_, err = w.engine.Cancel(t.Context(), sale.ID)
	require.NoError(t, err)
	for range 5 {
		w.pass(time.Minute)
	}
	assert.Empty(t, a.ledger())
	assert.Contains(t, w.sale("3947").Payments[0].Attention, "nobody wants any more")
}

// TestEngine_RefundsTheRestWhileARefundIsPending has a gateway that counts a refund before
// it has succeeded, and a merchant who refunds there, too.
func TestEngine_RefundsTheRestWhileARefundIsPending(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	sale := w.paid("3947")
	refund := func(id string, satang int64) error {
		_, err := w.engine.Refund(t.Context(), sale.ID, &host.RefundOrder{ID: id, Amount: baht(satang)})
		return err
	}
	require.NoError(t, refund("r1", 50_000))
	require.Equal(t, contract.PaymentPending, w.sale("3947").Refunds[0].Status)
	_, err := w.wallets["wallet-a"].scope.CreateRefund(t.Context(), sale.Payments[0].GatewayID, gateway.Money{Amount: 30_000})
	require.NoError(t, err)
	var left *host.NotFreeError
	require.ErrorAs(t, refund("r2", 20_001), &left)
	assert.Equal(t, baht(20_000), left.Left)
	require.NoError(t, refund("r2", 20_000))
	assert.Equal(t, baht(100_000), w.sale("3947").Payments[0].Refunded)
}
