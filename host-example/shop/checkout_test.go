package shop_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/host-example/shop"
)

var (
	lost        = contract.NewError(contract.ConnectionLost, "the answer was lost")
	unreachable = contract.NewError(contract.ProviderUnreachable, "nobody listens")
	rejected    = contract.NewError(contract.ProviderAuthFailed, "the key is wrong")
)

func TestSaleIsPaidWhenTheGatewaySaysSo(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	sale := b.checkout()
	assert.Equal(t, []contract.Attempt{{Key: sale.Attempt.Key}}, b.trouble.attempts, "a first call carries the key alone")
	b.move(sale.PaymentID, gateway.StateSucceeded)
	sale = b.awaitState(sale.ID, shop.Succeeded)
	assert.Empty(t, sale.Attention)
	require.Len(t, b.payments(), 1)
	assert.Equal(t, sale.Attempt.Key, b.payments()[0].Key)
}

func TestLostAnswerIsRepeatedWithTheSameKeyAndPaysOnce(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	b.trouble.creates = []error{lost, lost}
	sale := b.checkout()
	require.Len(t, b.trouble.attempts, 3)
	for _, repeated := range b.trouble.attempts[1:] {
		assert.Equal(t, sale.Attempt.Key, repeated.Key)
		assert.False(t, repeated.FirstAt.IsZero())
		assert.False(t, repeated.LastUnknownAt.Before(repeated.FirstAt))
	}
	require.Len(t, b.payments(), 1)
	assert.Equal(t, b.payments()[0].ID, sale.PaymentID)
}

func TestSaleWhoseAnswersAreAllLostStaysUnknownAndCanBeResumed(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	b.trouble.creates = []error{lost, lost, lost}
	sale, err := b.shop.Checkout(t.Context(), order())
	require.ErrorIs(t, err, contract.ConnectionLost)
	assert.Equal(t, shop.Unknown, sale.State)
	resumed, err := b.shop.Resume(t.Context(), sale.ID)
	require.NoError(t, err)
	assert.Equal(t, shop.Pending, resumed.State)
	assert.Equal(t, sale.Attempt.Key, resumed.Attempt.Key)
	assert.Len(t, b.payments(), 1)
	again, err := b.shop.Resume(t.Context(), sale.ID)
	require.NoError(t, err)
	assert.Equal(t, resumed.PaymentID, again.PaymentID)
	assert.Len(t, b.payments(), 1, "a sale that has its payment is not asked for again, but looked up")
}

func TestRefusalAfterALostAnswerLeavesTheSaleOpen(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	b.trouble.creates = []error{lost, rejected, rejected}
	sale, err := b.shop.Checkout(t.Context(), order())
	require.Error(t, err)
	assert.Equal(t, shop.Unknown, sale.State, "the lost call has a payment at the gateway")
	require.Len(t, b.payments(), 1)
}

func TestWebhookFindsTheSaleWhoseAnswerWasLost(t *testing.T) {
	t.Parallel()
	b := newBench(t, &shop.Options{Pauses: []time.Duration{}})
	// Without look-up by key the webhook is all that tells the payment's id.
	descriptor := *b.trouble.Descriptor()
	descriptor.CreateIdempotency = &contract.Idempotency{Kind: contract.IdempotencyNative, KeyLife: time.Hour}
	b.trouble.descriptor = &descriptor
	b.trouble.creates = []error{lost}
	sale, err := b.shop.Checkout(t.Context(), order())
	require.Error(t, err)
	require.Empty(t, sale.PaymentID)
	_, err = b.shop.Confirm(t.Context(), sale.ID)
	var unnamed *shop.StateError
	require.ErrorAs(t, err, &unnamed)
	payment := b.payments()[0]
	b.move(payment.ID, gateway.StateSucceeded)
	sale = b.awaitState(sale.ID, shop.Succeeded)
	assert.Equal(t, payment.ID, sale.PaymentID)
}

func TestGatewayThatIsNotReachedIsAskedAgain(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	b.trouble.creates = []error{unreachable, unreachable, unreachable}
	sale, err := b.shop.Checkout(t.Context(), order())
	require.ErrorIs(t, err, contract.ProviderUnreachable)
	assert.Equal(t, shop.Intent, sale.State)
	assert.Empty(t, b.payments())
	sale, err = b.shop.Resume(t.Context(), sale.ID)
	require.NoError(t, err)
	assert.Equal(t, shop.Pending, sale.State)
	last := b.trouble.attempts[len(b.trouble.attempts)-1]
	assert.False(t, last.FirstAt.IsZero())
	assert.True(t, last.LastUnknownAt.IsZero(), "no call was lost")
}

