package omisealipay_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit/kittest"
	"github.com/paysocket/paysocket/provider/omise/sandbox"
)

// hook makes the webhook that the gateway would send.
func (f *fixture) hook(spec *gateway.WebhookSpec) *contract.WebhookRequest {
	f.t.Helper()
	if spec.Event == "" {
		spec.Event = gateway.EventPaymentUpdated
	}
	built, err := f.scope.BuildWebhook(f.t.Context(), spec)
	require.NoError(f.t, err)
	headers := http.Header{}
	for _, header := range built.Headers {
		headers.Add(header[0], header[1])
	}
	return &contract.WebhookRequest{
		Method: http.MethodPost, Path: "/hooks", Headers: headers, Body: built.Body, ReceivedAt: f.clock.Now(),
	}
}

func (f *fixture) parse(r *contract.WebhookRequest) *contract.WebhookResult {
	f.t.Helper()
	result, err := f.ParseWebhook(f.t.Context(), r)
	require.NoError(f.t, err)
	require.NoError(f.t, result.Validate())
	return result
}

// signed writes a body as the gateway would sign it with a secret.
func signed(secret string, body []byte, at time.Time) *contract.WebhookRequest {
	key, _ := base64.StdEncoding.DecodeString(secret)
	stamp := strconv.FormatInt(at.Unix(), 10)
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(stamp + "."))
	mac.Write(body)
	headers := http.Header{}
	headers.Set("Omise-Signature", hex.EncodeToString(mac.Sum(nil)))
	headers.Set("Omise-Signature-Timestamp", stamp)
	return &contract.WebhookRequest{Method: http.MethodPost, Path: "/hooks", Headers: headers, Body: body, ReceivedAt: at}
}

func (f *fixture) sign(body string) *contract.WebhookRequest {
	f.t.Helper()
	return signed(f.scope.Connection().Credentials["webhook_secret"], []byte(body), f.clock.Now())
}

func TestParseWebhook_ReadsThePaymentOfEveryAPIVersion(t *testing.T) {
	t.Parallel()
	for _, version := range []string{"2014-07-27", "2015-11-17", "2017-11-02", "2019-05-29"} {
		t.Run(version, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t, &setup{dials: sandbox.Dials{APIVersion: version}})
			payment := f.paid()
			f.front.Seen()
			hook := f.hook(&gateway.WebhookSpec{Payment: payment.PaymentID})
			result := f.parse(hook)
			assert.Equal(t, contract.DispositionEvents, result.Disposition)
			assert.Equal(t, contract.VerificationSignature, result.Verification)
			assert.Equal(t, "charge.complete", result.Kind)
			assert.Equal(t, contract.Ack{Status: http.StatusOK}, result.Ack)
			require.Len(t, result.Events, 1)
			event := result.Events[0]
			assert.False(t, event.Authoritative)
			assert.Equal(t, f.clock.Now(), event.OccurredAt)
			assert.Equal(t, payment.PaymentID, event.Payment.PaymentID)
			assert.Equal(t, payment.IdempotencyKey, event.Payment.IdempotencyKey)
			assert.Equal(t, contract.PaymentSucceeded, event.Payment.Status)
			assert.Equal(t, "alipay", event.Payment.Method)
			assert.Equal(t, result, f.parse(hook), "a redelivery says the same")
			assert.Empty(t, f.front.Seen(), "a signed event is a snapshot")
		})
	}
}

func TestParseWebhook_DoesNotTakeCompleteForSucceeded(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	payment := f.create(f.newPayment())
	f.move(payment.PaymentID, gateway.StateFailed)
	result := f.parse(f.hook(&gateway.WebhookSpec{Payment: payment.PaymentID}))
	assert.Equal(t, "charge.complete", result.Kind)
	assert.Equal(t, contract.PaymentFailed, result.Events[0].Payment.Status)
}

