package stripealipay_test

import (
	"encoding/json"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/stripealipay"
)

// object is an object of Stripe's: a value for each field.
type object = map[string]any

// version is an API version, with the fields that each object has in it.
type version struct{ *stripealipay.VersionRow }

// eachVersion runs a test for every API version at once.
func eachVersion(t *testing.T, test func(t *testing.T, v *version)) {
	t.Helper()
	for _, row := range stripealipay.LoadVersions(t) {
		t.Run(row.Name, func(t *testing.T) {
			t.Parallel()
			test(t, &version{row})
		})
	}
}

// show returns an object as it is in the version, with some of it changed.
func (v *version) show(name string, changes ...object) object {
	shown := maps.Clone(v.Objects[name])
	for _, each := range changes {
		maps.Copy(shown, each)
	}
	return shown
}

// charge returns the charge of a payment of the host's that was paid.
func (v *version) charge(changes object) object {
	return v.show("charge", object{
		"id": "py_123", "amount": 2000, "amount_captured": 2000, "captured": true, "paid": true, "currency": "cny", "livemode": false,
		"payment_intent": "pi_123", "created": 1790000100,
		"payment_method_details": object{"type": "alipay", "alipay": v.show("alipay")},
		"balance_transaction":    v.show("balance_transaction", object{"currency": "hkd", "net": 2100, "fee": 70}),
	}, changes)
}

// intent returns a PaymentIntent of the host's that nobody tried to pay.
func (v *version) intent(changes object) object {
	return v.show("payment_intent", object{
		"id": "pi_123", "amount": 2000, "currency": "cny", "livemode": false, "created": 1790000000, "canceled_at": nil,
		"payment_method_types": []string{"alipay"}, "automatic_payment_methods": nil,
		"metadata":    object{contract.MetadataKey: "k1", contract.MetadataReference: "order-77"},
		"next_action": nil, "last_payment_error": nil, "latest_charge": nil,
	}, changes)
}

// state is a state of a payment: what its PaymentIntent shows, and what that means.
type state struct {
	shown  object
	event  string
	charge object // nil: it has none
	want   contract.PaymentStatus
}

func (v *version) states() map[string]state {
	paid := object{"status": "succeeded", "amount_received": 2000}
	failure := func(code string) object {
		return object{"status": "requires_payment_method", "last_payment_error": v.show("last_payment_error", object{
			"code": code, "type": "invalid_request_error", "decline_code": nil,
			"payment_method": object{"id": "pm_123", "object": "payment_method", "type": "alipay"},
		})}
	}
	action := v.show("alipay_handle_redirect", object{"url": "https://pay.test/1"})
	return map[string]state{
		"untouched": {object{"status": "requires_payment_method"}, "payment_intent.created", nil, contract.PaymentPending},
		"chosen":    {object{"status": "requires_confirmation"}, "payment_intent.created", nil, contract.PaymentPending},
		"at the payer": {
			object{"status": "requires_action", "next_action": object{"type": "alipay_handle_redirect", "alipay_handle_redirect": action}},
			"payment_intent.requires_action", nil, contract.PaymentPending,
		},
		"processing":    {object{"status": "processing"}, "payment_intent.processing", nil, contract.PaymentPending},
		"paid":          {paid, "payment_intent.succeeded", v.charge(nil), contract.PaymentSucceeded},
		"paid just now": {paid, "payment_intent.succeeded", v.charge(object{"balance_transaction": nil}), contract.PaymentSucceeded},
		"timed out":     {failure("payment_intent_payment_attempt_expired"), "payment_intent.payment_failed", nil, contract.PaymentFailed},
		"refused":       {failure("payment_method_provider_decline"), "payment_intent.payment_failed", nil, contract.PaymentFailed},
		"canceled": {
			object{"status": "canceled", "canceled_at": 1790000400, "cancellation_reason": "requested_by_customer"},
			"payment_intent.canceled", nil, contract.PaymentCanceled,
		},
		"expired": {object{"status": "canceled", "cancellation_reason": "expired"}, "payment_intent.canceled", nil, contract.PaymentCanceled},
		"held": {
			object{"status": "requires_capture"},
			"payment_intent.processing",
			v.charge(object{"captured": false, "amount_captured": 0}), contract.PaymentUnknown,
		},
		"of the future": {object{"status": "teleported"}, "payment_intent.processing", nil, contract.PaymentUnknown},
	}
}

// event returns a webhook of an endpoint that has the version.
func (v *version) event(kind string, about object) *contract.WebhookRequest {
	return v.eventAs(v.Name, kind, about)
}

// eventAs is event for an endpoint whose version has that name.
func (v *version) eventAs(name any, kind string, about object) *contract.WebhookRequest {
	body, _ := json.Marshal(v.show("event", object{
		"id": "evt_1", "type": kind, "api_version": name, "livemode": false, "created": 1790000300, "data": object{"object": about},
	}))
	return signedWebhook(string(body), time.Now(), webhookSecret)
}

// requireFields requires that an event of the sandbox's, and what it is about, show
// no field that Stripe's do not have, and none of another type.
func (v *version) requireFields(t *testing.T, name string, body []byte) {
	t.Helper()
	var event object
	require.NoError(t, json.Unmarshal(body, &event))
	about := event["data"].(object)["object"].(object)
	for name, shown := range map[string]object{"event": event, name: about} {
		for field, value := range shown {
			if slices.Contains([]string{"data", "last_payment_error", "latest_charge", "next_action"}, field) {
				continue // the shapes leave these to the states
			}
			require.Contains(t, v.Objects[name], field, name)
			if known := v.Objects[name][field]; known != nil && value != nil {
				require.IsType(t, known, value, "%s of a %s", field, name)
			}
		}
	}
}

// refundNews returns the kinds of events by which an endpoint of the version hears
// of refunds of payments by Alipay.
func (v *version) refundNews() []string {
	if v.Name < "2024-10-28" {
		return []string{"charge.refund.updated"}
	}
	return []string{"charge.refund.updated", "refund.created", "refund.updated", "refund.failed"}
}

func jsonOf(t *testing.T, shown any) string {
	t.Helper()
	content, err := json.Marshal(shown)
	require.NoError(t, err)
	return string(content)
}
