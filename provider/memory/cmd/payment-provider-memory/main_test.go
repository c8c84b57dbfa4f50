package main

import (
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/plugin"
	"github.com/paysocket/paysocket/provider/memory/sandbox"
)

// byHand is set where a test runs this binary as a person runs the program.
const byHand = "PAYSOCKET_TEST_BY_HAND"

// TestMain lets the test binary be the plugin: package plugin starts it with this
// variable.
func TestMain(m *testing.M) {
	if os.Getenv(plugin.MagicCookieKey) == plugin.MagicCookieValue || os.Getenv(byHand) != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

func TestMain_SellsAndRefundsAsAProcess(t *testing.T) {
	t.Parallel()
	server := httptest.NewUnstartedServer(nil)
	gateway, err := sandbox.New(&sandbox.Options{BaseURL: "http://" + server.Listener.Addr().String()})
	require.NoError(t, err)
	t.Cleanup(gateway.Close)
	server.Config.Handler = gateway.Handler()
	server.Start()
	t.Cleanup(server.Close)

	binary, err := os.Executable()
	require.NoError(t, err)
	var printed strings.Builder
	provider, err := plugin.Open(t.Context(), binary, &plugin.OpenOptions{
		Stderr: &printed,
		Configuration: &contract.Configuration{
			Mode: contract.ModeTest, Probe: true,
			Settings: map[string]string{"api_base": server.URL},
			Secrets: map[string]contract.Secret{
				"secret_key": contract.NewSecret(sandbox.DefaultSecretKey), "webhook_secrets": contract.NewSecret(sandbox.DefaultWebhookSecret),
			},
		},
	})
	require.NoError(t, err)
	assert.Equal(t, "TH", provider.Account().Country)

	payment, err := provider.CreatePayment(t.Context(), &contract.CreatePaymentRequest{
		Attempt: contract.Attempt{Key: "k1"}, Reference: "order-1", Method: "wallet",
		Amount: contract.Money{Currency: "KWD", MinorUnits: 1234}, ReturnURL: "https://shop.test/",
	})
	require.NoError(t, err)
	payAt(t, payment.NextAction.Redirect.URL)
	payment, err = provider.GetStatus(t.Context(), &contract.GetStatusRequest{PaymentID: payment.PaymentID})
	require.NoError(t, err)
	assert.Equal(t, contract.PaymentSucceeded, payment.Status)
	refund, err := provider.Refund(t.Context(), &contract.RefundRequest{
		Attempt: contract.Attempt{Key: "r1"}, PaymentID: payment.PaymentID, Amount: payment.Amount,
	})
	require.NoError(t, err)
	assert.Equal(t, payment.Amount, refund.TotalRefunded)

	require.NoError(t, provider.Close())
	assert.NotContains(t, printed.String(), sandbox.DefaultSecretKey)
}

// payAt submits the form of the pay page, as a payer's browser would.
func payAt(t *testing.T, page string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, page, strings.NewReader("outcome=succeeded"))
	require.NoError(t, err)
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	response, err := (&http.Transport{}).RoundTrip(request) // does not go back to the shop
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	require.Equal(t, http.StatusSeeOther, response.StatusCode)
}
