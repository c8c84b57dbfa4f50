package shop_test

import (
	"context"
	"slices"
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

func TestShop_PaysASaleWhenTheGatewaySaysSo(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	sale := f.checkout()
	assert.Equal(t, []contract.Attempt{{Key: sale.Attempt.Key}}, f.provider.attempts, "a first call carries the key alone")
	f.transition(sale.PaymentID, gateway.StateSucceeded)
	sale = f.awaitState(sale.ID, shop.Succeeded)
	assert.Empty(t, sale.Attention)
	require.Len(t, f.payments(), 1)
	assert.Equal(t, sale.Attempt.Key, f.payments()[0].Key)
}

func TestCheckout_RepeatsALostCallWithTheSameKeyAndPaysOnce(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	f.provider.createErrs = []error{lost, lost}
	sale := f.checkout()
	require.Len(t, f.provider.attempts, 3)
	for _, repeated := range f.provider.attempts[1:] {
		assert.Equal(t, sale.Attempt.Key, repeated.Key)
		assert.False(t, repeated.FirstAt.IsZero())
		assert.False(t, repeated.LastUnknownAt.Before(repeated.FirstAt))
	}
	require.Len(t, f.payments(), 1)
	assert.Equal(t, f.payments()[0].ID, sale.PaymentID)
}

func TestResume_GoesOnWithASaleWhoseAnswersWereAllLost(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	f.provider.createErrs = []error{lost, lost, lost}
	sale, err := f.shop.Checkout(t.Context(), order())
	require.ErrorIs(t, err, contract.ConnectionLost)
	assert.Equal(t, shop.Unknown, sale.State)
	resumed, err := f.shop.Resume(t.Context(), sale.ID)
	require.NoError(t, err)
	assert.Equal(t, shop.Pending, resumed.State)
	assert.Equal(t, sale.Attempt.Key, resumed.Attempt.Key)
	assert.Len(t, f.payments(), 1)
	again, err := f.shop.Resume(t.Context(), sale.ID)
	require.NoError(t, err)
	assert.Equal(t, resumed.PaymentID, again.PaymentID)
	assert.Len(t, f.payments(), 1, "a payment whose id is known is looked up, not created again")
}

func TestCheckout_LeavesTheSaleOpenWhenARefusalFollowsALostAnswer(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	f.provider.createErrs = []error{lost, rejected, rejected}
	sale, err := f.shop.Checkout(t.Context(), order())
	require.Error(t, err)
	assert.Equal(t, shop.Unknown, sale.State, "the lost call has a payment at the gateway")
	require.Len(t, f.payments(), 1)
}

func TestWebhook_FindsTheSaleWhoseAnswerWasLost(t *testing.T) {
	t.Parallel()
	f := newFixture(t, &shop.Options{RetryDelays: []time.Duration{}})
	// Without look-up by key only the webhook has the id of the payment.
	descriptor := *f.provider.Descriptor()
	descriptor.CreateIdempotency = &contract.Idempotency{Kind: contract.IdempotencyNative, KeyLife: time.Hour}
	f.provider.descriptor = &descriptor
	f.provider.createErrs = []error{lost}
	sale, err := f.shop.Checkout(t.Context(), order())
	require.Error(t, err)
	require.Empty(t, sale.PaymentID)
	_, err = f.shop.Confirm(t.Context(), sale.ID)
	var unnamed *shop.StateError
	require.ErrorAs(t, err, &unnamed)
	payment := f.payments()[0]
	f.transition(payment.ID, gateway.StateSucceeded)
	sale = f.awaitState(sale.ID, shop.Succeeded)
	assert.Equal(t, payment.ID, sale.PaymentID)
}

func TestCheckout_ChoosesNoMethodThatNeedsAPhoneThatTheOrderDoesNotHave(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	descriptor := *f.provider.Descriptor()
	descriptor.PaymentMethods = slices.Clone(descriptor.PaymentMethods)
	for i := range descriptor.PaymentMethods {
		descriptor.PaymentMethods[i].NeedsPhone = true
	}
	f.provider.descriptor = &descriptor
	_, err := f.shop.Checkout(t.Context(), order())
	var none *shop.MethodError
	require.ErrorAs(t, err, &none)

	withPhone := order()
	withPhone.Phone = contract.NewSecret("+66812345678")
	sale, err := f.shop.Checkout(t.Context(), withPhone)
	require.NoError(t, err)
	assert.Equal(t, shop.Pending, sale.State)
	assert.Equal(t, withPhone.Phone.Reveal(), sale.Phone.Reveal())

	withPhone.Phone = contract.NewSecret("0812345678")
	_, err = f.shop.Checkout(t.Context(), withPhone)
	require.ErrorIs(t, err, contract.InvalidRequest)
}

func TestCheckout_SellsWithTheMethodThatTheBuyerChose(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	chosen := order()
	chosen.Method, chosen.Phone = "phone", contract.NewSecret("+66812345678")
	sale, err := f.shop.Checkout(t.Context(), chosen)
	require.NoError(t, err)
	assert.Equal(t, "phone", sale.Method)
	chosen.Method = "qr"
	_, err = f.shop.Checkout(t.Context(), chosen)
	var none *shop.MethodError
	require.ErrorAs(t, err, &none, "the shop shows no code")
	assert.Equal(t, "qr", none.Method)
	for reason, change := range map[contract.Reason]func(*shop.Order){
		contract.MethodUnsupported:   func(o *shop.Order) { o.Method = "alipay_hk" },
		contract.InvalidRequest:      func(o *shop.Order) { o.Phone = contract.Secret{} },
		contract.CurrencyUnsupported: func(o *shop.Order) { o.Amount.Currency = "EUR" },
		contract.AmountOutOfRange:    func(o *shop.Order) { o.Amount.MinorUnits = 1 << 60 },
	} {
		o := order()
		o.Method, o.Phone = "phone", contract.NewSecret("+66812345678")
		change(o)
		_, err = f.shop.Checkout(t.Context(), o)
		require.ErrorIs(t, err, reason)
	}
}

func TestResume_RepeatsCallsThatDidNotReachTheGateway(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	f.provider.createErrs = []error{unreachable, unreachable, unreachable}
	sale, err := f.shop.Checkout(t.Context(), order())
	require.ErrorIs(t, err, contract.ProviderUnreachable)
	assert.Equal(t, shop.Intent, sale.State)
	assert.Empty(t, f.payments())
	sale, err = f.shop.Resume(t.Context(), sale.ID)
	require.NoError(t, err)
	assert.Equal(t, shop.Pending, sale.State)
	last := f.provider.attempts[len(f.provider.attempts)-1]
	assert.False(t, last.FirstAt.IsZero())
	assert.True(t, last.LastUnknownAt.IsZero(), "no call was lost")
}

func TestCheckout_AbandonsTheSaleAfterARefusal(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	f.provider.createErrs = []error{rejected}
	sale, err := f.shop.Checkout(t.Context(), order())
	require.ErrorIs(t, err, contract.ProviderAuthFailed)
	assert.Equal(t, shop.Abandoned, sale.State)
	assert.Len(t, f.provider.attempts, 1, "a refusal is not repeated")
}

func TestCheckout_RefusesAnInvalidOrderBeforeItIsStored(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
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
		_, err := f.shop.Checkout(t.Context(), o)
		assert.Equal(t, c.reason, contract.ReasonOf(err), "%s: %v", name, err)
	}
	var noMethod *shop.MethodError
	for name, amount := range map[string]contract.Money{
		"another currency":  {Currency: "EUR", MinorUnits: 1000},
		"beyond the limits": {Currency: "THB", MinorUnits: 1 << 60},
	} {
		o := order()
		o.Amount = amount
		_, err := f.shop.Checkout(t.Context(), o)
		require.ErrorAs(t, err, &noMethod, name)
	}
	var unknown *shop.NotFoundError
	o := order()
	o.Provider = "nobody"
	_, err := f.shop.Checkout(t.Context(), o)
	require.ErrorAs(t, err, &unknown)
	assert.Empty(t, f.shop.Sales())
	assert.Empty(t, f.payments())
	assert.Empty(t, f.provider.attempts)
}

