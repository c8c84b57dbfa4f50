package host_test

import (
	"context"
	"regexp"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/host"
	"github.com/paysocket/paysocket/internal/faults"
	"github.com/paysocket/paysocket/provider/kit/kittest"
)

const getPayment = "GET /v1/payments/*"

// TestEngine_KeepsASaleOpenWhoseStatusSaysNothing has a gateway whose answers about a
// pending payment say nothing that can be relied on.
func TestEngine_KeepsASaleOpenWhoseStatusSaysNothing(t *testing.T) {
	t.Parallel()
	for id, c := range map[string]struct {
		fault kittest.Fault
		shown string // to a person
	}{
		"PG13": {kittest.Answer(404, `{"error": {"code": "payment_not_found"}}`), "the gateway does not find it any more, and has had it"},
		"PG23": {kittest.Patch(map[string]any{"status": "resting"}), ""},
	} {
		t.Run(id, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			a := w.wallets["wallet-a"]
			w.checkout(alone("3947"))
			paymentID := a.ledger()[0].ID
			var said faults.Counter
			a.front.Set(kittest.On(getPayment, said.Of(c.fault)))
			w.pass(time.Minute)
			assert.Empty(t, w.sale("3947").Payments[0].Attention, "one answer says nothing")
			for range 5 {
				w.pass(10 * time.Minute)
			}
			sale := w.sale("3947")
			assert.False(t, sale.Payments[0].Over)
			assert.Equal(t, c.shown, sale.Payments[0].Attention)
			assert.False(t, sale.Blocked, "the payer has a link")
			assert.Greater(t, said.Times(), 1, "it is asked again")
			if c.shown != "" {
				assert.Equal(t, []host.ChangeKind{host.ChangeAttention}, w.told())
				_, err := w.engine.Resolve(t.Context(), "3947", sale.Payments[0].Key, &host.Resolution{By: "Ann", Why: "seen"})
				require.NoError(t, err)
				w.pass(time.Hour)
				assert.Empty(t, w.sale("3947").Payments[0].Attention, "it was seen")
			}
			a.front.Set()
			a.pay(paymentID)
			w.settle()
			assert.Equal(t, host.SalePaid, w.sale("3947").Status)
			faults.Proved(t, faults.Injected{How: "each answer about a pending payment", Times: said.Times(), Engine: stored()}, id)
		})
	}
}

// TestEngine_ShowsNothingAnyMoreWhenItIsFound has a gateway that finds a payment again, of
// which a person was shown something else as well.
func TestEngine_ShowsNothingAnyMoreWhenItIsFound(t *testing.T) {
	t.Parallel()
	for code, why := range map[string]string{"payment_not_found": "does not find it any more", "not_found": "cannot be used"} {
		t.Run(code, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			a := w.wallets["wallet-a"]
			a.attends = []string{"payment.updated"}
			w.checkout(alone("3947"))
			a.front.Set(kittest.On(getPayment, kittest.Answer(404, `{"error": {"code": "`+code+`"}}`)))
			for range 5 {
				w.pass(10 * time.Minute)
			}
			require.Equal(t, 200, w.deliver(w.engine, "wallet-a", a.ledger()[0].ID))
			require.Contains(t, w.sale("3947").Payments[0].Attention, why)
			a.front.Set()
			w.pass(20 * time.Minute)
			shown := w.sale("3947").Payments[0].Attention
			assert.NotContains(t, shown, why)
			assert.Contains(t, shown, "the gateway sent payment.updated")
		})
	}
}

var payURL = regexp.MustCompile(`"pay_url":\s*"[^"]*"`)

// TestEngine_SendsNobodyToALinkThatIsNone has a gateway whose link nobody may follow, also
// when the payment is paid.
func TestEngine_SendsNobodyToALinkThatIsNone(t *testing.T) {
	t.Parallel()
	for name, link := range map[string]string{
		"a script": "javascript:alert(1)", "data": "data:text/html,x", "with a user": "https://me:pw@gateway.example/",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			a := w.wallets["wallet-a"]
			var spoilt faults.Counter
			a.front.Set(spoilt.Of(kittest.Rewrite(func(body []byte) []byte {
				return payURL.ReplaceAll(body, []byte(`"pay_url":"`+link+`"`))
			})))
			w.isBlocked("the provider's answers about it cannot be used")
			a.pay(a.ledger()[0].ID)
			w.settle()
			assert.Len(t, a.ledger(), 1)
			w.isPaidAfterAll()
			faults.Proved(t, faults.Injected{How: "the link of a payment is " + name, Times: spoilt.Times(), Engine: stored()}, "PG24")
		})
	}
}

