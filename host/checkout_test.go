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

const creates = "POST /v1/payments"

func TestEngine_SellsAndIsTold(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	sale, err := w.engine.Checkout(t.Context(), order("3947"))
	require.NoError(t, err)
	require.Equal(t, host.SaleWaiting, sale.Status)
	require.NotNil(t, sale.NextAction)
	require.NotEmpty(t, sale.NextAction.Redirect.URL)

	made := w.wallets["wallet-a"].ledger()
	require.Len(t, made, 1)
	w.wallets["wallet-a"].pay(made[0].ID)
	require.Equal(t, 200, w.deliver(w.engine, "wallet-a", made[0].ID))
	w.pass(0)

	sale = w.sale("3947")
	assert.Equal(t, host.SalePaid, sale.Status)
	assert.Nil(t, sale.NextAction)
	assert.Equal(t, []host.ChangeKind{host.ChangePaid}, w.told())

	refund, err := w.engine.Refund(t.Context(), sale.ID, &host.RefundOrder{ID: "3947-r1", Amount: baht(40_000)})
	require.NoError(t, err)
	assert.Equal(t, contract.PaymentPending, refund.Status)
	require.NoError(t, w.wallets["wallet-a"].scope.TransitionRefund(t.Context(), refund.GatewayID, &gateway.Transition{To: gateway.StateSucceeded}))
	w.pass(time.Minute)
	sale = w.sale("3947")
	assert.Equal(t, contract.PaymentSucceeded, sale.Refunds[0].Status)
	assert.Equal(t, baht(40_000), sale.Payments[0].Refunded)
	assert.Equal(t, host.SalePaid, sale.Status)
	assert.Equal(t, []host.ChangeKind{host.ChangePaid, host.ChangeRefunded}, w.told())
}

func TestEngine_MakesOnePaymentForOneOrder(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	other := w.open()
	links := make(chan string, 50)
	var tabs sync.WaitGroup
	for n := range 50 {
		engine := []*host.Engine{w.engine, other}[n%2]
		tabs.Go(func() {
			sale, err := engine.Checkout(t.Context(), order("3947"))
			if assert.NoError(t, err) && sale.NextAction != nil {
				links <- sale.NextAction.Redirect.URL
			}
		})
	}
	tabs.Wait()
	sale, err := other.Checkout(t.Context(), order("3947"))
	require.NoError(t, err)
	close(links)
	tabsSold := len(links)
	for link := range links {
		assert.Equal(t, sale.NextAction.Redirect.URL, link)
	}
	assert.Len(t, w.wallets["wallet-a"].ledger(), 1)
	assert.Empty(t, w.wallets["wallet-b"].ledger())

	dearer := order("3947")
	dearer.Amount = baht(100_001)
	_, err = w.engine.Checkout(t.Context(), dearer)
	assert.ErrorAs(t, err, new(*host.OrderDiffersError))
	assert.Len(t, w.wallets["wallet-a"].ledger(), 1)
	faults.Proved(t, faults.Injected{How: "fifty tabs ask two hosts for one order", Times: tabsSold, Engine: stored()}, "PG29", "BU01", "HD10")
}

// unknown are calls whose result does not arrive, whether the payment was made or not.
func unknown() map[string]kittest.Fault {
	return map[string]kittest.Fault{"made": kittest.Executed(kittest.HangUp), "not made": kittest.HangUp}
}

func TestEngine_FindsOutWhatBecameOfACall(t *testing.T) {
	t.Parallel()
	for name, fault := range unknown() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			a := w.wallets["wallet-a"]
			var lost faults.Counter
			a.front.Set(kittest.On(creates, kittest.Times(1, lost.Of(fault))))
			sale, err := w.engine.Checkout(t.Context(), order("3947"))
			require.NoError(t, err)
			assert.Equal(t, host.SaleOpen, sale.Status)
			_, err = w.engine.PayAgain(t.Context(), order("3947"))
			assert.ErrorAs(t, err, new(*host.NotFreeError))
			w.pass(10 * time.Second)
			w.pass(20 * time.Second)
			w.pass(30 * time.Second)

			if name == "made" {
				sale = w.sale("3947")
				require.Equal(t, host.SaleWaiting, sale.Status)
				require.Len(t, a.ledger(), 1)
				a.pay(a.ledger()[0].ID)
				w.settle()
				assert.Equal(t, host.SalePaid, w.sale("3947").Status)
				faults.Proved(t, faults.Injected{How: "a payment is paid, and no webhook comes", Times: w.paidAt("wallet-a"), Engine: stored()}, "GW04", "BU02")
			} else {
				assert.Empty(t, a.ledger())
				assert.Equal(t, host.SaleWaiting, w.sale("3947").Status, "the next provider was asked")
				assert.Len(t, w.wallets["wallet-b"].ledger(), 1)
			}
			faults.Proved(t, faults.Injected{How: "the payer chooses again when an answer was lost", Times: lost.Times(), Engine: stored()}, "BU06")
		})
	}
}

