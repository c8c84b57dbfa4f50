package memory

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit/strictjson"
)

const paidAnswer = `{"id":"pay_1","object":"payment","live":false,"idempotency_key":"k1","amount":2000,"currency":"THB",` +
	`"amount_refunded":0,"method":"wallet","status":"succeeded","reference":"order-77","created_at":"2026-02-03T04:05:06.789Z",` +
	`"updated_at":"2026-02-03T04:06:06Z","expires_at":"2026-02-03T04:35:06Z","paid_at":"2026-02-03T04:06:06Z"}`

// FuzzParseWebhook_DoesNotJudgeStrangers reads events around arbitrary objects.
// Without a key the host did not make them, and they are ignored, unless a name
// stands twice where that is decided.
func FuzzParseWebhook_DoesNotJudgeStrangers(f *testing.F) {
	s := &session{}
	f.Fuzz(func(t *testing.T, data []byte) {
		body := fmt.Appendf(nil, `{"id":"evt_1","object":"event","type":"payment.updated","live":false,"created_at":"2026-02-03T04:05:06Z","data":%s}`, data)
		var plain struct {
			Data map[string]json.RawMessage `json:"data"`
		}
		if len(body) > contract.MaxWebhookBody || json.Unmarshal(body, &plain) != nil || plain.Data["idempotency_key"] != nil {
			return
		}
		var event eventAnswer
		if err := event.read(body); err != nil {
			require.ErrorIs(t, err, strictjson.ErrDuplicateName)
			return
		}
		happened, e := s.eventOf(t.Context(), &event)
		if e != nil {
			require.ErrorContains(t, e, "twice")
		}
		require.Nil(t, happened)
	})
}

// FuzzPaymentAnswer checks that any answer of the gateway is either refused or a
// legal payment, which has succeeded only if both status and paid_at say so.
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
		if strictjson.Decode(content, 1<<20, &answer) != nil {
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
