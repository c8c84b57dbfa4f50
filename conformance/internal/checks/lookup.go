package checks

import (
	"errors"
	"strings"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/conformance/internal/harness"
	"github.com/paysocket/paysocket/conformance/internal/manifest"
	"github.com/paysocket/paysocket/conformance/internal/proxy"
	"github.com/paysocket/paysocket/contract"
)

// findsByKey is the check of STS-010.
func findsByKey(t *harness.T, e *harness.Env) {
	s := e.Scenario(t, nil)
	lost := lose(t, s)
	payment, err := s.StatusByKey(t, lost.Request.Attempt)
	if err != nil {
		t.Errorf("the payment whose answer was lost was not found by its key: %v", err)
	} else {
		harness.Equal(t, "id of the payment found by its key", madeWith(t, s, lost.Request.Attempt.Key).ID, payment.PaymentID)
	}
	findsNoOtherKey(t, s, lost.Request.Attempt)
	findsWhatEnded(t, e)
	makesNoAbsenceOfAFailure(t, e)
}

// findsNoOtherKey looks up keys that differ slightly from that of a payment.
func findsNoOtherKey(t *harness.T, s *harness.Scenario, attempt contract.Attempt) {
	for _, key := range []string{
		strings.ToUpper(attempt.Key), attempt.Key[:len(attempt.Key)-1], attempt.Key[1:], attempt.Key + "0", strings.ReplaceAll(attempt.Key, "-", "_"),
	} {
		if key == attempt.Key || key == "" || len(key) > contract.MaxKeyLength {
			continue
		}
		_, err := s.StatusByKey(t, pastAttempt(key))
		failedWith(t, "the key "+key+", and there is a payment of the key "+attempt.Key, err, contract.PaymentNotFound, "")
	}
}

// findsWhatEnded looks up payments in all states, if possible from a process that
// did not create them.
func findsWhatEnded(t *harness.T, e *harness.Env) {
	restart := e.Subject.Binary() != ""
	s := e.Scenario(t, nil)
	made := make(map[gateway.State]*contract.Payment)
	for _, state := range reachable(e)[1:] {
		made[state] = moved(t, e, s, state)
	}
	if restart {
		s.Restart(t)
	}
	for state, ended := range inOrder(made) {
		found, err := s.StatusByKey(t, pastAttempt(ended.IdempotencyKey))
		if harness.True(t, err == nil, "a payment that is %s was not found by its key: %v", state, err) {
			harness.Equal(t, "id of a "+string(state)+" payment found by its key", ended.PaymentID, found.PaymentID)
			harness.Equal(t, "status of a "+string(state)+" payment found by its key", ended.Status, found.Status)
		}
	}
}

func makesNoAbsenceOfAFailure(t *harness.T, e *harness.Env) {
	absent := func(what string, fault proxy.Fault) {
		s := e.Scenario(t, nil)
		lost := lose(t, s) // so that the list has something in it
		s.Arm(fault)
		_, err := s.StatusByKey(t, lost.Request.Attempt)
		if harness.True(t, err != nil, "a look-up that failed (%s) returned a payment", what) && errors.Is(err, contract.PaymentNotFound) {
			harness.Equal(t, "complete of a look-up that failed ("+what+")", "false", metadata(err)[contract.MetaComplete])
		}
	}
	for _, spoilt := range spoiltLists(t, e) {
		absent(spoilt.name, spoilt.fault)
	}
	if where := firstID(t, e); where != "" {
		absent("spoilt", patch(manifest.OpList, gateway.PatchOp{Op: "remove", Path: where}))
	}
}
