package omisealipay_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit/kittest"
)

func TestCancelPayment_ExpiresAPendingPayment(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	payment := f.create(f.newPayment())
	request := &contract.CancelPaymentRequest{PaymentID: payment.PaymentID}
	for range 2 { // to repeat it does no harm
		canceled, err := f.CancelPayment(t.Context(), request)
		require.NoError(t, err)
		require.NoError(t, request.CheckAnswer(canceled))
		assert.Equal(t, contract.PaymentExpired, canceled.Status)
	}
}

func TestCancelPayment_ReturnsAPaymentThatSucceededMeanwhile(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	payment := f.paid()
	after, err := f.CancelPayment(t.Context(), &contract.CancelPaymentRequest{PaymentID: payment.PaymentID})
	require.NoError(t, err)
	assert.Equal(t, contract.PaymentSucceeded, after.Status)
}

func TestCancelPayment_SaysThatOmiseRefused(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	payment := f.create(f.newPayment())
	f.fail(postExpire, 1, refuses(http.StatusBadRequest, "failed_expire", "only some charges can be expired"))
	_, err := f.CancelPayment(t.Context(), &contract.CancelPaymentRequest{PaymentID: payment.PaymentID})
	kittest.RequireError(t, err, contract.PaymentNotCancelable, contract.Rejected)
	_, err = f.CancelPayment(t.Context(), &contract.CancelPaymentRequest{PaymentID: "chrg_test_nobody"})
	kittest.RequireError(t, err, contract.PaymentNotFound, contract.Rejected)
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	_, err = f.CancelPayment(ctx, &contract.CancelPaymentRequest{PaymentID: payment.PaymentID})
	kittest.RequireError(t, err, contract.DeadlineTooShort, contract.NotAttempted)
}

func TestCancelPayment_IsUnsureIfTheChargeCannotBeReadAfterARefusal(t *testing.T) {
	t.Parallel()
	for status, reason := range map[int]contract.Reason{401: contract.ProviderAuthFailed, 429: contract.ProviderRateLimited, 500: contract.ProviderFault} {
		f := newFixture(t, nil)
		payment := f.paid()
		f.fail(getCharge, 3, kittest.Answer(status, ""))
		_, err := f.CancelPayment(t.Context(), &contract.CancelPaymentRequest{PaymentID: payment.PaymentID})
		kittest.RequireError(t, err, reason, contract.Indeterminate)
	}
}
