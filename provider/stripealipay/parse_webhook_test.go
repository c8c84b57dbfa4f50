package stripealipay_test

import (
	"encoding/hex"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/stripe/stripe-go/v85"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit/kittest"
)

const webhookSecret = "whsec_abcdefgh"

// signedWebhook returns a webhook that was signed by the SDK's formula.
func signedWebhook(body string, at time.Time, secrets ...string) *contract.WebhookRequest {
	parts := []string{"t=" + strconv.FormatInt(at.Unix(), 10)}
	for _, secret := range secrets {
		parts = append(parts, "v1="+hex.EncodeToString(stripe.ComputeSignature(at, []byte(body), secret)))
	}
	return &contract.WebhookRequest{
		Method: http.MethodPost, Path: "/hook", Headers: map[string][]string{"Stripe-Signature": {strings.Join(parts, ",")}}, Body: []byte(body), ReceivedAt: at,
	}
}

// newFixtureWithSecrets configures the provider for these webhook secrets.
func newFixtureWithSecrets(t *testing.T, secrets string) *fixture {
	t.Helper()
	f := newFixture(t)
	c := configuration(f.scope.Connection())
	c.Secrets["webhook_secrets"] = contract.NewSecret(secrets)
	_, err := f.Configure(t.Context(), c)
	require.NoError(t, err)
	return f
}

// ofOurs makes a refund one that the host asked for.
var ofOurs = map[string]any{"metadata": map[string]string{"paysocket_key": "r1"}}

func eventBody(kind string, live bool, object string) string {
	return fmt.Sprintf(`{"id":"evt_1","object":"event","type":%q,"livemode":%t,"created":1790000300,"data":{"object":%s}}`, kind, live, object)
}

func TestParseWebhook_VerifiesTheSignature(t *testing.T) {
	t.Parallel()
	f := newFixtureWithSecrets(t, "whsec_ijklmnop,"+webhookSecret)
	body, now := eventBody("payment_intent.succeeded", false, intentJSON(t, "pi_123", map[string]any{"latest_charge": "py_1"})), time.Now()
	good := func() *contract.WebhookRequest { return signedWebhook(body, now, webhookSecret) }
	header := good().Headers["Stripe-Signature"][0]
	with := func(value ...string) *contract.WebhookRequest {
		r := good()
		r.Headers["Stripe-Signature"] = value
		return r
	}
	at := func(offset time.Duration) *contract.WebhookRequest {
		r := good()
		r.ReceivedAt = now.Add(offset)
		return r
	}
	changed := good()
	changed.Body = []byte(strings.Replace(body, "2000", "2001", 1))
	for name, test := range map[string]struct {
		request *contract.WebhookRequest
		reason  contract.Reason
	}{
		"by the second secret":     {good(), ""},
		"by both":                  {signedWebhook(body, now, "whsec_ijklmnop", webhookSecret), ""},
		"by another and ours":      {signedWebhook(body, now, "whsec_zzzzzzzz", webhookSecret), ""},
		"with the test scheme":     {with(header + ",v0=00ff"), ""},
		"with white space":         {with(" " + strings.Replace(header, ",", " ,\t", 1)), ""},
		"five minutes late":        {at(4*time.Minute + 58*time.Second), ""},
		"by another":               {signedWebhook(body, now, "whsec_zzzzzzzz"), contract.WebhookSignatureInvalid},
		"of another body":          {changed, contract.WebhookSignatureInvalid},
		"of another time":          {with(strings.Replace(header, "t=", "t=1", 1)), contract.WebhookSignatureInvalid},
		"of two times":             {with("t=1," + header), contract.WebhookSignatureInvalid},
		"of an odd time":           {with(strings.Replace(header, "t=", "t=0", 1)), contract.WebhookSignatureInvalid},
		"of no time":               {with(header[strings.Index(header, "v1"):]), contract.WebhookSignatureInvalid},
		"cut":                      {with(header[:len(header)-2]), contract.WebhookSignatureInvalid},
		"of the test scheme alone": {with(strings.Replace(header, "v1=", "v0=", 1)), contract.WebhookSignatureInvalid},
		"in capitals":              {with(strings.Replace(header, header[len(header)-64:], strings.ToUpper(header[len(header)-64:]), 1)), contract.WebhookSignatureInvalid},
		"not hexadecimal":          {with(header[:len(header)-1] + "x"), contract.WebhookSignatureInvalid},
		"on two lines":             {with(strings.Split(header, ",")...), ""},
		"with empty parts":         {with("," + strings.Replace(header, ",", ", ,", 1) + ","), ""},
		"in two headers":           {with(header, header), contract.WebhookSignatureInvalid},
		"one of a hundred":         {with(strings.Repeat("v1=00,", 100) + header), contract.WebhookSignatureInvalid},
		"empty":                    {with(""), contract.WebhookSignatureMissing},
		"absent":                   {with(), contract.WebhookSignatureMissing},
		"too long ago":             {at(5*time.Minute + 2*time.Second), contract.WebhookSignatureStale},
		"from the future":          {at(-5*time.Minute - 2*time.Second), contract.WebhookSignatureStale},
	} {
		result, err := f.ParseWebhook(t.Context(), test.request)
		if test.reason == "" {
			require.NoError(t, err, name)
			assert.Equal(t, "evt_1", result.DedupeKey)
			continue
		}
		kittest.RequireError(t, err, test.reason, "")
	}
}

