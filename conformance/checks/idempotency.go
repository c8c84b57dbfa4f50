package checks

import (
	"context"
	"strings"
	"sync"
	"time"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/conformance/harness"
	"github.com/paysocket/paysocket/conformance/manifest"
	"github.com/paysocket/paysocket/contract"
)

// idempotency holds the checks of group IDM.
func idempotency() map[string]Check {
	return map[string]Check{
		"IDM-001": makesOnePaymentForOneKey,
		"IDM-002": refusesAReusedKey,
		"IDM-003": makesTwoPaymentsForTwoKeys,
		"IDM-004": makesOnePaymentOfManyCalls,
		"IDM-005": findsALostPayment,
		"IDM-006": spoilsNoKey,
		"IDM-007": remembersKeysAfterARestart,
		"IDM-008": refusesIllegalKeys,
		"IDM-009": takesNoEmptyLookUpForProof,
		"IDM-010": createsNothingWithoutLooking,
		"IDM-011": staysIndeterminate,
	}
}

func makesOnePaymentForOneKey(t *harness.T, e *harness.Env) {
	s := e.Stage(t, nil)
	purchase := s.Purchase(nil)
	first, err := purchase.Ask(t)
	if err != nil {
		t.Fatalf("CreatePayment failed where nothing stood in its way: %v", err)
	}
	// Within one process the promise holds even for a host that forgot to say
	// that it has asked before.
	forgetful := *purchase.Request
	forgetful.Attempt = contract.Attempt{Key: purchase.Request.Attempt.Key}
	again, err := s.Create(t, &forgetful)
	same(t, "repeated without the times of the first call", first, again, err)
	again, err = purchase.Ask(t)
	same(t, "repeated", first, again, err)
	onePayment(t, s, "after three calls", first.IdempotencyKey)

	s.Transition(t, first.PaymentID, gateway.StateSucceeded)
	again, err = purchase.Ask(t)
	if same(t, "repeated after the payer paid", first, again, err) {
		harness.Equal(t, "status of the replayed payment, which was paid meanwhile", contract.PaymentSucceeded, again.Status)
	}
	onePayment(t, s, "after it was paid", first.IdempotencyKey)
}

// same fails the check unless the answer is the first payment, replayed.
func same(t *harness.T, what string, first, again *contract.Payment, err error) bool {
	if err != nil {
		t.Errorf("%s, the call failed: %v", what, err)
		return false
	}
	return harness.Equal(t, what+": payment id", first.PaymentID, again.PaymentID) &&
		harness.Equal(t, what+": replayed", true, again.Replayed)
}

func refusesAReusedKey(t *harness.T, e *harness.Env) {
	for what, restart := range inOrder(map[string]bool{"": false, " by another process": true}) {
		if restart && e.Subject.Binary() == "" {
			continue
		}
		s := e.Stage(t, &harness.StageOptions{Fresh: restart})
		purchase := s.Purchase(nil)
		first, err := purchase.Ask(t)
		if err != nil {
			t.Fatalf("CreatePayment failed where nothing stood in its way: %v", err)
		}
		if restart {
			s.Restart(t)
		}
		reused := func(difference string, change func(*contract.CreatePaymentRequest)) {
			request := *purchase.Request
			change(&request)
			before := s.Ledger(t, "")
			_, err := s.Create(t, &request)
			subject := "the key" + what + " with " + difference
			if failedWith(t, subject, err, contract.IdempotencyKeyReused, contract.Indeterminate) {
				harness.Equal(t, subject+": payment_id in the error's metadata", first.PaymentID, metadata(err)[contract.MetaPaymentID])
			}
			harness.Equal(t, subject+": payments in the gateway's ledger", len(before), len(s.Ledger(t, "")))
		}
		reused("another amount", func(r *contract.CreatePaymentRequest) { r.Amount.MinorUnits++ })
		if limits, ok := secondCurrency(e); ok {
			reused("another currency", func(r *contract.CreatePaymentRequest) {
				r.Amount = contract.Money{Currency: limits.Currency, MinorUnits: amountWithin(e, limits)}
			})
		}
		recorded := s.InLedger(t, first.PaymentID)
		harness.Equal(t, "amount of the first payment at the gateway", first.Amount.MinorUnits, recorded.Amount)
	}
}

