package omisealipay_test

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

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit/kittest"
	"github.com/paysocket/paysocket/provider/omise/sandbox"
)

// strangeCharges are charges that others made, with content that this provider
// would not accept of its own.
func strangeCharges() map[string]string {
	deep := func(depth int) string { return strings.Repeat("[", depth) + strings.Repeat("]", depth) }
	with := func(members string) string { return `{"object":"charge","id":"chrg_test_9",` + members + `}` }
	return map[string]string{
		"nothing":                   `{}`,
		"a number":                  `7`,
		"a text":                    `"chrg_test_9"`,
		"a list":                    `[{"object":"charge"}]`,
		"another object":            `{"object":"order","id":"ordr_test_1"}`,
		"no fields":                 `{"object":"charge"}`,
		"no amount":                 with(`"currency":"thb"`),
		"a fraction":                with(`"amount":1.5,"currency":"thb"`),
		"a negative amount":         with(`"amount":-1,"currency":"thb"`),
		"an amount beyond 64 bits":  with(`"amount":9223372036854775808,"currency":"thb"`),
		"a number beyond any float": with(`"amount":1e999,"currency":"thb"`),
		"an amount in a text":       with(`"amount":"100","currency":"thb"`),
		"no currency":               with(`"amount":1`),
		"a currency of no country":  with(`"amount":1,"currency":"btc","created_at":"2026-11-22T08:00:00Z"`),
		"no time":                   with(`"amount":1,"currency":"thb"`),
		"an odd time":               with(`"amount":1,"currency":"thb","created_at":"soon"`),
		"an odd id":                 `{"object":"charge","id":"../../x","amount":1,"currency":"thb"}`,
		"an id in a number":         `{"object":"charge","id":9,"amount":1,"currency":"thb"}`,
		"an odd flag":               with(`"amount":1,"currency":"thb","paid":"yes"`),
		"the other mode":            with(`"amount":1,"currency":"thb","livemode":true`),
		"an odd mode":               with(`"amount":1,"currency":"thb","livemode":"test"`),
		"an unknown status":         with(`"amount":1,"currency":"thb","status":"hibernating"`),
		"odd refunds":               with(`"amount":1,"currency":"thb","refunds":{"object":"list","total":1,"data":[{"object":"robot"}]}`),
		"refunds in a text":         with(`"amount":1,"currency":"thb","refunds":"all"`),
		"a source in a list":        with(`"amount":1,"currency":"thb","source":[]`),
		"deep":                      with(`"x":` + deep(30)),
		"too deep":                  with(`"x":` + deep(500)),
		"a name twice within":       with(`"amount":1,"currency":"thb","card":{"id":1,"id":2}`),
		"bytes that are no text":    with("\"description\":\"\xff\xfe\""),
		"metadata in a text":        with(`"metadata":"paysocket_key"`),
		"metadata in a list":        with(`"metadata":["paysocket_key"]`),
		"no metadata":               with(`"metadata":null,"amount":[]`),
		"a key that is null":        with(`"metadata":{"paysocket_key":null},"amount":"1"`),
		"a key in a number":         with(`"metadata":{"paysocket_key":7},"amount":"1"`),
		"a key of another form":     with(`"metadata":{"paysocket_key":"a b"},"amount":"1"`),
		"a key beside a card":       with(`"metadata":{"paysocket_key":"k"},"amount":"1","card":{"object":"card"}`),
		"a key of another client":   with(`"metadata":{"paysocket_key":"k"},"amount":"1","source":{"type":"promptpay"}`),
	}
}

