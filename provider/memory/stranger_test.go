package memory_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit/kittest"
)

// strangePayments are payments that the dashboard made, with content that this
// provider would not accept of the host's own.
func strangePayments(t *testing.T) map[string]string {
	t.Helper()
	deep := func(depth int) string { return strings.Repeat("[", depth) + strings.Repeat("]", depth) }
	with := func(name string, value any) string {
		shown := payment("pay_stranger", "")
		delete(shown, "idempotency_key")
		shown["created_at"] = time.Now().Add(-30 * time.Minute).UTC()
		shown[name] = value
		content, err := json.Marshal(shown)
		require.NoError(t, err)
		return string(content)
	}
	plain := with("reference", "")
	return map[string]string{
		"nothing":                   `{}`,
		"another object":            `{"id":"set_1","object":"settlement"}`,
		"no amount":                 with("amount", nil),
		"an amount in a text":       with("amount", "2000"),
		"a fraction":                with("amount", 1.5),
		"a negative amount":         with("amount", -1),
		"an amount beyond 64 bits":  strings.Replace(plain, `"amount":2000`, `"amount":9223372036854775808`, 1),
		"a number of many digits":   strings.Replace(plain, `"amount":2000`, `"amount":`+strings.Repeat("9", 400), 1),
		"a currency of no country":  with("currency", "BTC"),
		"a currency in a list":      with("currency", []string{"THB"}),
		"no time":                   with("created_at", nil),
		"a time of another form":    with("created_at", "yesterday"),
		"an odd mode":               with("live", "no"),
		"the other mode":            with("live", true),
		"pending without a link":    with("status", "pending"),
		"an odd id":                 with("id", "../../x"),
		"an id in a number":         with("id", 7),
		"a key that is null":        with("idempotency_key", nil),
		"a name twice within":       strings.TrimSuffix(plain, "}") + `,"metadata":{"a":"1","a":"2"}}`,
		"too deep":                  strings.TrimSuffix(plain, "}") + `,"metadata":` + deep(500) + `}`,
		"bytes that are no text":    strings.TrimSuffix(plain, "}") + ",\"description\":\"\xff\"}",
		"a reference in an object":  with("reference", map[string]string{"th": "x"}),
		"a description in a number": with("description", 7),
	}
}

// doubtfulPayments are objects of which nobody can know whose they are.
func doubtfulPayments() map[string]string {
	return map[string]string{
		"null": `null`, "a number": `7`, "a text": `"pay_1"`, "a list": `[{}]`,
		"a key in a number": `{"id":"pay_stranger","idempotency_key":7}`, "a key in a list": `{"id":"pay_stranger","idempotency_key":["k1"]}`,
	}
}

func TestParseWebhook_DoesNotJudgeWhatIsNotTheHosts(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	event := func(kind, data string) string {
		return `{"id":"evt_1","object":"event","type":"` + kind + `","live":false,"created_at":"2026-02-03T04:05:06Z","data":` + data + `}`
	}
	bodies := map[string]string{
		"no data":                    event("payment.updated", `null`),
		"deep data of another kind":  event("settlement.calculated", strings.Repeat("[", 400)+strings.Repeat("]", 400)),
		"another generation":         `{"id":"evt_1","object":"event.v2","type":"payment.updated","created":1}`,
		"no mode, no time":           `{"id":"evt_1","object":"event","type":"payment.updated","data":{}}`,
		"the other mode":             strings.Replace(event("settlement.calculated", `{}`), `"live":false`, `"live":true`, 1),
		"a mode in a text":           strings.Replace(event("payment.updated", `{}`), `"live":false`, `"live":"no"`, 1),
		"a long kind":                event(strings.Repeat("a", 65), `{}`),
		"an odd kind":                event(`pay\u0000ment`, `{}`),
		"an odd id":                  strings.Replace(event("payment.updated", `{}`), "evt_1", "../é", 1),
		"a refund of no payment":     event("refund.updated", `{"id":"ref_1","object":"refund","amount":"x"}`),
		"a refund of an odd payment": event("refund.updated", `{"id":"ref_1","object":"refund","payment_id":["pay_1"]}`),
		"a refund of nobody's":       event("refund.updated", `{"id":"ref_1","object":"refund","payment_id":"pay_nobody"}`),
	}
	for name, object := range strangePayments(t) {
		bodies["a payment: "+name] = event("payment.updated", object)
		bodies["a refund: "+name] = event("refund.updated", object)
	}
	for name, object := range doubtfulPayments() {
		bodies["a payment: "+name] = event("payment.updated", object)
		bodies["a refund: "+name] = event("refund.updated", object)
	}
	for name, body := range bodies {
		result, err := f.parse(f.signed(body))
		if assert.NoError(t, err, name) {
			assert.Equal(t, contract.DispositionIgnored, result.Disposition, name)
			assert.NotEmpty(t, result.Kind, name)
			assert.NotEmpty(t, result.DedupeKey, name)
		}
	}
}

