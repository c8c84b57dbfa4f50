package omisealipay_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit/kittest"
)

// noRefundsYet is what a charge says whose newest refunds are not shown yet.
func noRefundsYet() map[string]any {
	return map[string]any{
		"refunds":         map[string]any{"object": "list", "total": 0, "data": []any{}},
		"refunded_amount": 0,
	}
}

func TestRefund_SendsNothingThatOmiseWouldRefuse(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		charge   map[string]any
		currency string
		reason   contract.Reason
	}{
		"a sixteenth refund": {map[string]any{"refunds": map[string]any{"object": "list", "total": 15, "data": []any{}}}, "THB", contract.PaymentNotRefundable},
		"another's method":   {map[string]any{"source": map[string]any{"object": "source", "id": "src_test_1", "type": "truemoney"}}, "THB", contract.PaymentNotRefundable},
		"another currency":   {nil, "USD", contract.CurrencyUnsupported},
		"contradictory":      {map[string]any{"paid": false}, "THB", contract.PaymentNotRefundable},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t, nil)
			payment := f.paid()
			f.fail(getCharge, 1, kittest.Patch(test.charge))
			order := f.newRefund(payment.PaymentID, 500)
			order.Amount.Currency = test.currency
			_, err := f.Refund(t.Context(), order)
			kittest.RequireError(t, err, test.reason, contract.NotAttempted)
			assert.Zero(t, f.front.Count(postRefund))
		})
	}
}

func TestRefund_IsRememberedBeforeAnyListShowsIt(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	payment := f.paid()
	order := f.newRefund(payment.PaymentID, 500)
	made := f.refund(order)

	f.fail(getCharge, 1, kittest.Patch(noRefundsYet()))
	again := f.refund(order)
	assert.Equal(t, made.RefundID, again.RefundID)
	assert.True(t, again.Replayed)
	assert.Equal(t, 1, f.front.Count(postRefund))

	f.fail(listRefunds, 1, kittest.Answer(http.StatusOK, emptyList))
	attempt := f.answered(order.Attempt)
	read, err := f.GetRefund(t.Context(), &contract.GetRefundRequest{PaymentID: payment.PaymentID, Attempt: &attempt})
	require.NoError(t, err)
	assert.Equal(t, made.RefundID, read.RefundID)
}

func TestGetRefund_ProvesNothingWhileTheRefundIsUnderWay(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	payment := f.paid()
	held, release := make(chan struct{}, 1), make(chan struct{})
	f.fail(postRefund, 1, kittest.Hold(held, release))
	order := f.newRefund(payment.PaymentID, 500)
	done := make(chan error, 1)
	go func() {
		_, err := f.Refund(t.Context(), order)
		done <- err
	}()
	<-held
	attempt := f.answered(order.Attempt)
	_, err := f.GetRefund(t.Context(), &contract.GetRefundRequest{PaymentID: payment.PaymentID, Attempt: &attempt})
	assert.False(t, kittest.ErrorOf(t, err, contract.RefundNotFound, "").ProvesAbsence())
	close(release)
	require.NoError(t, <-done)
}

func TestRefund_HasAKeyOfItsPayment(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	first, second := f.newRefund(f.paid().PaymentID, 500), f.newRefund(f.paid().PaymentID, 600)
	second.Attempt.Key = first.Attempt.Key
	one, other := f.refund(first), f.refund(second)
	assert.NotEqual(t, one.RefundID, other.RefundID)
}

func TestGetRefund_RefusesARefundOfAnotherPayment(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	payment := f.paid()
	made := f.refund(f.newRefund(payment.PaymentID, 500))
	f.fail(getRefund, 3, kittest.Patch(map[string]any{"charge": "chrg_test_other"}))
	_, err := f.GetRefund(t.Context(), &contract.GetRefundRequest{PaymentID: payment.PaymentID, RefundID: made.RefundID})
	kittest.RequireError(t, err, contract.MalformedResponse, "")
}