func TestDefiniteRefusalAbandonsTheSale(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	b.trouble.creates = []error{rejected}
	sale, err := b.shop.Checkout(t.Context(), order())
	require.ErrorIs(t, err, contract.ProviderAuthFailed)
	assert.Equal(t, shop.Abandoned, sale.State)
	assert.Len(t, b.trouble.attempts, 1, "a refusal is not repeated")
}

func TestOrderThatIsNotLegalIsRefusedBeforeAnythingIsKept(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	for name, c := range map[string]struct {
		change func(*shop.Order)
		reason contract.Reason
	}{
		"amount of nothing": {func(o *shop.Order) { o.Amount.MinorUnits = 0 }, contract.AmountOutOfRange},
		"negative amount":   {func(o *shop.Order) { o.Amount.MinorUnits = -100 }, contract.AmountOutOfRange},
		"no currency":       {func(o *shop.Order) { o.Amount.Currency = "XXX" }, contract.CurrencyUnsupported},
		"small letters":     {func(o *shop.Order) { o.Amount.Currency = "thb" }, contract.CurrencyUnsupported},
		"no reference":      {func(o *shop.Order) { o.Reference = "" }, contract.InvalidRequest},
		"long description":  {func(o *shop.Order) { o.Description = strings.Repeat("x", 256) }, contract.InvalidRequest},
	} {
		o := order()
		c.change(o)
		_, err := b.shop.Checkout(t.Context(), o)
		assert.Equal(t, c.reason, contract.ReasonOf(err), "%s: %v", name, err)
	}
	var noMethod *shop.MethodError
	for name, amount := range map[string]contract.Money{
		"another currency":  {Currency: "EUR", MinorUnits: 1000},
		"beyond the limits": {Currency: "THB", MinorUnits: 1 << 60},
	} {
		o := order()
		o.Amount = amount
		_, err := b.shop.Checkout(t.Context(), o)
		require.ErrorAs(t, err, &noMethod, name)
	}
	var unknown *shop.NotFoundError
	o := order()
	o.Provider = "nobody"
	_, err := b.shop.Checkout(t.Context(), o)
	require.ErrorAs(t, err, &unknown)
	assert.Empty(t, b.shop.Sales())
	assert.Empty(t, b.payments())
	assert.Empty(t, b.trouble.attempts)
}

func TestBuyerWhoLeavesDoesNotCutTheCallOff(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	ctx, leave := context.WithCancel(t.Context())
	b.trouble.onCreate = func(call context.Context) {
		leave()
		assert.NoError(t, call.Err())
		deadline, ok := call.Deadline()
		assert.True(t, ok)
		assert.WithinDuration(t, time.Now().Add(30*time.Second), deadline, 10*time.Second)
	}
	sale, err := b.shop.Checkout(ctx, order())
	require.NoError(t, err)
	assert.Equal(t, shop.Pending, sale.State)
}

func TestBuyerWhoLeavesEndsTheRepetitions(t *testing.T) {
	t.Parallel()
	b := newBench(t, &shop.Options{Pauses: []time.Duration{time.Hour}})
	ctx, leave := context.WithCancel(t.Context())
	b.trouble.creates = []error{lost}
	b.trouble.onCreate = func(context.Context) { leave() }
	sale, err := b.shop.Checkout(ctx, order())
	require.ErrorIs(t, err, context.Canceled)
	require.ErrorIs(t, err, contract.ConnectionLost)
	assert.Equal(t, shop.Unknown, sale.State)
}

func TestAccountOfTheOtherModeIsRefused(t *testing.T) {
	t.Parallel()
	live, err := shop.New("https://shop.example", true, nil)
	require.NoError(t, err)
	b := newBench(t, nil)
	require.ErrorIs(t, live.Add(providerName, b.trouble), contract.ModeMismatch)
}

func TestBaseURLThatBuyersCannotComeBackToIsRefused(t *testing.T) {
	t.Parallel()
	for _, base := range []string{"", "/shop", "shop.example", "ftp://shop.example", "https://shop.example/?next=", "https://me@shop.example"} {
		_, err := shop.New(base, false, nil)
		assert.Error(t, err, base)
	}
}
