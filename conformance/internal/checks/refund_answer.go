package checks

import (
	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/conformance/internal/harness"
	"github.com/paysocket/paysocket/conformance/internal/manifest"
	"github.com/paysocket/paysocket/contract"
)

// acceptsNoOtherRefund makes the gateway answer with a refund that differs in one
// field from the request.
func acceptsNoOtherRefund(t *harness.T, e *harness.Env) {
	f := &e.Manifest.Fields.Refund
	genuine := e.Scenario(t, nil)
	other := paid(t, e, genuine)
	mustRefund(t, genuine, refundRequest(e, other.PaymentID, some(e)))
	answer := genuine.Body(t, manifest.OpRefund)
	for _, difference := range []struct {
		what, pointer string
		value         any
	}{
		{"another amount", harness.RequireField(t, "fields.refund.amount", f.Amount), some(e) - 1},
		{"another currency", harness.OptionalField(t, "fields.refund.currency", f.Currency), otherCurrency(e)},
		{"another payment", harness.OptionalField(t, "fields.refund.payment", f.Payment), other.PaymentID},
		{"another key", harness.OptionalField(t, "fields.refund.key", f.Key), e.Key()},
		{"the other mode", harness.OptionalField(t, "fields.refund.live", f.Live), e.Manifest.Mode != contract.ModeLive},
	} {
		if difference.pointer == "" {
			continue // by the manifest, the gateway does not return it
		}
		what := "a refund of " + difference.what
		s := e.Scenario(t, nil)
		payment := paid(t, e, s)
		s.Arm(patch(manifest.OpRefund, gateway.PatchOp{
			Op: "replace", Path: difference.pointer, Value: asWritten(answer, difference.pointer, difference.value),
		}))
		_, err := s.Refund(t, refundRequest(e, payment.PaymentID, some(e)))
		// The suite's own client refuses such a refund too, as PROVIDER_BUG.
		if !failedWith(t, what, err, contract.MalformedResponse, contract.Indeterminate) {
			continue
		}
		if made := refundsInLedger(t, s, what, payment.PaymentID, 1); len(made) == 1 {
			harness.Equal(t, what+": refund_id in the error's metadata", made[0].ID, metadata(err)[contract.MetaRefundID])
		}
	}
}
