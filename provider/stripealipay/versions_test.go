package stripealipay_test

import (
	"maps"
	"os"
	"regexp"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/stripe/stripe-go/v85"
	"github.com/stripe/stripe-mock/embedded"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit/kittest"
	"github.com/paysocket/paysocket/provider/stripealipay"
)

func TestVersions_ReadPaymentsInEveryState(t *testing.T) {
	t.Parallel()
	eachVersion(t, func(t *testing.T, v *version) {
		t.Helper()
		f := newFixtureWithSecrets(t, webhookSecret)
		for name, s := range v.states() {
			inAnswer, inEvent := v.intent(s.shown), v.intent(s.shown)
			if s.charge != nil {
				inAnswer["latest_charge"], inEvent["latest_charge"] = s.charge, s.charge["id"]
			}
			f.front.Set(kittest.Answer(200, jsonOf(t, inAnswer)))
			read := f.status("pi_123")
			assert.Equal(t, s.want, read.Status, name)

			result, err := f.ParseWebhook(t.Context(), v.event(s.event, inEvent))
			require.NoError(t, err, name)
			require.Len(t, result.Events, 1, name)
			read.Settlement = nil // an event has only the id of its charge
			assert.Equal(t, read, result.Events[0].Payment, name)

			inEvent["metadata"] = object{}
			result, err = f.ParseWebhook(t.Context(), v.event(s.event, inEvent))
			require.NoError(t, err, name)
			assert.Equal(t, contract.DispositionIgnored, result.Disposition, name)
		}
	})
}

func TestVersions_ReadPagesOfPayments(t *testing.T) {
	t.Parallel()
	eachVersion(t, func(t *testing.T, v *version) {
		t.Helper()
		f := newFixture(t)
		paid := v.states()["paid"]
		intents := []object{v.show("payment_intent", object{"created": 1790000001}), v.intent(paid.shown)} // the first is the example, by card
		intents[1]["latest_charge"] = v.charge(object{"amount_refunded": 500})
		f.front.Set(kittest.On("GET", kittest.Answer(200, jsonOf(t, object{
			"object": "list", "url": "/v1/payment_intents", "has_more": false, "data": intents,
		}))))
		page, err := f.ListPayments(t.Context(), &contract.ListPaymentsRequest{
			CreatedFrom: time.Unix(1789999999, 0), CreatedUntil: time.Unix(1790000009, 0), PageSize: 10,
		})
		require.NoError(t, err)
		require.Len(t, page.Payments, 2)
		assert.Equal(t, cny(500), page.Payments[0].AmountRefunded)
		assert.Equal(t, "k1", page.Payments[0].IdempotencyKey)
		assert.Empty(t, page.Payments[1].IdempotencyKey)
	})
}

func TestVersions_ReadRefundsInEveryState(t *testing.T) {
	t.Parallel()
	eachVersion(t, func(t *testing.T, v *version) {
		t.Helper()
		f := newFixtureWithSecrets(t, webhookSecret)
		for status, want := range map[any]contract.RefundStatus{
			"pending": contract.RefundPending, "requires_action": contract.RefundPending, "succeeded": contract.RefundSucceeded,
			"failed": contract.RefundFailed, "canceled": contract.RefundFailed, "teleported": contract.RefundUnknown, nil: contract.RefundUnknown,
		} {
			shown := v.show("refund", object{
				"id": "re_123", "amount": 500, "currency": "cny", "created": 1790000200, "status": status, "failure_reason": nil,
				"payment_intent": "pi_123", "charge": "py_123", "metadata": object{contract.MetadataKey: "r1"},
			})
			for _, kind := range v.refundNews() {
				result, err := f.ParseWebhook(t.Context(), v.event(kind, shown))
				require.NoError(t, err, kind)
				require.Len(t, result.Events, 1, kind)
				assert.Equal(t, want, result.Events[0].Refund.Status, "%v", status)
				assert.Equal(t, "r1", result.Events[0].Refund.IdempotencyKey)
			}
			shown["charge"] = v.charge(object{"amount_refunded": 500})
			f.front.Set(kittest.Answer(200, jsonOf(t, shown)))
			refund, err := f.GetRefund(t.Context(), &contract.GetRefundRequest{PaymentID: "pi_123", RefundID: "re_123"})
			require.NoError(t, err)
			assert.Equal(t, want, refund.Status, "%v", status)
			assert.Equal(t, cny(500), refund.TotalRefunded)
		}
		result, err := f.ParseWebhook(t.Context(), v.event("charge.refunded", v.charge(object{"amount_refunded": 500})))
		require.NoError(t, err)
		assert.Equal(t, contract.DispositionIgnored, result.Disposition)
	})
}

