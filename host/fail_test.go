package host_test

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/host"
)

// TestLog_HasTheHostsOwnFailuresWithWhatToDo has webhooks be refused, for what is wrong
// with them and for what is wrong with the host.
func TestLog_HasTheHostsOwnFailuresWithWhatToDo(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	w := newWorld(t, func(o *host.Options) { o.Logger = slog.New(slog.NewJSONHandler(&log, nil)) })
	_, err := w.engine.Checkout(t.Context(), order("3947"))
	require.NoError(t, err)
	a := w.wallets["wallet-a"]
	webhook := func(sign gateway.Signing) *http.Request {
		return w.webhook("wallet-a", &gateway.WebhookSpec{Event: gateway.EventPaymentUpdated, Payment: a.ledger()[0].ID, Sign: sign})
	}
	answered := func(request *http.Request, status int) map[string]any {
		log.Reset()
		assert.Equal(t, status, w.send(w.engine, request))
		var line map[string]any
		assert.NoError(t, json.Unmarshal(log.Bytes(), &line), log.String())
		return line
	}
	assert.Equal(t, "INFO", answered(webhook(gateway.SignWrong), http.StatusUnauthorized)["level"])

	genuine := webhook("")
	a.stop()
	failures := map[string]map[string]any{"no process": answered(genuine, http.StatusServiceUnavailable)}
	genuine = webhook("")
	delete(w.wallets, "wallet-a")
	failures["not loaded"] = answered(genuine, http.StatusServiceUnavailable)
	w.wallets["wallet-a"] = a
	a.configure(a.scope)
	if !*postgres { // of which the engine holds nothing that it could close
		require.NoError(t, w.engine.Close())
		failures["no database"] = answered(webhook(""), http.StatusServiceUnavailable)
	}
	for what, line := range failures {
		assert.Equal(t, "ERROR", line["level"], what)
		assert.NotEmpty(t, line["remedy"], what)
		assert.NotEmpty(t, line["error"], what)
	}
}
