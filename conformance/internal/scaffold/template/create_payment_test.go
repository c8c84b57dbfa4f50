package acmepay_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit/kittest"
)

func TestCreatePayment_ReturnsAPendingPaymentWithALink(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	payment, err := f.CreatePayment(t.Context(), newPayment("k1"))
	require.NoError(t, err)

	require.Len(t, f.ledger(), 1)
	made := f.ledger()[0]
	assert.Equal(t, contract.PaymentPending, payment.Status)
	assert.Equal(t, made.ID, payment.PaymentID)
	assert.Equal(t, made.RedirectURL, payment.NextAction.Redirect.URL)
	assert.Equal(t, contract.Money{Currency: "THB", MinorUnits: made.Amount}, payment.Amount)
	assert.Equal(t, "k1", made.Key)
}

func TestCreatePayment_ReturnsARepeatedPaymentAsItIsNow(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	first := f.pay("k1", gateway.StateSucceeded)

	request := newPayment("k1")
	request.Attempt = unknownSince(request.Attempt)
	again, err := f.CreatePayment(t.Context(), request)
	require.NoError(t, err)
	assert.True(t, again.Replayed)
	assert.Equal(t, first.PaymentID, again.PaymentID)
	assert.Equal(t, contract.PaymentSucceeded, again.Status)
	assert.Len(t, f.ledger(), 1)
}

func TestCreatePayment_FindsAPaymentWhoseAnswerWasLost(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.front.Set(kittest.Executed(kittest.HangUp))
	request := newPayment("k1")
	_, err := f.CreatePayment(t.Context(), request)
	kittest.RequireError(t, err, contract.ConnectionLost, contract.Indeterminate)

	f.front.Set()
	request.Attempt = unknownSince(request.Attempt)
	again, err := f.CreatePayment(t.Context(), request)
	require.NoError(t, err)
	assert.True(t, again.Replayed)
	assert.Len(t, f.ledger(), 1)
}

func TestCreatePayment_RefusesAKeyOfAnotherAmountAndNamesItsPayment(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	first := f.pay("k1", gateway.StatePending)
	request := newPayment("k1")
	request.Amount.MinorUnits++
	_, err := f.CreatePayment(t.Context(), request)
	e := kittest.ErrorOf(t, err, contract.IdempotencyKeyReused, contract.Indeterminate)
	assert.Contains(t, e.Message, "belongs to another request")
	assert.Equal(t, first.PaymentID, e.Metadata[contract.MetaPaymentID])
}

func TestCreatePayment_RefusesAnotherPaymentAndNamesIt(t *testing.T) {
	t.Parallel()
	for name, changes := range map[string]map[string]any{
		"amount": {"amount": 200_000}, "no amount": {"amount": nil}, "currency": {"currency": "JPY"}, "key": {"key": "k2"},
		"real money": {"live": true}, "no link": {"pay_url": nil},
	} {
		f := newFixture(t)
		f.front.Set(kittest.Patch(changes))
		_, err := f.CreatePayment(t.Context(), newPayment("k1"))
		e := kittest.ErrorOf(t, err, contract.MalformedResponse, contract.Indeterminate)
		assert.Equal(t, f.ledger()[0].ID, e.Metadata[contract.MetaPaymentID], name)
	}
}

func TestCreatePayment_SendsNothingWithTooLittleTimeLeft(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
	defer cancel()
	_, err := f.CreatePayment(ctx, newPayment("k1"))
	kittest.RequireError(t, err, contract.DeadlineTooShort, contract.NotAttempted)
	assert.Empty(t, f.ledger())
}