func TestParseWebhook_DoesNotJudgeWhatIsNotOurs(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	event := func(kind, data string) string {
		return `{"object":"event","id":"evnt_test_1","livemode":false,"key":"` + kind + `","created_at":"2026-11-22T08:00:00Z","data":` + data + `}`
	}
	bodies := map[string]string{
		"an event of the other mode":  `{"object":"event","id":"evnt_1","livemode":true,"key":"customer.create","data":{}}`,
		"an event of an odd mode":     `{"object":"event","id":"evnt_test_1","livemode":"no","key":"charge.complete","data":{}}`,
		"an event of an odd id":       `{"object":"event","id":"../../x","key":"charge.complete"}`,
		"an event of a long id":       `{"object":"event","id":"` + strings.Repeat("e", 4000) + `","key":"charge.complete"}`,
		"an event of an odd kind":     `{"object":"event","id":"evnt_test_1","key":"a\u0000b"}`,
		"an event of a blank kind":    `{"object":"event","id":"evnt_test_1","key":" "}`,
		"an event of a long kind":     event(strings.Repeat("v2.core.", 30), `{}`),
		"an event with deep data":     event("robot.wave", strings.Repeat("[", 400)+strings.Repeat("]", 400)),
		"an event with an odd time":   `{"object":"event","id":"evnt_test_1","key":"charge.complete","created_at":{},"data":{}}`,
		"an event with odd webhooks":  `{"object":"event","id":"evnt_test_1","key":"charge.complete","webhook_deliveries":{"a":1,"a":2},"data":{}}`,
		"a newer event":               `{"object":"event.v2","id":"evnt_test_2","key":"charge.complete","created":1,"payload":{"id":"chrg_test_1"}}`,
		"a thin event":                `{"object":"v2.core.event","id":"evt_1","type":"charge.complete","data":null}`,
		"a ping":                      `{"object":"ping","id":"ping_1","type":"ping","livemode":true}`,
		"a disputed charge":           event("dispute.create", `{"object":"dispute","id":"dspt_test_1","charge":[]}`),
		"a destroyed customer":        event("customer.destroy", `{"object":"customer","id":"cust_test_1","deleted":true}`),
		"a refund of nothing":         event("refund.create", `{"object":"refund","id":"rfnd_test_1"}`),
		"a refund of an odd charge":   event("refund.create", `{"object":"refund","id":"rfnd_test_1","charge":["chrg_test_1"],"amount":1,"currency":"thb"}`),
		"a refund of an odd amount":   event("refund.create", `{"object":"refund","id":"rfnd_test_1","charge":"chrg_test_nobody","amount":"1"}`),
		"a refund of the other mode":  event("refund.create", `{"object":"refund","id":"rfnd_1","charge":"chrg_1","amount":1,"currency":"thb"}`),
		"a refund of an odd currency": event("refund.create", `{"object":"refund","id":"rfnd_test_1","charge":{"id":"chrg_test_nobody"},"amount":1,"currency":"btc"}`),
	}
	for name, charge := range strangeCharges() {
		bodies["a charge with "+name] = event("charge.complete", charge)
		bodies["a refund with "+name] = event("refund.create", strings.ReplaceAll(strings.ReplaceAll(charge, "chrg_", "rfnd_"), `"object":"charge"`, `"object":"refund"`))
	}
	delete(bodies, "a refund with a key beside a card")
	delete(bodies, "a refund with a key of another client")
	for name, body := range bodies {
		result, err := f.ParseWebhook(t.Context(), f.sign(body))
		if assert.NoError(t, err, name) {
			assert.Equal(t, contract.DispositionIgnored, result.Disposition, name)
			assert.NotEmpty(t, result.DedupeKey, name)
		}
	}
}

// unreadableCharges let the look-ups of charges meet one that nobody can read.
func unreadableCharges(body string) kittest.Fault {
	return kittest.On(getCharge, kittest.Answer(http.StatusOK, body))
}

