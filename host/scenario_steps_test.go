package host_test

import (
	"context"
	"runtime"
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

// byAlipay adds the provider of look-ups, and returns an order for it.
func (w *world) byAlipay(id string) (*wallet, *host.Order) {
	w.t.Helper()
	w.wallets["alipay"] = newAlipay(w)
	o := order(id)
	o.Method, o.Providers = "alipay", []string{"alipay"}
	return w.wallets["alipay"], o
}

// killedIn asks a host for an order, and kills it before a request that its call makes
// has reached the gateway.
func (w *world) killedIn(wallet *wallet, request string, o *host.Order) {
	w.t.Helper()
	wallet.front.Set(kittest.On(request, kittest.Times(1, kittest.HangUp)))
	wallet.calls = func(inner contract.Handler) contract.Handler {
		return func(ctx context.Context, call contract.Call) (any, error) {
			answer, err := inner(ctx, call)
			if call.Operation == contract.OperationCreatePayment {
				runtime.Goexit()
			}
			return answer, err
		}
	}
	var killed sync.WaitGroup
	killed.Go(func() { _, _ = w.engine.Checkout(w.t.Context(), o) })
	killed.Wait()
	wallet.calls = nil
	wallet.configure(wallet.scope)
	w.engine = w.open()
}

// TestScenario_KilledBeforeItsPaymentWasMade has a gateway of look-ups. A host that was
// killed while it made a payment gives it up when its absence is proved, and not before.
func TestScenario_KilledBeforeItsPaymentWasMade(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	alipay, o := w.byAlipay("3947")
	began := w.clock.Now()
	w.killedIn(alipay, "POST /charges", o)
	sale := w.sale("3947")
	for sale.Status == host.SaleOpen && w.clock.Now().Sub(began) < time.Hour {
		_, err := w.engine.PayAgain(t.Context(), o)
		require.ErrorAs(t, err, new(*host.NotFreeError))
		w.pass(5 * time.Second)
		sale = w.sale("3947")
	}
	const leastTime = 30*time.Second + 5*time.Second + 2*time.Minute // deadline, skew and settle time
	assert.Equal(t, host.SaleUnpaid, sale.Status)
	assert.GreaterOrEqual(t, w.clock.Now().Sub(began), leastTime)
	assert.True(t, sale.Payments[0].Released)
	assert.Empty(t, alipay.ledger())
	assert.Equal(t, 1, alipay.front.Count("POST /charges"))

	_, err := w.engine.PayAgain(t.Context(), o)
	require.NoError(t, err)
	assert.Len(t, alipay.ledger(), 1)
}

// TestScenario_ARefusalAfterAnUnknownResult has a payment whose answer is lost. The next
// call is certainly not made, for the process that replaced the first has other terms,
// and then the provider is away for longer than the settle
// time: nothing of that says what became of the first.
func TestScenario_ARefusalAfterAnUnknownResult(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.wallets["wallet-a"]
	a.terms = blind
	a.front.Set(kittest.On(creates, kittest.Times(1, answerLost)))
	w.checkout(order("3947"))
	a.swapFor(a.scope, func(terms *contract.Idempotency) { blind(terms); terms.KeyLife -= time.Hour })
	w.pass(2 * time.Second)
	assert.Equal(t, 1, a.front.Count(creates), "the second call was not made")
	a.stop()
	w.settle()
	assert.Equal(t, host.SaleOpen, w.sale("3947").Status)
	assert.NotEmpty(t, w.sale("3947").Payments[0].Attention)
	assert.Empty(t, w.wallets["wallet-b"].ledger())

	a.configure(a.scope)
	w.pass(time.Minute)
	assert.NotEmpty(t, w.sale("3947").Payments[0].GatewayID)
	assert.Len(t, a.ledger(), 1)
	assert.Empty(t, w.wallets["wallet-b"].ledger())
}

// swapFor replaces the process between the next decision and its call.
func (w *wallet) swapFor(scope gateway.Scope, terms func(*contract.Idempotency)) {
	w.swap = func() {
		_, err := w.client.Configure(w.world.t.Context(), w.configuration(scope))
		assert.NoError(w.world.t, err)
		if terms != nil {
			w.terms = terms
		}
	}
}

// TestScenario_SwappedBetweenTheDecisionAndTheCall has a call decided on that is to settle
// an unknown result, and a process that no longer keeps the promise, or works for another
// account: nothing is sent, and a person hears of it.
func TestScenario_SwappedBetweenTheDecisionAndTheCall(t *testing.T) {
	t.Parallel()
	kind := func(terms *contract.Idempotency) {
		terms.Kind, terms.KeyLife, terms.LookupByKey = contract.IdempotencyLookup, 0, true
	}
	for name, swap := range map[string]func(*wallet){
		"another kind of keys": func(a *wallet) { a.swapFor(a.scope, kind) },
		"another account":      func(a *wallet) { a.swapFor(a.another(), nil) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			a := w.wallets["wallet-a"]
			a.terms = blind
			a.front.Set(kittest.On(creates, kittest.Times(1, kittest.HangUp)))
			w.checkout(order("3947"))
			swap(a)
			w.pass(2 * time.Second) // it is decided to repeat the call
			for range 5 {
				w.pass(time.Minute)
			}
			sale := w.sale("3947")
			assert.Equal(t, host.SaleOpen, sale.Status)
			assert.NotEmpty(t, sale.Payments[0].Attention)
			assert.Equal(t, 1, a.front.Count(creates), "the call was not sent")
			for _, scope := range a.scopes {
				payments, err := scope.Payments(t.Context(), nil)
				require.NoError(t, err)
				assert.Empty(t, payments)
			}
			assert.Empty(t, w.wallets["wallet-b"].ledger())
		})
	}
}

