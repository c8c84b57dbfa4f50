package host_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/host"
	"github.com/paysocket/paysocket/provider/kit/kittest"
)

// TestEngine_KeepsWhatTheMerchantWillReceive has a gateway that says it with each payment.
func TestEngine_KeepsWhatTheMerchantWillReceive(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.wallets["omise"] = newAlipay(w)
	o := order("3947")
	o.Method, o.Providers = "alipay", []string{"omise"}
	w.checkout(o)
	id := w.wallets["omise"].ledger()[0].ID
	w.wallets["omise"].pay(id)
	w.settle()
	told := w.wallets["omise"].ledger()[0].Settlement
	require.NotNil(t, told)
	paid := w.sale("3947").Payments[0]
	require.Equal(t, contract.PaymentSucceeded, paid.Status)
	assert.Equal(t, &contract.Settlement{Currency: told.Currency, Net: baht(told.Net), Fee: baht(told.Fee)}, paid.Settlement)
	assert.Equal(t, baht(100_000), paid.Left)
	assert.Equal(t, time.Date(2026, 2, 3, 4, 5, 6, 0, time.UTC), paid.CreatedAt)

	refund, err := w.engine.Refund(t.Context(), "3947", &host.RefundOrder{ID: "r1", Amount: baht(30_000)})
	require.NoError(t, err)
	assert.Nil(t, refund.Settlement)
	assert.Equal(t, baht(70_000), w.sale("3947").Payments[0].Left)
}

// TestEngine_LooksAgainForAPerson has a payment that was paid, and a webhook that is lost:
// the schedule would read it half a minute later.
func TestEngine_LooksAgainForAPerson(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.checkout(alone("3947"))
	sale := w.sale("3947")
	require.Nil(t, sale.Payments[0].Settlement, "this gateway does not say it")
	require.Zero(t, sale.Payments[0].Left)
	key := sale.Payments[0].Key
	w.wallets["wallet-a"].pay(w.wallets["wallet-a"].ledger()[0].ID)
	looked, err := w.engine.Resolve(t.Context(), "3947", key, &host.Resolution{LookAgain: true, By: "ann", Why: "the payer called"})
	require.NoError(t, err)
	assert.Equal(t, host.SalePaid, looked.Status)
	var persons []string
	for _, e := range w.sale("3947").Timeline {
		if e.Kind == "person" {
			persons = append(persons, e.Text)
		}
	}
	assert.Equal(t, []string{"looked at again for ann: the payer called"}, persons)

	_, err = w.engine.Resolve(t.Context(), "3947", key, &host.Resolution{LookAgain: true, Release: true, By: "ann", Why: "both"})
	var refused *contract.Error
	require.ErrorAs(t, err, &refused)
	require.Len(t, refused.Violations, 1)
	assert.Equal(t, "look_again", refused.Violations[0].Field)
}

// TestEngine_LooksAgainWithoutADecision has a person who looks at what others are to
// see: it stays shown, and no call is made before its time.
func TestEngine_LooksAgainWithoutADecision(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.wallets["wallet-a"]
	w.checkout(alone("3947"))
	a.front.Set(kittest.On(getPayment, kittest.Answer(404, `{"error": {"code": "payment_not_found"}}`)))
	for range 6 {
		w.pass(10 * time.Minute)
	}
	shown := w.sale("3947").Payments[0]
	require.NotEmpty(t, shown.Attention)
	_, err := w.engine.Resolve(t.Context(), "3947", shown.Key, &host.Resolution{LookAgain: true, By: "ann", Why: "is it there?"})
	require.NoError(t, err)
	assert.Equal(t, shown.Attention, w.sale("3947").Payments[0].Attention)
	assert.Len(t, a.ledger(), 1)
}
