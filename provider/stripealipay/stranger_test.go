package stripealipay_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit/kittest"
	"github.com/paysocket/paysocket/provider/stripealipay"
)

// strangeObjects are what an event or a list may have of others, with content that
// this provider would not accept of the host's own.
func strangeObjects(t *testing.T) map[string]string {
	t.Helper()
	deep := func(depth int) string { return strings.Repeat("[", depth) + strings.Repeat("]", depth) }
	with := func(changes map[string]any) string {
		all := map[string]any{"metadata": map[string]string{"order": "7"}}
		maps.Copy(all, changes)
		return intentJSON(t, "pi_stranger", all)
	}
	plain := with(nil)
	return map[string]string{
		"nothing":                     `{}`,
		"another object":              `{"id":"ch_1","object":"charge"}`,
		"no amount":                   with(map[string]any{"amount": nil}),
		"an amount in a text":         with(map[string]any{"amount": "2000"}),
		"a fraction":                  with(map[string]any{"amount": 1.5}),
		"a negative amount":           with(map[string]any{"amount": -1}),
		"an amount beyond 64 bits":    strings.Replace(plain, `"amount":2000`, `"amount":9223372036854775808`, 1),
		"a number beyond any float":   strings.Replace(plain, `"amount":2000`, `"amount":1e999`, 1),
		"a currency of no country":    with(map[string]any{"currency": "usdc"}),
		"a currency in a number":      with(map[string]any{"currency": 840}),
		"half of its smallest unit":   with(map[string]any{"currency": "isk", "amount": 150}),
		"no time":                     with(map[string]any{"created": nil}),
		"a time in a text":            with(map[string]any{"created": "2026-11-22T08:00:00Z"}),
		"no mode":                     with(map[string]any{"livemode": nil}),
		"the other mode":              with(map[string]any{"livemode": true}),
		"an unknown status":           with(map[string]any{"status": "hibernating"}),
		"a status in a list":          with(map[string]any{"status": []string{"succeeded"}}),
		"an odd charge":               with(map[string]any{"latest_charge": []any{7}}),
		"a charge of odd money":       with(map[string]any{"latest_charge": chargeObject(map[string]any{"amount_refunded": "all"})}),
		"a charge by id":              with(map[string]any{"latest_charge": "ch_1"}),
		"odd next steps":              with(map[string]any{"status": "requires_action", "next_action": "wait"}),
		"a next step without a link":  with(map[string]any{"status": "requires_action", "next_action": map[string]any{"alipay_handle_redirect": map[string]any{"url": "alipay"}}}),
		"a name twice within":         strings.TrimSuffix(plain, "}") + `,"transfer_data":{"a":1,"a":2}}`,
		"too deep":                    strings.TrimSuffix(plain, "}") + `,"x":` + deep(500) + `}`,
		"bytes that are no text":      strings.TrimSuffix(plain, "}") + ",\"description\":\"\xff\xfe\"}",
		"no metadata":                 with(map[string]any{"metadata": nil, "amount": nil}),
		"a key that is null":          with(map[string]any{"metadata": map[string]any{"paysocket_key": nil}, "amount": nil}),
		"a key in a number":           with(map[string]any{"metadata": map[string]any{"paysocket_key": 7}, "amount": nil}),
		"a key of another form":       with(map[string]any{"metadata": map[string]any{"paysocket_key": "a b"}, "amount": nil}),
		"a description in an object":  with(map[string]any{"description": map[string]any{"en": "tea"}}),
		"a customer that was deleted": with(map[string]any{"customer": map[string]any{"id": "cus_1", "deleted": true}}),
	}
}

// doubtfulObjects are objects of which nobody can know whose they are.
func doubtfulObjects() map[string]string {
	return map[string]string{
		"null":                `null`,
		"a number":            `7`,
		"a text":              `"pi_123"`,
		"a list":              `[{"object":"payment_intent"}]`,
		"metadata in a text":  `{"id":"pi_stranger","object":"payment_intent","metadata":"paysocket_key"}`,
		"metadata in a list":  `{"id":"pi_stranger","object":"payment_intent","metadata":["paysocket_key"]}`,
		"metadata twice":      `{"id":"pi_stranger","metadata":{},"metadata":{}}`,
		"a key twice":         `{"id":"pi_stranger","metadata":{"paysocket_key":"a","paysocket_key":"b"}}`,
		"ours without its id": `{"id":"?","metadata":{"paysocket_key":"k1"}}`,
	}
}

