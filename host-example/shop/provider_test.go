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

// hidden is a provider of which nothing is known yet.
type hidden struct{ shop.Provider }

func (hidden) Descriptor() *contract.Descriptor { return nil }
func (hidden) Account() *contract.Account       { return nil }

// swapped works for another account than before.
type swapped struct {
	shop.Provider
	account *contract.Account
}

func (s *swapped) Account() *contract.Account { return s.account }

func TestProviderThatWasNeverReadySellsNothing(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	sale := b.checkout()
	require.NoError(t, b.shop.Add(providerName, hidden{b.trouble}), "a shop opens before its providers are ready")
	for name, call := range map[string]func() error{
		"checkout": func() error { _, err := b.shop.Checkout(t.Context(), order()); return err },
		"confirm":  func() error { _, err := b.shop.Confirm(t.Context(), sale.ID); return err },
	} {
		err := call()
		require.ErrorIs(t, err, contract.ProviderUnreachable, name)
		assert.Equal(t, contract.NotAttempted, contract.OutcomeOf(err), name)
	}
	assert.Len(t, b.shop.Sales(), 1, "nothing was kept")
	assert.Len(t, b.payments(), 1)
}

// broken is a provider that knows why it was never ready.
type broken struct{ hidden }

func (broken) Unavailable() error {
	return contract.NewError(contract.ProviderUnreachable, "nothing was sent: the library libfoo.so.1 was not found")
}

func TestASaleTellsWhyItsProviderWasNeverReady(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	require.NoError(t, b.shop.Add(providerName, broken{hidden{b.trouble}}))
	_, err := b.shop.Checkout(t.Context(), order())
	require.ErrorContains(t, err, "libfoo.so.1 was not found")
	assert.Equal(t, contract.NotAttempted, contract.OutcomeOf(err))
	assert.Empty(t, b.shop.Sales())
}

func TestProviderThatWasSwappedIsAskedAnew(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	now := &swapped{b.trouble, b.trouble.Account()}
	require.NoError(t, b.shop.Add(providerName, now))
	b.checkout()

	live := *now.account
	live.Live = true
	now.account = &live
	_, err := b.shop.Checkout(t.Context(), order())
	require.ErrorIs(t, err, contract.ModeMismatch, "real money is not taken by mistake")
	assert.Len(t, b.payments(), 1)

	now.account = &contract.Account{}
	var noMethod *shop.MethodError
	_, err = b.shop.Checkout(t.Context(), order())
	require.ErrorAs(t, err, &noMethod)
}

func TestCallIsNotRepeatedWhenTheTimeForItIsShort(t *testing.T) {
	t.Parallel()
	b := newBench(t, &shop.Options{Pauses: []time.Duration{time.Hour}})
	b.trouble.creates = []error{unreachable}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	sale, err := b.shop.Checkout(ctx, order())
	require.ErrorIs(t, err, contract.ProviderUnreachable)
	require.NoError(t, ctx.Err(), "nobody waits for what cannot come")
	assert.Equal(t, shop.Intent, sale.State)
}

func TestWebhookThatIsTurnedAwayUnreadIsTold(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	plain := http.Header{"Content-Type": {"text/plain"}}
	json := http.Header{"Content-Type": {"application/json"}}
	for body, c := range map[string]struct {
		header http.Header
		status int
	}{
		"x": {plain, http.StatusUnsupportedMediaType},
		strings.Repeat("x", contract.MaxWebhookBody+1): {json, http.StatusRequestEntityTooLarge},
	} {
		answer := b.send(http.MethodPost, b.shop.WebhookURL(providerName), c.header, body)
		assert.Equal(t, c.status, answer.status)
		notice := b.await("notice", func(n *shop.Notice) bool { return n.Webhook != nil })
		assert.Equal(t, c.status, notice.Webhook.Status)
		assert.Nil(t, notice.Webhook.Request)
	}
}

// stuck never answers a look-up.
type stuck struct {
	shop.Provider
	asked chan struct{}
}

func (s *stuck) GetStatus(ctx context.Context, _ *contract.GetStatusRequest) (*contract.Payment, error) {
	s.asked <- struct{}{}
	<-ctx.Done()
	return nil, contract.FromContext(ctx)
}

func TestProviderThatDoesNotAnswerHoldsUpNobodyElse(t *testing.T) {
	t.Parallel()
	b := newBench(t, &shop.Options{ReadTimeout: time.Hour})
	broken := &stuck{b.trouble, make(chan struct{}, 10)}
	require.NoError(t, b.shop.Add("stuck", broken))
	o := order()
	o.Provider = "stuck"
	sale, err := b.shop.Checkout(t.Context(), o)
	require.NoError(t, err)
	b.send(http.MethodGet, b.shop.ReturnURL(sale.ID), http.Header{}, "")
	<-broken.asked
	b.paid()
}