// TestEngine_FinishesWhatABuyerHasBegunWhoLeaves has a request whose context ends while
// the payment is being made.
func TestEngine_FinishesWhatABuyerHasBegunWhoLeaves(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.wallets["wallet-a"]
	var called faults.Counter
	held, release := make(chan struct{}, 1), make(chan struct{})
	a.front.Set(kittest.On(creates, kittest.Times(1, called.Of(kittest.Hold(held, release)))))
	buyer, leave := context.WithCancel(t.Context())
	var checkout sync.WaitGroup
	checkout.Go(func() { _, _ = w.engine.Checkout(buyer, order("3947")) })
	<-held
	leave()
	close(release)
	checkout.Wait()
	sale := w.sale("3947")
	assert.Equal(t, host.SaleWaiting, sale.Status)
	assert.Equal(t, a.ledger()[0].ID, sale.Payments[0].GatewayID)
	faults.Proved(t, faults.Injected{How: "the buyer leaves while the gateway has the request", Times: called.Times(), Engine: stored()}, "HP11")
}

// TestEngine_BelievesTheGatewayAndNotTheWebhook has a webhook that says that a payment is
// paid which is not.
func TestEngine_BelievesTheGatewayAndNotTheWebhook(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.checkout(order("3947"))
	a := w.wallets["wallet-a"]
	id, before := a.ledger()[0].ID, a.front.Count("GET /v1/payments/*")
	request := w.webhook("wallet-a", &gateway.WebhookSpec{
		Event: gateway.EventPaymentUpdated, Payment: id,
		BodyPatch: []gateway.PatchOp{
			{Op: "replace", Path: "/data/status", Value: "succeeded"}, {Op: "add", Path: "/data/paid_at", Value: w.clock.Now().Format(time.RFC3339)},
		},
	})
	require.Equal(t, 200, w.send(w.engine, request))
	w.pass(0)
	assert.Equal(t, host.SaleWaiting, w.sale("3947").Status)
	assert.Empty(t, w.told())
	lies := a.front.Count("GET /v1/payments/*") - before
	faults.Proved(t, faults.Injected{How: "a signed webhook says paid, and what is read then says pending", Times: lies, Engine: stored()}, "GW08")
}

// TestEngine_BelievesNoAnswerAboutAnotherPayment has a gateway that answers with a payment
// of another amount.
func TestEngine_BelievesNoAnswerAboutAnotherPayment(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.wallets["wallet-a"]
	w.checkout(order("3947"))
	id := a.ledger()[0].ID
	a.pay(id)
	var lies faults.Counter
	a.front.Set(kittest.On("GET /v1/payments/*", lies.Of(kittest.Patch(map[string]any{"amount": 1}))))
	require.Equal(t, 200, w.deliver(w.engine, "wallet-a", id))
	w.pass(0)
	sale := w.sale("3947")
	assert.Equal(t, host.SaleWaiting, sale.Status)
	assert.Contains(t, sale.Payments[0].Attention, "another payment")
	a.front.Set()
	w.pass(time.Hour)
	assert.Equal(t, host.SalePaid, w.sale("3947").Status)
	faults.Proved(t, faults.Injected{How: "a status is of another amount", Times: lies.Times(), Engine: stored()}, "HP13", "PG10")
}
