package acmepay_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/contract"
)

func TestANewPaymentIsPendingAndSendsThePayerToTheGateway(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	payment, err := b.CreatePayment(t.Context(), tea("k1"))
	require.NoError(t, err)

	require.Len(t, b.ledger(), 1)
	made := b.ledger()[0]
	assert.Equal(t, contract.PaymentPending, payment.Status)
	assert.Equal(t, made.ID, payment.PaymentID)
	assert.Equal(t, made.RedirectURL, payment.NextAction.Redirect.URL)
	assert.Equal(t, contract.Money{Currency: "THB", MinorUnits: made.Amount}, payment.Amount)
	assert.Equal(t, "k1", made.Key)
}

func TestARepeatedCallGivesThePaymentAsItIsNow(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	first := b.pay("k1", gateway.StateSucceeded)

	request := tea("k1")
	request.Attempt = later(request.Attempt)
	again, err := b.CreatePayment(t.Context(), request)
	require.NoError(t, err)
	assert.True(t, again.Replayed)
	assert.Equal(t, first.PaymentID, again.PaymentID)
	assert.Equal(t, contract.PaymentSucceeded, again.Status)
	assert.Len(t, b.ledger(), 1)
}

func TestAKeyOfAnotherAmountIsRefusedAndNamesItsPayment(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	first := b.pay("k1", gateway.StatePending)
	request := tea("k1")
	request.Amount.MinorUnits++
	_, err := b.CreatePayment(t.Context(), request)
	requireError(t, err, contract.IdempotencyKeyReused, contract.Indeterminate)
	assert.ErrorContains(t, err, "belongs to another request")
	assert.Equal(t, first.PaymentID, b.ledger()[0].ID)
}

func TestNoPaymentIsBegunWithTooLittleTimeLeft(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
	defer cancel()
	_, err := b.CreatePayment(ctx, tea("k1"))
	requireError(t, err, contract.DeadlineTooShort, contract.NotAttempted)
	assert.Empty(t, b.ledger())
}
