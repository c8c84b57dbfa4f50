package gateway_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/gateway"
)

// ask sends a question as curl would, to a till whose scope "house" is open.
func ask(t *testing.T, method, path, body string) *httptest.ResponseRecorder {
	t.Helper()
	request := httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader(body))
	recorder := httptest.NewRecorder()
	gateway.Handler(&till{house: &drawer{name: "house"}}).ServeHTTP(recorder, request)
	return recorder
}

func TestTheProtocolReadsAsDocumented(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		method, path, body string
		status             int
		answer             string
	}{
		"hello": {
			"GET", "/v1/hello", "", 200,
			`{"protocol":"gwctl/1","name":"till","features":["ledger","webhook.build"]}`,
		},
		"open a scope": {
			"POST", "/v1/scopes", `{"seed":"7"}`, 201,
			`{"scope":"s1","api_base":"http://127.0.0.1:1","credentials":{"secret_key":"sk_s1","seed":"7"}}`,
		},
		"close a scope": {"DELETE", "/v1/scopes/house", "", 204, ""},
		"the ledger":    {"GET", "/v1/scopes/house/payments?key=K&reference=R", "", 200, `{"payments":[]}`},
		"a payment made elsewhere": {
			"POST", "/v1/scopes/house/payments", `{"amount":2000,"currency":"THB"}`, 201,
			`{"id":"pay/1","key":"key\u00261","reference":"ref 1","description":"tea\n茶 \"🍵\"",
			  "return_url":"https://shop.test/?a=b\u0026c","amount":2000,"currency":"THB","live":false,
			  "state":"pending","raw_state":"open","redirect_url":"http://127.0.0.1:1/pay",
			  "created_at":"2026-02-03T04:05:06.000007Z","refunds":[]}`,
		},
		"move a refund": {"POST", "/v1/scopes/house/refunds/r1/transition", `{"to":"failed"}`, 204, ""},
		"build a webhook": {
			"POST", "/v1/scopes/house/webhooks",
			`{"payment":"pay/1","event":"payment.updated","sign":"both","at_offset":"-10m",
			  "body_patch":[{"op":"replace","path":"/data/status","value":"weird"}]}`,
			200, `{"headers":[["X-Till","a"],["X-Till","b"]],"body_b64":"AP8gbm90IGV2ZW4gSlNPTg=="}`,
		},
		"a lacking feature": {
			"POST", "/v1/scopes/house/clock", `{"advance":"15m"}`, 501,
			`{"error":"clock: not supported by this sandbox"}`,
		},
		"an unknown scope": {
			"POST", "/v1/scopes/s9/clock", `{"advance":"15m"}`, 404, `{"error":"scope \"s9\": not found"}`,
		},
		"an unknown operation": {
			"PUT", "/v1/hello", "", 404, `{"error":"operation PUT /v1/hello: not found"}`,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			answer := ask(t, test.method, test.path, test.body)
			assert.Equal(t, test.status, answer.Code, answer.Body.String())
			if test.answer == "" {
				assert.Empty(t, answer.Body.String())
				return
			}
			assert.Equal(t, "application/json", answer.Header().Get("Content-Type"))
			assert.JSONEq(t, test.answer, answer.Body.String())
		})
	}
}

func TestMalformedQuestionsAreBadRequests(t *testing.T) {
	t.Parallel()
	const house = "/v1/scopes/house"
	tests := map[string]struct{ method, path, body string }{
		"an unknown field":           {"POST", "/v1/scopes", `{"sead":"7"}`},
		"no body":                    {"POST", "/v1/scopes", ``},
		"two values":                 {"POST", "/v1/scopes", `{}{}`},
		"another type":               {"POST", "/v1/scopes", `[]`},
		"a relative webhook URL":     {"POST", "/v1/scopes", `{"webhook_url":"/hook"}`},
		"too long":                   {"POST", "/v1/scopes", `{"seed":"` + strings.Repeat("x", 1<<20) + `"}`},
		"an unknown query":           {"GET", house + "/payments?id=1", ``},
		"a repeated query":           {"GET", house + "/payments?key=1&key=2", ``},
		"an unreadable query":        {"GET", house + "/payments?key=%zz", ``},
		"no amount":                  {"POST", house + "/payments", `{"currency":"THB"}`},
		"a fraction":                 {"POST", house + "/payments", `{"amount":1.5,"currency":"THB"}`},
		"more than 64 bits":          {"POST", house + "/payments", `{"amount":9223372036854775808,"currency":"THB"}`},
		"no currency":                {"POST", house + "/payments", `{"amount":1}`},
		"a refund below nothing":     {"POST", house + "/payments/p/refunds", `{"amount":-1}`},
		"an unknown state":           {"POST", house + "/payments/p/transition", `{"to":"paid"}`},
		"a code without a failure":   {"POST", house + "/payments/p/transition", `{"to":"expired","failure_code":"x"}`},
		"an unknown refund state":    {"POST", house + "/refunds/r1/transition", `{}`},
		"an unknown event":           {"POST", house + "/webhooks", `{"payment":"p","event":"charge.complete"}`},
		"an unknown signing":         {"POST", house + "/webhooks", `{"payment":"p","event":"unknown","sign":"yes"}`},
		"a time that is no duration": {"POST", house + "/webhooks", `{"payment":"p","event":"unknown","at_offset":10}`},
		"an offset without a unit":   {"POST", house + "/webhooks", `{"payment":"p","event":"unknown","at_offset":"10"}`},
		"a refund event without one": {"POST", house + "/webhooks", `{"payment":"p","event":"refund.updated"}`},
		"backwards":                  {"POST", house + "/clock", `{"advance":"-1s"}`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			answer := ask(t, test.method, test.path, test.body)
			assert.Equal(t, http.StatusBadRequest, answer.Code, answer.Body.String())
			var body struct{ Error string }
			require.NoError(t, json.Unmarshal(answer.Body.Bytes(), &body))
			assert.Contains(t, body.Error, "bad request: ")
		})
	}
}

func TestAWebPageMayNotUseTheProtocol(t *testing.T) {
	t.Parallel()
	request := httptest.NewRequestWithContext(t.Context(), "POST", "/v1/scopes", strings.NewReader(`{}`))
	request.Header.Set("Origin", "https://evil.test")
	recorder := httptest.NewRecorder()
	gateway.Handler(&till{}).ServeHTTP(recorder, request)
	assert.Equal(t, http.StatusForbidden, recorder.Code)
}