// TestEngine_SendsNobodyToAnInsecureLinkForRealMoney has a provider in live mode.
func TestEngine_SendsNobodyToAnInsecureLinkForRealMoney(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.wallets["wallet-a"]
	var insecure faults.Counter
	a.live(&insecure)
	w.isBlocked("the gateway sent a link that is not https, which no payer is sent to")
	sale := w.sale("3947")
	_, err := w.engine.Resolve(t.Context(), "3947", sale.Payments[0].Key, &host.Resolution{By: "Ann", Why: "seen"})
	require.NoError(t, err)
	w.pass(5 * time.Minute)
	sale = w.sale("3947")
	assert.Empty(t, sale.Payments[0].Attention, "it was seen")
	assert.True(t, sale.Blocked)
	_, err = w.engine.PayAgain(t.Context(), alone("3947"))
	require.ErrorAs(t, err, new(*host.NotFreeError), "it may still be paid")
	a.pay(a.ledger()[0].ID)
	w.settle()
	w.isPaidAfterAll()
	faults.Proved(t, faults.Injected{How: "the link of a payment of real money is not https", Times: insecure.Times(), Engine: stored()}, "PG24")
}

// live has a wallet say of its payments that they are of real money, with a link that is
// not https. Its gateway has none of real money.
func (w *wallet) live(insecure *faults.Counter) {
	w.calls = func(inner contract.Handler) contract.Handler {
		return func(ctx context.Context, call contract.Call) (any, error) {
			answer, err := inner(ctx, call)
			if p, ok := answer.(*contract.Payment); ok && err == nil {
				p.Live = true
				if p.NextAction != nil {
					insecure.Happened()
					p.NextAction, err = contract.RedirectTo("http://gateway.example/pay")
				}
			}
			return answer, err
		}
	}
	w.mode = contract.ModeLive
}

// isBlocked begins a sale, and asserts that its payer is sent nowhere, sees that, and that
// a person is shown why.
func (w *world) isBlocked(why string) {
	w.t.Helper()
	sale, err := w.engine.Checkout(w.t.Context(), alone("3947"))
	require.NoError(w.t, err)
	assert.Nil(w.t, sale.NextAction)
	for range 6 {
		w.pass(30 * time.Second)
		assert.Nil(w.t, w.sale("3947").NextAction)
	}
	sale = w.sale("3947")
	require.Len(w.t, sale.Payments, 1)
	assert.Equal(w.t, host.SaleOpen, sale.Status)
	assert.True(w.t, sale.Blocked)
	assert.False(w.t, sale.Payments[0].Over)
	assert.Equal(w.t, why, sale.Payments[0].Attention)
}

func (w *world) isPaidAfterAll() {
	w.t.Helper()
	sale := w.sale("3947")
	assert.Equal(w.t, host.SalePaid, sale.Status, "it is looked after")
	assert.False(w.t, sale.Blocked)
	assert.Empty(w.t, sale.Payments[0].Attention)
}

// TestEngine_ShowsAnEventThatCannotBeDealtWith has a payment whose every read fails after a
// webhook has come for it, beside one that is read.
func TestEngine_ShowsAnEventThatCannotBeDealtWith(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.wallets["wallet-a"]
	w.checkout(alone("3947"))
	poisoned := a.ledger()[0].ID
	var failed faults.Counter
	a.front.Set(kittest.On("GET /v1/payments/"+poisoned, failed.Of(kittest.Answer(500, ""))))
	a.pay(poisoned)
	require.Equal(t, 200, w.deliver(w.engine, "wallet-a", poisoned))
	w.pass(0)
	w.checkout(alone("3948"))
	other := a.ledger()[1].ID
	a.pay(other)
	require.Equal(t, 200, w.deliver(w.engine, "wallet-a", other))
	w.pass(0)
	require.Equal(t, host.SalePaid, w.sale("3948").Status, "it holds nothing up")
	for range 72 {
		w.pass(time.Hour)
	}
	shown := w.sale("3947").Payments[0]
	assert.Equal(t, "a webhook came for it, and looking at it has failed ever since", shown.Attention)
	assert.Len(t, w.overview().NeedAttention, 1)
	asked := failed.Times()
	assert.LessOrEqual(t, asked, 60)
	for range 72 {
		w.pass(time.Hour)
	}
	assert.LessOrEqual(t, failed.Times(), asked+4, "once a day is enough")
	a.front.Set()
	w.pass(25 * time.Hour)
	assert.Equal(t, host.SalePaid, w.sale("3947").Status)
	assert.NotContains(t, w.sale("3947").Payments[0].Attention, "a webhook came for it")
	faults.Proved(t, faults.Injected{How: "each read after a webhook fails", Times: failed.Times(), Engine: stored()}, "GW17")
}
