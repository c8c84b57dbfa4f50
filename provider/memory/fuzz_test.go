package memory

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit/strictjson"
)

const paidAnswer = `{"id":"pay_1","object":"payment","live":false,"idempotency_key":"k1","amount":2000,"currency":"THB",` +
	`"amount_refunded":0,"method":"wallet","status":"succeeded","reference":"order-77","created_at":"2026-02-03T04:05:06.789Z",` +
	`"updated_at":"2026-02-03T04:06:06Z","expires_at":"2026-02-03T04:35:06Z","paid_at":"2026-02-03T04:06:06Z"}`

// FuzzParseWebhook_DoesNotJudgeStrangers reads events around arbitrary objects.
// Without a key the host did not make them, and they are ignored, unless what
// decides that has a duplicate name.
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

// FuzzListPayments_HasTheHostsBesideAnything lists a payment of the host's beside
// an arbitrary element. Without a key of the host's that is listed or left out, and
// hides nothing.
func FuzzListPayments_HasTheHostsBesideAnything(f *testing.F) {
	for _, seed := range []string{`{}`, `null`, `[[]]`, `{"metadata":{}}`, `{"a":1,"a":2}`, `"\ud83c"`, "{\"description\":\"\xff\"}", `1e999`, `{"object":"payment","id":"pay_2","amount":-1}`, `{"reference":{"th":"x"}}`} {
		f.Add([]byte(seed))
	}
	var page atomic.Value
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write(page.Load().([]byte))
	}))
	f.Cleanup(server.Close)
	provider := New(nil)
	_, err := provider.Configure(f.Context(), &contract.Configuration{
		Mode: contract.ModeTest, Settings: map[string]string{"api_base": server.URL}, Secrets: map[string]contract.Secret{
			"secret_key": contract.NewSecret("mk_test_fuzz"), "webhook_secrets": contract.NewSecret("whsec_12345678"),
		},
	})
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, element []byte) {
		if !json.Valid(element) || len(element) > 64<<10 || bytes.Contains(element, []byte(`idempotency_key`)) || bytes.Contains(element, []byte(`\u`)) || bytes.Contains(element, []byte(`pay_1`)) {
			return
		}
		page.Store(fmt.Appendf(nil, `{"payments":[%s,%s]}`, element, paidAnswer))
		found, err := provider.ListPayments(t.Context(), &contract.ListPaymentsRequest{CreatedFrom: time.Unix(1700000000, 0), CreatedUntil: time.Unix(1900000000, 0)})
		require.NoError(t, err)
		require.True(t, slices.ContainsFunc(found.Payments, func(p contract.Payment) bool { return p.PaymentID == `pay_1` }))
	})
}
