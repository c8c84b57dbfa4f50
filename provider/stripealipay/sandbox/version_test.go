package sandbox_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/gateway"
)

// eventOf returns the version and the kind of an event, and what it is about.
func (s *client) eventOf(spec *gateway.WebhookSpec) (version, kind string, about map[string]any) {
	s.t.Helper()
	hook, err := s.scope.BuildWebhook(s.t.Context(), spec)
	require.NoError(s.t, err)
	var event struct {
		APIVersion string `json:"api_version"`
		Type       string `json:"type"`
		Data       struct {
			Object map[string]any `json:"object"`
		} `json:"data"`
	}
	require.NoError(s.t, json.Unmarshal(hook.Body, &event))
	return event.APIVersion, event.Type, event.Data.Object
}

func TestWebhook_IsInTheVersionOfItsEndpoint(t *testing.T) {
	t.Parallel()
	for version, want := range map[string]struct {
		charges         bool // in place of latest_charge
		created, failed string
	}{
		"2022-08-01":        {true, "charge.refunded", "charge.refund.updated"},
		"2022-11-15":        {false, "charge.refunded", "charge.refund.updated"},
		"2024-09-30.acacia": {false, "charge.refunded", "charge.refund.updated"},
		"2024-10-28.acacia": {false, "refund.created", "refund.failed"},
		"2031-01-31.future": {false, "refund.created", "refund.failed"},
	} {
		t.Run(version, func(t *testing.T) {
			t.Parallel()
			s := newClient(t)
			require.Error(t, s.sandbox.SetEndpointVersion("sk_test_of_nobody", version))
			require.NoError(t, s.sandbox.SetEndpointVersion(s.key, version))
			payment, err := s.scope.CreatePayment(t.Context(), gateway.Money{Amount: 2000, Currency: "CNY"})
			require.NoError(t, err)
			require.NoError(t, s.scope.Transition(t.Context(), payment.ID, &gateway.Transition{To: gateway.StateSucceeded}))
			refund, err := s.scope.CreateRefund(t.Context(), payment.ID, gateway.Money{Amount: 500})
			require.NoError(t, err)

			said, kind, intent := s.eventOf(&gateway.WebhookSpec{Payment: payment.ID, Event: gateway.EventPaymentUpdated})
			assert.Equal(t, version, said)
			assert.Equal(t, "payment_intent.succeeded", kind)
			_, hasCharges := intent["charges"]
			_, hasLatest := intent["latest_charge"]
			assert.Equal(t, want.charges, hasCharges)
			assert.Equal(t, !want.charges, hasLatest)

			news := &gateway.WebhookSpec{Payment: payment.ID, Refund: refund.ID, Event: gateway.EventRefundUpdated}
			_, kind, _ = s.eventOf(news)
			assert.Equal(t, want.created, kind)
			require.NoError(t, s.scope.TransitionRefund(t.Context(), refund.ID, &gateway.Transition{To: gateway.StateFailed}))
			_, kind, about := s.eventOf(news)
			assert.Equal(t, want.failed, kind)
			assert.Equal(t, refund.ID, about["id"])
		})
	}
}
