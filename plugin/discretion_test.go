package plugin_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/plugin"
	"github.com/paysocket/paysocket/plugin/internal/plugintest"
)

// leaking are a provider that says its key, in a process and in this one.
func leaking(t *testing.T, logger *plugintest.Log, options plugin.OpenOptions) map[string]*plugin.Client {
	t.Helper()
	options.Configuration, options.Stderr = plugintest.Configuration(), logger
	process, err := plugintest.Start(t, roleLeaker, options)
	require.NoError(t, err)
	here, err := plugin.InProcess(t.Context(), newLeaker(), &options)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, here.Close()) })
	return map[string]*plugin.Client{"process": process, "in process": here}
}

func everything(err error) string {
	var said strings.Builder
	for ; err != nil; err = errors.Unwrap(err) {
		fmt.Fprintln(&said, err)
		if e, ok := err.(*contract.Error); ok { //nolint:errorlint // Each is looked at.
			for key, value := range e.Metadata {
				fmt.Fprintf(&said, "%s=%s\n", key, value)
			}
		}
	}
	return said.String()
}

func TestClient_RedactsTheErrorsOfAProvider(t *testing.T) {
	t.Parallel()
	logger, log := plugintest.NewLog()
	for what, client := range leaking(t, log, plugin.OpenOptions{Logger: logger}) {
		for where, want := range map[string]string{
			"message":   "the gateway refused key [redacted], status 401",
			"part":      "the gateway refused key [redacted]... and Basic [redacted]",
			"cut":       "the gateway refused key [redacted]",
			"violation": "settings[[redacted]]: [redacted] is wrong",
			"metadata":  "provider_code=[redacted]",
			"reason":    "NO_[redacted]",
		} {
			_, err := client.CreatePayment(t.Context(), plugintest.Payment(where))
			require.ErrorContains(t, errors.New(everything(err)), want, "%s, %s", what, where)
			assert.NotContains(t, everything(err), plugintest.Canary[:12], "%s, %s", what, where)
			if where == "metadata" {
				assert.Contains(t, everything(err), "payment_id=payment_1", "what decides is passed on")
			}
		}
		request := plugintest.Payment("phone")
		request.Payer = &contract.Payer{Phone: contract.NewSecret("+66812345678")}
		_, err := client.CreatePayment(t.Context(), request)
		require.ErrorContains(t, err, "nobody has the phone [redacted]", what)
	}
	assert.NotContains(t, log.String(), plugintest.Canary)
}

func TestClient_RedactsTheAnswersOfAProvider(t *testing.T) {
	t.Parallel()
	logger, log := plugintest.NewLog()
	for what, client := range leaking(t, log, plugin.OpenOptions{Logger: logger}) {
		assert.Equal(t, "the account of [redacted]", client.Account().Name, what)
		d, err := client.Describe(t.Context())
		require.NoError(t, err)
		assert.Equal(t, "Tester with [redacted]", d.DisplayName, what)

		payment, err := client.CreatePayment(t.Context(), plugintest.Payment("status"))
		require.NoError(t, err)
		assert.Equal(t, "pending, [redacted]", payment.ProviderStatus, what)
		assert.Equal(t, "payment_1", payment.PaymentID)
		payment, err = client.CreatePayment(t.Context(), plugintest.Payment("failure"))
		require.NoError(t, err)
		assert.Equal(t, contract.Failure{Code: contract.FailureOther, ProviderCode: "[redacted]", Message: "no [redacted]"}, *payment.Failure, what)

		result, err := client.ParseWebhook(t.Context(), &contract.WebhookRequest{Method: "POST", Path: "/", ReceivedAt: plugintest.Epoch()})
		require.NoError(t, err)
		assert.Equal(t, "test.[redacted]", result.Kind, what)
		assert.Equal(t, []string{"[redacted]"}, result.Ack.Headers["X-Key"], what)
		assert.JSONEq(t, `{"key":"[redacted]"}`, string(result.Ack.Body), what)
	}
	assert.NotContains(t, log.String(), plugintest.Canary)
}

