package checks

import (
	"context"
	"slices"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/conformance/internal/harness"
	"github.com/paysocket/paysocket/contract"
)

// secondColumns are calls that ask the gateway once more because of what it has
// answered. Something exists by then, so that no error can be certain of the contrary.
func secondColumns() []column {
	paidFor := func(e *harness.Env) bool { return e.HasFeature(gateway.FeatureTransition(gateway.StateSucceeded)) }
	return []column{
		{
			name: "CreatePayment with a key that was used for another amount", operation: contract.OperationCreatePayment, clause: "IDM-002",
			second: true, byKey: true, fails: contract.IdempotencyKeyReused,
			arrange: func(t *harness.T, e *harness.Env, s *harness.Scenario) *arranged {
				purchase := s.Purchase(e.CreateRequest())
				if _, err := purchase.Ask(t); err != nil {
					t.Fatalf("CreatePayment failed with no fault injected: %v", err)
				}
				other := *purchase.Request
				other.Amount.MinorUnits++
				return arrangeCreate(&other)
			},
		},
		{
			name: "Refund with a key that was used for another amount", operation: contract.OperationRefund, clause: "REF-003",
			second: true, byKey: true, fails: contract.IdempotencyKeyReused,
			possible: func(e *harness.Env) bool {
				return slices.Contains(e.Capabilities, "refunds.partial") && paidFor(e)
			},
			arrange: func(t *harness.T, e *harness.Env, s *harness.Scenario) *arranged {
				refunding := s.Refunding(refundRequest(e, paid(t, e, s).PaymentID, part(e)))
				if _, err := refunding.Ask(t); err != nil {
					t.Fatalf("Refund failed with no fault injected: %v", err)
				}
				other := *refunding.Request
				other.Amount.MinorUnits++
				return arrangeRefund(&other)
			},
		},
		{
			name: "CancelPayment of a paid payment", operation: contract.OperationCancelPayment, clause: "CAN-003", second: true, possible: paidFor,
			arrange: func(t *harness.T, e *harness.Env, s *harness.Scenario) *arranged {
				payment := paid(t, e, s)
				return &arranged{paymentID: payment.PaymentID, call: func(ctx context.Context, s *harness.Scenario) (any, error) {
					return s.Provider.CancelPayment(ctx, &contract.CancelPaymentRequest{PaymentID: payment.PaymentID})
				}}
			},
		},
		{
			name: "ParseWebhook about a refund that was made elsewhere", operation: contract.OperationParseWebhook, clause: "WHK-012",
			possible: func(e *harness.Env) bool {
				return paidFor(e) && e.HasFeature(gateway.FeatureRefundCreate) && e.HasFeature(gateway.FeatureWebhookBuild)
			},
			arrange: func(t *harness.T, e *harness.Env, s *harness.Scenario) *arranged {
				payment := paid(t, e, s)
				refund := s.RefundElsewhere(t, payment.PaymentID, some(e))
				hook := built(t, s, &gateway.WebhookSpec{Payment: payment.PaymentID, Refund: refund.ID, Event: gateway.EventRefundUpdated})
				return &arranged{paymentID: payment.PaymentID, call: func(ctx context.Context, s *harness.Scenario) (any, error) {
					return s.Provider.ParseWebhook(ctx, hook)
				}}
			},
		},
	}
}

// refunded judges an answer with a refund.
func (v *verdict) refunded(answer *contract.Refund) {
	payment := v.scenario.InLedger(v.T, answer.PaymentID)
	for i := range payment.Refunds {
		if recorded := &payment.Refunds[i]; recorded.ID == answer.RefundID {
			harness.Equal(v.T, v.what+": amount of the refund", recorded.Amount, answer.Amount.MinorUnits)
			harness.Equal(v.T, v.what+": status of the refund", refundStatus(recorded.State), answer.Status)
			harness.OneOf(v.T, v.what+": total of the payment's refunds", answer.TotalRefunded.MinorUnits, 0, refunded(payment))
			return
		}
	}
	v.Errorf("%s, and the call answered with a refund that the gateway does not have: %s", v.what, harness.Show(answer))
}
