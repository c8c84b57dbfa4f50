package checks

import (
	"slices"
	"strings"
	"sync"

	"github.com/paysocket/paysocket/conformance/internal/harness"
	"github.com/paysocket/paysocket/conformance/internal/manifest"
	"github.com/paysocket/paysocket/conformance/internal/proxy"
	"github.com/paysocket/paysocket/contract"
)

// loseRefund makes a refund whose answer does not reach the provider.
func loseRefund(t *harness.T, s *harness.Scenario, request *contract.RefundRequest) *harness.Refunding {
	refunding := s.Refunding(request)
	fault := s.Arm(proxy.Fault{Operation: manifest.OpRefund, Phase: proxy.AfterCommit, Kind: proxy.FaultCloseNoResponse, Times: -1})
	_, err := refunding.Ask(t)
	fault.Disarm()
	if !failedWith(t, "the refund whose answer was lost", err, "", contract.Indeterminate) {
		t.FailNow()
	}
	return refunding
}

func makesOneRefundForOneKey(t *harness.T, e *harness.Env) {
	s := e.Scenario(t, nil)
	payment := paid(t, e, s)
	refunding := s.Refunding(refundRequest(e, payment.PaymentID, some(e)))
	first, err := refunding.Ask(t)
	if err != nil {
		t.Fatalf("Refund failed with no fault injected: %v", err)
	}
	again, err := refunding.Ask(t)
	if harness.True(t, err == nil, "repeated, the refund failed: %v", err) {
		harness.Equal(t, "id of the repeated refund", first.RefundID, again.RefundID)
		harness.Equal(t, "replayed of the repeated refund", true, again.Replayed)
	}
	reworded := *refunding.Request // the reason is for people
	reworded.Reason = "said in other words"
	again, err = s.Refund(t, &reworded)
	if harness.True(t, err == nil, "repeated for another reason, the refund failed: %v", err) {
		harness.Equal(t, "id of the refund repeated for another reason", first.RefundID, again.RefundID)
	}
	refundsInLedger(t, s, "repeated", payment.PaymentID, 1)

	if slices.Contains(e.Capabilities, "refunds.multiple") {
		alike := *refunding.Request // in all but its key, which is nearly the same
		alike.Attempt = contract.Attempt{Key: strings.ToUpper(alike.Attempt.Key)}
		second := mustRefund(t, s, &alike)
		harness.True(t, second.RefundID != first.RefundID && !second.Replayed, "two keys became one refund, %s", first.RefundID)
		refundsInLedger(t, s, "the same refund with another key", payment.PaymentID, 2)
	}

	other := *refunding.Request // keys are unique within their payment
	other.PaymentID, other.Attempt = paid(t, e, s).PaymentID, contract.Attempt{Key: other.Attempt.Key}
	mustRefund(t, s, &other)
	refundsInLedger(t, s, "the same key for another payment", other.PaymentID, 1)

	refundsOneKeyOfTwoPayments(t, e, s)
	makesOneRefundOfManyCalls(t, e)
	findsLostRefunds(t, e)
}

// makesOneRefundOfManyCalls asks for one refund many times at once.
func makesOneRefundOfManyCalls(t *harness.T, e *harness.Env) {
	s := e.Scenario(t, nil)
	payment := paid(t, e, s)
	request := refundRequest(e, payment.PaymentID, some(e))
	held := s.Arm(proxy.Fault{Operation: manifest.OpRefund, Kind: proxy.FaultHold})
	var calls sync.WaitGroup
	ids, errs := make([]string, refundsAtOnce), make([]error, refundsAtOnce)
	ask := func(i int) {
		own := *request
		refund, err := s.Refund(t, &own)
		if errs[i] = err; err == nil {
			ids[i] = refund.RefundID
		}
	}
	for i := range refundsAtOnce / 2 {
		calls.Go(func() { ask(i) })
	}
	reached(t, held, "Refund")
	for i := range refundsAtOnce / 2 { // when the first is at the gateway already
		calls.Go(func() { ask(refundsAtOnce/2 + i) })
	}
	letHappen(t, e, s, 3)
	held.Release()
	calls.Wait()
	made := refundsInLedger(t, s, "one refund asked for many times at once", payment.PaymentID, 1)
	if len(made) != 1 {
		return
	}
	for i, err := range errs {
		if err != nil {
			failedWith(t, "a refund asked for at the same time", err, contract.AttemptUnsettled, contract.Indeterminate)
		} else {
			harness.Equal(t, "id of a refund asked for at the same time", made[0].ID, ids[i])
		}
	}
}

