package sandbox_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/provider/memory/sandbox"
)

// FuzzAnyRequestIsAnsweredWithoutA5xx sends arbitrary requests with the right
// secret key. Every answer must have a status below 500, and valid JSON if it
// says that it is JSON.
func FuzzAnyRequestIsAnsweredWithoutA5xx(f *testing.F) {
	f.Add("POST", "/v1/payments", "k1", "application/json", orderBody)
	f.Add("POST", "/v1/payments", "k1", "application/json", `{"amount":1e3,"currency":"KWD","metadata":{"":null}}`)
	f.Add("GET", "/v1/payments?created_from=2026-02-03T00:00:00Z&page_size=1&page_token=after_0", "", "", "")
	f.Add("GET", "/v1/payments?idempotency_key=k1", "", "", "")
	f.Add("POST", "/v1/payments/pay_1/refunds", "r1", "application/json; charset=utf-8", `{"amount":1,"currency":"THB"}`)
	f.Add("POST", "/v1/payments//cancel", "", "", "{}")
	f.Add("POST", "/pay/s1/pay_1", "", "application/x-www-form-urlencoded", "outcome=succeeded")
	f.Add("PATCH", "/v1/../v1/account?%zz", "\x00", "multipart/form-data", "\xff\xfe")

	memory, err := sandbox.New(nil)
	require.NoError(f, err)
	f.Cleanup(memory.Close)
	handler := memory.Handler()
	f.Fuzz(func(t *testing.T, method, target, key, contentType, body string) {
		address, err := url.ParseRequestURI(target)
		if err != nil {
			t.Skip("no request line carries it")
		}
		request := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", strings.NewReader(body))
		request.Method, request.URL = method, address
		request.Header.Set("Authorization", "Bearer "+sandbox.DefaultSecretKey)
		request.Header.Set("Idempotency-Key", key)
		request.Header.Set("Content-Type", contentType)
		recorder := httptest.NewRecorder()
		handler.ServeHTTP(recorder, request)
		require.Less(t, recorder.Code, 500)
		if recorder.Header().Get("Content-Type") == "application/json" {
			require.True(t, json.Valid(recorder.Body.Bytes()), recorder.Body.String())
		}
	})
}
