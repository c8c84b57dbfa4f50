package stripealipay_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/contract"
)

func TestCancelPayment_MayBeRepeated(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	made := f.pay("k1")
	for range 2 {
		payment, err := f.CancelPayment(t.Context(), &contract.CancelPaymentRequest{PaymentID: made.PaymentID})
		require.NoError(t, err)
		assert.Equal(t, contract.PaymentCanceled, payment.Status)
	}
	paid := f.paid("k2")
	payment, err := f.CancelPayment(t.Context(), &contract.CancelPaymentRequest{PaymentID: paid.PaymentID})
	require.NoError(t, err)
	assert.Equal(t, contract.PaymentSucceeded, payment.Status)
	assert.Equal(t, gateway.StateCanceled, f.ledger()[0].State)
}
