package shop_test

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/host-example/shop"
)

func TestSaleIsRefundedInPartsAndNoFurther(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	sale := b.paid()
	for _, amount := range []int64{30_000, 70_000} {
		_, err := b.shop.Refund(t.Context(), sale.ID, baht(amount), "called off")
		require.NoError(t, err)
	}
	sale, err := b.shop.Confirm(t.Context(), sale.ID)
	require.NoError(t, err)
	assert.Equal(t, baht(100_000), sale.AmountRefunded)
	assert.Equal(t, shop.Succeeded, sale.State, "refunds are no payment status")

	_, err = b.shop.Refund(t.Context(), sale.ID, baht(1), "once more")
	var left *shop.LeftError
	require.ErrorAs(t, err, &left)
	assert.Equal(t, baht(0), left.Left)
	require.Len(t, b.payments(), 1)
	assert.Len(t, b.payments()[0].Refunds, 2)
}

func TestLostRefundIsRepeatedWithTheSameKeyAndGivesBackOnce(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	sale := b.paid()
	b.trouble.attempts, b.trouble.gives = nil, []error{lost}
	refund, err := b.shop.Refund(t.Context(), sale.ID, baht(30_000), "")
	require.NoError(t, err)
	require.Len(t, b.trouble.attempts, 2)
	assert.Equal(t, refund.Attempt.Key, b.trouble.attempts[1].Key)
	assert.False(t, b.trouble.attempts[1].LastUnknownAt.IsZero())
	require.Len(t, b.payments()[0].Refunds, 1)
	assert.Equal(t, refund.RefundID, b.payments()[0].Refunds[0].ID)
}

func TestUnknownRefundKeepsItsMoneyReserved(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	sale := b.paid()
	b.trouble.gives = []error{lost, lost, lost}
	refund, err := b.shop.Refund(t.Context(), sale.ID, baht(60_000), "")
	require.Error(t, err)
	assert.Equal(t, shop.Unknown, refund.State)
	_, err = b.shop.Refund(t.Context(), sale.ID, baht(60_000), "")
	var left *shop.LeftError
	require.ErrorAs(t, err, &left)
	assert.Equal(t, baht(40_000), left.Left)

	resumed, err := b.shop.ResumeRefund(t.Context(), sale.ID, refund.ID)
	require.NoError(t, err)
	assert.Equal(t, refund.Attempt.Key, resumed.Attempt.Key)
	assert.Len(t, b.payments()[0].Refunds, 1)
}

func TestRefusedRefundFreesItsMoney(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	sale := b.paid()
	b.trouble.gives = []error{rejected}
	refund, err := b.shop.Refund(t.Context(), sale.ID, baht(60_000), "")
	require.ErrorIs(t, err, contract.ProviderAuthFailed)
	assert.Equal(t, shop.Abandoned, refund.State)
	_, err = b.shop.Refund(t.Context(), sale.ID, baht(100_000), "")
	require.NoError(t, err)
}

func TestConcurrentRefundsNeverGiveBackMoreThanWasPaid(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	sale := b.paid()
	var asking sync.WaitGroup
	for range 8 {
		asking.Go(func() {
			_, err := b.shop.Refund(t.Context(), sale.ID, baht(30_000), "")
			if err != nil {
				var left *shop.LeftError
				assert.ErrorAs(t, err, &left)
			}
		})
	}
	asking.Wait()
	assert.Len(t, b.payments()[0].Refunds, 3)
}

func TestRefundThatTakesTimeIsHeardOfAndLookedUp(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	sale := b.paid()
	refund, err := b.shop.Refund(t.Context(), sale.ID, baht(30_000), "")
	require.NoError(t, err)
	require.Equal(t, shop.Pending, refund.State)
	require.NoError(t, b.scope.TransitionRefund(t.Context(), refund.RefundID, &gateway.Transition{To: gateway.StateSucceeded}))
	b.await("look-up of the refund", func(n *shop.Notice) bool {
		return n.Looked != nil && n.Looked.Err == nil && n.Sale.Refunds[0].State == shop.Succeeded
	})
}

func TestSaleThatIsNotPaidIsNotRefunded(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	sale := b.checkout()
	_, err := b.shop.Refund(t.Context(), sale.ID, baht(30_000), "")
	var state *shop.StateError
	require.ErrorAs(t, err, &state)
	assert.Empty(t, b.payments()[0].Refunds)
}

func TestRefundThatIsNotLegalIsRefusedBeforeAnythingIsKept(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	sale := b.paid()
	for name, amount := range map[string]contract.Money{
		"nothing":          baht(0),
		"less":             baht(-1),
		"another currency": {Currency: "JPY", MinorUnits: 1},
	} {
		_, err := b.shop.Refund(t.Context(), sale.ID, amount, "")
		assert.Error(t, err, name)
	}
	sale, err := b.shop.Sale(sale.ID)
	require.NoError(t, err)
	assert.Empty(t, sale.Refunds)
}
