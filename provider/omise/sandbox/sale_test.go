package sandbox_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/provider/omise/sandbox"
)

// webhook is a webhook as it was received.
type webhook struct {
	header http.Header
	body   []byte
}

func (w *webhook) event(t *testing.T) (key string, data map[string]any) {
	t.Helper()
	var event struct {
		Key  string
		Data map[string]any
	}
	require.NoError(t, json.Unmarshal(w.body, &event))
	return event.Key, event.Data
}

// webhookReceiver receives webhooks.
func webhookReceiver(t *testing.T) (url string, hooks <-chan *webhook) {
	t.Helper()
	received := make(chan *webhook, 100)
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		received <- &webhook{header: r.Header, body: body}
	}))
	t.Cleanup(server.Close)
	return server.URL + "/hooks", received
}

func nextWebhook(t *testing.T, hooks <-chan *webhook) *webhook {
	t.Helper()
	select {
	case received := <-hooks:
		return received
	case <-time.After(10 * time.Second):
		require.FailNow(t, "no webhook arrived")
		return nil
	}
}

// decide plays the payer on the pay page.
func (m *merchant) decide(page, outcome string) *answer {
	m.t.Helper()
	request, err := http.NewRequestWithContext(m.t.Context(), http.MethodPost, page, strings.NewReader("outcome="+outcome))
	require.NoError(m.t, err)
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return m.do(request)
}

func TestSale_FromTheLinkToTheSignedWebhook(t *testing.T) {
	t.Parallel()
	hookURL, hooks := webhookReceiver(t)
	m := start(t, &sandbox.Options{ServerOptions: gateway.ServerOptions{WebhookURL: hookURL}})
	made := m.charge("metadata[order]", "7")
	key, data := nextWebhook(t, hooks).event(t)
	assert.Equal(t, "charge.create", key)
	assert.Equal(t, "pending", data["status"])

	back := m.decide(made.text("authorize_uri"), "succeeded")
	require.Equal(t, http.StatusSeeOther, back.status)
	assert.Equal(t, "https://shop.example/orders/1/complete", back.header.Get("Location"))

	complete := nextWebhook(t, hooks)
	key, data = complete.event(t)
	assert.Equal(t, "charge.complete", key)
	assert.Equal(t, made.text("id"), data["id"])
	assert.Equal(t, true, data["paid"])
	assert.Equal(t, map[string]any{"order": "7"}, data["metadata"])
	assert.Equal(t, "application/json", complete.header.Get("Content-Type"))
	assert.Contains(t, string(complete.body), "\"webhook_deliveries\": [\n\n  ]", "the form that is signed")

	stamp := complete.header.Get("Omise-Signature-Timestamp")
	assert.Equal(t, "1509606854", stamp, "the account's clock")
	secret, err := base64.StdEncoding.DecodeString(m.sandbox.Credentials().WebhookSecret)
	require.NoError(t, err)
	mac := hmac.New(sha256.New, secret)
	mac.Write(append([]byte(stamp+"."), complete.body...))
	assert.Equal(t, hex.EncodeToString(mac.Sum(nil)), complete.header.Get("Omise-Signature"))

	paid := m.get("/charges/" + made.text("id")).ok()
	assert.Equal(t, "successful", paid.text("status"))
	assert.Equal(t, true, paid.value("authorized"))
	assert.NotEmpty(t, paid.text("transaction"))
}

func TestCharge_ShowsWhyItWasDeclined(t *testing.T) {
	t.Parallel()
	m := start(t, nil)
	made := m.charge()
	require.Equal(t, http.StatusSeeOther, m.decide(made.text("authorize_uri"), "failed").status)
	failed := m.get("/charges/" + made.text("id")).ok()
	assert.Equal(t, "failed", failed.text("status"))
	assert.Equal(t, "payment_rejected", failed.text("failure_code"))
	assert.NotEmpty(t, failed.text("failure_message"))
	assert.Equal(t, false, failed.value("paid"))
}

func TestSign_MatchesAKnownSignature(t *testing.T) {
	t.Parallel()
	body := `{"object":"event","id":"evnt_test_1","key":"charge.complete","data":{"object":"charge","id":"chrg_test_1"}}`
	assert.Equal(t, "f8ce52289fed659dda0bb7fe911ae536dd17c7474f761722ba0e6e3415cf0607",
		sandbox.Sign("MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=", "1700000000", []byte(body)))
}
