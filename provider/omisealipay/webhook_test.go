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
	"github.com/paysocket/paysocket/provider/omise/sandbox"
)

// hook makes the webhook that the gateway would send.
func (b *bench) hook(spec *gateway.WebhookSpec) *contract.WebhookRequest {
	b.t.Helper()
	if spec.Event == "" {
		spec.Event = gateway.EventPaymentUpdated
	}
	built, err := b.scope.BuildWebhook(b.t.Context(), spec)
	require.NoError(b.t, err)
	headers := http.Header{}
	for _, header := range built.Headers {
		headers.Add(header[0], header[1])
	}
	return &contract.WebhookRequest{
		Method: http.MethodPost, Path: "/hooks", Headers: headers, Body: built.Body, ReceivedAt: b.clock.read(),
	}
}

func (b *bench) parse(r *contract.WebhookRequest) *contract.WebhookResult {
	b.t.Helper()
	result, err := b.provider.ParseWebhook(b.t.Context(), r)
	require.NoError(b.t, err)
	require.NoError(b.t, result.Validate())
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

func (b *bench) sign(body string) *contract.WebhookRequest {
	b.t.Helper()
	return signed(b.scope.Connection().Credentials["webhook_secret"], []byte(body), b.clock.read())
}

func TestASignedWebhookTellsThePaymentOfEveryVersion(t *testing.T) {
	t.Parallel()
	for _, version := range []string{"2014-07-27", "2015-11-17", "2017-11-02", "2019-05-29"} {
		t.Run(version, func(t *testing.T) {
			t.Parallel()
			b := open(t, &setup{dials: sandbox.Dials{APIVersion: version}})
			payment := b.paid()
			b.road.clear()
			hook := b.hook(&gateway.WebhookSpec{Payment: payment.PaymentID})
			result := b.parse(hook)
			assert.Equal(t, contract.DispositionEvents, result.Disposition)
			assert.Equal(t, contract.VerificationSignature, result.Verification)
			assert.Equal(t, "charge.complete", result.Kind)
			assert.Equal(t, contract.Ack{Status: http.StatusOK}, result.Ack)
			require.Len(t, result.Events, 1)
			event := result.Events[0]
			assert.False(t, event.Authoritative)
			assert.Equal(t, b.clock.read(), event.OccurredAt)
			assert.Equal(t, payment.PaymentID, event.Payment.PaymentID)
			assert.Equal(t, payment.IdempotencyKey, event.Payment.IdempotencyKey)
			assert.Equal(t, contract.PaymentSucceeded, event.Payment.Status)
			assert.Equal(t, "alipay", event.Payment.Method)
			assert.Equal(t, result, b.parse(hook), "a redelivery says the same")
			assert.Zero(t, b.road.all(), "a signed event is a snapshot")
		})
	}
}

func TestCompleteDoesNotMeanSucceeded(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	payment := b.create(b.order())
	b.move(payment.PaymentID, gateway.StateFailed)
	result := b.parse(b.hook(&gateway.WebhookSpec{Payment: payment.PaymentID}))
	assert.Equal(t, "charge.complete", result.Kind)
	assert.Equal(t, contract.PaymentFailed, result.Events[0].Payment.Status)
}

func TestWhatIsNotSignedRightIsNoEvent(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	payment := b.paid()
	hook := func(sign gateway.Signing, offset time.Duration) *contract.WebhookRequest {
		return b.hook(&gateway.WebhookSpec{Payment: payment.PaymentID, Sign: sign, AtOffset: offset})
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
		result, err := b.provider.ParseWebhook(t.Context(), test.request)
		requireError(t, err, test.reason, "")
		assert.Nil(t, result, name)
	}
	b.parse(hook(gateway.SignCurrent, -299*time.Second))
}

func TestTheSignatureIsOverTheRawBytes(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	payment := b.paid()
	hook := b.hook(&gateway.WebhookSpec{Payment: payment.PaymentID})
	var compact bytes.Buffer
	require.NoError(t, json.Compact(&compact, hook.Body))
	require.NotEqual(t, hook.Body, compact.Bytes())
	odd := b.sign("\n " + compact.String() + " \t")
	b.parse(odd)
	hook.Body = compact.Bytes()
	_, err := b.provider.ParseWebhook(t.Context(), hook)
	requireError(t, err, contract.WebhookSignatureInvalid, "")
}

func TestWhileASecretIsReplacedEitherIsTaken(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	payment := b.paid()
	previous := b.scope.Connection().Credentials["webhook_secret"]
	require.NoError(t, b.sandbox.RotateWebhookSecret("s1"))
	both := func(sign gateway.Signing) *contract.WebhookRequest {
		return b.hook(&gateway.WebhookSpec{Payment: payment.PaymentID, Sign: sign})
	}
	b.parse(both(gateway.SignBoth)) // the provider still has the previous secret alone
	_, err := b.provider.ParseWebhook(t.Context(), both(gateway.SignCurrent))
	requireError(t, err, contract.WebhookSignatureInvalid, "")

	configuration := b.configuration(nil)
	configuration.Secrets["webhook_secrets"] = contract.NewSecret(configuration.Secrets["webhook_secrets"].Reveal() + " , " + previous)
	_, err = b.provider.Configure(t.Context(), configuration)
	require.NoError(t, err)
	for _, sign := range []gateway.Signing{gateway.SignCurrent, gateway.SignPrevious, gateway.SignBoth} {
		b.parse(both(sign))
	}
}

func TestAGenuineBodyThatCannotBeReadIsMalformed(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	for name, body := range map[string]string{
		"empty":          ``,
		"null":           `null`,
		"an array":       `[]`,
		"truncated":      `{"object":"event","id":"evnt_test_1","key":"charge.complete","data":{`,
		"deep":           `{"object":"event","id":"evnt_test_1","key":"x","data":` + strings.Repeat("[", 40) + strings.Repeat("]", 40) + `}`,
		"another object": `{"object":"charge","id":"chrg_test_1"}`,
		"no id":          `{"object":"event","key":"charge.complete"}`,
		"no key":         `{"object":"event","id":"evnt_test_1"}`,
		"odd id":         `{"object":"event","id":"../../x","key":"charge.complete"}`,
		"odd key":        `{"object":"event","id":"evnt_test_1","key":"a\u0000b"}`,
		"odd data":       `{"object":"event","id":"evnt_test_1","key":"charge.complete","data":7}`,
		"another data":   `{"object":"event","id":"evnt_test_1","key":"charge.complete","data":{"object":"card","id":"card_test_1"}}`,
		"no amount":      `{"object":"event","id":"evnt_test_1","key":"charge.complete","data":{"object":"charge","id":"chrg_test_1","currency":"thb"}}`,
		"odd amount":     `{"object":"event","id":"evnt_test_1","key":"charge.complete","data":{"object":"charge","id":"chrg_test_1","currency":"thb","amount":"9"}}`,
	} {
		_, err := b.provider.ParseWebhook(t.Context(), b.sign(body))
		assert.Equal(t, contract.WebhookMalformed, contract.ReasonOf(err), "%s: %v", name, err)
	}
	_, err := b.provider.ParseWebhook(t.Context(), b.sign(strings.Repeat(" ", contract.MaxWebhookBody+1)))
	requireError(t, err, contract.InvalidRequest, "")
	assert.Zero(t, b.road.all())
}

func TestOtherKindsAreIgnoredWithTheirName(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	for _, kind := range []string{
		"customer.create", "customer.update", "customer.update.card", "customer.destroy", "card.update", "card.destroy",
		"dispute.create", "dispute.update", "dispute.accept", "dispute.close", "link.create",
		"recipient.create", "recipient.update", "recipient.verify", "recipient.activate", "recipient.deactivate", "recipient.destroy",
		"schedule.create", "schedule.suspend", "schedule.expire", "schedule.expiring", "schedule.destroy",
		"transfer.create", "transfer.update", "transfer.send", "transfer.pay", "transfer.fail", "transfer.destroy",
		"charge.hibernate", "refund.hibernate",
	} {
		result := b.parse(b.sign(`{"object":"event","id":"evnt_test_1","key":"` + kind + `","data":{"object":"whatever","id":5}}`))
		assert.Equal(t, contract.DispositionIgnored, result.Disposition)
		assert.Equal(t, kind, result.Kind)
		assert.Equal(t, "evnt_test_1", result.DedupeKey)
		assert.Empty(t, result.Events)
	}
}

func TestEventsThatTellNothingAreIgnored(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	foreign, err := b.scope.CreatePayment(t.Context(), gateway.Money{Amount: 2000, Currency: "THB"})
	require.NoError(t, err)
	for name, hook := range map[string]*contract.WebhookRequest{
		"no data":           b.sign(`{"object":"event","id":"evnt_test_1","key":"charge.complete"}`),
		"null data":         b.sign(`{"object":"event","id":"evnt_test_1","key":"charge.complete","data":null}`),
		"a stub":            b.sign(`{"object":"event","id":"evnt_test_1","key":"charge.update","data":{"object":"charge","id":"chrg_test_1","livemode":false,"deleted":true}}`),
		"a stubbed refund":  b.sign(`{"object":"event","id":"evnt_test_1","key":"refund.create","data":{"object":"refund","id":"rfnd_test_1","livemode":false,"deleted":true}}`),
		"another's payment": b.hook(&gateway.WebhookSpec{Payment: foreign.ID}),
		"a card": b.sign(`{"object":"event","id":"evnt_test_1","key":"charge.complete","data":{"object":"charge","id":"chrg_test_1",` +
			`"amount":1,"currency":"thb","status":"pending","created":"2026-11-22T08:00:00Z","metadata":{"paysocket_key":"k"},"card":{"object":"card"}}}`),
	} {
		result := b.parse(hook)
		assert.Equal(t, contract.DispositionIgnored, result.Disposition, name)
		assert.NotEmpty(t, result.Kind)
	}
}

func TestAWebhookOfTheOtherModeIsRefused(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	payment := b.paid()
	for name, hook := range map[string]*contract.WebhookRequest{
		"the event's flag": b.hook(&gateway.WebhookSpec{Payment: payment.PaymentID, BodyPatch: []gateway.PatchOp{{Op: "replace", Path: "/livemode", Value: true}}}),
		"the event's id":   b.sign(`{"object":"event","id":"evnt_1","key":"customer.create"}`),
		"the charge's flag": b.sign(`{"object":"event","id":"evnt_test_1","key":"charge.complete",` +
			`"data":{"object":"charge","id":"chrg_1","livemode":true,"amount":1,"currency":"thb"}}`),
		"the refund's id": b.sign(`{"object":"event","id":"evnt_test_1","key":"refund.create",` +
			`"data":{"object":"refund","id":"rfnd_1","charge":"chrg_1","amount":1,"currency":"thb"}}`),
	} {
		_, err := b.provider.ParseWebhook(t.Context(), hook)
		assert.Equal(t, contract.ModeMismatch, contract.ReasonOf(err), "%s: %v", name, err)
	}
}

func TestARefundEventTellsTheRefund(t *testing.T) {
	t.Parallel()
	b := open(t, &setup{dials: sandbox.Dials{APIVersion: "2019-05-29"}})
	payment := b.paid()
	ours := b.refund(b.refundOrder(payment.PaymentID, 500))
	result := b.parse(b.hook(&gateway.WebhookSpec{Payment: payment.PaymentID, Refund: ours.RefundID, Event: gateway.EventRefundUpdated}))
	require.Equal(t, contract.DispositionEvents, result.Disposition)
	assert.Equal(t, ours.RefundID, result.Events[0].Refund.RefundID)
	assert.Equal(t, ours.IdempotencyKey, result.Events[0].Refund.IdempotencyKey)

	dashboard, err := b.scope.CreateRefund(t.Context(), payment.PaymentID, gateway.Money{Amount: 700, Currency: "THB"})
	require.NoError(t, err)
	result = b.parse(b.hook(&gateway.WebhookSpec{Payment: payment.PaymentID, Refund: dashboard.ID, Event: gateway.EventRefundUpdated}))
	require.Equal(t, contract.DispositionEvents, result.Disposition)
	refund := result.Events[0].Refund
	assert.Empty(t, refund.IdempotencyKey)
	assert.EqualValues(t, 1200, refund.TotalRefunded.MinorUnits)

	foreign, err := b.scope.CreatePayment(t.Context(), gateway.Money{Amount: 2000, Currency: "THB"})
	require.NoError(t, err)
	b.move(foreign.ID, gateway.StateSucceeded)
	theirs, err := b.scope.CreateRefund(t.Context(), foreign.ID, gateway.Money{Amount: 100, Currency: "THB"})
	require.NoError(t, err)
	result = b.parse(b.hook(&gateway.WebhookSpec{Payment: foreign.ID, Refund: theirs.ID, Event: gateway.EventRefundUpdated}))
	assert.Equal(t, contract.DispositionIgnored, result.Disposition)
}
