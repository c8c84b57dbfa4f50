package checks

import (
	"time"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/conformance/internal/harness"
	"github.com/paysocket/paysocket/conformance/internal/manifest"
	"github.com/paysocket/paysocket/conformance/internal/proxy"
	"github.com/paysocket/paysocket/contract"
)

// listing holds the checks of group LST.
func listing() map[string]Check {
	return map[string]Check{
		"LST-001": listsEveryPaymentOnce,
		"LST-002": makesNoShorterList,
	}
}

// maxPages bounds a list that does not end.
const maxPages = 100

// recently is the window that holds everything that a check makes.
func recently() *contract.ListPaymentsRequest {
	return &contract.ListPaymentsRequest{CreatedFrom: time.Now().Add(-time.Hour), CreatedUntil: time.Now().Add(time.Hour)}
}

// listAll reads all pages of a window with no fault injected.
func listAll(t *harness.T, s *harness.Scenario, window *contract.ListPaymentsRequest, size int) []contract.Payment {
	all, err := tryList(t, s, window, size)
	if err != nil {
		t.Fatalf("ListPayments failed with no fault injected: %v", err)
	}
	return all
}

// tryList reads all pages of a window; with size 0 the provider chooses their size.
func tryList(t *harness.T, s *harness.Scenario, window *contract.ListPaymentsRequest, size int) ([]contract.Payment, error) {
	request := *window
	request.PageSize = size
	var all []contract.Payment
	for range maxPages {
		page, err := s.List(t, &request)
		if err != nil {
			return nil, err
		}
		harness.True(t, size == 0 || len(page.Payments) <= size, "a page of at most %d payments holds %d", size, len(page.Payments))
		all = append(all, page.Payments...)
		if page.NextPageToken == "" {
			return all, nil
		}
		request.PageToken = page.NextPageToken
	}
	t.Fatalf("the list does not end after %d pages", maxPages)
	return nil, nil
}

// makeSeveral creates payments through the provider and elsewhere, in several
// states and, if the sandbox has a clock, a second apart: their order is undefined
// if they were made at the same time.
func makeSeveral(t *harness.T, e *harness.Env, s *harness.Scenario) {
	for i := range 7 {
		switch {
		case i%3 == 2:
			s.CreateElsewhere(t)
		case i == 0 && e.HasFeature(gateway.FeatureTransition(gateway.StateSucceeded)):
			payment := paid(t, e, s)
			if e.HasFeature(gateway.FeatureRefundCreate) {
				s.RefundElsewhere(t, payment.PaymentID, payment.Amount.MinorUnits)
			}
		case i == 1 && e.HasFeature(gateway.FeatureTransition(gateway.StateFailed)):
			moved(t, e, s, gateway.StateFailed)
		default: // of one reference
			request := e.CreateRequest()
			request.Reference = "order 7"
			s.MustCreate(t, request)
		}
		s.Advance(t, time.Second)
	}
}

func listsEveryPaymentOnce(t *harness.T, e *harness.Env) {
	s := e.Scenario(t, nil)
	makeSeveral(t, e, s)
	ledger := s.Ledger(t, "")
	for _, size := range []int{0, 2, 3, 100} {
		listed := listAll(t, s, recently(), size)
		if !harness.Equal(t, "payments in the list, and in the gateway's ledger", len(ledger), len(listed)) {
			continue
		}
		seen := make(map[string]bool)
		for i := range listed {
			harness.True(t, !seen[listed[i].PaymentID], "the list has the payment %s twice", listed[i].PaymentID)
			seen[listed[i].PaymentID] = true
			harness.True(t, i == 0 || !listed[i].CreatedAt.Before(listed[i-1].CreatedAt), "the list is not in the order of creation")
		}
		for i := range ledger {
			harness.True(t, seen[ledger[i].ID], "the payment %s is not in the list", ledger[i].ID)
		}
	}
	listed := listAll(t, s, recently(), 100)
	for i := range listed { // those that were made elsewhere have none
		harness.Equal(t, "key in the list", s.InLedger(t, listed[i].PaymentID).Key, listed[i].IdempotencyKey)
	}
	long := &contract.ListPaymentsRequest{CreatedFrom: time.Now().AddDate(-2, 0, 0), CreatedUntil: time.Now().Add(time.Hour)}
	harness.Equal(t, "payments in a window of two years", len(ledger), len(listAll(t, s, long, 100)))
	keepsTheWindow(t, s, listed)
	listsNoOtherWindow(t, s)
	listsUnknownStates(t, e)
}