func TestParseWebhook_IgnoresTheRefundOfAChargeOfOthersThatCannotBeRead(t *testing.T) {
	t.Parallel()
	for name, settings := range map[string][]string{"signed": nil, "fetched": {"webhook_verification", "fetch"}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t, &setup{settings: settings})
			foreign, err := f.scope.CreatePayment(t.Context(), gateway.Money{Amount: 2000, Currency: "THB"})
			require.NoError(t, err)
			f.move(foreign.ID, gateway.StateSucceeded)
			refund, err := f.scope.CreateRefund(t.Context(), foreign.ID, gateway.Money{Amount: 100, Currency: "THB"})
			require.NoError(t, err)
			hook := f.hook(&gateway.WebhookSpec{Payment: foreign.ID, Refund: refund.ID, Event: gateway.EventRefundUpdated})
			f.front.Add(unreadableCharges(`{"object":"charge","id":"` + foreign.ID + `","amount":"2000","metadata":{}}`))
			assert.Equal(t, contract.DispositionIgnored, f.parse(hook).Disposition)
			f.front.Set(unreadableCharges(`{"object":"charge","id":"` + foreign.ID + `","amount":"2000","metadata":"?"}`))
			_, err = f.ParseWebhook(t.Context(), hook)
			kittest.RequireError(t, err, contract.MalformedResponse, "")
			f.front.Set(unreadableCharges(`{"object":"charge","id":"` + foreign.ID + `","amount":"2000","metadata":{"paysocket_key":"k"}}`))
			_, err = f.ParseWebhook(t.Context(), hook)
			kittest.RequireError(t, err, contract.MalformedResponse, "")
		})
	}
}

// inList puts elements into every page of the list of charges.
func inList(elements ...string) kittest.Fault {
	return kittest.On(listCharges, kittest.Rewrite(func(body []byte) []byte {
		var page struct {
			Object string            `json:"object"`
			Data   []json.RawMessage `json:"data"`
			Total  int               `json:"total"`
		}
		if json.Unmarshal(body, &page) != nil {
			return body
		}
		var all []string
		for _, element := range page.Data {
			all = append(all, string(element))
		}
		all = slices.Insert(all, 0, elements...)
		return fmt.Appendf(nil, `{"object":"list","offset":0,"total":%d,"data":[%s]}`, page.Total+len(elements), strings.Join(all, ","))
	}))
}

func window(f *fixture) *contract.ListPaymentsRequest {
	return &contract.ListPaymentsRequest{CreatedFrom: f.clock.Now().Add(-time.Hour), CreatedUntil: f.clock.Now().Add(time.Hour)}
}

func TestListPayments_LeavesOutOnlyStrangersThatCannotBeRead(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	payment := f.paid()
	for name, charge := range strangeCharges() {
		f.front.Set(inList(charge))
		page, err := f.ListPayments(t.Context(), window(f))
		if assert.NoError(t, err, name) {
			assert.True(t, slices.ContainsFunc(page.Payments, func(p contract.Payment) bool { return p.PaymentID == payment.PaymentID }), name)
		}
		found, err := f.restarted().GetStatus(t.Context(), &contract.GetStatusRequest{Attempt: new(f.answered(contract.Attempt{Key: payment.IdempotencyKey}))})
		if assert.NoError(t, err, name) {
			assert.Equal(t, payment.PaymentID, found.PaymentID, name)
		}
	}
	const created = `"created_at":"2026-11-22T08:00:00Z"`
	f.front.Set(inList(`{"object":"charge","id":"chrg_test_8","amount":1,"currency":"hrk",` + created + `}`))
	page, err := f.ListPayments(t.Context(), window(f))
	require.NoError(t, err)
	require.Len(t, page.Payments, 2, "a payment in a retired currency is listed")

	f.front.Set(inList(`{"object":"charge","id":"chrg_test_8","amount":"1","currency":"thb",` + created + `,"metadata":{"paysocket_key":"k"}}`))
	_, err = f.ListPayments(t.Context(), window(f))
	assert.Equal(t, "chrg_test_8", kittest.ErrorOf(t, err, contract.MalformedResponse, "").Metadata[contract.MetaPaymentID], "one of ours is not left out")
}