// What a host decides by is passed on as it is, or not at all.
func TestClient_RefusesASecretInWhatDecides(t *testing.T) {
	t.Parallel()
	logger, log := plugintest.NewLog()
	for what, client := range leaking(t, log, plugin.OpenOptions{Logger: logger}) {
		for where, want := range map[string]string{
			"id":             "the provider's answer has a secret of its configuration in PaymentID",
			"link":           "the provider's answer has a secret of its configuration in NextAction.Redirect.URL",
			"id in metadata": "the provider's error has a secret of its configuration in metadata[payment_id]",
		} {
			_, err := client.CreatePayment(t.Context(), plugintest.Payment(where))
			require.ErrorIs(t, err, contract.ProviderBug, "%s, %s", what, where)
			require.ErrorContains(t, err, want, what)
			assert.Equal(t, contract.Indeterminate, contract.OutcomeOf(err), "the payment may be there")
			assert.NotContains(t, everything(err), plugintest.Canary, "%s, %s", what, where)
			assert.Equal(t, where == "link", strings.Contains(everything(err), "payment_id=payment_1"), "%s, %s", what, where)
		}
		_, err := client.ParseWebhook(t.Context(), &contract.WebhookRequest{Method: "POST", Path: "/dedupe", ReceivedAt: plugintest.Epoch()})
		require.ErrorContains(t, err, "in DedupeKey", what)
		e, ok := errors.AsType[*contract.Error](err)
		require.True(t, ok)
		assert.Empty(t, e.Outcome, "nothing moved")
	}
}

// The host itself sent what a payment repeats, however weak its secrets are.
func TestClient_PassesOnWhatTheHostSent(t *testing.T) {
	t.Parallel()
	for _, weak := range []string{"alipay", "key-1-of-many", "order-1"} {
		configuration := plugintest.Configuration()
		configuration.Secrets["secret_key"] = contract.NewSecret(weak)
		client, err := plugin.InProcess(t.Context(), plugintest.NewProvider(nil), &plugin.OpenOptions{Configuration: configuration})
		require.NoError(t, err, weak)
		t.Cleanup(func() { assert.NoError(t, client.Close()) })
		request := plugintest.Payment("order-1")
		request.Attempt.Key = "key-1-of-many"
		payment, err := client.CreatePayment(t.Context(), request)
		require.NoError(t, err, weak)
		assert.Equal(t, "order-1", payment.Reference)
		assert.Equal(t, "alipay", payment.Method)
	}
}

func TestClient_RedactsWhatJSONHidesInTheLog(t *testing.T) {
	t.Parallel()
	logger, log := plugintest.NewLog()
	client, err := plugintest.Start(t, roleLeaker, plugin.OpenOptions{Logger: logger, Configuration: plugintest.Configuration()})
	require.NoError(t, err)
	plugintest.Pay(t, client, "escaped log")
	require.Eventually(t, log.Has("m [redacted]"), plugintest.Patience, time.Millisecond)
	assert.Equal(t, map[string]any{"key": []any{"[redacted]"}, "of": map[string]any{"[redacted]": float64(1)}}, log.Record("m [redacted]")["fields"])
	assert.NotContains(t, log.String(), plugintest.Canary)
}

func TestOpenError_HoldsNoSecretOfTheConfigurationThatWasRefused(t *testing.T) {
	t.Parallel()
	wrong := plugintest.Configuration()
	wrong.Secrets["secret_key"] = contract.NewSecret("wrong_" + plugintest.Canary)
	_, err := plugintest.Start(t, roleLeaker, plugin.OpenOptions{Configuration: wrong})
	require.ErrorIs(t, err, &plugin.OpenError{Failure: plugin.FailureConfigure})
	assert.ErrorContains(t, err, "the key [redacted] is refused")
	assert.NotContains(t, everything(err), plugintest.Canary)
}
