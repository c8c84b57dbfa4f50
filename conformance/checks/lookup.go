package checks

import (
	"slices"
	"strings"
	"time"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/conformance/harness"
	"github.com/paysocket/paysocket/conformance/manifest"
	"github.com/paysocket/paysocket/contract"
)

// findsByKey is the check of STS-010.
func findsByKey(t *harness.T, e *harness.Env) {
	s := e.Stage(t, nil)
	lost := lose(t, s)
	payment, err := s.StatusByKey(t, lost.Request.Attempt)
	if err != nil {
		t.Errorf("the payment whose answer was lost was not found by its key: %v", err)
	} else {
		harness.Equal(t, "id of the payment found by its key", s.Ledger(t, lost.Request.Attempt.Key)[0].ID, payment.PaymentID)
	}
	saysHowMuchNothingProves(t, e, s)
	makesNoAbsenceOfAFailure(t, e)
	namesDuplicates(t, e)
}

func saysHowMuchNothingProves(t *harness.T, e *harness.Env, s *harness.Stage) {
	unknown := contract.Attempt{Key: e.Key(), FirstAt: time.Now().Add(-time.Second), LastUnknownAt: time.Now()}
	for what, c := range inOrder(map[string]struct {
		attempt contract.Attempt
		settled string
	}{
		"within the settle time":  {unknown, "false"},
		"after the settle time":   {harness.Settled(unknown, e.Descriptor.CreateIdempotency), "true"},
		"without an unknown call": {contract.Attempt{Key: e.Key(), FirstAt: time.Now().Add(-time.Second)}, "true"},
	}) {
		_, err := s.StatusByKey(t, c.attempt)
		if !failedWith(t, "a key that was never used, "+what, err, contract.PaymentNotFound, "") {
			continue
		}
		said := metadata(err)
		harness.Equal(t, what+": "+contract.MetaComplete, "true", said[contract.MetaComplete])
		harness.Equal(t, what+": "+contract.MetaSettled, c.settled, said[contract.MetaSettled])
		from, fromErr := time.Parse(time.RFC3339, said[contract.MetaSearchedFrom])
		until, untilErr := time.Parse(time.RFC3339, said[contract.MetaSearchedUntil])
		if fromErr != nil || untilErr != nil {
			t.Errorf("%s: the error does not say which window was read: %v", what, said)
			continue
		}
		harness.True(t, !from.After(c.attempt.FirstAt) && until.After(c.attempt.FirstAt),
			"%s: the window %s to %s does not hold the first call at %s", what, from, until, c.attempt.FirstAt)
	}
}

func makesNoAbsenceOfAFailure(t *harness.T, e *harness.Env) {
	for what, fault := range inOrder(map[string]gateway.Fault{
		"500":      statusFault(manifest.OpList, 500, gateway.BeforeCommit),
		"cut":      {Operation: manifest.OpList, Phase: gateway.AfterCommit, Kind: gateway.FaultTruncate, Bytes: 10, Times: -1},
		"web page": {Operation: manifest.OpList, Phase: gateway.AfterCommit, Kind: gateway.FaultHTML, Times: -1},
	}) {
		s := e.Stage(t, nil)
		s.Arm(fault)
		_, err := s.StatusByKey(t, pastAttempt(e.Key()))
		if harness.True(t, err != nil, "a look-up that failed (%s) gave a payment", what) && contract.ReasonOf(err) == contract.PaymentNotFound {
			harness.Equal(t, "complete of a look-up that failed ("+what+")", "false", metadata(err)[contract.MetaComplete])
		}
	}
}

// namesDuplicates plays a list with two payments of one key back.
func namesDuplicates(t *harness.T, e *harness.Env) {
	f := &e.Manifest.Fields
	if f.Key == "" || f.List == "" {
		return
	}
	s := e.Stage(t, nil)
	one, two := s.Purchase(nil), s.Purchase(nil)
	first, err := one.Ask(t)
	second, secondErr := two.Ask(t)
	if err != nil || secondErr != nil {
		t.Fatalf("CreatePayment failed where nothing stood in its way: %v, %v", err, secondErr)
	}
	key := one.Request.Attempt.Key
	firstBody, secondBody := readBody(t, s, first.PaymentID), readBody(t, s, second.PaymentID)
	secondBody, patchErr := gateway.Patch(secondBody, []gateway.PatchOp{{Op: "replace", Path: f.Key, Value: key}})
	t.Broken("give a payment another key", patchErr)
	s.Arm(gateway.Fault{
		Operation: manifest.OpList, Phase: gateway.AfterCommit, Kind: gateway.FaultStatus, Status: 200,
		Body: listOf(t, e, firstBody, secondBody), Times: -1,
	})
	_, err = s.StatusByKey(t, one.Request.Attempt)
	if !failedWith(t, "two payments of one key", err, contract.DuplicatePayments, "") {
		return
	}
	named := slices.Sorted(strings.SplitSeq(metadata(err)[contract.MetaPaymentIDs], ","))
	harness.Equal(t, "the payments that the error names", slices.Sorted(slices.Values([]string{first.PaymentID, second.PaymentID})), named)
}