// secondCurrency finds a declared currency that is not that of the fixtures.
func secondCurrency(e *harness.Env) (*contract.CurrencyLimits, bool) {
	for _, limits := range e.Method().Currencies {
		if limits.Currency != e.Manifest.Fixtures.Currency {
			return &limits, true
		}
	}
	return nil, false
}

func makesTwoPaymentsForTwoKeys(t *harness.T, e *harness.Env) {
	s := e.Stage(t, nil)
	first := e.CreateRequest()
	second := *first
	second.Attempt = contract.Attempt{Key: e.Key()}
	one, two := s.MustCreate(t, first), s.MustCreate(t, &second)
	harness.True(t, one.PaymentID != two.PaymentID, "two wishes that look alike became one payment, %s", one.PaymentID)
	harness.True(t, !two.Replayed, "the second wish is said to be replayed")
	harness.Equal(t, "payments in the gateway's ledger", 2, len(s.Ledger(t, "")))
}

// concurrentCalls is how many calls of one key come at once.
const concurrentCalls = 12

func makesOnePaymentOfManyCalls(t *harness.T, e *harness.Env) {
	s := e.Stage(t, nil)
	held := s.Arm(gateway.Fault{Operation: manifest.OpCreate, Kind: gateway.FaultHold})
	request := e.CreateRequest()
	ids, errs := make([]string, concurrentCalls), make([]error, concurrentCalls)
	var calls sync.WaitGroup
	for i := range concurrentCalls {
		calls.Go(func() {
			own := *request
			payment, err := s.Create(t, &own)
			errs[i] = err
			if err == nil {
				ids[i] = payment.PaymentID
			}
		})
	}
	select {
	case <-held.Reached():
	case <-t.Context().Done():
		t.Fatalf("no request to create a payment came")
	}
	// The other calls have been sent; give those that would create a second
	// payment the time to do so.
	settle, cancel := context.WithTimeout(t.Context(), 150*time.Millisecond)
	_ = s.Proxy.Await(settle, func(journal []gateway.Exchange) bool { return countCommits(journal) > 1 })
	cancel()
	held.Release()
	calls.Wait()

	made := s.Ledger(t, request.Attempt.Key)
	if !harness.Equal(t, "payments of the key in the gateway's ledger", 1, len(made)) {
		return
	}
	answered := 0
	for i, err := range errs {
		if err != nil {
			failedWith(t, "a call at the same time", err, contract.AttemptUnsettled, contract.Indeterminate)
			continue
		}
		answered++
		harness.Equal(t, "payment id of a call at the same time", made[0].ID, ids[i])
	}
	harness.True(t, answered > 0, "none of %d calls at the same time was answered with the payment", concurrentCalls)
}

func countCommits(journal []gateway.Exchange) int {
	count := 0
	for i := range journal {
		if journal[i].Commit {
			count++
		}
	}
	return count
}

// lose makes a payment whose answer is lost on the way to the provider.
func lose(t *harness.T, s *harness.Stage) *harness.Purchase {
	purchase := s.Purchase(nil)
	fault := s.Arm(gateway.Fault{Operation: manifest.OpCreate, Phase: gateway.AfterCommit, Kind: gateway.FaultCloseNoResponse, Times: -1})
	_, err := purchase.Ask(t)
	fault.Disarm()
	failedWith(t, "the call whose answer was lost", err, "", contract.Indeterminate)
	if t.Failed() {
		t.FailNow() // what follows would blame the wrong thing
	}
	return purchase
}