func TestVersions_RefuseOlderEventsOfTheHostsByName(t *testing.T) {
	t.Parallel()
	least := &version{stripealipay.LoadVersions(t)[0]}
	f := newFixtureWithSecrets(t, webhookSecret)
	paid := least.intent(least.states()["paid"].shown)
	delete(paid, "latest_charge")
	paid["charges"] = object{"object": "list", "data": []object{least.charge(object{"refunds": object{"object": "list", "data": []object{}}})}}
	refund := least.show("refund", object{"payment_intent": "pi_123", "metadata": object{contract.MetadataKey: "r1"}})
	dashboards := least.show("refund", object{"payment_intent": "pi_123"})
	unreadable := maps.Clone(paid)
	unreadable["amount"] = "2000"
	f.front.Set(kittest.On("GET", kittest.Answer(200, jsonOf(t, least.intent(object{})))))
	for _, name := range []string{"2022-08-01", "2020-08-27", "2011-01-01"} {
		old := &version{&stripealipay.VersionRow{Name: name, Objects: least.Objects}}
		for kind, about := range map[string][]object{
			"payment_intent.succeeded": {paid, unreadable},
			"refund.updated":           {refund, dashboards},
		} {
			for _, each := range about {
				_, err := f.ParseWebhook(t.Context(), old.event(kind, each))
				e := kittest.ErrorOf(t, err, contract.WebhookMalformed, "")
				assert.Contains(t, e.Message, "API version "+name)
				assert.Contains(t, e.Message, "from 2022-11-15 on")
			}
		}
		strangers := maps.Clone(paid)
		strangers["metadata"] = object{}
		for kind, about := range map[string]object{"payment_intent.succeeded": strangers, "charge.refunded": least.charge(nil), "customer.created": {}} {
			result, err := f.ParseWebhook(t.Context(), old.event(kind, about))
			require.NoError(t, err, kind)
			assert.Equal(t, contract.DispositionIgnored, result.Disposition, kind)
		}
	}
}

func TestVersions_AgreeWithTheSandbox(t *testing.T) {
	t.Parallel()
	eachVersion(t, func(t *testing.T, v *version) {
		t.Helper()
		f := newFixture(t)
		key := f.scope.Connection().Credentials["secret_key"]
		require.NoError(t, f.sandbox.SetEndpointVersion(key, v.Name))
		payment := f.paid("k1")
		refund := f.refund(payment, "r1", 500)
		require.NoError(t, f.scope.TransitionRefund(t.Context(), refund.RefundID, &gateway.Transition{To: gateway.StateFailed}))

		hook := f.webhook(&gateway.WebhookSpec{Payment: payment.PaymentID, Event: gateway.EventPaymentUpdated})
		v.requireFields(t, "payment_intent", hook.Body)
		result, err := f.ParseWebhook(t.Context(), hook)
		require.NoError(t, err)
		require.Len(t, result.Events, 1)
		assert.Equal(t, contract.PaymentSucceeded, result.Events[0].Payment.Status)

		hook = f.webhook(&gateway.WebhookSpec{Payment: payment.PaymentID, Refund: refund.RefundID, Event: gateway.EventRefundUpdated})
		v.requireFields(t, "refund", hook.Body)
		result, err = f.ParseWebhook(t.Context(), hook)
		require.NoError(t, err)
		assert.Contains(t, v.refundNews(), result.Kind)
		require.Len(t, result.Events, 1)
		assert.Equal(t, contract.RefundFailed, result.Events[0].Refund.Status)

		require.NoError(t, f.sandbox.SetEndpointVersion(key, "2022-08-01"))
		_, err = f.ParseWebhook(t.Context(), f.webhook(&gateway.WebhookSpec{Payment: payment.PaymentID, Event: gateway.EventPaymentUpdated}))
		kittest.RequireError(t, err, contract.WebhookMalformed, "")
	})
}

// Names that nobody has seen yet are those of versions that are later than the SDK.
func TestVersions_ReadEventsOfUnknownOnes(t *testing.T) {
	t.Parallel()
	f := newFixtureWithSecrets(t, webhookSecret)
	rows := stripealipay.LoadVersions(t)
	latest := &version{rows[len(rows)-1]}
	paid := latest.intent(latest.states()["paid"].shown)
	paid["latest_charge"] = "py_123"
	for _, name := range []any{"2031-01-31.gentian", "2026-09-30.preview", "2022-11-15;orders_beta=v4", "unversioned", "", nil, 20301231} {
		result, err := f.ParseWebhook(t.Context(), latest.eventAs(name, "payment_intent.succeeded", paid))
		require.NoError(t, err, "%v", name)
		require.Len(t, result.Events, 1, "%v", name)
		assert.Equal(t, contract.PaymentSucceeded, result.Events[0].Payment.Status)
	}
}

// Stripe's own description lists the versions that an endpoint can have. Whoever
// updates the SDK must look at what changed.
func TestVersions_AreAllFromTheLeastToTheSDKs(t *testing.T) {
	t.Parallel()
	var names []string
	for _, row := range stripealipay.LoadVersions(t) {
		names = append(names, row.Name)
	}
	assert.Equal(t, "2022-11-15", names[0])
	assert.IsIncreasing(t, names)
	said := regexp.MustCompile(`"20[0-9]{2}-[0-9]{2}-[0-9]{2}(\.[a-z]+)?"`).FindAll(embedded.OpenAPISpec, -1)
	require.NotEmpty(t, said)
	for _, quoted := range said {
		if name := string(quoted[1 : len(quoted)-1]); name >= names[0] && name <= stripe.APIVersion {
			assert.Contains(t, names, name)
		}
	}
	assert.Contains(t, names, stripe.APIVersion)
}

func TestVersions_AreInTheDocumentation(t *testing.T) {
	t.Parallel()
	content, err := os.ReadFile("../../docs/stripe.md")
	require.NoError(t, err)
	for _, row := range stripealipay.LoadVersions(t) {
		assert.Contains(t, string(content), "| `"+row.Name+"` | "+row.Change+" |\n")
	}
	assert.Contains(t, string(content), "asks for **"+stripe.APIVersion+"**")
}

func TestRequests_AskForTheSDKsVersion(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	payment := f.paid("k1")
	f.refund(payment, "r1", 500)
	for _, request := range f.front.Requests() {
		assert.Equal(t, stripe.APIVersion, request.Header.Get("Stripe-Version"), request.Path)
	}
}
