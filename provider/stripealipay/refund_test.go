package stripealipay_test

import (
	"maps"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit/kittest"
)

func TestRefund_SendsThePaymentAndAKeyOfItsOwn(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	payment := f.paid("k1")
	f.front.Seen()
	refund := f.refund(payment, "r1", 500)
	made := f.ledger()[0].Refunds[0]
	assert.Equal(t, &contract.Refund{
		RefundID: made.ID, PaymentID: payment.PaymentID, IdempotencyKey: "r1", Status: contract.RefundPending, ProviderStatus: "pending",
		Amount: cny(500), TotalRefunded: cny(500), CreatedAt: refund.CreatedAt,
	}, refund)
	sent := f.front.Requests()
	require.Len(t, sent, 2)
	assert.Equal(t, "POST /v1/refunds", sent[1].Method+" "+sent[1].Path)
	assert.Equal(t, payment.PaymentID+":r1", sent[1].Header.Get("Idempotency-Key"))
	assert.Equal(t, "one tea was cold", sent[1].Form().Get("metadata[paysocket_reason]"))
	assert.Empty(t, sent[1].Form().Get("reason"))

	request := newRefund(payment, "r2", 500)
	request.Reason = "duplicate" // one of Stripe's own words
	_, err := f.Refund(t.Context(), request)
	require.NoError(t, err)
	assert.Equal(t, "duplicate", f.front.Requests()[1].Form().Get("reason"))
}

func TestRefund_ReturnsARepeatedRefundAsItIsNow(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	payment := f.paid("k1")
	first := f.refund(payment, "r1", 2000)
	require.NoError(t, f.scope.TransitionRefund(t.Context(), first.RefundID, &gateway.Transition{To: gateway.StateFailed}))
	again := f.refund(payment, "r1", 2000)
	assert.True(t, again.Replayed)
	assert.Equal(t, first.RefundID, again.RefundID)
	assert.Equal(t, contract.RefundFailed, again.Status)
	assert.Equal(t, cny(0), again.TotalRefunded)
	assert.Len(t, f.ledger()[0].Refunds, 1)

	request := newRefund(payment, "r1", 2000)
	request.Reason, request.Metadata = "the other tea", nil
	reworded, err := f.Refund(t.Context(), request)
	require.NoError(t, err)
	assert.Equal(t, first.RefundID, reworded.RefundID)
	_, err = f.Refund(t.Context(), newRefund(payment, "r1", 1999))
	e := kittest.ErrorOf(t, err, contract.IdempotencyKeyReused, contract.Indeterminate)
	assert.Equal(t, first.RefundID, e.Metadata[contract.MetaRefundID])
	assert.Len(t, f.ledger()[0].Refunds, 1)
}

func TestRefund_SaysWhyAPaymentCannotBeRefunded(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	pending, failed, called := f.pay("k1"), f.pay("k2"), f.pay("k3")
	f.move(failed.PaymentID, gateway.StateFailed, "")
	f.move(called.PaymentID, gateway.StateCanceled, "")
	for _, payment := range []*contract.Payment{pending, failed, called} {
		_, err := f.Refund(t.Context(), newRefund(payment, "r1", 2000))
		kittest.RequireError(t, err, contract.PaymentNotRefundable, contract.NotAttempted)
	}
	_, err := f.Refund(t.Context(), newRefund(&contract.Payment{PaymentID: "pi_nothere"}, "r1", 2000))
	kittest.RequireError(t, err, contract.PaymentNotFound, contract.Rejected)

	paid := f.paid("k4")
	_, err = f.Refund(t.Context(), newRefund(paid, "r1", 2001))
	kittest.RequireError(t, err, contract.RefundExceedsPayment, contract.Rejected)
	_, err = f.scope.CreateRefund(t.Context(), paid.PaymentID, gateway.Money{Amount: 2000}) // in the dashboard
	require.NoError(t, err)
	_, err = f.Refund(t.Context(), newRefund(paid, "r2", 1))
	kittest.RequireError(t, err, contract.RefundExceedsPayment, contract.Rejected)
	assert.Equal(t, cny(2000), f.status(paid.PaymentID).AmountRefunded)

	f.front.Set(kittest.On("POST", kittest.Answer(400, `{"error":{"type":"invalid_request_error","code":"payment_intent_unexpected_state",`+
		`"message":"m","payment_intent":`+intentJSON(t, paid.PaymentID, nil)+`}}`)))
	_, err = f.Refund(t.Context(), newRefund(paid, "r3", 1))
	e := kittest.ErrorOf(t, err, contract.PaymentNotRefundable, contract.Rejected)
	assert.Equal(t, "payment_intent_unexpected_state", e.Metadata[contract.MetaProviderCode])
	assert.Empty(t, e.Metadata[contract.MetaPaymentID], "no payment was created")
}

