package omisealipay_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/contract"
)

const getRefund = "GET /charges/:id/refunds/:id"

// noRefundsYet is what a charge says whose newest refunds are not shown yet.
func noRefundsYet() map[string]any {
	return map[string]any{
		"refunds":         map[string]any{"object": "list", "total": 0, "data": []any{}},
		"refunded_amount": 0,
	}
}

func TestWhatTheGatewayWouldRefuseIsNotSent(t *testing.T) {
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
			b := open(t, nil)
			payment := b.paid()
			b.road.fault(getCharge, 1, patches(test.charge))
			order := b.refundOrder(payment.PaymentID, 500)
			order.Amount.Currency = test.currency
			_, err := b.provider.Refund(t.Context(), order)
			requireError(t, err, test.reason, contract.NotAttempted)
			assert.Zero(t, b.road.count(postRefund))
		})
	}
}

func TestARememberedRefundIsFoundBeforeAnyListShowsIt(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	payment := b.paid()
	order := b.refundOrder(payment.PaymentID, 500)
	made := b.refund(order)

	b.road.fault(getCharge, 1, patches(noRefundsYet()))
	again := b.refund(order)
	assert.Equal(t, made.RefundID, again.RefundID)
	assert.True(t, again.Replayed)
	assert.Equal(t, 1, b.road.count(postRefund))

	b.road.fault("GET /charges/:id/refunds", 1, answers(http.StatusOK, emptyList))
	attempt := b.repeated(order.Attempt, false)
	read, err := b.provider.GetRefund(t.Context(), &contract.GetRefundRequest{PaymentID: payment.PaymentID, Attempt: &attempt})
	require.NoError(t, err)
	assert.Equal(t, made.RefundID, read.RefundID)
}

func TestARefundUnderWayIsNotSettled(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	payment := b.paid()
	held, release := make(chan struct{}, 1), make(chan struct{})
	b.road.fault(postRefund, 1, holds(held, release, false))
	order := b.refundOrder(payment.PaymentID, 500)
	done := make(chan error, 1)
	go func() {
		_, err := b.provider.Refund(t.Context(), order)
		done <- err
	}()
	<-held
	attempt := b.repeated(order.Attempt, false)
	_, err := b.provider.GetRefund(t.Context(), &contract.GetRefundRequest{PaymentID: payment.PaymentID, Attempt: &attempt})
	assert.False(t, errorFor(t, err, contract.RefundNotFound, "").ProvesAbsence())
	close(release)
	require.NoError(t, <-done)
}

func TestOneKeyMayServeTwoPayments(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	first, second := b.refundOrder(b.paid().PaymentID, 500), b.refundOrder(b.paid().PaymentID, 600)
	second.Attempt.Key = first.Attempt.Key
	one, other := b.refund(first), b.refund(second)
	assert.NotEqual(t, one.RefundID, other.RefundID)
}

func TestARefundOfAnotherPaymentIsNoAnswer(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	payment := b.paid()
	made := b.refund(b.refundOrder(payment.PaymentID, 500))
	b.road.fault(getRefund, 3, patches(map[string]any{"charge": "chrg_test_other"}))
	_, err := b.provider.GetRefund(t.Context(), &contract.GetRefundRequest{PaymentID: payment.PaymentID, RefundID: made.RefundID})
	requireError(t, err, contract.MalformedResponse, "")
}
