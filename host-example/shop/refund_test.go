package shop_test

import (
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/host-example/shop"
)

func TestRefund_ReturnsASaleInPartsAndNoMore(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	sale := f.paidSale()
	for _, amount := range []int64{30_000, 70_000} {
		_, err := f.shop.Refund(t.Context(), sale.ID, baht(amount), "called off")
		require.NoError(t, err)
	}
	sale, err := f.shop.Confirm(t.Context(), sale.ID)
	require.NoError(t, err)
	assert.Equal(t, baht(100_000), sale.AmountRefunded)
	assert.Equal(t, shop.Succeeded, sale.State, "a refund does not change the status of the payment")

	_, err = f.shop.Refund(t.Context(), sale.ID, baht(1), "once more")
	var left *shop.RefundTooLargeError
	require.ErrorAs(t, err, &left)
	assert.Equal(t, baht(0), left.Refundable)
	require.Len(t, f.payments(), 1)
	assert.Len(t, f.payments()[0].Refunds, 2)
}

func TestRefund_IsNotPromisedWhereTheMethodHasNone(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	sale := f.paidSale()
	descriptor := *f.provider.Descriptor()
	descriptor.PaymentMethods = slices.Clone(descriptor.PaymentMethods)
	method, ok := descriptor.Method(sale.Method)
	require.True(t, ok)
	method.Refunds = &contract.RefundTerms{}
	f.provider.attempts, f.provider.descriptor = nil, &descriptor
	_, err := f.shop.Refund(t.Context(), sale.ID, baht(1000), "called off")
	require.ErrorIs(t, err, contract.PaymentNotRefundable)
	assert.Empty(t, f.provider.attempts)
	assert.Empty(t, f.payments()[0].Refunds)
}

func TestRefund_RepeatsALostCallWithTheSameKeyAndRefundsOnce(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	sale := f.paidSale()
	f.provider.attempts, f.provider.refundErrs = nil, []error{lost}
	refund, err := f.shop.Refund(t.Context(), sale.ID, baht(30_000), "")
	require.NoError(t, err)
	require.Len(t, f.provider.attempts, 2)
	assert.Equal(t, refund.Attempt.Key, f.provider.attempts[1].Key)
	assert.False(t, f.provider.attempts[1].LastUnknownAt.IsZero())
	require.Len(t, f.payments()[0].Refunds, 1)
	assert.Equal(t, refund.RefundID, f.payments()[0].Refunds[0].ID)
}

func TestRefund_KeepsItsMoneyReservedWhileUnknown(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	sale := f.paidSale()
	f.provider.refundErrs = []error{lost, lost, lost}
	refund, err := f.shop.Refund(t.Context(), sale.ID, baht(60_000), "")
	require.Error(t, err)
	assert.Equal(t, shop.Unknown, refund.State)
	_, err = f.shop.Refund(t.Context(), sale.ID, baht(60_000), "")
	var left *shop.RefundTooLargeError
	require.ErrorAs(t, err, &left)
	assert.Equal(t, baht(40_000), left.Refundable)

	resumed, err := f.shop.ResumeRefund(t.Context(), sale.ID, refund.ID)
	require.NoError(t, err)
	assert.Equal(t, refund.Attempt.Key, resumed.Attempt.Key)
	assert.Len(t, f.payments()[0].Refunds, 1)
}

func TestRefund_ReleasesItsMoneyWhenRefused(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	sale := f.paidSale()
	f.provider.refundErrs = []error{rejected}
	refund, err := f.shop.Refund(t.Context(), sale.ID, baht(60_000), "")
	require.ErrorIs(t, err, contract.ProviderAuthFailed)
	assert.Equal(t, shop.Abandoned, refund.State)
	_, err = f.shop.Refund(t.Context(), sale.ID, baht(100_000), "")
	require.NoError(t, err)
}

func TestRefund_NeverReturnsMoreThanWasPaidConcurrently(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	sale := f.paidSale()
	var asking sync.WaitGroup
	for range 8 {
		asking.Go(func() {
			_, err := f.shop.Refund(t.Context(), sale.ID, baht(30_000), "")
			if err != nil {
				var left *shop.RefundTooLargeError
				assert.ErrorAs(t, err, &left)
			}
		})
	}
	asking.Wait()
	assert.Len(t, f.payments()[0].Refunds, 3)
}

func TestRefund_IsLookedUpWhenItsWebhookComes(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	sale := f.paidSale()
	refund, err := f.shop.Refund(t.Context(), sale.ID, baht(30_000), "")
	require.NoError(t, err)
	require.Equal(t, shop.Pending, refund.State)
	require.NoError(t, f.scope.TransitionRefund(t.Context(), refund.RefundID, &gateway.Transition{To: gateway.StateSucceeded}))
	f.await("look-up of the refund", func(o *shop.Observation) bool {
		return o.LookUp != nil && o.LookUp.Err == nil && o.Sale.Refunds[0].State == shop.Succeeded
	})
}

func TestRefund_RefusesASaleThatIsNotPaid(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	sale := f.checkout()
	_, err := f.shop.Refund(t.Context(), sale.ID, baht(30_000), "")
	var state *shop.StateError
	require.ErrorAs(t, err, &state)
	assert.Empty(t, f.payments()[0].Refunds)
}

func TestRefund_RefusesAnInvalidAmountBeforeItIsStored(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	sale := f.paidSale()
	for name, amount := range map[string]contract.Money{
		"nothing":          baht(0),
		"less":             baht(-1),
		"another currency": {Currency: "JPY", MinorUnits: 1},
	} {
		_, err := f.shop.Refund(t.Context(), sale.ID, amount, "")
		assert.Error(t, err, name)
	}
	sale, err := f.shop.Sale(sale.ID)
	require.NoError(t, err)
	assert.Empty(t, sale.Refunds)
}
