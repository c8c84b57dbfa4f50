package checks

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

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
		harness.Equal(t, "id of the payment found by its key", s.Ledger(t, lost.Request.Attempt.Key)[0].ID, payment.PaymentID)
	}
	findsNoOtherKey(t, s, lost.Request.Attempt)
	qualifiesAbsence(t, e, s)
	findsWhatEnded(t, e)
	makesNoAbsenceOfAFailure(t, e)
	namesDuplicates(t, e)
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
	s := e.Scenario(t, &harness.ScenarioOptions{Fresh: restart})
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

func qualifiesAbsence(t *harness.T, e *harness.Env, s *harness.Scenario) {
	for what, attempt := range inOrder(unusedAttempts(e, e.Descriptor.CreateIdempotency)) {
		began := time.Now()
		_, err := s.StatusByKey(t, attempt)
		if !failedWith(t, "a key that was never used, "+what, err, contract.PaymentNotFound, "") {
			continue
		}
		saysHowMuchItProves(t, what, err, &attempt, e.Descriptor.CreateIdempotency, began)
		said := metadata(err)
		from, fromErr := time.Parse(time.RFC3339, said[contract.MetaSearchedFrom])
		until, untilErr := time.Parse(time.RFC3339, said[contract.MetaSearchedUntil])
		if fromErr != nil || untilErr != nil {
			t.Errorf("%s: the error does not say which window was read: %v", what, said)
			continue
		}
		harness.True(t, !from.After(attempt.FirstAt) && until.After(attempt.FirstAt),
			"%s: the window %s to %s does not hold the first call at %s", what, from, until, attempt.FirstAt)
	}
}

// unusedAttempts returns attempts with keys that were never used, on both sides of the
// settle time.
func unusedAttempts(e *harness.Env, idempotency *contract.Idempotency) map[string]contract.Attempt {
	now := time.Now()
	attempt := func(lastUnknown time.Time) contract.Attempt {
		return contract.Attempt{Key: e.Key(), FirstAt: now.Add(-time.Second), LastUnknownAt: lastUnknown}
	}
	return map[string]contract.Attempt{
		"after a call that has just ended": attempt(now),
		"during a call that was cut off":   attempt(now.Add(time.Minute)),
		"after the settle time":            harness.Settled(attempt(now), idempotency),
		"without an unknown call":          attempt(time.Time{}),
	}
}

// saysHowMuchItProves checks complete and settled of a look-up that found nothing. It
// was settled exactly if the declared settle time had passed when it was asked, which
// was at some time since began.
func saysHowMuchItProves(t *harness.T, what string, err error, attempt *contract.Attempt, idempotency *contract.Idempotency, began time.Time) {
	said := metadata(err)
	harness.Equal(t, what+": "+contract.MetaComplete, "true", said[contract.MetaComplete])
	before, after := attempt.SettledAt(began, idempotency.SettleTime), attempt.SettledAt(time.Now(), idempotency.SettleTime)
	if before == after { // else it settled during the call
		harness.Equal(t, what+": "+contract.MetaSettled+", with a settle time of "+idempotency.SettleTime.String(),
			strconv.FormatBool(after), said[contract.MetaSettled])
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

// namesDuplicates makes the gateway return a list with two payments of one key.
func namesDuplicates(t *harness.T, e *harness.Env) {
	where := harness.OptionalField(t, "fields.key", e.Manifest.Fields.Key)
	if where == "" {
		return // a list without keys cannot contain one of them twice
	}
	s := e.Scenario(t, nil)
	one, two := s.Purchase(nil), s.Purchase(nil)
	first, err := one.Ask(t)
	second, secondErr := two.Ask(t)
	if err != nil || secondErr != nil {
		t.Fatalf("CreatePayment failed with no fault injected: %v, %v", err, secondErr)
	}
	key := one.Request.Attempt.Key
	firstBody, secondBody := readBody(t, s, first.PaymentID), readBody(t, s, second.PaymentID)
	secondBody, patchErr := gateway.Patch(secondBody, []gateway.PatchOp{{Op: "replace", Path: where, Value: key}})
	t.SetupFailed("give a payment another key", patchErr)
	s.Arm(proxy.Fault{
		Operation: manifest.OpList, Phase: proxy.AfterCommit, Kind: proxy.FaultStatus, Status: 200,
		Body: listOf(t, e, firstBody, secondBody), Times: -1,
	})
	_, err = s.StatusByKey(t, one.Request.Attempt)
	if !failedWith(t, "two payments of one key", err, contract.DuplicatePayments, "") {
		return
	}
	named := slices.Sorted(strings.SplitSeq(metadata(err)[contract.MetaPaymentIDs], ","))
	harness.Equal(t, "the payments that the error names", slices.Sorted(slices.Values([]string{first.PaymentID, second.PaymentID})), named)
}
