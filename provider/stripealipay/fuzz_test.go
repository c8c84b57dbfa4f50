package stripealipay

import (
	"encoding/hex"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/stripe/stripe-go/v85"

	"github.com/paysocket/paysocket/contract"
)

// Whatever stands in the header is refused, or the SDK's own check believes it as
// well, once white space around its parts is gone.
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
			parts := strings.Split(header, ",")
			for i := range parts {
				parts[i] = strings.Trim(parts[i], " \t")
			}
			assert.NoError(t, stripe.ValidatePayload(body, strings.Join(parts, ","), "whsec_abcdefgh", stripe.WithIgnoreTolerance()))
		}
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
		var made stripe.PaymentIntent
		if json.Unmarshal(content, &made) != nil {
			return
		}
		payment, e := paymentOf(&made, content)
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
	})
}