func findsALostPayment(t *harness.T, e *harness.Env) {
	for _, late := range []bool{false, true} {
		s := e.Stage(t, nil)
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
}

func spoilsNoKey(t *harness.T, e *harness.Env) {
	for what, fault := range inOrder(map[string]gateway.Fault{
		"a rate limit":         {Operation: manifest.OpCreate, Kind: gateway.FaultStatus, Status: 429, Times: -1},
		"a refused connection": {Kind: gateway.FaultRefuse},
	}) {
		s := e.Stage(t, nil)
		purchase := s.Purchase(nil)
		armed := s.Arm(fault)
		_, err := purchase.Ask(t)
		armed.Disarm()
		if !failedWith(t, "after "+what, err, "", contract.NotAttempted) {
			continue
		}
		payment, err := purchase.Ask(t)
		if err != nil {
			t.Errorf("the call was repeated after %s, and failed although nothing stands in its way: %v", what, err)
			continue
		}
		s.InLedger(t, payment.PaymentID)
		onePayment(t, s, "repeated after "+what, purchase.Request.Attempt.Key)
	}
}

func remembersKeysAfterARestart(t *harness.T, e *harness.Env) {
	s := e.Stage(t, &harness.StageOptions{Fresh: true})
	answered := s.Purchase(nil)
	first, err := answered.Ask(t)
	if err != nil {
		t.Fatalf("CreatePayment failed where nothing stood in its way: %v", err)
	}
	lost := lose(t, s)
	s.Restart(t)
	again, err := answered.Ask(t)
	same(t, "repeated by another process", first, again, err)
	onePayment(t, s, "repeated by another process", first.IdempotencyKey)

	key := lost.Request.Attempt.Key
	if payment, err := lost.Ask(t); err == nil {
		harness.Equal(t, "payment id of the lost one", s.Ledger(t, key)[0].ID, payment.PaymentID)
	} else {
		failedWith(t, "the lost one repeated by another process", err, contract.AttemptUnsettled, contract.Indeterminate)
	}
	onePayment(t, s, "the lost one repeated by another process", key)
}

func refusesIllegalKeys(t *harness.T, e *harness.Env) {
	s := e.Stage(t, nil)
	for what, key := range inOrder(map[string]string{
		"no key":                       "",
		"a key of 65 characters":       strings.Repeat("k", 65),
		"a key with a blank":           "order 77",
		"a key with a slash":           "order/77",
		"a key that is not ASCII":      "ออเดอร์77",
		"a key with a line break":      "order\n77",
		"a key that ends in zero byte": "order77\x00",
	}) {
		request := e.CreateRequest()
		request.Attempt.Key = key
		before := s.Requests()
		_, err := s.Create(t, request)
		refusedLocally(t, s, what, before, err, contract.InvalidRequest)
		failedWith(t, what, err, "", contract.NotAttempted)
	}
	harness.Equal(t, "payments in the gateway's ledger", 0, len(s.Ledger(t, "")))
}

func takesNoEmptyLookUpForProof(t *harness.T, e *harness.Env) {
	body := harness.Need(t, "fields.empty_list", e.Manifest.Fields.EmptyList)
	for what, restart := range inOrder(map[string]bool{"": false, ", by another process": true}) {
		if restart && e.Subject.Binary() == "" {
			continue
		}
		s := e.Stage(t, &harness.StageOptions{Fresh: restart})
		purchase := lose(t, s)
		key := purchase.Request.Attempt.Key
		if restart {
			s.Restart(t)
		}
		// A gateway that honours keys may not be asked for a list at all.
		lag := s.Arm(gateway.Fault{
			Operation: manifest.OpList, Phase: gateway.AfterCommit, Kind: gateway.FaultStatus, Status: 200,
			Body: []byte(body), Times: -1, Optional: native(e),
		})
		payment, err := purchase.Ask(t)
		switch {
		case err == nil:
			harness.Equal(t, "payment id while the list lags"+what, s.Ledger(t, key)[0].ID, payment.PaymentID)
		case failedWith(t, "while the list lags"+what, err, contract.AttemptUnsettled, contract.Indeterminate):
			harness.True(t, asError(err).RetryAfter > 0, "while the list lags%s: the error does not say how long to wait", what)
		}
		onePayment(t, s, "while the list lags"+what, key)
		lag.Disarm()

		payment, err = purchase.Ask(t)
		if err != nil {
			t.Errorf("once the list shows the payment%s, the call still fails: %v", what, err)
			continue
		}
		harness.Equal(t, "payment id after the lag"+what, s.Ledger(t, key)[0].ID, payment.PaymentID)
		onePayment(t, s, "after the lag"+what, key)
	}
}

// native reports whether the gateway itself honours keys.
func native(e *harness.Env) bool {
	return e.Descriptor.CreateIdempotency.Kind == contract.IdempotencyNative
}

func createsNothingWithoutLooking(t *harness.T, e *harness.Env) {
	restart := e.Subject.Binary() != ""
	for _, failing := range []trouble{
		{name: "is refused", fault: gateway.Fault{Operation: manifest.OpList, Kind: gateway.FaultStatus, Status: 403, Body: []byte(e.Manifest.Errors.Object)}},
		{name: "answers 500", fault: statusFault(manifest.OpList, 500, gateway.BeforeCommit)},
		{name: "answers 429", fault: statusFault(manifest.OpList, 429, gateway.BeforeCommit)},
		{name: "cannot be read", fault: gateway.Fault{Operation: manifest.OpList, Phase: gateway.AfterCommit, Kind: gateway.FaultNotJSON}},
		{name: "is cut", fault: gateway.Fault{Operation: manifest.OpList, Phase: gateway.AfterCommit, Kind: gateway.FaultTruncate, Bytes: 10}},
	} {
		s := e.Stage(t, &harness.StageOptions{Fresh: restart})
		purchase := lose(t, s)
		key := purchase.Request.Attempt.Key
		if restart {
			s.Restart(t) // what it remembers must not save it the look
		}
		purchase.Settle()
		failing.fault.Times, failing.fault.Optional = -1, native(e)
		s.Arm(failing.fault)
		writes := s.Writes()
		payment, err := purchase.Ask(t)
		what := "the look-up " + failing.name
		if native(e) && err == nil { // its gateway knew the key
			harness.Equal(t, what+": payment id", s.Ledger(t, key)[0].ID, payment.PaymentID)
		} else {
			failedWith(t, what, err, "", contract.Indeterminate)
			harness.Equal(t, what+": requests that can move money", writes, s.Writes())
		}
		onePayment(t, s, what, key)
	}
	readsEveryPage(t, e, restart)
}

// manyPayments are more than a page of any gateway's list is likely to hold.
const manyPayments = 120

// readsEveryPage hides a lost payment among others.
func readsEveryPage(t *harness.T, e *harness.Env, restart bool) {
	if !e.HasFeature(gateway.FeaturePaymentCreate) {
		return
	}
	s := e.Stage(t, &harness.StageOptions{Fresh: restart})
	others := func(count int) {
		for range count {
			_, err := s.Scope.CreatePayment(t.Context(), gateway.Money{
				Amount: e.Manifest.Fixtures.Amounts.OK, Currency: e.Manifest.Fixtures.Currency,
			})
			t.Broken("make another payment at the stand-in", err)
		}
	}
	others(manyPayments)
	purchase := lose(t, s)
	others(manyPayments)
	if restart {
		s.Restart(t)
	}
	purchase.Settle()
	key := purchase.Request.Attempt.Key
	payment, err := purchase.Ask(t)
	if err != nil {
		t.Errorf("a payment among %d others was not found: %v", 2*manyPayments, err)
		return
	}
	harness.Equal(t, "payment id among many", s.Ledger(t, key)[0].ID, payment.PaymentID)
	onePayment(t, s, "among many", key)
}

func staysIndeterminate(t *harness.T, e *harness.Env) {
	restart := e.Subject.Binary() != ""
	for what, fault := range inOrder(map[string]gateway.Fault{
		"connections are refused":  {Kind: gateway.FaultRefuse},
		"the rate is limited":      {Kind: gateway.FaultStatus, Status: 429, Times: -1},
		"credentials are refused":  {Kind: gateway.FaultStatus, Status: 401, Times: -1, Body: []byte(e.Manifest.Errors.Object)},
		"the gateway answers 400":  {Kind: gateway.FaultStatus, Status: 400, Times: -1, Body: []byte(e.Manifest.Errors.Object)},
		"the gateway answers 500":  {Kind: gateway.FaultStatus, Status: 500, Times: -1},
		"the deadline is too near": {Kind: gateway.FaultHold, Optional: true, Times: -1},
	}) {
		s := e.Stage(t, &harness.StageOptions{Fresh: restart})
		purchase := lose(t, s)
		if restart {
			s.Restart(t)
		}
		armed := s.Arm(fault)
		limit := e.Manifest.Timeouts.RPC
		if fault.Kind == gateway.FaultHold {
			limit = 300 * time.Millisecond
		}
		ctx, cancel := context.WithTimeout(t.Context(), limit)
		_, err := s.Provider.CreatePayment(ctx, purchase.Request)
		cancel()
		armed.Disarm()
		failedWith(t, "an earlier call's fate is open, and "+what, err, "", contract.Indeterminate)
		onePayment(t, s, what, purchase.Request.Attempt.Key)
	}
}