func TestParseWebhook_DoesNotJudgeWhatIsNotTheHosts(t *testing.T) {
	t.Parallel()
	f := newFixtureWithSecrets(t, webhookSecret)
	bodies := map[string]string{
		"a charge that was refunded":  eventBody("charge.refunded", false, `{"id":"ch_1","object":"charge"}`),
		"a dispute":                   eventBody("charge.dispute.created", false, `{"id":"dp_1","object":"dispute"}`),
		"a transfer":                  eventBody("transfer.reversed", false, `{"id":"tr_1","object":"transfer","amount":"x"}`),
		"a deleted customer":          eventBody("customer.deleted", false, `{"id":"cus_1","object":"customer","deleted":true}`),
		"a kind of the future":        eventBody("a.kind.of_the.future", false, `{}`),
		"an odd kind":                 eventBody("Payment Intent", false, `{}`),
		"a long kind":                 eventBody(strings.Repeat("v2.core.", 40), false, `{}`),
		"a kind of the other mode":    eventBody("customer.created", true, `{}`),
		"a refund without a payment":  eventBody("refund.updated", false, refundJSON(t, map[string]any{"payment_intent": nil, "charge": "ch_1"})),
		"a refund of an odd payment":  eventBody("refund.updated", false, refundJSON(t, map[string]any{"payment_intent": []any{"pi_123"}})),
		"a refund of a payment":       eventBody("charge.refund.updated", false, refundJSON(t, map[string]any{"amount": "x"})),
		"a refund of another object":  eventBody("refund.created", false, `{"id":"ch_1","object":"charge"}`),
		"a refund of the other mode":  eventBody("refund.created", true, refundJSON(t, nil)),
		"a thin event":                `{"id":"evt_test_65R9Ijk8dKEYZcXeRWn16R9A7j1FSQ3w3TGDPLLGSM4CW0","object":"v2.core.event","type":"v1.billing.meter.no_meter_found","livemode":false,"created":"2026-09-23T09:17:57.171Z","related_object":null}`,
		"a thin event of ours":        `{"id":"evt_2","object":"v2.core.event","type":"payment_intent.succeeded","livemode":false,"created":"2026-09-23T09:17:57.171Z","related_object":{"id":"pi_123","type":"payment_intent"}}`,
		"a ping":                      `{"id":"evt_3","object":"v2.core.event","type":"v2.core.event_destination.ping","livemode":false,"created":"2026-09-23T09:17:57.171Z","context":null}`,
		"no data":                     `{"id":"evt_4","object":"event","type":"payment_intent.succeeded","livemode":false,"created":1}`,
		"no mode, no time, no object": `{"id":"evt_5","object":"event","type":"payment_intent.succeeded","data":{}}`,
		"data in a list":              `{"id":"evt_6","object":"event","type":"payment_intent.succeeded","livemode":false,"created":1,"data":[]}`,
		"an odd id":                   `{"id":"../../x y","object":"event","type":"payment_intent.succeeded","data":null}`,
		"an odd version":              `{"id":"evt_7","object":"event","api_version":7,"type":"payment_intent.succeeded","data":null}`,
	}
	for name, object := range strangeObjects(t) {
		bodies["a payment: "+name] = eventBody("payment_intent.succeeded", false, object)
		bodies["a refund: "+name] = eventBody("refund.updated", false, strings.ReplaceAll(object, "payment_intent", "refund"))
	}
	for _, name := range []string{"null", "a number", "a text", "a list", "metadata in a text", "metadata in a list"} {
		bodies["a payment: "+name] = eventBody("payment_intent.succeeded", false, doubtfulObjects()[name])
		bodies["a refund: "+name] = eventBody("refund.created", false, doubtfulObjects()[name])
	}
	keys := map[string]string{}
	for name, body := range bodies {
		result, err := f.ParseWebhook(t.Context(), signedWebhook(body, time.Now(), webhookSecret))
		if assert.NoError(t, err, name) {
			assert.Equal(t, contract.DispositionIgnored, result.Disposition, name)
			assert.NotEmpty(t, result.DedupeKey, name)
			assert.NotEmpty(t, result.Kind, name)
		}
		keys[name] = body
	}
}