func TestParseWebhook_RefusesAWrongSignature(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	payment := f.paid()
	hook := func(sign gateway.Signing, offset time.Duration) *contract.WebhookRequest {
		return f.hook(&gateway.WebhookSpec{Payment: payment.PaymentID, Sign: sign, AtOffset: offset})
	}
	header := func(name, value string) *contract.WebhookRequest {
		r := hook(gateway.SignCurrent, 0)
		http.Header(r.Headers).Set(name, value)
		return r
	}
	for name, test := range map[string]struct {
		request *contract.WebhookRequest
		reason  contract.Reason
	}{
		"not signed":      {hook(gateway.SignNone, 0), contract.WebhookSignatureMissing},
		"empty":           {header("Omise-Signature", ""), contract.WebhookSignatureMissing},
		"wrong secret":    {hook(gateway.SignWrong, 0), contract.WebhookSignatureInvalid},
		"garbage":         {header("Omise-Signature", "zz"), contract.WebhookSignatureInvalid},
		"another time":    {header("Omise-Signature-Timestamp", "1700000000"), contract.WebhookSignatureInvalid},
		"time in letters": {header("Omise-Signature-Timestamp", "now"), contract.WebhookSignatureInvalid},
		"too old":         {hook(gateway.SignCurrent, -301*time.Second), contract.WebhookSignatureStale},
		"too early":       {hook(gateway.SignCurrent, 301*time.Second), contract.WebhookSignatureStale},
	} {
		result, err := f.ParseWebhook(t.Context(), test.request)
		kittest.RequireError(t, err, test.reason, "")
		assert.Nil(t, result, name)
	}
	f.parse(hook(gateway.SignCurrent, -299*time.Second))
}

func TestParseWebhook_VerifiesTheBytesOfTheBody(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	payment := f.paid()
	hook := f.hook(&gateway.WebhookSpec{Payment: payment.PaymentID})
	var compact bytes.Buffer
	require.NoError(t, json.Compact(&compact, hook.Body))
	require.NotEqual(t, hook.Body, compact.Bytes())
	odd := f.sign("\n " + compact.String() + " \t")
	f.parse(odd)
	hook.Body = compact.Bytes()
	_, err := f.ParseWebhook(t.Context(), hook)
	kittest.RequireError(t, err, contract.WebhookSignatureInvalid, "")
}

func TestParseWebhook_AcceptsEitherSecretDuringARotation(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	payment := f.paid()
	previous := f.scope.Connection().Credentials["webhook_secret"]
	require.NoError(t, f.sandbox.RotateWebhookSecret("s1"))
	both := func(sign gateway.Signing) *contract.WebhookRequest {
		return f.hook(&gateway.WebhookSpec{Payment: payment.PaymentID, Sign: sign})
	}
	f.parse(both(gateway.SignBoth)) // the provider still has the previous secret alone
	_, err := f.ParseWebhook(t.Context(), both(gateway.SignCurrent))
	kittest.RequireError(t, err, contract.WebhookSignatureInvalid, "")

	configuration := f.configuration()
	configuration.Secrets["webhook_secrets"] = contract.NewSecret(configuration.Secrets["webhook_secrets"].Reveal() + " , " + previous)
	_, err = f.Configure(t.Context(), configuration)
	require.NoError(t, err)
	for _, sign := range []gateway.Signing{gateway.SignCurrent, gateway.SignPrevious, gateway.SignBoth} {
		f.parse(both(sign))
	}
}

