package stripealipay_test

import (
	"maps"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/contract"
)

func giveBack(payment *contract.Payment, key string, fen int64) *contract.RefundRequest {
	return &contract.RefundRequest{
		Attempt: contract.Attempt{Key: key}, PaymentID: payment.PaymentID, Amount: cny(fen), Reason: "one tea was cold",
		Metadata: map[string]string{"table": "5"},
	}
}

func (b *bench) refund(payment *contract.Payment, key string, fen int64) *contract.Refund {
	b.t.Helper()
	refund, err := b.Refund(b.t.Context(), giveBack(payment, key, fen))
	require.NoError(b.t, err)
	return refund
}

func TestARefundIsAskedForByThePaymentWithAKeyOfItsOwn(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	payment := b.paid("k1")
	b.front.asked()
	refund := b.refund(payment, "r1", 500)
	made := b.ledger()[0].Refunds[0]
	assert.Equal(t, &contract.Refund{
		RefundID: made.ID, PaymentID: payment.PaymentID, IdempotencyKey: "r1", Status: contract.RefundPending, ProviderStatus: "pending",
		Amount: cny(500), TotalRefunded: cny(500), CreatedAt: refund.CreatedAt,
	}, refund)
	sent := b.front.since()
	require.Len(t, sent, 2)
	assert.Equal(t, "POST /v1/refunds", sent[1].what)
	assert.Equal(t, payment.PaymentID+":r1", sent[1].header.Get("Idempotency-Key"))
	assert.Equal(t, "one tea was cold", sent[1].form.Get("metadata[paysocket_reason]"))
	assert.Empty(t, sent[1].form.Get("reason"))

	request := giveBack(payment, "r2", 500)
	request.Reason = "duplicate" // one of Stripe's own words
	_, err := b.Refund(t.Context(), request)
	require.NoError(t, err)
	assert.Equal(t, "duplicate", b.front.since()[1].form.Get("reason"))
}

func TestARepeatedRefundIsReadAsItIsNow(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	payment := b.paid("k1")
	first := b.refund(payment, "r1", 2000)
	require.NoError(t, b.scope.TransitionRefund(t.Context(), first.RefundID, &gateway.Transition{To: gateway.StateFailed}))
	again := b.refund(payment, "r1", 2000)
	assert.True(t, again.Replayed)
	assert.Equal(t, first.RefundID, again.RefundID)
	assert.Equal(t, contract.RefundFailed, again.Status)
	assert.Equal(t, cny(0), again.TotalRefunded)
	assert.Len(t, b.ledger()[0].Refunds, 1)

	request := giveBack(payment, "r1", 2000)
	request.Reason, request.Metadata = "the other tea", nil
	reworded, err := b.Refund(t.Context(), request)
	require.NoError(t, err)
	assert.Equal(t, first.RefundID, reworded.RefundID)
	_, err = b.Refund(t.Context(), giveBack(payment, "r1", 1999))
	e := errorOf(t, err, contract.IdempotencyKeyReused, contract.Indeterminate)
	assert.Equal(t, first.RefundID, e.Metadata[contract.MetaRefundID])
	assert.Len(t, b.ledger()[0].Refunds, 1)
}

func TestWhatCannotBeRefundedSaysWhy(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	pending, failed, called := b.pay("k1"), b.pay("k2"), b.pay("k3")
	b.move(failed.PaymentID, gateway.StateFailed, "")
	b.move(called.PaymentID, gateway.StateCanceled, "")
	for _, payment := range []*contract.Payment{pending, failed, called} {
		_, err := b.Refund(t.Context(), giveBack(payment, "r1", 2000))
		_ = errorOf(t, err, contract.PaymentNotRefundable, contract.NotAttempted)
	}
	_, err := b.Refund(t.Context(), giveBack(&contract.Payment{PaymentID: "pi_nothere"}, "r1", 2000))
	_ = errorOf(t, err, contract.PaymentNotFound, contract.Rejected)

	paid := b.paid("k4")
	_, err = b.Refund(t.Context(), giveBack(paid, "r1", 2001))
	_ = errorOf(t, err, contract.RefundExceedsPayment, contract.Rejected)
	_, err = b.scope.CreateRefund(t.Context(), paid.PaymentID, gateway.Money{Amount: 2000}) // in the dashboard
	require.NoError(t, err)
	_, err = b.Refund(t.Context(), giveBack(paid, "r2", 1))
	_ = errorOf(t, err, contract.RefundExceedsPayment, contract.Rejected)
	assert.Equal(t, cny(2000), b.status(paid.PaymentID).AmountRefunded)
}

func TestAfterNinetyDaysNothingIsSent(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	payment := b.paid("k1")
	require.NoError(t, b.scope.Advance(t.Context(), 89*24*time.Hour))
	b.refund(payment, "r1", 500)
	require.NoError(t, b.scope.Advance(t.Context(), 4*24*time.Hour))
	b.front.asked()
	_, err := b.Refund(t.Context(), giveBack(payment, "r2", 500))
	_ = errorOf(t, err, contract.RefundWindowExpired, contract.NotAttempted)
	assert.NotContains(t, b.front.asked(), "POST /v1/refunds")

	edge := b.paid("k2")
	require.NoError(t, b.scope.Advance(t.Context(), 91*24*time.Hour)) // Stripe's own window is over, and the day to spare is not
	_, err = b.Refund(t.Context(), giveBack(edge, "r1", 500))
	_ = errorOf(t, err, contract.RefundWindowExpired, contract.Rejected)
	assert.Contains(t, b.front.asked(), "POST /v1/refunds")

	request := giveBack(payment, "r1", 500) // made in time, and its answer lost
	request.Attempt = since("r1", 95*24*time.Hour)
	refund, err := b.Refund(t.Context(), request)
	require.NoError(t, err)
	assert.True(t, refund.Replayed)
	assert.NotContains(t, b.front.asked(), "POST /v1/refunds")
}