func TestParseWebhook_ReturnsARefundThatFailedAtAnOldEndpoint(t *testing.T) {
	t.Parallel()
	f := newFixtureWithSecrets(t, webhookSecret)
	failed := map[string]any{"status": "failed", "failure_reason": "expired_or_canceled_card", "charge": "py_1"}
	maps.Copy(failed, ofOurs)
	result, err := f.ParseWebhook(t.Context(), signedWebhook(eventBody("charge.refund.updated", false, refundJSON(t, failed)), time.Now(), webhookSecret))
	require.NoError(t, err)
	require.Len(t, result.Events, 1)
	assert.Equal(t, "charge.refund.updated", result.Events[0].Kind)
	assert.Equal(t, contract.RefundFailed, result.Events[0].Refund.Status)
	assert.Equal(t, "pi_123", result.Events[0].Refund.PaymentID)
	assert.Empty(t, f.front.Seen(), "its key says whose it is")
}

func TestParseWebhook_AsksWhetherAPaymentOfAnyContentIsTheHosts(t *testing.T) {
	t.Parallel()
	f := newFixtureWithSecrets(t, webhookSecret)
	hook := signedWebhook(eventBody("refund.updated", false, refundJSON(t, map[string]any{"payment_intent": map[string]any{"id": "pi_stranger"}})), time.Now(), webhookSecret)
	answers := func(body string) {
		f.front.Set(kittest.On("GET /v1/payment_intents/*", kittest.Answer(http.StatusOK, body)))
	}
	for name, object := range strangeObjects(t) {
		if !strings.Contains(object, `"id":"pi_stranger"`) {
			continue
		}
		answers(object)
		result, err := f.ParseWebhook(t.Context(), hook)
		if assert.NoError(t, err, name) {
			assert.Equal(t, contract.DispositionIgnored, result.Disposition, name)
		}
	}
	for name, object := range doubtfulObjects() {
		answers(object)
		_, err := f.ParseWebhook(t.Context(), hook)
		assert.Equal(t, contract.MalformedResponse, contract.ReasonOf(err), "%s: %v", name, err)
	}
	answers(intentJSON(t, "pi_stranger", map[string]any{"amount": "odd"}))
	result, err := f.ParseWebhook(t.Context(), hook)
	require.NoError(t, err)
	assert.Equal(t, contract.DispositionEvents, result.Disposition, "the host made it, whatever else is in it")
}

// listOf answers with a page of the objects.
func listOf(objects ...string) kittest.Fault {
	return kittest.On("GET /v1/payment_intents", kittest.Answer(http.StatusOK, fmt.Sprintf(`{"object":"list","has_more":false,"data":[%s]}`, strings.Join(objects, ","))))
}

func TestListPayments_LeavesOutOnlyStrangersThatCannotBeRead(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	ours := intentJSON(t, "pi_ours", nil)
	all := strangeObjects(t)
	maps.Copy(all, doubtfulObjects())
	delete(all, "ours without its id")
	request := &contract.ListPaymentsRequest{CreatedFrom: time.Unix(1780000000, 0), CreatedUntil: time.Unix(1800000000, 0)}
	for name, object := range all {
		f.front.Set(listOf(object, ours))
		page, err := f.ListPayments(t.Context(), request)
		if assert.NoError(t, err, name) {
			assert.True(t, slices.ContainsFunc(page.Payments, func(p contract.Payment) bool { return p.PaymentID == "pi_ours" }), name)
		}
	}
	f.front.Set(listOf(intentJSON(t, "pi_hrk", map[string]any{
		"currency": "hrk", "metadata": map[string]string{}, "latest_charge": chargeObject(map[string]any{"currency": "hrk"}),
	}), ours))
	page, err := f.ListPayments(t.Context(), request)
	require.NoError(t, err)
	require.Len(t, page.Payments, 2, "a payment in a retired currency is listed")
	f.front.Set(listOf(intentJSON(t, "pi_odd", map[string]any{"amount": "2000"}), ours))
	_, err = f.ListPayments(t.Context(), request)
	assert.Equal(t, "pi_odd", kittest.ErrorOf(t, err, contract.MalformedResponse, "").Metadata[contract.MetaPaymentID], "one of ours is not left out")
}

