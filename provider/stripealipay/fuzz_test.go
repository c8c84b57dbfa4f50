package stripealipay

import (
	"bytes"
	"encoding/hex"
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
	"github.com/stripe/stripe-go/v85"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit"
	"github.com/paysocket/paysocket/provider/kit/strictjson"
)

// Whatever stands in the header is refused, or the SDK's own check believes it as
// well, once white space around its parts, empty parts and those of other schemes
// are gone.
func FuzzSignatureHeader(f *testing.F) {
	body, at := []byte(`{"id":"evt_1"}`), time.Unix(1790000000, 0)
	good := "t=1790000000,v1=" + hex.EncodeToString(stripe.ComputeSignature(at, body, "whsec_abcdefgh"))
	for _, seed := range []string{
		good, good + ",v0=00", strings.ToUpper(good), "v1=00," + good, good + "," + good, "t=1," + good, strings.Replace(good, "t=", "t=+", 1),
		strings.Replace(good, ",", ", ", 1), "", ",", "t=", "t=,v1=", "t=1790000000", "v1=zz,t=1", strings.Repeat("v1=00,", 20) + good, good + "=",
	} {
		f.Add(seed)
	}
	s := &settings{webhookSecrets: []contract.Secret{contract.NewSecret("whsec_abcdefgh")}, webhookTolerance: time.Minute}
	f.Fuzz(func(t *testing.T, header string) {
		e := s.webhooks().Verify(&contract.WebhookRequest{
			Headers: http.Header{signatureHeader: {header}}, Body: body, ReceivedAt: at.Add(time.Second),
		})
		if e == nil {
			parts := slices.DeleteFunc(kit.HeaderList(http.Header{signatureHeader: {header}}, signatureHeader), func(part string) bool {
				return !strings.HasPrefix(part, "t=") && !strings.HasPrefix(part, "v1=")
			})
			assert.NoError(t, stripe.ValidatePayload(body, strings.Join(parts, ","), "whsec_abcdefgh", stripe.WithIgnoreTolerance()))
		}
	})
}

// FuzzParseWebhook_DoesNotJudgeStrangers parses events around arbitrary objects.
// Without metadata the host did not make them, and they are ignored, unless what
// decides that has a duplicate name.
func FuzzParseWebhook_DoesNotJudgeStrangers(f *testing.F) {
	s := &session{settings: &settings{}}
	f.Fuzz(func(t *testing.T, object []byte) {
		body := fmt.Appendf(nil, `{"id":"evt_1","object":"event","type":"payment_intent.succeeded","livemode":false,"created":1,"data":{"object":%s}}`, object)
		var plain struct {
			Data struct {
				Object map[string]json.RawMessage `json:"object"`
			} `json:"data"`
		}
		if len(body) > contract.MaxWebhookBody || json.Unmarshal(body, &plain) != nil || plain.Data.Object["metadata"] != nil {
			return
		}
		event, err := readEvent(body)
		if err != nil {
			require.ErrorIs(t, err, strictjson.ErrDuplicateName)
			return
		}
		happened, e := s.eventOf(t.Context(), event)
		if e != nil {
			require.ErrorContains(t, e, "twice")
		}
		require.Nil(t, happened)
	})
}

const paidAnswer = `{"id":"pi_123","object":"payment_intent","livemode":false,"status":"succeeded","amount":2000,"amount_received":2000,` +
	`"currency":"cny","created":1790000000,"payment_method_types":["alipay"],"metadata":{"paysocket_key":"k1"},` +
	`"latest_charge":{"id":"py_1","object":"charge","status":"succeeded","paid":true,"captured":true,"amount_refunded":0,"currency":"cny"}}`

// Whatever Stripe answers is refused, or a legal payment; and it has succeeded
// only if Stripe says so in every place.
func FuzzPaymentAnswer(f *testing.F) {
	f.Add([]byte(paidAnswer))
	f.Add([]byte(strings.Replace(paidAnswer, "2000", "2e3", 1)))
	f.Add([]byte(strings.Replace(paidAnswer, "succeeded", "Succeeded", 1)))
	f.Add([]byte(strings.Replace(paidAnswer, `"paid":true`, `"paid":false`, 1)))
	f.Add([]byte(strings.Replace(paidAnswer, `"status":"succeeded"`, `"status":"requires_payment_method","last_payment_error":{}`, 1)))
	f.Add([]byte(strings.Replace(paidAnswer, `"latest_charge":{`, `"next_action":{"redirect_to_url":{"url":"https://a.test"}},"latest_charge":{`, 1)))
	f.Add([]byte(`"pi_123"`))
	for _, row := range LoadVersions(f) {
		shown := row.Objects["payment_intent"]
		require.NoError(f, json.Unmarshal([]byte(paidAnswer), &shown))
		content, err := json.Marshal(shown)
		require.NoError(f, err)
		f.Add(content)
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		made, payment, e := paymentOf(content)
		if e != nil {
			assert.Equal(t, contract.MalformedResponse, e.Reason)
			assert.Nil(t, payment)
			return
		}
		require.NoError(t, payment.Validate())
		if payment.Status == contract.PaymentSucceeded {
			assert.Equal(t, stripe.PaymentIntentStatusSucceeded, made.Status)
			assert.True(t, isTaken(made.LatestCharge))
			assert.Equal(t, made.Amount, made.AmountReceived)
		}
		var sdk stripe.PaymentIntent // which may refuse more
		if json.Unmarshal(content, &sdk) == nil && strings.Count(strings.ToLower(string(content)), `"amount"`) == 1 {
			assert.Equal(t, sdk.Amount, made.Amount)
		}
	})
}

// FuzzListPayments_HasTheHostsBesideAnything lists a payment of the host's beside
// an arbitrary element. Without a key of the host's that is listed or left out, and
// hides nothing.
func FuzzListPayments_HasTheHostsBesideAnything(f *testing.F) {
	for _, seed := range []string{`{}`, `null`, `[[]]`, `{"metadata":{}}`, `{"a":1,"a":2}`, `"\ud83c"`, "{\"description\":\"\xff\"}", `1e999`, `{"object":"payment_intent","id":"pi_1","latest_charge":[]}`, `{"object":"payment_intent","id":"pi_1","created":1790000000,"livemode":false,"status":"x"}`} {
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
			"secret_key": contract.NewSecret("sk_test_12345678901234567890"), "webhook_secrets": contract.NewSecret("whsec_12345678"),
		},
	})
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, element []byte) {
		if !json.Valid(element) || len(element) > 64<<10 || bytes.Contains(element, []byte(`paysocket_key`)) || bytes.Contains(element, []byte(`\u`)) || bytes.Contains(element, []byte(`pi_123`)) {
			return
		}
		page.Store(fmt.Appendf(nil, `{"object":"list","has_more":false,"data":[%s,%s]}`, element, paidAnswer))
		found, err := provider.ListPayments(t.Context(), &contract.ListPaymentsRequest{CreatedFrom: time.Unix(1700000000, 0), CreatedUntil: time.Unix(1900000000, 0)})
		require.NoError(t, err)
		require.True(t, slices.ContainsFunc(found.Payments, func(p contract.Payment) bool { return p.PaymentID == `pi_123` }))
	})
}