func TestCheckout_FinishesTheCallWhenTheBuyerLeaves(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	ctx, leave := context.WithCancel(t.Context())
	f.provider.onCreate = func(call context.Context) {
		leave()
		assert.NoError(t, call.Err())
		deadline, ok := call.Deadline()
		assert.True(t, ok)
		assert.WithinDuration(t, time.Now().Add(30*time.Second), deadline, 10*time.Second)
	}
	sale, err := f.shop.Checkout(ctx, order())
	require.NoError(t, err)
	assert.Equal(t, shop.Pending, sale.State)
}

func TestCheckout_StopsRetryingWhenTheBuyerLeaves(t *testing.T) {
	t.Parallel()
	f := newFixture(t, &shop.Options{RetryDelays: []time.Duration{time.Hour}})
	ctx, leave := context.WithCancel(t.Context())
	f.provider.createErrs = []error{lost}
	f.provider.onCreate = func(context.Context) { leave() }
	sale, err := f.shop.Checkout(ctx, order())
	require.ErrorIs(t, err, context.Canceled)
	require.ErrorIs(t, err, contract.ConnectionLost)
	assert.Equal(t, shop.Unknown, sale.State)
}

func TestShop_RefusesAnAccountOfTheOtherMode(t *testing.T) {
	t.Parallel()
	live, err := shop.New("https://shop.example", true, nil)
	require.NoError(t, err)
	f := newFixture(t, nil)
	require.ErrorIs(t, live.Add(providerName, f.provider), contract.ModeMismatch)
}

func TestShop_RefusesABaseURLThatBuyersCannotReturnTo(t *testing.T) {
	t.Parallel()
	for _, base := range []string{"", "/shop", "shop.example", "ftp://shop.example", "https://shop.example/?next=", "https://me@shop.example"} {
		_, err := shop.New(base, false, nil)
		assert.Error(t, err, base)
	}
}
