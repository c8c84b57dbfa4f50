package acmepay_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit/kittest"
)

func TestGetStatus_TranslatesEachStatus(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	for to, want := range map[gateway.State]contract.PaymentStatus{
		gateway.StatePending:   contract.PaymentPending,
		gateway.StateSucceeded: contract.PaymentSucceeded,
		gateway.StateFailed:    contract.PaymentFailed,
		gateway.StateExpired:   contract.PaymentExpired,
		gateway.StateCanceled:  contract.PaymentCanceled,
	} {
		payment := f.pay("k-"+string(to), to)
		found, err := f.GetStatus(t.Context(), &contract.GetStatusRequest{PaymentID: payment.PaymentID})
		require.NoError(t, err)
		assert.Equal(t, want, found.Status)
	}
}

func TestGetStatus_IsUnknownIfTheStatusIsUnknownOrContradicted(t *testing.T) {
	t.Parallel()
	const at = "2026-02-03T04:05:06Z"
	for name, row := range map[string]struct {
		changes map[string]any
		want    contract.PaymentStatus
	}{
		"a new word":               {map[string]any{"status": "reviewed"}, contract.PaymentUnknown},
		"a word in other case":     {map[string]any{"status": "Paid", "paid_at": at}, contract.PaymentUnknown},
		"paid and never paid":      {map[string]any{"status": "paid"}, contract.PaymentUnknown},
		"open and paid":            {map[string]any{"paid_at": at}, contract.PaymentUnknown},
		"declined and paid":        {map[string]any{"status": "declined", "paid_at": at}, contract.PaymentUnknown},
		"paid and declined":        {map[string]any{"status": "paid", "paid_at": at, "decline_code": "no_balance"}, contract.PaymentUnknown},
		"void and declined":        {map[string]any{"status": "void", "decline_code": "no_balance"}, contract.PaymentUnknown},
		"refunded and not paid":    {map[string]any{"amount_refunded": 1}, contract.PaymentUnknown},
		"refunded more than paid":  {map[string]any{"status": "paid", "paid_at": at, "amount_refunded": 2001}, contract.PaymentUnknown},
		"refunded all that it was": {map[string]any{"status": "paid", "paid_at": at, "amount_refunded": 2000}, contract.PaymentSucceeded},
		"declined without a code":  {map[string]any{"status": "declined"}, contract.PaymentFailed},
	} {
		f := newFixture(t)
		payment := f.pay("k1", gateway.StatePending)
		f.front.Set(kittest.Patch(row.changes))
		found, err := f.GetStatus(t.Context(), &contract.GetStatusRequest{PaymentID: payment.PaymentID})
		require.NoError(t, err, name)
		assert.Equal(t, row.want, found.Status, name)
	}
}

func TestGetStatus_DoesNotFindAnUnknownPayment(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	for _, id := range []string{"bill_s0_1", "../account", "?"} {
		_, err := f.GetStatus(t.Context(), &contract.GetStatusRequest{PaymentID: id})
		kittest.RequireError(t, err, contract.PaymentNotFound, "")
	}
	_, err := f.GetStatus(t.Context(), &contract.GetStatusRequest{PaymentID: "bill_s0_1"})
	assert.ErrorContains(t, err, "check the id")
}

func TestGetStatus_ReportsAWrongAddress(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.front.Set(kittest.Answer(404, "page not found"))
	_, err := f.GetStatus(t.Context(), &contract.GetStatusRequest{PaymentID: "bill_s0_1"})
	kittest.RequireError(t, err, contract.ProviderRejected, "")
	assert.ErrorContains(t, err, "check api_base")
}
