package scripted_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/internal/scripted"
	"github.com/paysocket/paysocket/contract"
)

func TestAccount_DescribesItselfAsItsPluginDoes(t *testing.T) {
	t.Parallel()
	for name, shape := range map[string]scripted.Shape{
		"by default":        {},
		"another id":        {ProviderID: "omise-alipay", Version: "2.3.4"},
		"native":            {Kind: contract.IdempotencyNative},
		"no look-up":        {Kind: contract.IdempotencyNative, NoLookup: true},
		"without the rest":  {Without: []contract.Operation{contract.OperationRefund, contract.OperationCancelPayment, contract.OperationListPayments, contract.OperationParseWebhook}},
		"for real money":    {Live: true, Nameless: true},
		"with a short life": {SettleTime: time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, shape)
			require.NoError(t, w.Descriptor().Validate())
			assert.Equal(t, w.Descriptor(), w.provider.Descriptor())
			assert.Equal(t, shape.Live, w.provider.Account().Live)
			assert.Equal(t, shape.Nameless, w.provider.Account().ID == "")
			w.create(order())
		})
	}
}

func TestAccount_SellsRefundsAndListsHonestly(t *testing.T) {
	t.Parallel()
	w := newWorld(t, scripted.Shape{})
	r := order()
	p := w.create(r)
	assert.Equal(t, contract.PaymentPending, p.Status)
	require.NotNil(t, p.NextAction)
	assert.Equal(t, w.Of(r.Amount)[0].Page, p.NextAction.Redirect.URL)
	w.Move(p.PaymentID, contract.PaymentSucceeded)

	read, err := w.provider.GetStatus(within(t, long), &contract.GetStatusRequest{PaymentID: p.PaymentID})
	require.NoError(t, err)
	assert.Equal(t, contract.PaymentSucceeded, read.Status)

	half := contract.Money{Currency: "THB", MinorUnits: 5000}
	refund := &contract.RefundRequest{Attempt: contract.Attempt{Key: "half"}, PaymentID: p.PaymentID, Amount: half}
	f, err := w.provider.Refund(within(t, long), refund)
	require.NoError(t, err)
	assert.Equal(t, half, f.TotalRefunded)
	w.RefundElsewhere(p.PaymentID, half)
	refund.Attempt.Key = "too-much"
	_, err = w.provider.Refund(within(t, long), refund)
	assert.ErrorIs(t, err, contract.RefundExceedsPayment)
	assert.Equal(t, contract.Rejected, contract.OutcomeOf(err))

	for range 24 {
		w.create(order())
	}
	listed := make(map[string]bool)
	page := &contract.ListPaymentsRequest{CreatedFrom: p.CreatedAt, CreatedUntil: time.Now().Add(time.Minute)}
	for {
		got, err := w.provider.ListPayments(within(t, long), page)
		require.NoError(t, err)
		for _, p := range got.Payments {
			assert.False(t, listed[p.PaymentID], "twice")
			listed[p.PaymentID] = true
		}
		if page.PageToken = got.NextPageToken; page.PageToken == "" {
			break
		}
	}
	assert.Len(t, listed, 25)
}