func TestParseWebhook_AsksWhetherAPaymentOfAnyContentIsTheHosts(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	hook := `{"id":"evt_1","object":"event","type":"refund.updated","live":false,"created_at":"2026-02-03T04:05:06Z","data":` +
		`{"id":"ref_1","object":"refund","live":false,"payment_id":"pay_stranger","amount":5,"currency":"THB","status":"pending","created_at":"2026-02-03T04:05:06Z"}}`
	for name, object := range strangePayments(t) {
		f.front.Set(kittest.Answer(200, object))
		if !strings.Contains(object, `"pay_stranger"`) { // nothing that was asked for
			_, err := f.parse(f.signed(hook))
			assert.Equal(t, contract.MalformedResponse, contract.ReasonOf(err), "%s: %v", name, err)
			continue
		}
		result, err := f.parse(f.signed(hook))
		if assert.NoError(t, err, name) {
			assert.Equal(t, contract.DispositionIgnored, result.Disposition, name)
		}
	}
	for name, object := range doubtfulPayments() {
		f.front.Set(kittest.Answer(200, object))
		_, err := f.parse(f.signed(hook))
		assert.Equal(t, contract.MalformedResponse, contract.ReasonOf(err), "%s: %v", name, err)
	}
	f.front.Set(kittest.Answer(200, `{"id":"pay_stranger","idempotency_key":"k1","amount":"odd"}`))
	result, err := f.parse(f.signed(hook))
	require.NoError(t, err)
	assert.Equal(t, contract.DispositionEvents, result.Disposition, "the host made it, whatever else is in it")
}

func TestListPayments_LeavesOutOnlyStrangersThatCannotBeRead(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	id := f.pay("k1").PaymentID
	all := strangePayments(t)
	maps.Copy(all, doubtfulPayments())
	for name, object := range all {
		f.front.Set(kittest.Rewrite(func(body []byte) []byte {
			return []byte(strings.Replace(string(body), `"payments":[`, `"payments":[`+object+`,`, 1))
		}))
		page, err := f.ListPayments(t.Context(), lastHour())
		if assert.NoError(t, err, name) {
			assert.True(t, slices.ContainsFunc(page.Payments, func(p contract.Payment) bool { return p.PaymentID == id }), name)
		}
	}
}

func TestGetStatus_LooksAKeyUpBesideStrangers(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	found := f.pay("k1")
	refunded := f.paid("k2")
	refund, err := f.Refund(t.Context(), newRefund(refunded.PaymentID, "r1", 500))
	require.NoError(t, err)
	attempt := func(key string) *contract.Attempt {
		return &contract.Attempt{Key: key, FirstAt: time.Now().Add(-time.Hour)}
	}
	all := strangePayments(t)
	maps.Copy(all, doubtfulPayments())
	for name, object := range all {
		f.front.Set(kittest.On("GET", kittest.Rewrite(func(body []byte) []byte {
			for _, list := range []string{`"payments":[`, `"refunds":[`} {
				separator := ","
				if strings.Contains(string(body), list+"]") {
					separator = ""
				}
				body = []byte(strings.Replace(string(body), list, list+object+separator, 1))
			}
			return body
		})))
		read, err := f.GetStatus(t.Context(), &contract.GetStatusRequest{Attempt: attempt("k1")})
		if assert.NoError(t, err, name) {
			assert.Equal(t, found.PaymentID, read.PaymentID, "what was found is returned: "+name)
		}
		_, err = f.GetStatus(t.Context(), &contract.GetStatusRequest{Attempt: attempt("k9")})
		assert.False(t, kittest.ErrorOf(t, err, contract.PaymentNotFound, "").ProvesAbsence(), name)
		readRefund, err := f.GetRefund(t.Context(), &contract.GetRefundRequest{PaymentID: refunded.PaymentID, Attempt: attempt("r1")})
		if assert.NoError(t, err, name) {
			assert.Equal(t, refund.RefundID, readRefund.RefundID, name)
		}
		_, err = f.GetRefund(t.Context(), &contract.GetRefundRequest{PaymentID: refunded.PaymentID, Attempt: attempt("r9")})
		assert.False(t, kittest.ErrorOf(t, err, contract.RefundNotFound, "").ProvesAbsence(), name)
	}
}

func TestTexts_NeverDecideAboutMoney(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	id := f.paid("k1").PaymentID
	for name, odd := range map[string]string{
		"long": `"` + strings.Repeat("ก", 4000) + `"`, "control characters": `"a\u0000b"`, "null": `null`, "a number": `7`, "a list": `["x"]`,
		"an object": `{"a":"b"}`, "blank": `""`, "half an emoji": `"\ud83c"`, "damaged": "\"\xff\"",
	} {
		edit := func(body []byte) []byte {
			return []byte(strings.ReplaceAll(string(body), `"reference":"order-77"`, `"reference":`+odd+`,"failure_message":`+odd))
		}
		f.front.Set(kittest.Rewrite(edit))
		read := f.status(id)
		assert.Empty(t, read.Reference, name)
		assert.Equal(t, contract.PaymentSucceeded, read.Status, name)
		page, err := f.ListPayments(t.Context(), lastHour())
		require.NoError(t, err, name)
		assert.Len(t, page.Payments, 1, name)
		_, err = f.GetStatus(t.Context(), &contract.GetStatusRequest{Attempt: &contract.Attempt{Key: "k1", FirstAt: time.Now().Add(-time.Hour)}})
		require.NoError(t, err, name)
		_, err = f.CancelPayment(t.Context(), &contract.CancelPaymentRequest{PaymentID: id})
		require.NoError(t, err, name)
		_, err = f.Refund(t.Context(), newRefund(id, "r-"+strings.ReplaceAll(name, " ", "-"), 1))
		require.NoError(t, err, name)
		hook := f.webhook(&gateway.WebhookSpec{Payment: id, Event: gateway.EventPaymentUpdated})
		result, err := f.parse(f.signed(string(edit(hook.Body))))
		require.NoError(t, err, name)
		assert.Equal(t, contract.DispositionEvents, result.Disposition, name)
	}
}
