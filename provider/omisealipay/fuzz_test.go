package omisealipay_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/omisealipay"
)

// FuzzParseWebhook calls the provider with arbitrary signed bodies. It must return
// a valid result or a typed error.
func FuzzParseWebhook(f *testing.F) {
	for _, seed := range webhookSeeds(f) {
		f.Add(seed)
	}
	at := time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC)
	server := httptest.NewServer(http.NotFoundHandler())
	f.Cleanup(server.Close)
	provider := omisealipay.New(nil)
	const secret = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
	_, err := provider.Configure(f.Context(), &contract.Configuration{
		Mode:     contract.ModeTest,
		Settings: map[string]string{"api_base": server.URL},
		Secrets:  map[string]contract.Secret{"secret_key": contract.NewSecret("skey_test_fuzz"), "webhook_secrets": contract.NewSecret(secret)},
	})
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, body []byte) {
		result, err := provider.ParseWebhook(t.Context(), signed(secret, body, at))
		if err != nil {
			var e *contract.Error
			require.ErrorAs(t, err, &e)
			require.True(t, e.Reason.Known(), "%v", e)
			require.NotEqual(t, contract.ProviderBug, e.Reason)
			return
		}
		require.NoError(t, result.Validate())
	})
}

// FuzzParseWebhook_DoesNotJudgeStrangers calls the provider with signed events
// around arbitrary objects. Without metadata they are not of this provider, and are
// ignored, unless what decides that has a duplicate name.
func FuzzParseWebhook_DoesNotJudgeStrangers(f *testing.F) {
	at := time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC)
	provider := omisealipay.New(nil)
	const secret = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
	_, err := provider.Configure(f.Context(), &contract.Configuration{
		Mode:    contract.ModeTest,
		Secrets: map[string]contract.Secret{"secret_key": contract.NewSecret("skey_test_fuzz"), "webhook_secrets": contract.NewSecret(secret)},
	})
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, data []byte) {
		body := fmt.Appendf(nil, `{"object":"event","id":"evnt_test_1","livemode":false,"key":"charge.complete","data":%s}`, data)
		var event struct {
			Data map[string]json.RawMessage `json:"data"`
		}
		if len(body) > contract.MaxWebhookBody || json.Unmarshal(body, &event) != nil || event.Data["metadata"] != nil {
			return
		}
		result, err := provider.ParseWebhook(t.Context(), signed(secret, body, at))
		if errors.Is(err, contract.WebhookMalformed) {
			require.ErrorContains(t, err, "twice")
			return
		}
		require.NoError(t, err)
		require.Equal(t, contract.DispositionIgnored, result.Disposition)
	})
}

func webhookSeeds(tb testing.TB) [][]byte {
	tb.Helper()
	files, err := filepath.Glob("testdata/webhooks/*.json")
	require.NoError(tb, err)
	require.NotEmpty(tb, files)
	var seeds [][]byte
	for _, file := range files {
		body, err := os.ReadFile(file)
		require.NoError(tb, err)
		seeds = append(seeds, body)
	}
	return seeds
}

// FuzzListPayments_HasTheHostsBesideAnything lists a payment of the host's beside
// an arbitrary element. Without a key of the host's that is listed or left out, and
// hides nothing.
func FuzzListPayments_HasTheHostsBesideAnything(f *testing.F) {
	for _, seed := range []string{`{}`, `null`, `[[]]`, `{"metadata":{}}`, `{"a":1,"a":2}`, `"\ud83c"`, "{\"description\":\"\xff\"}", `1e999`, `{"object":"charge","id":"chrg_test_1","amount":"1","refunds":[]}`, `{"object":"charge","id":"chrg_test_1","amount":1,"currency":"btc","created_at":"2026-02-03T04:05:06Z"}`} {
		f.Add([]byte(seed))
	}
	var page atomic.Value
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write(page.Load().([]byte))
	}))
	f.Cleanup(server.Close)
	provider := omisealipay.New(nil)
	_, err := provider.Configure(f.Context(), &contract.Configuration{
		Mode: contract.ModeTest, Settings: map[string]string{"api_base": server.URL}, Secrets: map[string]contract.Secret{
			"secret_key": contract.NewSecret("skey_test_fuzz"), "webhook_secrets": contract.NewSecret("MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="),
		},
	})
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, element []byte) {
		if !json.Valid(element) || len(element) > 64<<10 || bytes.Contains(element, []byte(`paysocket_key`)) || bytes.Contains(element, []byte(`\u`)) || bytes.Contains(element, []byte(`chrg_test_ours`)) {
			return
		}
		page.Store(fmt.Appendf(nil, `{"object":"list","offset":0,"total":2,"data":[%s,%s]}`, element, `{"object":"charge","id":"chrg_test_ours","livemode":false,"amount":2000,"currency":"THB","status":"pending","created_at":"2026-02-03T04:05:06Z","metadata":{"paysocket_key":"k1"},"source":{"object":"source","type":"alipay"}}`))
		found, err := provider.ListPayments(t.Context(), &contract.ListPaymentsRequest{CreatedFrom: time.Unix(1700000000, 0), CreatedUntil: time.Unix(1900000000, 0)})
		require.NoError(t, err)
		require.True(t, slices.ContainsFunc(found.Payments, func(p contract.Payment) bool { return p.PaymentID == `chrg_test_ours` }))
	})
}