func TestRefund_SendsNothingAfterNinetyDays(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	payment := f.paid("k1")
	require.NoError(t, f.scope.Advance(t.Context(), 89*24*time.Hour))
	f.refund(payment, "r1", 500)
	require.NoError(t, f.scope.Advance(t.Context(), 4*24*time.Hour))
	f.front.Seen()
	_, err := f.Refund(t.Context(), newRefund(payment, "r2", 500))
	kittest.RequireError(t, err, contract.RefundWindowExpired, contract.NotAttempted)
	assert.NotContains(t, f.front.Seen(), "POST /v1/refunds")

	edge := f.paid("k2")
	require.NoError(t, f.scope.Advance(t.Context(), 91*24*time.Hour)) // Stripe's own window is over, and the day to spare is not
	_, err = f.Refund(t.Context(), newRefund(edge, "r1", 500))
	kittest.RequireError(t, err, contract.RefundWindowExpired, contract.Rejected)
	assert.Contains(t, f.front.Seen(), "POST /v1/refunds")

	request := newRefund(payment, "r1", 500) // made in time, and its answer lost
	request.Attempt = lostSince("r1", 95*24*time.Hour)
	refund, err := f.Refund(t.Context(), request)
	require.NoError(t, err)
	assert.True(t, refund.Replayed)
	assert.NotContains(t, f.front.Seen(), "POST /v1/refunds")
}

func TestRefund_LooksUpAnOldKey(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	payment := f.paid("k1")
	first := f.refund(payment, "r1", 500)
	require.NoError(t, f.scope.Advance(t.Context(), 25*time.Hour)) // Stripe has forgotten the key
	request := newRefund(payment, "r1", 500)
	request.Attempt = lostSince("r1", 24*time.Hour)
	again, err := f.Refund(t.Context(), request)
	require.NoError(t, err)
	assert.Equal(t, first.RefundID, again.RefundID)

	request = newRefund(payment, "r2", 500)
	request.Attempt = contract.Attempt{Key: "r2", FirstAt: time.Now().Add(-24 * time.Hour), LastUnknownAt: time.Now()}
	_, err = f.Refund(t.Context(), request)
	kittest.RequireError(t, err, contract.AttemptUnsettled, contract.Indeterminate)
	assert.Len(t, f.ledger()[0].Refunds, 1)
}

func TestRefund_RefusesAnotherRefundThanWasAskedFor(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	payment := f.paid("k1")
	for name, changes := range map[string]map[string]any{
		"amount":   {"amount": 501},
		"key":      {"metadata": map[string]string{"paysocket_key": "r9"}},
		"currency": {"currency": "usd"},
		"mode":     {"charge": chargeObject(map[string]any{"livemode": true})},
		"payment":  {"payment_intent": "pi_999"},
		"form":     {"payment_intent": map[string]any{"id": 7, "object": "payment_intent"}},
	} {
		whole := map[string]any{"payment_intent": payment.PaymentID, "metadata": map[string]string{"paysocket_key": "r1"}}
		maps.Copy(whole, changes)
		f.front.Set(kittest.On("POST", kittest.Answer(200, refundJSON(t, whole))))
		_, err := f.Refund(t.Context(), newRefund(payment, "r1", 500))
		e := kittest.ErrorOf(t, err, contract.MalformedResponse, contract.Indeterminate)
		assert.Equal(t, "re_1", e.Metadata[contract.MetaRefundID], name)
	}
	f.front.Set(kittest.On("POST", kittest.Answer(200, refundJSON(t, map[string]any{
		"payment_intent": map[string]any{"id": payment.PaymentID}, "metadata": map[string]string{"paysocket_key": "r1"},
	}))))
	_, err := f.Refund(t.Context(), newRefund(payment, "r1", 500))
	require.NoError(t, err, "an expanded payment is as good as its id")
}
