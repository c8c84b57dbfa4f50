package memory_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/contract"
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
	refusal := says(409, `{"error":{"code":"payment_not_cancelable"}}`)
	b.front.set(on(http.MethodPost, refusal))
	_, err := b.cancel(id)
	requireError(t, err, contract.PaymentNotCancelable, contract.Rejected)

	b.front.set(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		on(http.MethodPost, refusal)(w, r, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { says(429, "")(w, r, next) }))
	})
	_, err = b.cancel(id)
	requireError(t, err, contract.ProviderRateLimited, contract.Indeterminate)
}

func TestACancellationWhoseAnswerIsLostIsIndeterminateAndTheNextSaysWhatHappened(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	id := b.pay("k1").PaymentID
	b.front.set(on(http.MethodPost, executed(breaks(true))))
	_, err := b.cancel(id)
	requireError(t, err, contract.ConnectionLost, contract.Indeterminate)
	b.front.set(nil)
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
		b.front.set(edited(changes))
		_, err := b.cancel(id)
		e := errorOf(t, err, contract.MalformedResponse, contract.Indeterminate)
		assert.Equal(t, id, e.Metadata[contract.MetaPaymentID], name)
	}
}

func TestAnUnknownPaymentIsNotCanceled(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for _, id := range []string{"pay_unknown", "../account"} {
		_, err := b.cancel(id)
		requireError(t, err, contract.PaymentNotFound, contract.Rejected)
	}
}
