package main

import (
	"bytes"
	"encoding/json"
	"net/http"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/gateway"
)

// TestMain makes the test binary the command if BE_STRIPE_SANDBOX is set.
func TestMain(m *testing.M) {
	if os.Getenv("BE_STRIPE_SANDBOX") != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

func launch(t *testing.T, options *gateway.StartOptions, arguments ...string) (*gateway.Sandbox, error) {
	t.Helper()
	executable, err := os.Executable()
	require.NoError(t, err)
	options.Env = []string{"BE_STRIPE_SANDBOX=1"}
	return gateway.StartSandbox(t.Context(), append([]string{executable}, arguments...), options)
}

func TestCommand_ServesWhatItsReadyLineSays(t *testing.T) {
	t.Parallel()
	running, err := launch(t, &gateway.StartOptions{}, "--listen", "127.0.0.1:0", "--manage", "127.0.0.1:0")
	require.NoError(t, err)
	var line struct {
		API           string `json:"api"`
		Scope         string `json:"scope"`
		SecretKey     string `json:"secret_key"`
		WebhookSecret string `json:"webhook_secret"`
	}
	require.NoError(t, json.Unmarshal(running.Ready, &line))
	assert.Equal(t, "sk_test_stripesandbox", line.SecretKey)
	assert.Equal(t, "whsec_stripesandbox", line.WebhookSecret)

	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, line.API+"/v1/account", http.NoBody)
	require.NoError(t, err)
	request.Header.Set("Authorization", "Bearer "+line.SecretKey)
	response, err := (&http.Client{}).Do(request)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	assert.Equal(t, http.StatusOK, response.StatusCode)

	scope, err := running.Client.Attach(&gateway.Connection{Scope: line.Scope, APIBase: line.API})
	require.NoError(t, err)
	made, err := scope.CreatePayment(t.Context(), gateway.Money{Amount: 2000, Currency: "CNY"})
	require.NoError(t, err)
	assert.NotEmpty(t, made.ID)
	require.NoError(t, running.Close())
}

func TestCommand_RefusesWhatItCannotServe(t *testing.T) {
	t.Parallel()
	for _, arguments := range [][]string{
		{"--listen", "0.0.0.0:0"},
		{"--manage", "192.0.2.1:0"},
		{"--listen", "127.0.0.1:0", "--manage", "127.0.0.1:0", "--webhook-url", "https://shop.test/hook"},
		{"--port", "4530"},
		{"serve"},
	} {
		var stderr bytes.Buffer
		_, err := launch(t, &gateway.StartOptions{Stderr: &stderr}, arguments...)
		require.ErrorContains(t, err, "before its ready line", "%v", arguments)
		assert.NotEmpty(t, stderr.String(), "%v", arguments)
	}
}
