package acmepay_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/contract"
)

func TestEachStatusOfTheGatewayHasOneMeaning(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for to, want := range map[gateway.State]contract.PaymentStatus{
		gateway.StatePending:   contract.PaymentPending,
		gateway.StateSucceeded: contract.PaymentSucceeded,
		gateway.StateFailed:    contract.PaymentFailed,
		gateway.StateExpired:   contract.PaymentExpired,
		gateway.StateCanceled:  contract.PaymentCanceled,
	} {
		payment := b.pay("k-"+string(to), to)
		found, err := b.GetStatus(t.Context(), &contract.GetStatusRequest{PaymentID: payment.PaymentID})
		require.NoError(t, err)
		assert.Equal(t, want, found.Status)
	}
}

func TestAPaymentThatIsNotThereIsNotFound(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for _, id := range []string{"bill_s0_1", "../account", "?"} {
		_, err := b.GetStatus(t.Context(), &contract.GetStatusRequest{PaymentID: id})
		requireError(t, err, contract.PaymentNotFound, "")
	}
}
