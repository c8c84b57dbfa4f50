package checks

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/paysocket/paysocket/conformance/internal/harness"
	"github.com/paysocket/paysocket/conformance/internal/manifest"
	"github.com/paysocket/paysocket/conformance/internal/proxy"
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
		"IDM-008": refusesInvalidKeys,
		"IDM-009": takesNoEmptyLookUpForProof,
		"IDM-010": createsNothingWithoutLooking,
		"IDM-011": staysIndeterminate,
		"IDM-012": keepsKeysToTheirAccount,
	}
}

func makesOnePaymentForOneKey(t *harness.T, e *harness.Env) {
	s := e.Scenario(t, nil)
	purchase := s.Purchase(nil)
	first, err := purchase.Ask(t)
	if err != nil {
		t.Fatalf("CreatePayment failed with no fault injected: %v", err)
	}
	// Within one process the promise holds even for a host that forgot to say
	// that it has asked before.
	forgetful := *purchase.Request
	forgetful.Attempt = contract.Attempt{Key: purchase.Request.Attempt.Key}
	again, err := s.Create(t, &forgetful)
	same(t, "repeated without the times of the first call", first, again, err)
	again, err = purchase.Ask(t)
	same(t, "repeated", first, again, err)
	reworded := *purchase.Request // only key, amount and method say which payment it is
	reworded.Description, reworded.ReturnURL = "said in other words", "https://shop.example/another/return"
	again, err = s.Create(t, &reworded)
	same(t, "repeated in other words", first, again, err)
	onePayment(t, s, "after four calls", first.IdempotencyKey)
}

// same fails the check unless the answer replays the first payment.
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
		s := e.Scenario(t, nil)
		purchase := s.Purchase(nil)
		first, err := purchase.Ask(t)
		if err != nil {
			t.Fatalf("CreatePayment failed with no fault injected: %v", err)
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
		reused("a larger amount", func(r *contract.CreatePaymentRequest) { r.Amount.MinorUnits++ })
		if first.Amount.MinorUnits > e.Manifest.Fixtures.Amounts.Min {
			reused("a smaller amount", func(r *contract.CreatePaymentRequest) { r.Amount.MinorUnits-- })
		}
		if limits, ok := secondCurrency(e, s); ok {
			reused("another currency", func(r *contract.CreatePaymentRequest) {
				r.Amount = contract.Money{Currency: limits.Currency, MinorUnits: amountWithin(e, limits)}
			})
		}
		if method, ok := secondMethod(e, s); ok {
			reused("another method", func(r *contract.CreatePaymentRequest) { r.Method = method })
		}
		recorded := s.InLedger(t, first.PaymentID)
		harness.Equal(t, "amount of the first payment at the gateway", first.Amount.MinorUnits, recorded.Amount)
	}
	refusesAKeyInUse(t, e)
}

// refusesAKeyInUse sends two different requests under one key at the same time.
func refusesAKeyInUse(t *harness.T, e *harness.Env) {
	s := e.Scenario(t, nil)
	held := s.Arm(proxy.Fault{Operation: manifest.OpCreate, Kind: proxy.FaultHold})
	request := e.CreateRequest()
	first := make(chan error, 1)
	go func() { _, err := s.Create(t, request); first <- err }()
	reached(t, held, "CreatePayment")
	other := *request
	other.Amount.MinorUnits++
	second := make(chan error, 1)
	go func() { _, err := s.Create(t, &other); second <- err }()
	letHappen(t, e, s, 2)
	held.Release()
	errs := []error{<-first, <-second} // whichever the gateway took first
	refused := slices.DeleteFunc(slices.Clone(errs), func(err error) bool { return err == nil })
	if harness.True(t, len(refused) > 0, "two amounts under one key, asked for at the same time, were both answered with a payment") {
		for _, err := range refused {
			harness.OneOf(t, "the reason for another amount under a key in use", contract.ReasonOf(err), contract.IdempotencyKeyReused, contract.AttemptUnsettled)
			harness.Equal(t, "the outcome of another amount under a key in use", contract.Indeterminate, contract.OutcomeOf(err))
		}
	}
	onePayment(t, s, "two amounts under one key at the same time", request.Attempt.Key)
}

// secondMethod finds a method that is in force, takes the fixtures' currency and
// is not the fixtures' own. The request for it needs nothing else.
func secondMethod(e *harness.Env, s *harness.Scenario) (string, bool) {
	for _, method := range s.Account.PaymentMethods {
		limits, ok := method.Currency(e.Manifest.Fixtures.Currency)
		amount := e.Manifest.Fixtures.Amounts.OK
		other := method.Code != s.Method().Code && !e.Descriptor.NeedsPhone(method.Code, s.Account)
		if ok && other && amount >= limits.MinMinorUnits && (limits.MaxMinorUnits == 0 || amount <= limits.MaxMinorUnits) {
			return method.Code, true
		}
	}
	return "", false
}

// secondCurrency finds a currency in force that is not that of the fixtures.
func secondCurrency(e *harness.Env, s *harness.Scenario) (*contract.CurrencyLimits, bool) {
	for _, limits := range s.Method().Currencies {
		if limits.Currency != e.Manifest.Fixtures.Currency {
			return &limits, true
		}
	}
	return nil, false
}