// findsLostRefunds repeats refunds whose answers were lost.
func findsLostRefunds(t *harness.T, e *harness.Env) {
	for what, late := range inOrder(map[string]bool{"at once": false, "after the settle time": true}) {
		s := e.Scenario(t, nil)
		payment := paid(t, e, s)
		lost := loseRefund(t, s, refundRequest(e, payment.PaymentID, some(e)))
		if late {
			lost.Settle()
		}
		refund, err := lost.Ask(t)
		made := refundsInLedger(t, s, "lost and repeated "+what, payment.PaymentID, 1)
		switch {
		case err == nil && len(made) == 1:
			harness.Equal(t, "id of the lost refund, repeated "+what, made[0].ID, refund.RefundID)
		case err != nil && late:
			t.Errorf("repeated %s, the refund failed although it can be found: %v", what, err)
		case err != nil:
			failedWith(t, "repeated "+what, err, contract.AttemptUnsettled, contract.Indeterminate)
		}
	}
}

func refusesAReusedRefundKey(t *harness.T, e *harness.Env) {
	s := e.Scenario(t, nil)
	payment := paid(t, e, s)
	refunding := s.Refunding(refundRequest(e, payment.PaymentID, part(e)))
	first, err := refunding.Ask(t)
	if err != nil {
		t.Fatalf("Refund failed with no fault injected: %v", err)
	}
	other := *refunding.Request
	other.Amount.MinorUnits++
	_, err = s.Refund(t, &other)
	if failedWith(t, "a refund's key with another amount", err, contract.IdempotencyKeyReused, contract.Indeterminate) {
		harness.Equal(t, "refund_id in the error's metadata", first.RefundID, metadata(err)[contract.MetaRefundID])
	}
	refundsInLedger(t, s, "a refund's key with another amount", payment.PaymentID, 1)
}

func makesNoSecondRefundWhileUnseen(t *harness.T, e *harness.Env) {
	restart := e.Subject.Binary() != ""
	s := e.Scenario(t, nil)
	lost := loseRefund(t, s, refundRequest(e, paid(t, e, s).PaymentID, part(e)))
	if restart {
		s.Restart(t)
	}
	lags := hideRefunds(t, e, s)
	repeats := func(what string, visible bool) {
		refund, err := lost.Ask(t)
		made := refundsInLedger(t, s, what, lost.Request.PaymentID, 1)
		switch {
		case err == nil && len(made) == 1:
			harness.Equal(t, what+": id of the refund", made[0].ID, refund.RefundID)
		case err != nil && visible:
			t.Errorf("%s, the call still fails: %v", what, err)
		case err != nil:
			failedWith(t, what, err, contract.AttemptUnsettled, contract.Indeterminate)
		}
	}
	repeats("repeated while the refund cannot be seen yet", false)
	for _, lag := range lags {
		lag.Disarm()
	}
	repeats("repeated once the refund can be seen", true)
}

// hideRefunds removes the refunds from all answers of the gateway to reads. A
// provider whose gateway supports keys need not read them.
func hideRefunds(t *harness.T, e *harness.Env, s *harness.Scenario) []*proxy.ArmedFault {
	if e.Descriptor.RefundIdempotency.Kind == contract.IdempotencyNative {
		return nil
	}
	f := &e.Manifest.Fields
	var lags []*proxy.ArmedFault
	if changes := harness.OptionalChanges(t, "fields.no_refunds", f.NoRefunds); len(changes) > 0 {
		fault := patch(manifest.OpGet, set(changes)...)
		fault.Optional = true // it may ask for the list alone
		lags = append(lags, s.Arm(fault))
	}
	if body := harness.OptionalField(t, "fields.empty_refunds", f.EmptyRefunds); body != "" {
		lags = append(lags, s.Arm(proxy.Fault{
			Operation: manifest.OpRefunds, Phase: proxy.AfterCommit, Kind: proxy.FaultStatus, Status: 200,
			Body: []byte(body), Times: -1, Optional: true,
		}))
	}
	if len(lags) == 0 {
		t.MarkUnverified("with the manifest's no_refunds and empty_refunds a refund cannot be hidden")
	}
	return lags
}