func TestLookup_ProvesNothingBesideAChargeThatMayBeOurs(t *testing.T) {
	t.Parallel()
	doubtful := []string{
		`null`, `7`, `[]`, `{"object":"charge","id":"chrg_test_9","metadata":"?"}`, `{"object":"charge","id":"chrg_test_9","amount":2000,"currency":"THB","livemode":false,"status":"pending","created_at":"2026-11-22T08:00:00Z","metadata":7}`,
		`{"object":"charge","id":"chrg_test_9","metadata":{"a":"1","a":"2"},"x":0}`,
		`{"object":"charge","id":"chrg_test_9","id":"chrg_test_8"}`, `{"object":"charge","id":"?","metadata":{"paysocket_key":"wanted"}}`,
	}
	f := newFixture(t, nil)
	attempt := contract.Attempt{Key: "wanted", FirstAt: f.clock.Now()}
	f.clock.Advance(time.Hour)
	look := func() *contract.Error {
		_, err := f.GetStatus(t.Context(), &contract.GetStatusRequest{Attempt: &attempt})
		return kittest.ErrorOf(t, err, contract.PaymentNotFound, "")
	}
	order := f.newPayment()
	order.Attempt = attempt
	for name, charge := range strangeCharges() {
		if name == "metadata in a text" || name == "metadata in a list" || !strings.HasPrefix(charge, "{") {
			doubtful = append(doubtful, charge)
			continue
		}
		f.front.Set(inList(charge))
		assert.True(t, look().ProvesAbsence(), name)
	}
	for _, charge := range doubtful {
		f.front.Set(inList(charge))
		absent := look()
		assert.False(t, absent.ProvesAbsence(), charge)
		assert.Equal(t, "false", absent.Metadata[contract.MetaComplete], charge)
		_, err := f.CreatePayment(t.Context(), order)
		kittest.RequireError(t, err, contract.AttemptUnsettled, contract.Indeterminate)
	}
	assert.Empty(t, f.ledger("wanted"))
}

// oddTexts are values of what a merchant can edit in the dashboard.
func oddTexts() map[string]any {
	return map[string]any{
		"long": strings.Repeat("ก", 4000), "control characters": "a\x00b\x1bc", "null": nil, "a number": 7, "a list": []any{"x"}, "an object": map[string]any{"a": "b"},
		"blank": "", "half an emoji": json.RawMessage(`"\ud83c"`), "damaged": damaged,
	}
}

// damaged becomes bytes that are not UTF-8.
const damaged = "\ue000"

func TestTexts_NeverDecideAboutMoney(t *testing.T) {
	t.Parallel()
	f := newFixture(t, &setup{dials: sandbox.Dials{APIVersion: "2019-05-29"}})
	payment := f.paid()
	lookup := &contract.GetStatusRequest{Attempt: &contract.Attempt{Key: payment.IdempotencyKey, FirstAt: payment.CreatedAt}}
	for name, odd := range oddTexts() {
		edited := map[string]any{"description": odd, "return_uri": odd, "failure_message": nil}
		metadata := map[string]any{contract.MetadataKey: payment.IdempotencyKey, contract.MetadataReference: odd, "note": odd}
		rewrite := kittest.Rewrite(func(body []byte) []byte { return editCharges(body, edited, metadata) })
		f.front.Set(kittest.On("GET", rewrite))
		read, err := f.GetStatus(t.Context(), &contract.GetStatusRequest{PaymentID: payment.PaymentID})
		if assert.NoError(t, err, name) {
			assert.Empty(t, read.Reference, "what is not legal is empty: "+name)
			assert.Equal(t, contract.PaymentSucceeded, read.Status, name)
		}
		_, err = f.GetStatus(t.Context(), lookup)
		assert.NoError(t, err, name)
		page, err := f.ListPayments(t.Context(), window(f))
		if assert.NoError(t, err, name) {
			assert.Len(t, page.Payments, 1, name)
		}
		_, err = f.CancelPayment(t.Context(), &contract.CancelPaymentRequest{PaymentID: payment.PaymentID})
		assert.NoError(t, err, name)
		_, err = f.Refund(t.Context(), f.newRefund(payment.PaymentID, 1))
		assert.NoError(t, err, name)
		hook := f.hook(&gateway.WebhookSpec{Payment: payment.PaymentID})
		result, err := f.ParseWebhook(t.Context(), f.sign(string(rewriteEvent(hook.Body, edited, metadata))))
		if assert.NoError(t, err, name) {
			assert.Equal(t, contract.DispositionEvents, result.Disposition, name)
		}
	}
}

