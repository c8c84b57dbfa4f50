package memory

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/contract"
)

const paidAnswer = `{"id":"pay_1","object":"payment","live":false,"idempotency_key":"k1","amount":2000,"currency":"THB",` +
	`"amount_refunded":0,"method":"wallet","status":"succeeded","reference":"order-77","created_at":"2026-02-03T04:05:06.789Z",` +
	`"updated_at":"2026-02-03T04:06:06Z","expires_at":"2026-02-03T04:35:06Z","paid_at":"2026-02-03T04:06:06Z"}`

// Whatever the gateway answers is refused, or a legal payment; and it has
// succeeded only if the gateway says so in both places.
func FuzzPaymentAnswer(f *testing.F) {
	f.Add([]byte(paidAnswer))
	f.Add([]byte(strings.Replace(paidAnswer, "2000", "2e3", 1)))
	f.Add([]byte(strings.Replace(paidAnswer, "succeeded", "Succeeded", 1)))
	f.Add([]byte(strings.Replace(paidAnswer, `"paid_at"`, `"failure_code"`, 1)))
	f.Add([]byte(strings.Replace(paidAnswer, `"succeeded"`, `"pending","pay_url":"https://pay.test/"`, 1)))
	f.Add([]byte(`{"error":{"code":"key_reused","payment_id":"pay_1"}}`))
	f.Add([]byte(`{"id":{"id":[{}]},"id":1}`))
	f.Fuzz(func(t *testing.T, content []byte) {
		var answer paymentAnswer
		if decode(content, &answer) != nil {
			return
		}
		payment, e := answer.payment()
		if e != nil {
			assert.Equal(t, contract.MalformedResponse, e.Reason)
			assert.Nil(t, payment)
			return
		}
		require.NoError(t, payment.Validate())
		paid := answer.Status == "succeeded" && !answer.PaidAt.IsZero() && answer.FailureCode == ""
		if payment.Status == contract.PaymentSucceeded {
			assert.True(t, paid)
		}
	})
}

func FuzzDecode(f *testing.F) {
	for _, seed := range []string{
		"", "null", "{}", " {} ", "{}{}", "[]", `{"a":1,"a":2}`, `{"a":{"b":1,"b":2}}`, `{"a":[{"b":1},{"b":1}]}`,
		`{"a":` + strings.Repeat("[", 40), `{"a":"` + "\xff" + `"}`, `{"a":1}x`, "{", `{"a"`, `{"a":}`, `{"a":1,}`, `{"\u0061":1,"a":2}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		var object map[string]any
		err := decode(content, &object)
		if err == nil {
			assert.True(t, json.Valid(content))
			assert.NotNil(t, object)
			return
		}
		assert.Contains(t, []error{errTooLarge, errNotText, errNotJSON, errTooDeep, errTwice, errOtherTypes}, err)
	})
}

func TestEachWayToMisleadAReaderIsRefused(t *testing.T) {
	t.Parallel()
	nested := func(depth int) string {
		return `{"a":` + strings.Repeat("[", depth-1) + strings.Repeat("]", depth-1) + "}"
	}
	sized := func(size int) string { return `{"a":"` + strings.Repeat("a", size-8) + `"}` }
	for content, want := range map[string]error{
		`{"a":{"b":1},"c":[{"b":1},{"b":1}]}`: nil,
		" {}\n":                               nil,
		nested(maxDepth):                      nil,
		nested(maxDepth + 1):                  errTooDeep,
		sized(maxBody):                        nil,
		sized(maxBody + 1):                    errTooLarge,
		"{\"a\":\"\xff\"}":                    errNotText,
		`{"a":1,"a":2}`:                       errTwice,
		`{"a":1,"\u0061":2}`:                  errTwice,
		`{"a":[{"b":1,"b":2}]}`:               errTwice,
		"{}{}":                                errNotJSON,
		"{}]":                                 errNotJSON,
		"{":                                   errNotJSON,
		"[]":                                  errNotJSON,
		"null":                                errNotJSON,
		"":                                    errNotJSON,
	} {
		var object map[string]any
		assert.Equal(t, want, decode([]byte(content), &object), "%.60s", content)
	}
	var typed struct{ A int }
	assert.Equal(t, errOtherTypes, decode([]byte(`{"a":"1"}`), &typed))
}

// Nothing that was not signed with the secret is genuine.
func FuzzSignature(f *testing.F) {
	now := time.Unix(1770091506, 0)
	body := []byte(`{"id":"evt_1"}`)
	s := &settings{webhookSecrets: []contract.Secret{contract.NewSecret("whsec_12345678")}, webhookTolerance: time.Minute}
	genuine := sign(body, "1770091506", contract.NewSecret("whsec_12345678"))
	for _, seed := range []string{
		"t=1770091506,v1=" + genuine, "v1=" + genuine + ",t=1770091506", "t=1770091506, v1=00,v1=" + genuine,
		"t=0,v1=" + genuine, "t=1770091506,v1=" + strings.ToUpper(genuine), "t=,v1=", "t", ",,,", "t=99999999999,v1=a", "",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, header string) {
		e := s.verify(&contract.WebhookRequest{
			Headers: map[string][]string{signatureHeader: {header}}, Body: body, ReceivedAt: now,
		})
		if e == nil {
			assert.Contains(t, header, genuine)
			assert.Contains(t, header, "t=1770091506")
		}
	})
}

func FuzzRetryAfter(f *testing.F) {
	for _, seed := range []string{"7", "-1", "1.5", "86400", "99999999999999999999", "Tue, 03 Feb 2026 04:05:06 GMT", "soon", ""} {
		f.Add(seed, "Tue, 03 Feb 2026 04:05:00 GMT")
		f.Add(seed, "")
	}
	f.Fuzz(func(t *testing.T, value, date string) {
		wait := retryAfter(http.Header{"Retry-After": {value}, "Date": {date}})
		assert.GreaterOrEqual(t, wait, time.Duration(0))
		assert.LessOrEqual(t, wait, maxRetryAfter)
	})
}
