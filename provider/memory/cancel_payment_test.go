package memory_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit/kittest"
)

func (b *bench) cancel(paymentID string) (*contract.Payment, error) {
	return b.CancelPayment(b.t.Context(), &contract.CancelPaymentRequest{PaymentID: paymentID})
}

func TestAPendingPaymentIsCanceledAndRepeatingItGivesTheSame(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	id := b.pay("k1").PaymentID
	for range 2 {
		payment, err := b.cancel(id)
		require.NoError(t, err)
		assert.Equal(t, contract.PaymentCanceled, payment.Status)
	}
	assert.Equal(t, gateway.StateCanceled, b.ledger()[0].State)
}

func TestAPaymentThatIsNoLongerPendingIsAnsweredAsItIs(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for state, want := range map[gateway.State]contract.PaymentStatus{
		gateway.StateSucceeded: contract.PaymentSucceeded,
		gateway.StateFailed:    contract.PaymentFailed,
		gateway.StateExpired:   contract.PaymentExpired,
	} {
		id := b.pay("k-" + string(state)).PaymentID
		b.move(id, state)
		payment, err := b.cancel(id)
		require.NoError(t, err)
		assert.Equal(t, want, payment.Status)
	}
}

func TestARefusalOfAPendingPaymentIsNotCancelable(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	id := b.pay("k1").PaymentID
	refusal := kittest.Answer(409, `{"error":{"code":"payment_not_cancelable"}}`)
	b.front.Set(kittest.On("POST", refusal))
	_, err := b.cancel(id)
	kittest.RequireError(t, err, contract.PaymentNotCancelable, contract.Rejected)

	b.front.Set(kittest.On("POST", refusal), kittest.Answer(429, ""))
	_, err = b.cancel(id)
	kittest.RequireError(t, err, contract.ProviderRateLimited, contract.Indeterminate)
}

func TestACancellationWhoseAnswerIsLostIsIndeterminateAndTheNextSaysWhatHappened(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	id := b.pay("k1").PaymentID
	b.front.Set(kittest.On("POST", kittest.Executed(kittest.Reset)))
	_, err := b.cancel(id)
	kittest.RequireError(t, err, contract.ConnectionLost, contract.Indeterminate)
	b.front.Set()
	payment, err := b.cancel(id)
	require.NoError(t, err)
	assert.Equal(t, contract.PaymentCanceled, payment.Status)
}

func TestACancellationThatAnswersSomethingElseIsMalformed(t *testing.T) {
	t.Parallel()
	for name, changes := range map[string]map[string]any{
		"still pending": {"status": "pending", "pay_url": "https://pay.test/"},
		"another":       {"id": "pay_other"},
	} {
		b := newBench(t)
		id := b.pay("k1").PaymentID
		b.front.Set(kittest.Patch(changes))
		_, err := b.cancel(id)
		e := kittest.ErrorOf(t, err, contract.MalformedResponse, contract.Indeterminate)
		assert.Equal(t, id, e.Metadata[contract.MetaPaymentID], name)
	}
}

func TestAnUnknownPaymentIsNotCanceled(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for _, id := range []string{"pay_unknown", "../account"} {
		_, err := b.cancel(id)
		kittest.RequireError(t, err, contract.PaymentNotFound, contract.Rejected)
	}
}
