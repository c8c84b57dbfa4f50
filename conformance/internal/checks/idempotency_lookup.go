package checks

import (
	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/conformance/internal/harness"
	"github.com/paysocket/paysocket/conformance/internal/manifest"
	"github.com/paysocket/paysocket/conformance/internal/proxy"
	"github.com/paysocket/paysocket/contract"
)

func takesNoEmptyLookUpForProof(t *harness.T, e *harness.Env) {
	body := harness.RequireField(t, "fields.empty_list", e.Manifest.Fields.EmptyList)
	for what, restart := range inOrder(map[string]bool{"": false, ", by another process": true}) {
		if restart && e.Subject.Binary() == "" {
			continue
		}
		s := e.Scenario(t, nil)
		s.Advance(t, ahead)
		purchase := lose(t, s)
		key := purchase.Request.Attempt.Key
		if restart {
			s.Restart(t)
		}
		// A gateway that honours keys may not be asked for a list at all.
		lag := s.Arm(proxy.Fault{
			Operation: manifest.OpList, Phase: proxy.AfterCommit, Kind: proxy.FaultStatus, Status: 200,
			Body: []byte(body), Times: -1, Optional: native(e),
		})
		payment, err := purchase.Ask(t)
		switch {
		case err == nil:
			harness.Equal(t, "payment id while the list lags"+what, madeWith(t, s, key).ID, payment.PaymentID)
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
		harness.Equal(t, "payment id after the lag"+what, madeWith(t, s, key).ID, payment.PaymentID)
		onePayment(t, s, "after the lag"+what, key)
	}
}

// native reports whether the gateway itself supports idempotency keys.
func native(e *harness.Env) bool {
	return e.Descriptor.CreateIdempotency.Kind == contract.IdempotencyNative
}

func createsNothingWithoutLooking(t *harness.T, e *harness.Env) {
	restart := e.Subject.Binary() != ""
	s := e.Scenario(t, nil)
	purchase := lose(t, s)
	key := purchase.Request.Attempt.Key
	if restart {
		s.Restart(t) // its memory must not replace the look-up
	}
	purchase.Settle()
	for _, failing := range failingLookups(t, e) {
		// An open circuit breaker must not block the next request.
		if _, err := s.Configure(t, s.Configuration); err != nil {
			t.Fatalf("the configuration in force was refused: %v", err)
		}
		failing.fault.Times, failing.fault.Optional = -1, native(e)
		armed := s.Arm(failing.fault)
		writes := s.Writes()
		payment, err := purchase.Send(t)
		armed.Disarm()
		what := "the look-up " + failing.name
		if native(e) && err == nil { // its gateway knew the key
			harness.Equal(t, what+": payment id", madeWith(t, s, key).ID, payment.PaymentID)
		} else {
			failedWith(t, what, err, "", contract.Indeterminate)
			harness.Equal(t, what+": requests that can move money", writes, s.Writes())
		}
		onePayment(t, s, what, key)
	}
	readsEveryPage(t, e, restart)
}

// failingLookups returns the ways in which a list request fails.
func failingLookups(t *harness.T, e *harness.Env) []trouble {
	status := func(name string, code int) trouble {
		return trouble{name: name, fault: proxy.Fault{
			Operation: manifest.OpList, Kind: proxy.FaultStatus, Status: code, Body: []byte(e.Manifest.Errors.Object),
		}}
	}
	troubles := []trouble{
		status("is refused", 403), status("is not found", 404),
		{name: "answers 500", fault: statusFault(manifest.OpList, 500, proxy.BeforeCommit)},
		{name: "answers 429", fault: statusFault(manifest.OpList, 429, proxy.BeforeCommit)},
		{name: "cannot be read", fault: proxy.Fault{Operation: manifest.OpList, Phase: proxy.AfterCommit, Kind: proxy.FaultNotJSON}},
		{name: "is cut", fault: proxy.Fault{Operation: manifest.OpList, Phase: proxy.AfterCommit, Kind: proxy.FaultTruncate, Bytes: 10}},
	}
	if where := firstID(t, e); where != "" {
		troubles = append(troubles, trouble{
			name: "has a payment without an id", fault: patch(manifest.OpList, gateway.PatchOp{Op: "remove", Path: where}),
		})
	}
	return append(troubles, spoiltLists(t, e)...)
}

// firstID returns the pointer to the id of the first payment of a list.
func firstID(t *harness.T, e *harness.Env) string {
	list, id := harness.OptionalField(t, "fields.list", e.Manifest.Fields.List), harness.OptionalField(t, "fields.id", e.Manifest.Fields.ID)
	if list == "" || id == "" {
		return ""
	}
	return list + "/0" + id
}

// spoiltLists returns lists that parse, but whose payments cannot be identified.
func spoiltLists(t *harness.T, e *harness.Env) []trouble {
	list := harness.OptionalField(t, "fields.list", e.Manifest.Fields.List)
	if list == "" {
		return nil
	}
	troubles := []trouble{
		{name: "has null for a list", fault: patch(manifest.OpList, gateway.PatchOp{Op: "add", Path: list, Value: nil})},
		{name: "has no list", fault: patch(manifest.OpList, gateway.PatchOp{Op: "remove", Path: list})},
	}
	if harness.OptionalField(t, "fields.total", e.Manifest.Fields.Total) != "" {
		troubles = append(troubles, trouble{
			name: "ends before its own total", fault: patch(manifest.OpList, gateway.PatchOp{Op: "add", Path: list, Value: []any{}}),
		})
	}
	return troubles
}

// manyPayments are more than a page of any gateway's list is likely to hold.
const manyPayments = 105

// readsEveryPage hides a lost payment among others.
func readsEveryPage(t *harness.T, e *harness.Env, restart bool) {
	if !e.HasFeature(gateway.FeaturePaymentCreate) {
		return
	}
	s := e.Scenario(t, nil)
	for range 2 * manyPayments {
		s.CreateElsewhere(t)
	}
	purchase := lose(t, s)
	for range manyPayments {
		s.CreateElsewhere(t)
	}
	if restart {
		s.Restart(t)
	}
	purchase.Settle()
	key := purchase.Request.Attempt.Key
	failing := statusFault(manifest.OpList, 500, proxy.BeforeCommit)
	failing.Nth, failing.Optional = 2, true // its gateway may know the key, or need one page only
	armed, writes := s.Arm(failing), s.Writes()
	_, err := purchase.Send(t)
	armed.Disarm()
	if err != nil {
		failedWith(t, "the second page of the look-up answers 500", err, "", contract.Indeterminate)
		harness.Equal(t, "the second page of the look-up answers 500: requests that can move money", writes, s.Writes())
	}
	onePayment(t, s, "the second page of the look-up answers 500", key)
	payment, err := purchase.Ask(t)
	if err != nil {
		t.Errorf("a payment among %d others was not found: %v", 3*manyPayments, err)
		return
	}
	harness.Equal(t, "payment id among many", madeWith(t, s, key).ID, payment.PaymentID)
	onePayment(t, s, "among many", key)
}
