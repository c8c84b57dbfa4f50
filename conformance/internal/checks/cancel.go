package checks

import (
	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/conformance/internal/harness"
	"github.com/paysocket/paysocket/conformance/internal/manifest"
	"github.com/paysocket/paysocket/conformance/internal/proxy"
	"github.com/paysocket/paysocket/contract"
)

// canceling holds the checks of group CAN.
func canceling() map[string]Check {
	return map[string]Check{
		"CAN-001": stopsAPendingPayment,
		"CAN-002": doesNotCallPaidCanceled,
		"CAN-003": findsALostCancellation,
	}
}

func stopsAPendingPayment(t *harness.T, e *harness.Env) {
	s := e.Scenario(t, nil)
	payment := s.MustCreate(t, e.CreateRequest())
	for _, when := range []string{"canceled", "canceled a second time"} {
		stopped, err := s.Cancel(t, payment.PaymentID)
		if err != nil {
			t.Fatalf("%s, the call failed: %v", when, err)
		}
		harness.OneOf(t, "status of a payment that was "+when, stopped.Status, contract.PaymentCanceled, contract.PaymentExpired)
		harness.OneOf(t, "state at the gateway", s.InLedger(t, payment.PaymentID).State, gateway.StateCanceled, gateway.StateExpired)
	}
	_, err := s.Cancel(t, unknownID(payment.PaymentID))
	failedWith(t, "a cancellation of a payment that does not exist", err, contract.PaymentNotFound, contract.Rejected)
}

func doesNotCallPaidCanceled(t *harness.T, e *harness.Env) {
	s := e.Scenario(t, nil)
	payment := paid(t, e, s)
	answered, err := s.Cancel(t, payment.PaymentID)
	if harness.True(t, err == nil, "a cancellation of a paid payment failed: %v", err) {
		harness.Equal(t, "status of a paid payment after a cancellation", contract.PaymentSucceeded, answered.Status)
	}
	harness.Equal(t, "state at the gateway", gateway.StateSucceeded, s.InLedger(t, payment.PaymentID).State)
	refundsInLedger(t, s, "a cancellation of a paid payment", payment.PaymentID, 0)
	refusal := harness.OptionalAnswer(t, "errors.refusal", e.Manifest.Errors.Refusal)
	if refusal == nil {
		return
	}
	pending := s.MustCreate(t, e.CreateRequest())
	s.Arm(played(manifest.OpCancel, refusal, -1))
	_, err = s.Cancel(t, pending.PaymentID)
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
