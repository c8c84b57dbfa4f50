package shop_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/host-example/shop"
)

var jsonHeader = http.Header{"Content-Type": {"application/json"}}

func TestWebhook_AcceptsOnlyPlainJSONForKnownProviders(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	address := f.shop.WebhookURL(providerName)
	for name, c := range map[string]struct {
		method, address string
		header          http.Header
		body            string
		status          int
	}{
		"another method":   {http.MethodGet, address, jsonHeader, "", http.StatusMethodNotAllowed},
		"unknown provider": {http.MethodPost, f.shop.WebhookURL("nobody"), jsonHeader, "{}", http.StatusNotFound},
		"a form":           {http.MethodPost, address, http.Header{"Content-Type": {"text/plain"}}, "{}", http.StatusUnsupportedMediaType},
		"no type":          {http.MethodPost, address, http.Header{}, "{}", http.StatusUnsupportedMediaType},
		"compressed": {
			http.MethodPost, address,
			http.Header{"Content-Type": {"application/json"}, "Content-Encoding": {"gzip"}},
			"{}", http.StatusUnsupportedMediaType,
		},
		"too long": {http.MethodPost, address, jsonHeader, strings.Repeat(" ", contract.MaxWebhookBody+1), http.StatusRequestEntityTooLarge},
		"unsigned": {http.MethodPost, address, http.Header{"Content-Type": {"application/json; charset=utf-8"}}, "{}", http.StatusUnauthorized},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			answer := f.send(c.method, c.address, c.header, c.body)
			assert.Equal(t, c.status, answer.status)
		})
	}
}

func TestWebhook_FailureIsAnsweredAsTheContractSays(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	for reason, status := range map[contract.Reason]int{
		contract.WebhookSignatureMissing: http.StatusUnauthorized,
		contract.WebhookSignatureInvalid: http.StatusUnauthorized,
		contract.WebhookSignatureStale:   http.StatusUnauthorized,
		contract.WebhookMalformed:        http.StatusBadRequest,
		contract.InvalidRequest:          http.StatusBadRequest,
		contract.ModeMismatch:            http.StatusOK,
		contract.ProviderRateLimited:     http.StatusServiceUnavailable,
		contract.ProviderUnreachable:     http.StatusServiceUnavailable,
		contract.ProviderBug:             http.StatusServiceUnavailable,
		"SOMETHING_NEW":                  http.StatusServiceUnavailable,
	} {
		f.provider.webhookErr = contract.NewError(reason, "the secret is s3cret")
		answer := f.send(http.MethodPost, f.shop.WebhookURL(providerName), jsonHeader, "{}")
		assert.Equal(t, status, answer.status, reason)
		assert.Equal(t, status == http.StatusServiceUnavailable, answer.header.Get("Retry-After") != "", reason)
		assert.Empty(t, answer.body, "a forger learns nothing")
	}
}

func TestWebhook_RepeatedEventDoesNothing(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	sale := f.checkout()
	f.transition(sale.PaymentID, gateway.StateSucceeded)
	came := f.await("webhook", func(o *shop.Observation) bool { return o.Webhook != nil })
	require.True(t, came.Webhook.First)
	f.awaitState(sale.ID, shop.Succeeded)

	again := f.send(http.MethodPost, f.shop.WebhookURL(providerName), came.Webhook.Request.Headers, string(came.Webhook.Request.Body))
	assert.Equal(t, came.Webhook.Status, again.status)
	second := f.await("the same webhook", func(o *shop.Observation) bool { return o.Webhook != nil })
	assert.False(t, second.Webhook.First)
	assert.Equal(t, came.Webhook.Result.DedupeKey, second.Webhook.Result.DedupeKey)

	// Look-ups are made in order: the next one is not about this sale.
	other := f.checkout()
	f.send(http.MethodGet, f.shop.ReturnURL(other.ID), http.Header{}, "")
	next := f.await("look-up", func(o *shop.Observation) bool { return o.LookUp != nil })
	assert.Equal(t, other.ID, next.Sale.ID, "a replayed event is not looked up")
}

func TestWebhook_AboutAnotherShopsPaymentIsAcknowledged(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	payment, err := f.scope.CreatePayment(t.Context(), gateway.Money{Amount: 5_000, Currency: "THB"})
	require.NoError(t, err)
	f.transition(payment.ID, gateway.StateSucceeded)
	came := f.await("webhook", func(o *shop.Observation) bool { return o.Webhook != nil })
	require.NoError(t, came.Webhook.Err)
	assert.Equal(t, 2, came.Webhook.Status/100)
	assert.Nil(t, came.Sale)
	assert.Empty(t, f.shop.Sales())
}
