package checks

import (
	"github.com/paysocket/paysocket/conformance/internal/harness"
	"github.com/paysocket/paysocket/conformance/internal/manifest"
	"github.com/paysocket/paysocket/conformance/internal/proxy"
	"github.com/paysocket/paysocket/contract"
)

// canceling holds the checks of group CAN.
func canceling() map[string]Check {
	return map[string]Check{
		"CAN-001": cancelsNothingUnknown,
		"CAN-002": reportsARefusedCancellation,
		"CAN-003": findsALostCancellation,
	}
}

func cancelsNothingUnknown(t *harness.T, e *harness.Env) {
	s := e.Scenario(t, nil)
	payment := s.MustCreate(t, e.CreateRequest())
	_, err := s.Cancel(t, unknownID(payment.PaymentID))
	failedWith(t, "a cancellation of a payment that does not exist", err, contract.PaymentNotFound, contract.Rejected)
}

func reportsARefusedCancellation(t *harness.T, e *harness.Env) {
	refusal := harness.OptionalAnswer(t, "errors.refusal", e.Manifest.Errors.Refusal)
	if refusal == nil {
		return
	}
	s := e.Scenario(t, nil)
	pending := s.MustCreate(t, e.CreateRequest())
	s.Arm(played(manifest.OpCancel, refusal, -1))
	_, err := s.Cancel(t, pending.PaymentID)
	failedWith(t, "a cancellation that the gateway refused", err, contract.PaymentNotCancelable, contract.Rejected)
}

func findsALostCancellation(t *harness.T, e *harness.Env) {
	s := e.Scenario(t, nil)
	payment := s.MustCreate(t, e.CreateRequest())
	armed := s.Arm(proxy.Fault{Operation: manifest.OpCancel, Phase: proxy.AfterCommit, Kind: proxy.FaultReset, Times: -1})
	_, err := s.Cancel(t, payment.PaymentID)
	armed.Disarm()
	failedWith(t, "the answer to a cancellation was lost", err, "", contract.Indeterminate)
	again, err := s.Cancel(t, payment.PaymentID)
	if harness.True(t, err == nil, "the answer to a cancellation was lost, and the next call failed: %v", err) {
		harness.OneOf(t, "status after the second cancellation", again.Status, contract.PaymentCanceled, contract.PaymentExpired)
	}
}
