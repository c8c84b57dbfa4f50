package checks

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/paysocket/paysocket/conformance/internal/proxy"
)

func TestSameKey_IsTheGatewaysOwnHeaderOrAField(t *testing.T) {
	t.Parallel()
	sent := func(body string, headers ...string) proxy.Exchange {
		header := http.Header{"Content-Type": {"application/json"}, "User-Agent": {"provider"}}
		for i := 0; i < len(headers); i += 2 {
			header.Set(headers[i], headers[i+1])
		}
		return proxy.Exchange{Commit: true, Method: "POST", Path: "/payments", RequestHeader: header, RequestBody: []byte(body)}
	}
	earlier := sent(`{}`, "Client-Id", "shop", "Idempotency-Key", "0")
	for name, test := range map[string]struct {
		first, again proxy.Exchange
		same         bool
	}{
		"the usual header":              {sent(`{}`, "Idempotency-Key", "1"), sent(`{}`, "Idempotency-Key", "1"), true},
		"a header of the gateway's":     {sent(`{}`, "X-Idempotency-Token", "1"), sent(`{}`, "X-Idempotency-Token", "1"), true},
		"a request id":                  {sent(`{}`, "PayPal-Request-Id", "1"), sent(`{}`, "PayPal-Request-Id", "1"), true},
		"a field":                       {sent(`{"idempotency_key":"1"}`), sent(`{"idempotency_key":"1"}`), true},
		"a new key":                     {sent(`{}`, "Idempotency-Key", "1"), sent(`{}`, "Idempotency-Key", "2"), false},
		"a new key and one request id":  {sent(`{}`, "Idempotency-Key", "1", "Request-Id", "7"), sent(`{}`, "Idempotency-Key", "2", "Request-Id", "7"), false},
		"no key":                        {sent(`{}`), sent(`{}`), false},
		"what every request has":        {sent(`{}`, "Client-Id", "shop"), sent(`{}`, "Client-Id", "shop"), false},
		"the key of an earlier request": {sent(`{}`, "Idempotency-Key", "0"), sent(`{}`, "Idempotency-Key", "0"), false},
		"another body":                  {sent(`{"amount":1}`, "Idempotency-Key", "1"), sent(`{"amount":2}`, "Idempotency-Key", "1"), false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, test.same, sameKey([]proxy.Exchange{earlier, test.first, test.again}, 1))
		})
	}
}