func TestGetStatus_LooksAKeyUpBesideStrangers(t *testing.T) {
	t.Parallel()
	f := newFixtureOf(t, stripealipay.New(&stripealipay.Options{Now: func() time.Time { return time.Unix(1790003600, 0) }}))
	ours := intentJSON(t, "pi_ours", nil)
	read := kittest.On("GET /v1/payment_intents/pi_ours", kittest.Answer(http.StatusOK, ours))
	look := func(key string) (*contract.Payment, error) {
		return f.GetStatus(t.Context(), &contract.GetStatusRequest{Attempt: &contract.Attempt{Key: key, FirstAt: time.Unix(1790000000, 0)}})
	}
	for name, object := range strangeObjects(t) {
		f.front.Set(listOf(object, ours), read)
		found, err := look("k1")
		if assert.NoError(t, err, name) {
			assert.Equal(t, "pi_ours", found.PaymentID, name)
		}
		_, err = look("another")
		assert.True(t, kittest.ErrorOf(t, err, contract.PaymentNotFound, "").ProvesAbsence(), name)
	}
	for name, object := range doubtfulObjects() {
		f.front.Set(listOf(ours, object), read)
		found, err := look("k1")
		if assert.NoError(t, err, name) {
			assert.Equal(t, "pi_ours", found.PaymentID, "what was found is returned: "+name)
		}
		_, err = look("another")
		absent := kittest.ErrorOf(t, err, contract.PaymentNotFound, "")
		assert.Equal(t, name == "ours without its id", absent.ProvesAbsence(), name)
	}
	f.front.Set(listOf(doubtfulObjects()["ours without its id"]))
	_, err := look("k1")
	assert.False(t, kittest.ErrorOf(t, err, contract.PaymentNotFound, "").ProvesAbsence())
}

func TestGetRefund_LooksAKeyUpBesideStrangers(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	list := func(refunds ...string) {
		f.front.Set(kittest.On("GET /v1/refunds", kittest.Answer(http.StatusOK,
			fmt.Sprintf(`{"object":"list","has_more":false,"data":[%s]}`, strings.Join(refunds, ",")))),
			kittest.On("GET /v1/refunds/re_1", kittest.Answer(http.StatusOK, refundJSON(t, ofOurs))))
	}
	look := func(key string) (*contract.Refund, error) {
		return f.GetRefund(t.Context(), &contract.GetRefundRequest{PaymentID: "pi_123", Attempt: &contract.Attempt{Key: key, FirstAt: time.Now().Add(-time.Hour)}})
	}
	stranger := refundJSON(t, map[string]any{"id": "re_2", "amount": "odd"})
	list(stranger, refundJSON(t, ofOurs))
	found, err := look("r1")
	require.NoError(t, err)
	assert.Equal(t, "re_1", found.RefundID)
	_, err = look("r2")
	assert.True(t, kittest.ErrorOf(t, err, contract.RefundNotFound, "").ProvesAbsence())
	list(`{"id":"re_3","object":"refund","metadata":"?"}`, refundJSON(t, ofOurs))
	_, err = look("r1")
	require.NoError(t, err)
	_, err = look("r2")
	assert.False(t, kittest.ErrorOf(t, err, contract.RefundNotFound, "").ProvesAbsence())
}