// listsUnknownStates makes the gateway return an unknown state for a payment in a list.
func listsUnknownStates(t *harness.T, e *harness.Env) {
	list, status := harness.OptionalField(t, "fields.list", e.Manifest.Fields.List), harness.OptionalField(t, "fields.status", e.Manifest.Fields.Status)
	if list == "" || status == "" {
		return
	}
	s, request := threePayments(t, e)
	unheard := patch(manifest.OpList, gateway.PatchOp{Op: "replace", Path: list + "/0" + status, Value: "some_future_state"})
	unheard.WhereItFits = true // the provider may look where nothing is
	s.Arm(unheard)
	page, err := s.List(t, request)
	if !harness.True(t, err == nil, "a list with a payment of an unknown state is an error: %v", err) {
		return
	}
	unknown := 0
	for i := range page.Payments {
		if page.Payments[i].Status == contract.PaymentUnknown {
			unknown++
		}
	}
	// A provider may ask the gateway several times for one page, and the page
	// may be shorter than was asked for.
	harness.Equal(t, "payments of that list that are UNKNOWN", 1, unknown)
}

// keepsTheWindow lists a window without payments, and two windows that meet at the
// time of a payment, which belongs to the second.
func keepsTheWindow(t *harness.T, s *harness.Scenario, listed []contract.Payment) {
	none := &contract.ListPaymentsRequest{CreatedFrom: time.Now().Add(-2 * time.Hour), CreatedUntil: time.Now().Add(-time.Hour)}
	harness.Equal(t, "payments of a window in which none was made", 0, len(listAll(t, s, none, 100)))
	if len(listed) == 0 {
		return
	}
	edge := listed[len(listed)/2].CreatedAt
	var before, since []string
	for i := range listed {
		if listed[i].CreatedAt.Before(edge) {
			before = append(before, listed[i].PaymentID)
		} else {
			since = append(since, listed[i].PaymentID)
		}
	}
	first, second := recently(), recently()
	first.CreatedUntil, second.CreatedFrom = edge, edge
	harness.Equal(t, "payments of a window that ends with the time of a payment", before, idsOf(listAll(t, s, first, 2)))
	harness.Equal(t, "payments of a window that begins with the time of a payment", since, idsOf(listAll(t, s, second, 2)))

	// And for two that meet a moment later, whatever the gateway counts in.
	after := edge.Add(resolution(listed))
	first.CreatedUntil, second.CreatedFrom = after, after
	for i := range listed {
		if listed[i].CreatedAt.Equal(edge) {
			before, since = append(before, listed[i].PaymentID), since[1:]
		} else if listed[i].CreatedAt.After(edge) && listed[i].CreatedAt.Before(after) {
			return // they were made too close to each other
		}
	}
	harness.Equal(t, "payments of a window that ends right after a payment", before, idsOf(listAll(t, s, first, 2)))
	harness.Equal(t, "payments of a window that begins right after a payment", since, idsOf(listAll(t, s, second, 2)))
}