func TestParseWebhook_RefusesABodyThatCannotBeRead(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	for name, body := range map[string]string{
		"empty":                ``,
		"null":                 `null`,
		"an array":             `[]`,
		"truncated":            `{"object":"event","id":"evnt_test_1","key":"charge.complete","data":{`,
		"an event twice":       `{"object":"event","id":"evnt_test_1","key":"charge.complete"}{}`,
		"a name twice":         `{"object":"event","id":"evnt_test_1","key":"charge.complete","key":"charge.create"}`,
		"data twice":           `{"object":"event","id":"evnt_test_1","key":"charge.complete","data":{},"d\u0061ta":{}}`,
		"another object":       `{"object":"charge","id":"chrg_test_1"}`,
		"no object":            `{"id":"evnt_test_1","key":"charge.complete"}`,
		"a ping without an id": `{"object":"ping","type":"ping"}`,
		"no id":                `{"object":"event","key":"charge.complete"}`,
		"no key":               `{"object":"event","id":"evnt_test_1"}`,
		"metadata twice":       `{"object":"event","id":"evnt_test_1","key":"charge.complete","data":{"object":"charge","metadata":{},"metadata":{}}}`,
		"a key of ours twice":  `{"object":"event","id":"evnt_test_1","key":"charge.complete","data":{"object":"charge","metadata":{"paysocket_key":"a","paysocket_key":"b"}}}`,
		"ours, no amount":      ours(`"currency":"thb"`),
		"ours, an odd amount":  ours(`"currency":"thb","amount":"9"`),
		"ours, no time":        ours(`"currency":"thb","amount":9,"created":null`),
		"ours, of no currency": ours(`"currency":"xxx","amount":9`),
		"ours, a name twice":   ours(`"currency":"thb","amount":9,"card":null,"card":null`),
		"ours, deep":           ours(`"currency":"thb","amount":9,"x":` + strings.Repeat("[", 40) + strings.Repeat("]", 40)),
		"ours, another object": `{"object":"event","id":"evnt_test_1","key":"charge.complete","data":{"object":"order","id":"ordr_test_1","metadata":{"paysocket_key":"k"}}}`,
		"ours, a refund":       `{"object":"event","id":"evnt_test_1","key":"refund.create","data":{"object":"refund","id":"rfnd_test_1","metadata":{"paysocket_key":"k"}}}`,
	} {
		_, err := f.ParseWebhook(t.Context(), f.sign(body))
		assert.Equal(t, contract.WebhookMalformed, contract.ReasonOf(err), "%s: %v", name, err)
	}
	_, err := f.ParseWebhook(t.Context(), f.sign(strings.Repeat(" ", contract.MaxWebhookBody+1)))
	kittest.RequireError(t, err, contract.InvalidRequest, "")
	assert.Empty(t, f.front.Seen())
}

// ours is an event about a charge that this provider made.
func ours(members string) string {
	return `{"object":"event","id":"evnt_test_1","key":"charge.complete","data":{"object":"charge","id":"chrg_test_1",` +
		`"created":"2026-11-22T08:00:00Z","offsite":"alipay","metadata":{"paysocket_key":"k"},` + members + `}}`
}

func TestParseWebhook_IgnoresOtherKinds(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	for _, kind := range []string{
		"customer.create", "customer.update", "customer.update.card", "customer.destroy", "card.update", "card.destroy",
		"dispute.create", "dispute.update", "dispute.accept", "dispute.close", "link.create",
		"recipient.create", "recipient.update", "recipient.verify", "recipient.activate", "recipient.deactivate", "recipient.destroy",
		"schedule.create", "schedule.suspend", "schedule.expire", "schedule.expiring", "schedule.destroy",
		"transfer.create", "transfer.update", "transfer.send", "transfer.pay", "transfer.fail", "transfer.destroy",
		"charge.hibernate", "refund.hibernate",
	} {
		result := f.parse(f.sign(`{"object":"event","id":"evnt_test_1","key":"` + kind + `","data":{"object":"whatever","id":5}}`))
		assert.Equal(t, contract.DispositionIgnored, result.Disposition)
		assert.Equal(t, kind, result.Kind)
		assert.Equal(t, "evnt_test_1", result.DedupeKey)
		assert.Empty(t, result.Events)
	}
}

func TestParseWebhook_IgnoresEventsThatTellNothing(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	foreign, err := f.scope.CreatePayment(t.Context(), gateway.Money{Amount: 2000, Currency: "THB"})
	require.NoError(t, err)
	for name, hook := range map[string]*contract.WebhookRequest{
		"no data":           f.sign(`{"object":"event","id":"evnt_test_1","key":"charge.complete"}`),
		"null data":         f.sign(`{"object":"event","id":"evnt_test_1","key":"charge.complete","data":null}`),
		"a stub":            f.sign(`{"object":"event","id":"evnt_test_1","key":"charge.update","data":{"object":"charge","id":"chrg_test_1","livemode":false,"deleted":true}}`),
		"a stubbed refund":  f.sign(`{"object":"event","id":"evnt_test_1","key":"refund.create","data":{"object":"refund","id":"rfnd_test_1","livemode":false,"deleted":true}}`),
		"another's payment": f.hook(&gateway.WebhookSpec{Payment: foreign.ID}),
		"a card": f.sign(`{"object":"event","id":"evnt_test_1","key":"charge.complete","data":{"object":"charge","id":"chrg_test_1",` +
			`"amount":1,"currency":"thb","status":"pending","created":"2026-11-22T08:00:00Z","metadata":{"paysocket_key":"k"},"card":{"object":"card"}}}`),
	} {
		result := f.parse(hook)
		assert.Equal(t, contract.DispositionIgnored, result.Disposition, name)
		assert.NotEmpty(t, result.Kind)
	}
}

