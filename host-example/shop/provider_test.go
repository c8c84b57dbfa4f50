package shop_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/host-example/shop"
)

// notReadyProvider was never ready.
type notReadyProvider struct{ shop.Provider }

func (notReadyProvider) Descriptor() *contract.Descriptor { return nil }
func (notReadyProvider) Account() *contract.Account       { return nil }

// swappedProvider works for an account that a test exchanges.
type swappedProvider struct {
	shop.Provider
	account *contract.Account
}

func (s *swappedProvider) Account() *contract.Account { return s.account }

func TestProvider_SellsNothingBeforeItIsReady(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	sale := f.checkout()
	require.NoError(t, f.shop.Add(providerName, notReadyProvider{f.provider}), "a shop starts before its providers are ready")
	for name, call := range map[string]func() error{
		"checkout": func() error { _, err := f.shop.Checkout(t.Context(), order()); return err },
		"confirm":  func() error { _, err := f.shop.Confirm(t.Context(), sale.ID); return err },
	} {
		err := call()
		require.ErrorIs(t, err, contract.ProviderUnreachable, name)
		assert.Equal(t, contract.NotAttempted, contract.OutcomeOf(err), name)
	}
	assert.Len(t, f.shop.Sales(), 1, "nothing was stored")
	assert.Len(t, f.payments(), 1)
}

// brokenProvider knows why it was never ready.
type brokenProvider struct{ notReadyProvider }

func (brokenProvider) Unavailable() error {
	return contract.NewError(contract.ProviderUnreachable, "nothing was sent: the library libfoo.so.1 was not found")
}

func TestProvider_ReportsWhyItWasNeverReady(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	require.NoError(t, f.shop.Add(providerName, brokenProvider{notReadyProvider{f.provider}}))
	_, err := f.shop.Checkout(t.Context(), order())
	require.ErrorContains(t, err, "libfoo.so.1 was not found")
	assert.Equal(t, contract.NotAttempted, contract.OutcomeOf(err))
	assert.Empty(t, f.shop.Sales())
}

func TestProvider_IsAskedForItsAccountAfterASwap(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	now := &swappedProvider{f.provider, f.provider.Account()}
	require.NoError(t, f.shop.Add(providerName, now))
	f.checkout()

	live := *now.account
	live.Live = true
	now.account = &live
	_, err := f.shop.Checkout(t.Context(), order())
	require.ErrorIs(t, err, contract.ModeMismatch, "it does not take real money by mistake")
	assert.Len(t, f.payments(), 1)

	now.account = &contract.Account{}
	var noMethod *shop.MethodError
	_, err = f.shop.Checkout(t.Context(), order())
	require.ErrorAs(t, err, &noMethod)
}

func TestCheckout_DoesNotRetryWhenTheDeadlineIsNear(t *testing.T) {
	t.Parallel()
	f := newFixture(t, &shop.Options{RetryDelays: []time.Duration{time.Hour}})
	f.provider.createErrs = []error{unreachable}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	sale, err := f.shop.Checkout(ctx, order())
	require.ErrorIs(t, err, contract.ProviderUnreachable)
	require.NoError(t, ctx.Err(), "it does not wait until the deadline")
	assert.Equal(t, shop.Intent, sale.State)
}

func TestWebhook_IsObservedWhenItIsRejectedUnread(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	plain := http.Header{"Content-Type": {"text/plain"}}
	json := http.Header{"Content-Type": {"application/json"}}
	for body, c := range map[string]struct {
		header http.Header
		status int
	}{
		"x": {plain, http.StatusUnsupportedMediaType},
		strings.Repeat("x", contract.MaxWebhookBody+1): {json, http.StatusRequestEntityTooLarge},
	} {
		answer := f.send(http.MethodPost, f.shop.WebhookURL(providerName), c.header, body)
		assert.Equal(t, c.status, answer.status)
		observation := f.await("webhook", func(o *shop.Observation) bool { return o.Webhook != nil })
		assert.Equal(t, c.status, observation.Webhook.Status)
		assert.Nil(t, observation.Webhook.Request)
	}
}

// stuckProvider never answers a look-up.
type stuckProvider struct {
	shop.Provider
	asked chan struct{}
}

func (s *stuckProvider) GetStatus(ctx context.Context, _ *contract.GetStatusRequest) (*contract.Payment, error) {
	s.asked <- struct{}{}
	<-ctx.Done()
	return nil, contract.FromContext(ctx)
}

func TestStatusQueue_OneStuckProviderDelaysNoOther(t *testing.T) {
	t.Parallel()
	f := newFixture(t, &shop.Options{ReadTimeout: time.Hour})
	stuck := &stuckProvider{f.provider, make(chan struct{}, 10)}
	require.NoError(t, f.shop.Add("stuck", stuck))
	o := order()
	o.Provider = "stuck"
	sale, err := f.shop.Checkout(t.Context(), o)
	require.NoError(t, err)
	f.send(http.MethodGet, f.shop.ReturnURL(sale.ID), http.Header{}, "")
	<-stuck.asked
	f.paidSale()
}
