package host_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/host"
)

// assertRefuses checks that what was asked for is not valid, for a field.
func assertRefuses(t *testing.T, err error, field, what string) {
	t.Helper()
	refused, ok := errors.AsType[*contract.Error](err)
	if !assert.True(t, ok, "%s: %v", what, err) {
		return
	}
	assert.Equal(t, contract.InvalidRequest, refused.Reason, what)
	assert.Equal(t, contract.NotAttempted, refused.Outcome, what)
	if assert.Len(t, refused.Violations, 1, what) {
		assert.Equal(t, field, refused.Violations[0].Field, what)
	}
}

func TestRefund_NamesWhatTheSaleCanNeverHave(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, err := w.engine.Checkout(t.Context(), order("3947"))
	require.NoError(t, err)
	refunds := map[string]struct {
		order *host.RefundOrder
		field string
	}{
		"a payment after the last": {&host.RefundOrder{ID: "r", Amount: baht(100), Payment: 2}, "payment"},
		"a negative payment":       {&host.RefundOrder{ID: "r", Amount: baht(100), Payment: -1}, "payment"},
		"another currency":         {&host.RefundOrder{ID: "r", Amount: contract.Money{Currency: "USD", MinorUnits: 100}}, "amount.currency"},
	}
	for _, status := range []host.SaleStatus{host.SaleWaiting, host.SalePaid} {
		require.Equal(t, status, w.sale("3947").Status)
		for what, c := range refunds {
			_, err := w.engine.Refund(t.Context(), "3947", c.order)
			assertRefuses(t, err, c.field, what)
		}
		a := w.wallets["wallet-a"]
		if status == host.SaleWaiting {
			a.pay(a.ledger()[0].ID)
			require.Equal(t, 200, w.deliver(w.engine, "wallet-a", a.ledger()[0].ID))
			w.pass(0)
		}
	}
	assert.Empty(t, w.wallets["wallet-a"].ledger()[0].Refunds)
}

// TestRefund_IsNoOtherOneUnderTheSameID has two payments of one sale, which were both paid.
func TestRefund_IsNoOtherOneUnderTheSameID(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.wallets["wallet-a"]
	_, err := w.engine.Checkout(t.Context(), order("3947"))
	require.NoError(t, err)
	_, err = w.engine.Cancel(t.Context(), "3947")
	require.NoError(t, err)
	_, err = w.engine.PayAgain(t.Context(), order("3947"))
	require.NoError(t, err)
	for _, payment := range a.ledger() {
		a.pay(payment.ID)
		require.Equal(t, 200, w.deliver(w.engine, "wallet-a", payment.ID))
		w.pass(0)
	}
	require.Equal(t, host.SalePaid, w.sale("3947").Status)

	first, err := w.engine.Refund(t.Context(), "3947", &host.RefundOrder{ID: "r", Amount: baht(100), Payment: 1})
	require.NoError(t, err)
	again, err := w.engine.Refund(t.Context(), "3947", &host.RefundOrder{ID: "r", Amount: baht(100)}) // the one that paid the sale
	require.NoError(t, err)
	assert.Equal(t, first.Key, again.Key)
	for what, other := range map[string]*host.RefundOrder{
		"another payment":         {ID: "r", Amount: baht(100), Payment: 2},
		"a payment that is not":   {ID: "r", Amount: baht(100), Payment: 3},
		"another amount":          {ID: "r", Amount: baht(101), Payment: 1},
		"another currency as yet": {ID: "r", Amount: contract.Money{Currency: "USD", MinorUnits: 100}, Payment: 1},
	} {
		_, err = w.engine.Refund(t.Context(), "3947", other)
		differs, ok := errors.AsType[*host.OrderDiffersError](err)
		if assert.True(t, ok, "%s: %v", what, err) {
			assert.Equal(t, "THB 1.00 of payment 1", differs.Known, what)
		}
	}
	assert.Len(t, w.sale("3947").Refunds, 1)
}

func TestResolve_NamesWhatIsWrongWithADecision(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	sale, err := w.engine.Checkout(t.Context(), order("3947"))
	require.NoError(t, err)
	for what, c := range map[string]struct {
		key      string
		decision host.Resolution
		field    string
	}{
		"nobody":               {sale.Payments[0].Key, host.Resolution{Why: "so"}, "by"},
		"no reason":            {sale.Payments[0].Key, host.Resolution{By: "ann"}, "why"},
		"NUL in a name":        {sale.Payments[0].Key, host.Resolution{By: "a\x00nn", Why: "so"}, "by"},
		"a reason of bytes":    {sale.Payments[0].Key, host.Resolution{By: "ann", Why: "s\xffo"}, "why"},
		"two decisions":        {sale.Payments[0].Key, host.Resolution{By: "ann", Why: "so", Adopt: "p", Release: true}, "adopt"},
		"no id at the gateway": {sale.Payments[0].Key, host.Resolution{By: "ann", Why: "so", Adopt: "p 1"}, "adopt"},
		"no key":               {"", host.Resolution{By: "ann", Why: "so"}, "idempotency_key"},
		"a key of no attempt":  {"k\x00", host.Resolution{By: "ann", Why: "so"}, "idempotency_key"},
	} {
		_, err := w.engine.Resolve(t.Context(), "3947", c.key, &c.decision)
		assertRefuses(t, err, c.field, what)
	}
	assert.Equal(t, sale.Timeline, w.sale("3947").Timeline)
}

// TestEngine_HasNothingUnderAnIDThatNoDatabaseStores is about ids and names of URLs.
func TestEngine_HasNothingUnderAnIDThatNoDatabaseStores(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, id := range []string{"\x00", "39\x0047", "39\xff47"} {
		_, err := w.engine.Sale(t.Context(), id)
		require.ErrorIs(t, err, host.ErrNotFound, "%q", id)
		_, err = w.engine.Cancel(t.Context(), id)
		require.ErrorIs(t, err, host.ErrNotFound, "%q", id)
		_, err = w.engine.Refund(t.Context(), id, &host.RefundOrder{ID: "r", Amount: baht(1)})
		require.ErrorIs(t, err, host.ErrNotFound, "%q", id)
		_, err = w.engine.Resolve(t.Context(), id, "k", &host.Resolution{By: "ann", Why: "so"})
		require.ErrorIs(t, err, host.ErrNotFound, "%q", id)
	}
	webhook := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/webhooks/a%00b", http.NoBody)
	assert.Equal(t, http.StatusNotFound, w.send(w.engine, webhook))
}