func TestParseWebhook_ReturnsThePaymentAsGetStatusDoes(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	payment := f.pay("k1")
	for _, move := range []struct {
		to   gateway.State
		kind string
	}{{gateway.StatePending, "payment_intent.requires_action"}, {gateway.StateFailed, "payment_intent.payment_failed"}} {
		if move.to != gateway.StatePending {
			f.move(payment.PaymentID, move.to, "payment_intent_payment_attempt_expired")
		}
		result, err := f.ParseWebhook(t.Context(), f.webhook(&gateway.WebhookSpec{Payment: payment.PaymentID, Event: gateway.EventPaymentUpdated}))
		require.NoError(t, err)
		assert.Equal(t, move.kind, result.Kind)
		require.Len(t, result.Events, 1)
		assert.Equal(t, f.status(payment.PaymentID), result.Events[0].Payment)
		assert.False(t, result.Events[0].Authoritative)
	}
}

func (f *fixture) webhook(spec *gateway.WebhookSpec) *contract.WebhookRequest {
	f.t.Helper()
	hook, err := f.scope.BuildWebhook(f.t.Context(), spec)
	require.NoError(f.t, err)
	request := &contract.WebhookRequest{
		Method: http.MethodPost, Path: "/hook", Headers: map[string][]string{}, Body: hook.Body, ReceivedAt: time.Now(),
	}
	for _, header := range hook.Headers {
		request.Headers[http.CanonicalHeaderKey(header[0])] = []string{header[1]}
	}
	return request
}

func TestParseWebhook_ReturnsDashboardRefundsOfTheHostsPayments(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	ours := f.paid("k1")
	foreign, err := f.scope.CreatePayment(t.Context(), gateway.Money{Amount: 2000, Currency: "CNY"})
	require.NoError(t, err)
	f.move(foreign.ID, gateway.StateSucceeded, "")
	for id, disposition := range map[string]contract.Disposition{
		ours.PaymentID: contract.DispositionEvents, foreign.ID: contract.DispositionIgnored,
	} {
		refund, err := f.scope.CreateRefund(t.Context(), id, gateway.Money{Amount: 500})
		require.NoError(t, err)
		result, err := f.ParseWebhook(t.Context(), f.webhook(&gateway.WebhookSpec{Payment: id, Refund: refund.ID, Event: gateway.EventRefundUpdated}))
		require.NoError(t, err)
		assert.Equal(t, disposition, result.Disposition)
		assert.Equal(t, "refund.created", result.Kind)
	}
}

func TestParseWebhook_RefusesTheOtherModeAndMalformedEvents(t *testing.T) {
	t.Parallel()
	f := newFixtureWithSecrets(t, webhookSecret)
	noMode := strings.Replace(eventBody("payment_intent.succeeded", false, intentJSON(t, "pi_123", nil)), `"livemode":false,`, "", 1)
	for body, reason := range map[string]contract.Reason{
		eventBody("payment_intent.succeeded", true, intentJSON(t, "pi_123", nil)):                                          contract.ModeMismatch,
		eventBody("payment_intent.succeeded", false, intentJSON(t, "pi_123", map[string]any{"livemode": true})):            contract.ModeMismatch,
		eventBody("refund.failed", true, refundJSON(t, ofOurs)):                                                            contract.ModeMismatch,
		eventBody("payment_intent.succeeded", false, `{"amount":1,`+intentJSON(t, "pi_123", nil)[1:]):                      contract.WebhookMalformed,
		eventBody("payment_intent.succeeded", false, intentJSON(t, "pi_123", map[string]any{"object": "charge"})):          contract.WebhookMalformed,
		eventBody("payment_intent.succeeded", false, intentJSON(t, "pi_123", map[string]any{"amount": "2000"})):            contract.WebhookMalformed,
		eventBody("payment_intent.succeeded", false, intentJSON(t, "pi_123", map[string]any{"amount": nil})):               contract.WebhookMalformed,
		eventBody("payment_intent.succeeded", false, intentJSON(t, "pi_123", map[string]any{"currency": "zzz"})):           contract.WebhookMalformed,
		eventBody("payment_intent.succeeded", false, `{"metadata":{"paysocket_key":"a","paysocket_key":"b"}}`):             contract.WebhookMalformed,
		eventBody("payment_intent.succeeded", false, `{"metadata":{},"metadata":{}}`):                                      contract.WebhookMalformed,
		eventBody("refund.created", false, refundJSON(t, map[string]any{"amount": "500", "metadata": ofOurs["metadata"]})): contract.WebhookMalformed,
		noMode: contract.WebhookMalformed,
		`{"id":"evt_1","object":"event","type":"payment_intent.succeeded","data":{},"data":{}}`:             contract.WebhookMalformed,
		`{"id":"evt_1","object":"event","type":"payment_intent.succeeded","data":{"object":{},"object":1}}`: contract.WebhookMalformed,
		`{"object":"event","type":"payment_intent.succeeded","livemode":false,"created":1}`:                 contract.WebhookMalformed,
		`{"id":"evt_1","object":"event","livemode":false,"created":1}`:                                      contract.WebhookMalformed,
		`{"id":"evt_1","type":"payment_intent.succeeded","livemode":false,"created":1}`:                     contract.WebhookMalformed,
		`{"id":"evt_1","object":"event","type":"a"}{}`:                                                      contract.WebhookMalformed,
		`[]`: contract.WebhookMalformed,
	} {
		_, err := f.ParseWebhook(t.Context(), signedWebhook(body, time.Now(), webhookSecret))
		kittest.RequireError(t, err, reason, "")
	}
}
