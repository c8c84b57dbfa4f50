package checks

import (
	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/conformance/internal/harness"
	"github.com/paysocket/paysocket/conformance/internal/proxy"
	"github.com/paysocket/paysocket/contract"
)

// trustsOnlyItsGateway lets the gateway prove nothing, in every operation that asks it.
func trustsOnlyItsGateway(t *harness.T, e *harness.Env) {
	for _, row := range []struct {
		name string
		kind proxy.Kind
	}{
		{"the certificate is of another name", proxy.FaultWrongName},
		{"the certificate is of an authority that nobody trusts", proxy.FaultUnknownAuthority},
		{"the certificate was valid until yesterday", proxy.FaultExpired},
		{"the gateway speaks nothing newer than TLS 1.1", proxy.FaultOldTLS},
	} {
		s := e.Scenario(t, nil)
		made, refundID := refundedIfPossible(t, e, s)
		armed := s.Arm(proxy.Fault{Kind: row.kind})
		noticesThePretender(t, e, s, row.name, made, refundID)
		armed.Disarm()
	}
}

// noticesThePretender makes every call that asks the gateway, which cannot prove who it
// is.
func noticesThePretender(t *harness.T, e *harness.Env, s *harness.Scenario, what string, made *contract.Payment, refundID string) {
	// A connection that was kept open might be taken for a good one still, and
	// the first request on it be lost.
	if _, err := s.Configure(t, withoutProbe(s.Configuration)); err != nil {
		t.Fatalf("the configuration in force was refused: %v", err)
	}
	_, _ = s.Status(t, made.PaymentID)
	before := s.Proxy.Heard()
	for _, call := range everyCall(t, e, s, made.PaymentID, refundID) {
		if s.Configuration.Probe && call.operation == contract.OperationCreatePayment {
			continue // without the probe the method is not known; the probe fails below
		}
		if e.Descriptor.Has(call.operation) && asksTheGateway(e, call.operation, refundID) {
			failedWith(t, what+", "+call.name, call.run(), contract.ProviderUnreachable, outcomeUnsent(call.operation))
		}
	}
	if e.Descriptor.Has(contract.OperationParseWebhook) && !signed(e) && e.HasFeature(gateway.FeatureWebhookBuild) {
		_, err := s.Parse(t, built(t, s, about(made)))
		failedWith(t, what+", ParseWebhook", err, contract.ProviderUnreachable, "")
	}
	probing := *s.Configuration
	probing.Probe = true
	_, err := s.Configure(t, &probing)
	failedWith(t, what+", Configure with probe", err, contract.ProviderUnreachable, "")
	harness.Equal(t, what+": requests that were begun", 0, s.Proxy.Heard()-before)
}

// asksTheGateway reports whether the call of everyCall needs the gateway's answer.
func asksTheGateway(e *harness.Env, operation contract.Operation, refundID string) bool {
	switch operation { //nolint:exhaustive // the others always ask
	case contract.OperationParseWebhook: // the webhook of everyCall is no genuine one
		return false
	case contract.OperationRefund:
		return e.RefundTerms() != nil
	case contract.OperationGetRefund:
		return refundID != ""
	default:
		return true
	}
}

// refundedIfPossible creates a payment and, where there are refunds, a refund of it,
// whose id is empty otherwise.
func refundedIfPossible(t *harness.T, e *harness.Env, s *harness.Scenario) (made *contract.Payment, refundID string) {
	if !e.Descriptor.Has(contract.OperationRefund) || e.RefundTerms() == nil || !e.HasFeature(gateway.FeatureTransition(gateway.StateSucceeded)) {
		return s.MustCreate(t, e.CreateRequest()), ""
	}
	made = paid(t, e, s)
	refund, err := s.Refund(t, refundRequest(e, made.PaymentID, e.Manifest.Fixtures.Amounts.OK))
	if err != nil {
		t.Fatalf("Refund failed with no fault injected: %v", err)
	}
	return made, refund.RefundID
}

// outcomeUnsent returns the outcome of a call of which nothing was sent; empty if the
// operation moves no money.
func outcomeUnsent(operation contract.Operation) contract.Outcome {
	switch operation { //nolint:exhaustive // the others only ask
	case contract.OperationCreatePayment, contract.OperationRefund, contract.OperationCancelPayment:
		return contract.NotAttempted
	default:
		return ""
	}
}