func TestTexts_NeverDecideAboutMoney(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	payment := f.paid("k1")
	for name, odd := range oddTexts() {
		edit := kittest.Rewrite(func(body []byte) []byte {
			var object map[string]any
			if json.Unmarshal(body, &object) != nil {
				return body
			}
			intents := []any{object}
			if list, ok := object["data"].([]any); ok {
				intents = list
			}
			for _, intent := range intents {
				if intent, ok := intent.(map[string]any); ok && intent["object"] == "payment_intent" {
					intent["description"], intent["statement_descriptor"], intent["receipt_email"] = odd, odd, odd
					intent["metadata"] = map[string]any{"paysocket_key": "k1", "paysocket_reference": odd, "note": odd}
				}
			}
			written, _ := json.Marshal(object)
			return []byte(strings.ReplaceAll(string(written), damaged, "\xff"))
		})
		f.front.Set(kittest.On("GET", edit), kittest.On("POST", edit))
		read := f.status(payment.PaymentID)
		assert.Empty(t, read.Reference, name)
		assert.Equal(t, contract.PaymentSucceeded, read.Status, name)
		page, err := f.ListPayments(t.Context(), &contract.ListPaymentsRequest{CreatedFrom: time.Now().Add(-time.Hour), CreatedUntil: time.Now().Add(time.Hour)})
		require.NoError(t, err, name)
		assert.Len(t, page.Payments, 1, name)
		replayed := newPayment("k1")
		replayed.Attempt = lostSince("k1", time.Minute)
		_, err = f.CreatePayment(t.Context(), replayed)
		require.NoError(t, err, name)
		_, err = f.CancelPayment(t.Context(), &contract.CancelPaymentRequest{PaymentID: payment.PaymentID})
		require.NoError(t, err, name)
		_, err = f.Refund(t.Context(), newRefund(payment, "r-"+strings.ReplaceAll(name, " ", "-"), 1))
		require.NoError(t, err, name)
	}
}

func TestTexts_NeverDecideAboutEvents(t *testing.T) {
	t.Parallel()
	f := newFixtureWithSecrets(t, webhookSecret)
	parse := func(kind, object string) (*contract.WebhookResult, error) {
		body := strings.ReplaceAll(eventBody(kind, false, object), damaged, "\xff")
		return f.ParseWebhook(t.Context(), signedWebhook(body, time.Now(), webhookSecret))
	}
	for name, odd := range oddTexts() {
		failed := intentJSON(t, "pi_123", map[string]any{
			"status": "requires_payment_method", "latest_charge": nil, "amount_received": 0, "description": odd, "statement_descriptor_suffix": odd, "cancellation_reason": odd,
			"last_payment_error": map[string]any{"code": odd, "decline_code": odd, "message": odd, "doc_url": odd},
			"metadata":           map[string]any{"paysocket_key": "k1", "paysocket_reference": odd, "note": odd},
		})
		result, err := parse("payment_intent.payment_failed", failed)
		if assert.NoError(t, err, name) && assert.Len(t, result.Events, 1, name) {
			assert.Equal(t, contract.PaymentFailed, result.Events[0].Payment.Status, name)
		}
		refund := map[string]any{"status": "failed", "description": odd, "reason": odd, "failure_reason": odd}
		maps.Copy(refund, map[string]any{"metadata": map[string]any{"paysocket_key": "r1", "paysocket_reason": odd}})
		result, err = parse("refund.failed", refundJSON(t, refund))
		if assert.NoError(t, err, name) && assert.Len(t, result.Events, 1, name) {
			assert.Equal(t, contract.RefundFailed, result.Events[0].Refund.Status, name)
		}
		refund["status"] = "succeeded"
		result, err = parse("refund.updated", refundJSON(t, refund))
		if assert.NoError(t, err, name) && assert.Len(t, result.Events, 1, name) {
			want := contract.RefundUnknown // a refund that failed did not succeed
			if name == "null" || name == "blank" {
				want = contract.RefundSucceeded
			}
			assert.Equal(t, want, result.Events[0].Refund.Status, name)
		}
	}
}

// oddTexts are values of what a merchant can edit in the dashboard.
func oddTexts() map[string]any {
	return map[string]any{
		"long": strings.Repeat("ก", 4000), "control characters": "a\x00b\x1bc", "null": nil, "a number": 7, "a list": []any{"x"}, "an object": map[string]any{"a": "b"},
		"blank": "", "half an emoji": json.RawMessage(`"\ud83c"`), "damaged": damaged, "a flag": true, "a fraction": 1.5,
	}
}

// damaged becomes bytes that are not UTF-8.
const damaged = "\ue000"