func TestARefundWithAnOldKeyIsLookedUpAndNotSent(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	payment := b.paid("k1")
	first := b.refund(payment, "r1", 500)
	require.NoError(t, b.scope.Advance(t.Context(), 25*time.Hour)) // Stripe has forgotten the key
	request := giveBack(payment, "r1", 500)
	request.Attempt = since("r1", 24*time.Hour)
	again, err := b.Refund(t.Context(), request)
	require.NoError(t, err)
	assert.Equal(t, first.RefundID, again.RefundID)

	request = giveBack(payment, "r2", 500)
	request.Attempt = contract.Attempt{Key: "r2", FirstAt: time.Now().Add(-24 * time.Hour), LastUnknownAt: time.Now()}
	_, err = b.Refund(t.Context(), request)
	_ = errorOf(t, err, contract.AttemptUnsettled, contract.Indeterminate)
	assert.Len(t, b.ledger()[0].Refunds, 1)
}

func TestALostRefundIsFoundByItsKey(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	payment := b.paid("k1")
	b.front.set(on(http.MethodPost, executed))
	_, err := b.Refund(t.Context(), giveBack(payment, "r1", 500))
	require.Equal(t, contract.Indeterminate, contract.OutcomeOf(err))
	b.front.set(nil)
	attempt := since("r1", time.Minute)
	found, err := b.GetRefund(t.Context(), &contract.GetRefundRequest{PaymentID: payment.PaymentID, Attempt: &attempt})
	require.NoError(t, err)
	assert.Equal(t, b.ledger()[0].Refunds[0].ID, found.RefundID)

	other := b.paid("k2")
	_, err = b.GetRefund(t.Context(), &contract.GetRefundRequest{PaymentID: other.PaymentID, RefundID: found.RefundID})
	_ = errorOf(t, err, contract.RefundNotFound, "")
	_, err = b.GetRefund(t.Context(), &contract.GetRefundRequest{PaymentID: other.PaymentID, Attempt: &attempt})
	assert.True(t, errorOf(t, err, contract.RefundNotFound, "").Metadata[contract.MetaComplete] == "true")
}

func TestEveryWordForARefundMeansOneThing(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for _, test := range []struct {
		status, failure string
		want            contract.RefundStatus
	}{
		{"pending", "", contract.RefundPending},
		{"requires_action", "", contract.RefundPending},
		{"succeeded", "", contract.RefundSucceeded},
		{"failed", "", contract.RefundFailed},
		{"failed", "unknown", contract.RefundFailed},
		{"canceled", "", contract.RefundFailed},
		{"succeeded", "unknown", contract.RefundUnknown},
		{"pending", "unknown", contract.RefundUnknown},
		{"half_done", "", contract.RefundUnknown},
		{"", "", contract.RefundUnknown},
	} {
		b.front.set(says(200, refundAnswer(t, map[string]any{"status": test.status, "failure_reason": test.failure})))
		refund, err := b.GetRefund(t.Context(), &contract.GetRefundRequest{PaymentID: "pi_123", RefundID: "re_1"})
		require.NoError(t, err)
		assert.Equal(t, test.want, refund.Status, "%s %s", test.status, test.failure)
	}
	for name, changes := range map[string]map[string]any{
		"its charge's id alone": {"charge": "py_1"}, "no payment": {"payment_intent": nil}, "another object": {"object": "charge"},
		"no amount": {"amount": nil}, "no status": {"status": nil},
	} {
		b.front.set(says(200, refundAnswer(t, changes)))
		_, err := b.GetRefund(t.Context(), &contract.GetRefundRequest{PaymentID: "pi_123", RefundID: "re_1"})
		assert.Equal(t, contract.MalformedResponse, contract.ReasonOf(err), name)
	}
}

func TestARefundOfAnotherAmountOrModeIsNotAnAnswer(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	payment := b.paid("k1")
	for name, changes := range map[string]map[string]any{
		"amount":   {"amount": 501},
		"key":      {"metadata": map[string]string{"paysocket_key": "r9"}},
		"currency": {"currency": "usd"},
		"mode":     {"charge": charge(map[string]any{"livemode": true})},
		"payment":  {"payment_intent": "pi_999"},
	} {
		whole := map[string]any{"payment_intent": payment.PaymentID, "metadata": map[string]string{"paysocket_key": "r1"}}
		maps.Copy(whole, changes)
		b.front.set(on(http.MethodPost, says(200, refundAnswer(t, whole))))
		_, err := b.Refund(t.Context(), giveBack(payment, "r1", 500))
		e := errorOf(t, err, contract.MalformedResponse, contract.Indeterminate)
		assert.Equal(t, "re_1", e.Metadata[contract.MetaRefundID], name)
	}
}
