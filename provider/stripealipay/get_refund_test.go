package stripealipay_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit/kittest"
)

func TestGetRefund_FindsALostRefundByItsKey(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	payment := f.paid("k1")
	f.front.Set(kittest.On("POST", kittest.Executed(kittest.HangUp)))
	_, err := f.Refund(t.Context(), newRefund(payment, "r1", 500))
	require.Equal(t, contract.Indeterminate, contract.OutcomeOf(err))
	f.front.Set()
	attempt := lostSince("r1", time.Minute)
	found, err := f.GetRefund(t.Context(), &contract.GetRefundRequest{PaymentID: payment.PaymentID, Attempt: &attempt})
	require.NoError(t, err)
	assert.Equal(t, f.ledger()[0].Refunds[0].ID, found.RefundID)

	other := f.paid("k2")
	_, err = f.GetRefund(t.Context(), &contract.GetRefundRequest{PaymentID: other.PaymentID, RefundID: found.RefundID})
	kittest.RequireError(t, err, contract.RefundNotFound, "")
	_, err = f.GetRefund(t.Context(), &contract.GetRefundRequest{PaymentID: other.PaymentID, Attempt: &attempt})
	assert.Equal(t, "true", kittest.ErrorOf(t, err, contract.RefundNotFound, "").Metadata[contract.MetaComplete])
}

func TestGetRefund_KnowsOneMeaningOfEachStatus(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	for _, test := range []struct {
		status  any
		failure string
		want    contract.RefundStatus
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
		{nil, "", contract.RefundUnknown},
	} {
		f.front.Set(kittest.Answer(200, refundJSON(t, map[string]any{"status": test.status, "failure_reason": test.failure})))
		refund, err := f.GetRefund(t.Context(), &contract.GetRefundRequest{PaymentID: "pi_123", RefundID: "re_1"})
		require.NoError(t, err)
		assert.Equal(t, test.want, refund.Status, "%v %s", test.status, test.failure)
	}
	for name, changes := range map[string]map[string]any{
		"its charge's id alone": {"charge": "py_1"}, "no payment": {"payment_intent": nil}, "another object": {"object": "charge"},
		"no amount": {"amount": nil},
	} {
		f.front.Set(kittest.Answer(200, refundJSON(t, changes)))
		_, err := f.GetRefund(t.Context(), &contract.GetRefundRequest{PaymentID: "pi_123", RefundID: "re_1"})
		assert.Equal(t, contract.MalformedResponse, contract.ReasonOf(err), name)
	}
}