// listsNoOtherWindow makes the gateway answer with the payments of another window than it
// was asked for.
func listsNoOtherWindow(t *harness.T, s *harness.Scenario) {
	listAll(t, s, recently(), 100)
	other := s.Arm(proxy.Fault{
		Operation: manifest.OpList, Phase: proxy.AfterCommit, Kind: proxy.FaultStatus, Status: 200, Body: s.Body(t, manifest.OpList), Times: 1, Optional: true,
	})
	window := &contract.ListPaymentsRequest{CreatedFrom: time.Now().Add(-2 * time.Hour), CreatedUntil: time.Now().Add(-time.Hour), PageSize: 100}
	page, err := s.List(t, window)
	other.Disarm()
	if err != nil {
		return
	}
	for i := range page.Payments {
		at := page.Payments[i].CreatedAt
		harness.True(t, !at.Before(window.CreatedFrom) && at.Before(window.CreatedUntil),
			"the gateway lists what is not of the window, and a payment of %s is in the page from %s to %s", at, window.CreatedFrom, window.CreatedUntil)
	}
}

// resolution is the smallest difference between two reported times.
func resolution(payments []contract.Payment) time.Duration {
	for i := range payments {
		if payments[i].CreatedAt.Nanosecond() != 0 {
			return time.Millisecond
		}
	}
	return time.Second
}

// idsOf returns the ids of the payments.
func idsOf(payments []contract.Payment) []string {
	var ids []string
	for i := range payments {
		ids = append(ids, payments[i].PaymentID)
	}
	return ids
}

func makesNoShorterList(t *harness.T, e *harness.Env) {
	troubles := spoiltLists(t, e)
	if object := harness.OptionalField(t, "errors.object", e.Manifest.Errors.Object); object != "" {
		troubles = append(troubles, trouble{name: "an error with the status 200", fault: proxy.Fault{
			Operation: manifest.OpList, Phase: proxy.AfterCommit, Kind: proxy.FaultStatus, Status: 200, Body: []byte(object), Times: -1,
		}})
	}
	for _, trouble := range troubles {
		s, request := threePayments(t, e)
		s.Arm(trouble.fault)
		page, err := s.List(t, request)
		harness.True(t, err != nil, "a page could not be read (%s), but the list has %s", trouble.name, harness.Show(page))
	}
	s, request := threePayments(t, e)
	page, err := s.List(t, request)
	if err != nil || page.NextPageToken == "" {
		t.Fatalf("three payments do not fill a first page of two: %v, %v", page, err)
	}
	request.PageToken = page.NextPageToken
	s.Arm(statusFault(manifest.OpList, 503, proxy.AfterCommit))
	page, err = s.List(t, request)
	harness.True(t, err != nil, "the second page could not be read, but the list goes on with %s", harness.Show(page))
	leavesNothingOut(t, e)
}

// threePayments makes payments and a request for the first two.
func threePayments(t *harness.T, e *harness.Env) (*harness.Scenario, *contract.ListPaymentsRequest) {
	s := e.Scenario(t, nil)
	for range 3 {
		s.MustCreate(t, e.CreateRequest())
	}
	request := recently()
	request.PageSize = 2
	return s, request
}

// leavesNothingOut removes the amount from the first payment of a page. A provider
// that does not need it, or asks again, may list the payment, but must not omit it.
func leavesNothingOut(t *harness.T, e *harness.Env) {
	list, amount := harness.OptionalField(t, "fields.list", e.Manifest.Fields.List), harness.OptionalField(t, "fields.amount", e.Manifest.Fields.Amount)
	if list == "" || amount == "" {
		return
	}
	s, request := threePayments(t, e)
	unreadable := patch(manifest.OpList, gateway.PatchOp{Op: "remove", Path: list + "/0" + amount})
	unreadable.Times = 1
	s.Arm(unreadable)
	listed, err := tryList(t, s, request, request.PageSize)
	if err != nil {
		return
	}
	harness.Equal(t, "payments of a list, of which one could not be read", 3, len(listed))
	for i := range listed {
		harness.Equal(t, "amount of a payment of that list", e.Manifest.Fixtures.Amounts.OK, listed[i].Amount.MinorUnits)
	}
}