func TestEngine_AsksTheNextProviderOnlyIfNothingWasMade(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.wallets["wallet-a"].stop()
	sale, err := w.engine.Checkout(t.Context(), order("1"))
	require.NoError(t, err)
	assert.Equal(t, host.SaleWaiting, sale.Status)
	assert.Equal(t, "wallet-b", sale.Payments[1].Provider)
	w.wallets["wallet-a"].configure(w.wallets["wallet-a"].scope)
	w.settle()
	assert.Empty(t, w.wallets["wallet-a"].ledger(), "a released key is never called")

	w = newWorld(t)
	w.wallets["wallet-a"].front.Set(kittest.On(creates, kittest.Times(1, kittest.Executed(kittest.HangUp))))
	sale, err = w.engine.Checkout(t.Context(), order("2"))
	require.NoError(t, err)
	assert.Equal(t, host.SaleOpen, sale.Status)
	w.settle()
	assert.Empty(t, w.wallets["wallet-b"].ledger())
}

func TestEngine_ShowsASecondPaymentOfASale(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a, b := w.wallets["wallet-a"], w.wallets["wallet-b"]
	_, err := w.engine.Checkout(t.Context(), order("3947"))
	require.NoError(t, err)
	first := a.ledger()[0].ID
	a.transition(first, gateway.StateExpired)
	w.deliver(w.engine, "wallet-a", first)
	w.pass(0)
	require.Equal(t, host.SaleUnpaid, w.sale("3947").Status)
	require.Equal(t, []host.ChangeKind{host.ChangeUnpaid}, w.told())

	again := order("3947")
	again.Providers = []string{"wallet-b"}
	sale, err := w.engine.PayAgain(t.Context(), again)
	require.NoError(t, err)
	require.Equal(t, host.SaleWaiting, sale.Status)
	b.pay(b.ledger()[0].ID)
	w.deliver(w.engine, "wallet-b", b.ledger()[0].ID)
	w.pass(0)
	require.Equal(t, host.SalePaid, w.sale("3947").Status)

	a.pay(first) // late
	w.deliver(w.engine, "wallet-a", first)
	w.pass(0)
	sale = w.sale("3947")
	assert.Equal(t, []host.ChangeKind{host.ChangeUnpaid, host.ChangePaid, host.ChangeAttention}, w.told())
	assert.NotEmpty(t, sale.Payments[0].Attention)
	_, err = w.engine.Refund(t.Context(), sale.ID, &host.RefundOrder{ID: "back", Amount: baht(100_000), Payment: 1})
	require.NoError(t, err)
	late := faults.Injected{How: "an expired payment is paid when another one was", Times: w.paidAt("wallet-a"), Engine: stored()}
	faults.Proved(t, late, "BU07", "PG25")
}

func TestEngine_RefusesWhatIsNoOrder(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for name, spoil := range map[string]func(*host.Order){
		"no id":              func(o *host.Order) { o.ID = "" },
		"an id with NUL":     func(o *host.Order) { o.ID = "39\x0047" },
		"an id of bytes":     func(o *host.Order) { o.ID = "39\xff47" },
		"no amount":          func(o *host.Order) { o.Amount.MinorUnits = 0 },
		"a negative amount":  func(o *host.Order) { o.Amount.MinorUnits = -1 },
		"no currency":        func(o *host.Order) { o.Amount.Currency = "" },
		"no method":          func(o *host.Order) { o.Method = "" },
		"no provider":        func(o *host.Order) { o.Providers = nil },
		"a provider twice":   func(o *host.Order) { o.Providers = []string{"wallet-a", "wallet-a"} },
		"a path":             func(o *host.Order) { o.Providers = []string{"../wallet-a"} },
		"a script":           func(o *host.Order) { o.ReturnURL = "javascript:alert(1)" },
		"the engine's words": func(o *host.Order) { o.Metadata = map[string]string{"order_id": "1"} },
	} {
		o := order("3947")
		spoil(o)
		_, err := w.engine.Checkout(t.Context(), o)
		assert.ErrorIs(t, err, contract.InvalidRequest, name)
	}
	o := order("3947")
	o.Providers = []string{"nobody"}
	_, err := w.engine.Checkout(t.Context(), o)
	assert.ErrorIs(t, err, contract.InvalidRequest)
	_, err = w.engine.Sale(t.Context(), "3947")
	assert.ErrorIs(t, err, host.ErrNotFound)
	_, err = w.engine.Refund(t.Context(), "nothing", &host.RefundOrder{ID: "r", Amount: baht(1)})
	assert.ErrorIs(t, err, host.ErrNotFound)
}