func TestParseWebhook_RefusesTheOtherMode(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	payment := f.paid()
	for name, hook := range map[string]*contract.WebhookRequest{
		"the event's flag":  f.hook(&gateway.WebhookSpec{Payment: payment.PaymentID, BodyPatch: []gateway.PatchOp{{Op: "replace", Path: "/livemode", Value: true}}}),
		"the event's id":    f.sign(strings.Replace(ours(`"amount":1,"currency":"thb"`), "evnt_test_1", "evnt_1", 1)),
		"the charge's flag": f.sign(ours(`"amount":1,"currency":"thb","livemode":true`)),
		"the refund's id": f.sign(`{"object":"event","id":"evnt_test_1","key":"refund.create",` +
			`"data":{"object":"refund","id":"rfnd_1","charge":"chrg_1","amount":1,"currency":"thb","metadata":{"paysocket_key":"k"}}}`),
	} {
		_, err := f.ParseWebhook(t.Context(), hook)
		assert.Equal(t, contract.ModeMismatch, contract.ReasonOf(err), "%s: %v", name, err)
	}
}

func TestParseWebhook_ReadsRefunds(t *testing.T) {
	t.Parallel()
	f := newFixture(t, &setup{dials: sandbox.Dials{APIVersion: "2019-05-29"}})
	payment := f.paid()
	ours := f.refund(f.newRefund(payment.PaymentID, 500))
	result := f.parse(f.hook(&gateway.WebhookSpec{Payment: payment.PaymentID, Refund: ours.RefundID, Event: gateway.EventRefundUpdated}))
	require.Equal(t, contract.DispositionEvents, result.Disposition)
	assert.Equal(t, ours.RefundID, result.Events[0].Refund.RefundID)
	assert.Equal(t, ours.IdempotencyKey, result.Events[0].Refund.IdempotencyKey)

	dashboard, err := f.scope.CreateRefund(t.Context(), payment.PaymentID, gateway.Money{Amount: 700, Currency: "THB"})
	require.NoError(t, err)
	result = f.parse(f.hook(&gateway.WebhookSpec{Payment: payment.PaymentID, Refund: dashboard.ID, Event: gateway.EventRefundUpdated}))
	require.Equal(t, contract.DispositionEvents, result.Disposition)
	refund := result.Events[0].Refund
	assert.Empty(t, refund.IdempotencyKey)
	assert.EqualValues(t, 1200, refund.TotalRefunded.MinorUnits)

	foreign, err := f.scope.CreatePayment(t.Context(), gateway.Money{Amount: 2000, Currency: "THB"})
	require.NoError(t, err)
	f.move(foreign.ID, gateway.StateSucceeded)
	theirs, err := f.scope.CreateRefund(t.Context(), foreign.ID, gateway.Money{Amount: 100, Currency: "THB"})
	require.NoError(t, err)
	result = f.parse(f.hook(&gateway.WebhookSpec{Payment: foreign.ID, Refund: theirs.ID, Event: gateway.EventRefundUpdated}))
	assert.Equal(t, contract.DispositionIgnored, result.Disposition)
}

func TestParseWebhook_JudgesTheModeByWhatSaysIt(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	event := ours(`"currency":"thb","amount":9,"status":"pending"`)
	for envelope, want := range map[string]contract.Reason{
		`"id":"evnt_test_1","livemode":false`: "",
		`"id":"evnt_test_1"`:                  "",
		`"id":"01JDQ3","livemode":false`:      "",
		`"id":"evt-7"`:                        "",
		`"id":"evnt_test_1","livemode":true`:  contract.ModeMismatch,
		`"id":"evnt_1"`:                       contract.ModeMismatch,
		`"id":"evnt_1","livemode":false`:      contract.ModeMismatch,
		`"id":"01JDQ3","livemode":true`:       contract.ModeMismatch,
	} {
		result, err := f.ParseWebhook(t.Context(), f.sign(strings.Replace(event, `"id":"evnt_test_1"`, envelope, 1)))
		assert.Equal(t, want, contract.ReasonOf(err), "%s: %v", envelope, err)
		if err == nil {
			assert.Len(t, result.Events, 1, envelope)
		}
	}
}