// editCharges changes the members of a charge, or of those in a list.
func editCharges(body []byte, members, metadata map[string]any) []byte {
	var object map[string]any
	if json.Unmarshal(body, &object) != nil {
		return body
	}
	edit := func(charge map[string]any) {
		if charge["object"] != "charge" {
			return
		}
		maps.Copy(charge, members)
		charge["metadata"] = metadata
	}
	edit(object)
	if list, ok := object["data"].([]any); ok {
		for _, element := range list {
			edit(element.(map[string]any))
		}
	}
	written, _ := json.Marshal(object)
	return []byte(strings.ReplaceAll(string(written), damaged, "\xff"))
}

// rewriteEvent changes the charge in an event.
func rewriteEvent(body []byte, members, metadata map[string]any) []byte {
	var event map[string]json.RawMessage
	if json.Unmarshal(body, &event) != nil {
		return body
	}
	data := editCharges(event["data"], members, metadata)
	event["data"] = json.RawMessage(`"DATA"`)
	written, _ := json.Marshal(event)
	return []byte(strings.Replace(string(written), `"DATA"`, string(data), 1))
}

func TestPaths_ReadAChargeHoweverItsPartsAreShown(t *testing.T) {
	t.Parallel()
	forms := map[string]map[string]any{
		"source by id":            {"source": "src_test_1"},
		"no source":               {"source": nil},
		"an odd source":           {"source": []any{}},
		"a source without a type": {"source": map[string]any{"object": "source", "id": "src_test_1"}},
		"refunds in an array":     {"refunds": []any{}},
		"refunds absent":          {"refunds": nil},
		"refunds that are odd":    {"refunds": 7},
		"transaction expanded":    {"transaction": map[string]any{"object": "transaction", "id": "trxn_test_1", "amount": "x"}},
		"customer expanded":       {"customer": map[string]any{"object": "customer", "id": 7}},
		"customer by id":          {"customer": "cust_test_1"},
		"card absent":             {"card": nil},
		"unknown members":         {"later": map[string]any{"a": []any{1.5}}},
	}
	for name, members := range forms {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t, &setup{dials: sandbox.Dials{APIVersion: "2019-05-29"}})
			rewrite := kittest.Rewrite(func(body []byte) []byte { return editMembers(body, members) })
			f.front.Set(kittest.On("GET /charges*", rewrite), kittest.On(getCharge, rewrite), kittest.On(postCharge, rewrite), kittest.On(postExpire, rewrite))
			order := f.newPayment()
			payment := f.create(order)
			assert.Equal(t, "alipay", payment.Method)
			replayed := f.create(repeat(order, f.answered))
			assert.Equal(t, payment.PaymentID, replayed.PaymentID)
			f.move(payment.PaymentID, gateway.StateSucceeded)
			assert.Equal(t, contract.PaymentSucceeded, f.status(payment.PaymentID).Status)
			page, err := f.ListPayments(t.Context(), window(f))
			require.NoError(t, err)
			assert.Len(t, page.Payments, 1)
			f.refund(f.newRefund(payment.PaymentID, 500))
			assert.EqualValues(t, 500, f.status(payment.PaymentID).AmountRefunded.MinorUnits)
			hook := f.hook(&gateway.WebhookSpec{Payment: payment.PaymentID})
			var event map[string]json.RawMessage
			require.NoError(t, json.Unmarshal(hook.Body, &event))
			event["data"] = editMembers(event["data"], members)
			body, err := json.Marshal(event)
			require.NoError(t, err)
			result := f.parse(f.sign(string(body)))
			require.Equal(t, contract.DispositionEvents, result.Disposition)
			assert.Equal(t, contract.PaymentSucceeded, result.Events[0].Payment.Status)
		})
	}
}

// editMembers is editCharges that leaves the metadata as it is.
func editMembers(body []byte, members map[string]any) []byte {
	var object map[string]any
	if json.Unmarshal(body, &object) != nil {
		return body
	}
	edit := func(charge map[string]any) {
		if charge["object"] == "charge" {
			maps.Copy(charge, members)
		}
	}
	edit(object)
	if list, ok := object["data"].([]any); ok {
		for _, element := range list {
			edit(element.(map[string]any))
		}
	}
	written, _ := json.Marshal(object)
	return written
}
