package checks

import (
	"time"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/conformance/internal/harness"
	"github.com/paysocket/paysocket/conformance/internal/manifest"
	"github.com/paysocket/paysocket/conformance/internal/proxy"
	"github.com/paysocket/paysocket/contract"
)

// lose creates a payment whose answer does not reach the provider.
func lose(t *harness.T, s *harness.Scenario) *harness.Purchase {
	purchase := s.Purchase(nil)
	fault := s.Arm(proxy.Fault{Operation: manifest.OpCreate, Phase: proxy.AfterCommit, Kind: proxy.FaultCloseNoResponse, Times: -1})
	_, err := purchase.Ask(t)
	fault.Disarm()
	failedWith(t, "the call whose answer was lost", err, "", contract.Indeterminate)
	if t.Failed() {
		t.FailNow() // later findings would be misleading
	}
	return purchase
}

func findsALostPayment(t *harness.T, e *harness.Env) {
	for _, late := range []bool{false, true} {
		s := e.Scenario(t, nil)
		purchase := lose(t, s)
		what := "repeated at once"
		if late {
			what = "repeated after the settle time"
			purchase.Settle()
		}
		made := s.Ledger(t, purchase.Request.Attempt.Key)
		if !harness.Equal(t, "payments of the key before the call is repeated", 1, len(made)) {
			return
		}
		payment, err := purchase.Ask(t)
		switch {
		case err == nil:
			harness.Equal(t, what+": payment id", made[0].ID, payment.PaymentID)
		case late:
			t.Errorf("%s, the call failed although the payment can be found: %v", what, err)
		default:
			failedWith(t, what, err, contract.AttemptUnsettled, contract.Indeterminate)
		}
		onePayment(t, s, what, purchase.Request.Attempt.Key)
	}
	findsWhatMovedOn(t, e)
}

// findsWhatMovedOn lets a payment whose answer was lost end before the call is
// repeated, if possible by a new process that remembers nothing.
func findsWhatMovedOn(t *harness.T, e *harness.Env) {
	restart := e.Subject.Binary() != ""
	s := e.Scenario(t, nil)
	lost := make(map[gateway.State]*harness.Purchase)
	for _, state := range reachable(e)[1:] {
		lost[state] = lose(t, s)
		s.Transition(t, madeWith(t, s, lost[state].Request.Attempt.Key).ID, state)
	}
	if restart {
		s.Restart(t)
	}
	for state, purchase := range lost {
		purchase.Settle()
		key, what := purchase.Request.Attempt.Key, "repeated after the lost payment had become "+string(state)
		payment, err := purchase.Ask(t)
		if harness.True(t, err == nil, "%s, the call failed: %v", what, err) {
			harness.Equal(t, what+": payment id", madeWith(t, s, key).ID, payment.PaymentID)
			harness.Equal(t, what+": status", s.MustStatus(t, payment.PaymentID).Status, payment.Status)
		}
		onePayment(t, s, what, key)
	}
}

func spoilsNoKey(t *harness.T, e *harness.Env) {
	for what, fault := range inOrder(map[string]proxy.Fault{
		"a rate limit":         {Operation: manifest.OpCreate, Kind: proxy.FaultStatus, Status: 429, Times: -1},
		"a refused connection": {Kind: proxy.FaultRefuse},
	}) {
		s := e.Scenario(t, nil)
		purchase := s.Purchase(nil)
		armed := s.Arm(fault)
		_, err := purchase.Ask(t)
		armed.Disarm()
		if !failedWith(t, "after "+what, err, "", contract.NotAttempted) {
			continue
		}
		payment, err := purchase.Ask(t)
		if err != nil {
			t.Errorf("the call was repeated after %s and failed with no fault injected: %v", what, err)
			continue
		}
		s.InLedger(t, payment.PaymentID)
		onePayment(t, s, "repeated after "+what, purchase.Request.Attempt.Key)
	}
	spoilsNoKeyByARefusal(t, e)
}

// spoilsNoKeyByARefusal makes the gateway refuse once.
func spoilsNoKeyByARefusal(t *harness.T, e *harness.Env) {
	refusal := harness.OptionalAnswer(t, "errors.refusal", e.Manifest.Errors.Refusal)
	if refusal == nil {
		return
	}
	s := e.Scenario(t, nil)
	purchase := s.Purchase(nil)
	s.Arm(played(manifest.OpCreate, refusal, 1))
	_, err := purchase.Ask(t)
	if !failedWith(t, "a definite refusal", err, "", contract.Rejected) {
		return
	}
	payment, err := purchase.Ask(t)
	if harness.True(t, err == nil, "the call was repeated after a definite refusal and failed with no fault injected: %v", err) {
		s.InLedger(t, payment.PaymentID)
	}
	onePayment(t, s, "repeated after a definite refusal", purchase.Request.Attempt.Key)
}

// nextSecond waits until the clock shows another second than now.
func nextSecond(t *harness.T) {
	now := time.Now()
	select {
	case <-time.After(now.Truncate(time.Second).Add(time.Second).Sub(now)):
	case <-t.Context().Done():
	}
}

func remembersKeysAfterARestart(t *harness.T, e *harness.Env) {
	s := e.Scenario(t, nil)
	answered := s.Purchase(nil)
	first, err := answered.Ask(t)
	if err != nil {
		t.Fatalf("CreatePayment failed with no fault injected: %v", err)
	}
	lost := lose(t, s)
	nextSecond(t) // many gateways count in seconds: the next process begins in another one
	s.Restart(t)
	again, err := answered.Ask(t)
	same(t, "repeated by another process", first, again, err)
	onePayment(t, s, "repeated by another process", first.IdempotencyKey)

	key := lost.Request.Attempt.Key
	if payment, err := lost.Ask(t); err == nil {
		harness.Equal(t, "payment id of the lost one", madeWith(t, s, key).ID, payment.PaymentID)
	} else {
		failedWith(t, "the lost one repeated by another process", err, contract.AttemptUnsettled, contract.Indeterminate)
	}
	onePayment(t, s, "the lost one repeated by another process", key)
}

// staysIndeterminate asks for what makes no sense while an earlier call is open. Faults
// and deadlines that are too near are in the sweeps.
func staysIndeterminate(t *harness.T, e *harness.Env) {
	s := e.Scenario(t, nil)
	purchase := lose(t, s)
	purchase.Request.Amount.MinorUnits = -1
	_, err := purchase.Send(t)
	failedWith(t, "an earlier call's fate is open, and the request makes no sense", err, "", contract.Indeterminate)
	onePayment(t, s, "after a request that makes no sense", purchase.Request.Attempt.Key)
	if !refundsPaid(e) {
		return
	}
	lost := loseRefund(t, s, refundRequest(e, paid(t, e, s).PaymentID, some(e)))
	lost.Request.Amount.MinorUnits = -1
	_, err = s.Refund(t, lost.Request)
	failedWith(t, "an earlier refund's fate is open, and the request makes no sense", err, "", contract.Indeterminate)
}
