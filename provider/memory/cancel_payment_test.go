package memory_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit/kittest"
)

func (f *fixture) cancel(paymentID string) (*contract.Payment, error) {
	return f.CancelPayment(f.t.Context(), &contract.CancelPaymentRequest{PaymentID: paymentID})
}

func TestCancelPayment_MayBeRepeated(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	id := f.pay("k1").PaymentID
	for range 2 {
		payment, err := f.cancel(id)
		require.NoError(t, err)
		assert.Equal(t, contract.PaymentCanceled, payment.Status)
	}
	assert.Equal(t, gateway.StateCanceled, f.ledger()[0].State)
}

func TestCancelPayment_ReturnsAPaymentThatIsNotPendingAsItIs(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	for state, want := range map[gateway.State]contract.PaymentStatus{
		gateway.StateSucceeded: contract.PaymentSucceeded,
		gateway.StateFailed:    contract.PaymentFailed,
		gateway.StateExpired:   contract.PaymentExpired,
	} {
		id := f.pay("k-" + string(state)).PaymentID
		f.move(id, state)
		payment, err := f.cancel(id)
		require.NoError(t, err)
		assert.Equal(t, want, payment.Status)
	}
}

func TestCancelPayment_ReportsARefusalOfAPendingPayment(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	id := f.pay("k1").PaymentID
	refusal := kittest.Answer(409, `{"error":{"code":"payment_not_cancelable"}}`)
	f.front.Set(kittest.On("POST", refusal))
	_, err := f.cancel(id)
	kittest.RequireError(t, err, contract.PaymentNotCancelable, contract.Rejected)

	f.front.Set(kittest.On("POST", refusal), kittest.Answer(429, ""))
	_, err = f.cancel(id)
	kittest.RequireError(t, err, contract.ProviderRateLimited, contract.Indeterminate)
}

func TestCancelPayment_IsIndeterminateIfTheAnswerIsLost(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	id := f.pay("k1").PaymentID
	f.front.Set(kittest.On("POST", kittest.Executed(kittest.Reset)))
	_, err := f.cancel(id)
	kittest.RequireError(t, err, contract.ConnectionLost, contract.Indeterminate)
	f.front.Set()
	payment, err := f.cancel(id)
	require.NoError(t, err)
	assert.Equal(t, contract.PaymentCanceled, payment.Status)
}

func TestCancelPayment_RefusesAnotherPaymentAndOneThatIsStillPending(t *testing.T) {
	t.Parallel()
	for name, changes := range map[string]map[string]any{
		"still pending": {"status": "pending", "pay_url": "https://pay.test/"},
		"another":       {"id": "pay_other"},
	} {
		f := newFixture(t)
		id := f.pay("k1").PaymentID
		f.front.Set(kittest.Patch(changes))
		_, err := f.cancel(id)
		e := kittest.ErrorOf(t, err, contract.MalformedResponse, contract.Indeterminate)
		assert.Equal(t, id, e.Metadata[contract.MetaPaymentID], name)
	}
}

func TestCancelPayment_RefusesAnUnknownPayment(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	for _, id := range []string{"pay_unknown", "../account"} {
		_, err := f.cancel(id)
		kittest.RequireError(t, err, contract.PaymentNotFound, contract.Rejected)
	}
}
