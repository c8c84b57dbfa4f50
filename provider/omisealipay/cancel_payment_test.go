package omisealipay_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/contract"
)

const postExpire = "POST /charges/:id/expire"

func TestCancellingAPendingPaymentExpiresIt(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	payment := b.create(b.order())
	request := &contract.CancelPaymentRequest{PaymentID: payment.PaymentID}
	for range 2 { // to repeat it does no harm
		canceled, err := b.provider.CancelPayment(t.Context(), request)
		require.NoError(t, err)
		require.NoError(t, request.CheckAnswer(canceled))
		assert.Equal(t, contract.PaymentExpired, canceled.Status)
	}
}

func TestAPaymentThatWasPaidMeanwhileIsNotCanceled(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	payment := b.paid()
	after, err := b.provider.CancelPayment(t.Context(), &contract.CancelPaymentRequest{PaymentID: payment.PaymentID})
	require.NoError(t, err)
	assert.Equal(t, contract.PaymentSucceeded, after.Status)
}

func TestARefusalToCancelIsSaid(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	payment := b.create(b.order())
	b.road.fault(postExpire, 1, refuses(http.StatusBadRequest, "failed_expire", "only some charges can be expired"))
	_, err := b.provider.CancelPayment(t.Context(), &contract.CancelPaymentRequest{PaymentID: payment.PaymentID})
	requireError(t, err, contract.PaymentNotCancelable, contract.Rejected)
	_, err = b.provider.CancelPayment(t.Context(), &contract.CancelPaymentRequest{PaymentID: "chrg_test_nobody"})
	requireError(t, err, contract.PaymentNotFound, contract.Rejected)
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	_, err = b.provider.CancelPayment(ctx, &contract.CancelPaymentRequest{PaymentID: payment.PaymentID})
	requireError(t, err, contract.DeadlineTooShort, contract.NotAttempted)
}