func makesTwoPaymentsForTwoKeys(t *harness.T, e *harness.Env) {
	s := e.Scenario(t, nil)
	first := e.CreateRequest()
	second := *first
	second.Attempt = contract.Attempt{Key: e.Key()}
	one, two := s.MustCreate(t, first), s.MustCreate(t, &second)
	harness.True(t, one.PaymentID != two.PaymentID, "two similar requests became one payment, %s", one.PaymentID)
	harness.True(t, !two.Replayed, "the second request is reported as replayed")
	harness.Equal(t, "payments in the gateway's ledger", 2, len(s.Ledger(t, "")))
	keepsAlikeKeysApart(t, e, s)
	makesTwoOfOneReference(t, e)
}

// keepsAlikeKeysApart creates a payment for each of several keys that become equal
// when they are cut, change case, lose their punctuation, or are taken for
// numbers.
func keepsAlikeKeysApart(t *harness.T, e *harness.Env, s *harness.Scenario) {
	stem := strings.ReplaceAll(strings.ReplaceAll(e.Key(), "-", ""), "_", "")
	long := stem + strings.Repeat("0", max(0, contract.MaxKeyLength-1-len(stem)))
	long = long[len(long)-(contract.MaxKeyLength-1):]
	made := make(map[string]string)
	number := strings.Trim(strconv.FormatUint(rand.Uint64N(1e9), 10), "0") + "7" //nolint:gosec // it only has to be another one in each run
	for _, key := range []string{
		stem, stem + "ab", stem + "AB", stem + "a-b", stem + "a_b", stem + "-ab", stem + "ab-", stem + "_ab_", stem + "a", stem + "aa", "-" + stem, "_" + stem, "a" + stem,
		"0" + stem, "00" + stem, stem + "0", number, "0" + number, "000" + number, number + "0", "-" + number, number + "e0", "0x" + number, number + "_0",
		long + "1", long + "2", "1" + long, "2" + long, long[:20] + "1" + long[20:], long[:20] + "2" + long[20:],
	} {
		request := e.CreateRequest()
		request.Attempt.Key = key
		payment, err := s.Create(t, request)
		if err != nil {
			t.Errorf("CreatePayment with the key %s failed with no fault injected: %v", key, err)
			continue
		}
		other, taken := made[payment.PaymentID]
		harness.True(t, !taken, "the keys %s and %s became one payment, %s", other, key, payment.PaymentID)
		made[payment.PaymentID] = key
		harness.Equal(t, "key of the payment", key, payment.IdempotencyKey)
		harness.Equal(t, "payments of the key "+key+" in the gateway's ledger", 1, len(s.Ledger(t, key)))
	}
}

const (
	// concurrentCalls is how many calls of one key come at once.
	concurrentCalls = 12

	// overlapping is how long calls that have been sent get to do harm.
	overlapping = 150 * time.Millisecond
)

func makesOnePaymentOfManyCalls(t *harness.T, e *harness.Env) {
	s := e.Scenario(t, nil)
	held := s.Arm(proxy.Fault{Operation: manifest.OpCreate, Kind: proxy.FaultHold})
	request := e.CreateRequest()
	ids, errs := make([]string, concurrentCalls), make([]error, concurrentCalls)
	var calls sync.WaitGroup
	ask := func(i int) {
		own := *request
		payment, err := s.Create(t, &own)
		errs[i] = err
		if err == nil {
			ids[i] = payment.PaymentID
		}
	}
	for i := range concurrentCalls / 2 {
		calls.Go(func() { ask(i) })
	}
	reached(t, held, "CreatePayment")
	for i := range concurrentCalls / 2 { // when the first is at the gateway already
		calls.Go(func() { ask(concurrentCalls/2 + i) })
	}
	// The other calls have been sent; give those that would create a second
	// payment the time to do so.
	letHappen(t, e, s, 2)
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

func countCommits(journal []proxy.Exchange) int {
	count := 0
	for i := range journal {
		if journal[i].Commit {
			count++
		}
	}
	return count
}

// invalidKeys returns keys that are not 1 to 64 letters, digits, hyphens and
// underscores.
func invalidKeys() map[string]string {
	return map[string]string{
		"no key":                       "",
		"a key of 65 characters":       strings.Repeat("k", contract.MaxKeyLength+1),
		"a key with a blank":           "order 77",
		"a key with a slash":           "order/77",
		"a key with a dot":             "order.77",
		"a key with a colon":           "order:77",
		"a key that is not ASCII":      "ออเดอร์77",
		"a key with a line break":      "order\n77",
		"a key that ends in a break":   "order77\n",
		"a key that begins in a blank": " order77",
		"a key that ends in zero byte": "order77\x00",
	}
}

func refusesInvalidKeys(t *harness.T, e *harness.Env) {
	s := e.Scenario(t, nil)
	refuses := func(what string, before int, err error) {
		refusedLocally(t, s, what, before, err, contract.InvalidRequest)
		failedWith(t, what, err, "", contract.NotAttempted)
	}
	for what, key := range inOrder(invalidKeys()) {
		request := e.CreateRequest()
		request.Attempt.Key = key
		before := s.Requests()
		_, err := s.Create(t, request)
		refuses(what, before, err)
	}
	harness.Equal(t, "payments in the gateway's ledger", 0, len(s.Ledger(t, "")))
	if !refundsPaid(e) {
		return
	}
	payment := paid(t, e, s)
	for what, key := range inOrder(invalidKeys()) {
		request := refundRequest(e, payment.PaymentID, payment.Amount.MinorUnits)
		request.Attempt.Key = key
		before := s.Requests()
		_, err := s.Refund(t, request)
		refuses("a refund with "+what, before, err)
	}
	refundsInLedger(t, s, "refunds with invalid keys", payment.PaymentID, 0)
}
