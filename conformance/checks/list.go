package checks

import (
	"time"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/conformance/harness"
	"github.com/paysocket/paysocket/conformance/manifest"
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

// listAll reads all pages of the last hour.
func listAll(t *harness.T, s *harness.Stage, size int) []contract.Payment {
	request := &contract.ListPaymentsRequest{
		CreatedFrom: time.Now().Add(-time.Hour), CreatedUntil: time.Now().Add(time.Hour), PageSize: size,
	}
	var all []contract.Payment
	for range maxPages {
		page, err := s.List(t, request)
		if err != nil {
			t.Fatalf("ListPayments failed where nothing stood in its way: %v", err)
		}
		harness.True(t, len(page.Payments) <= size, "a page of at most %d payments holds %d", size, len(page.Payments))
		all = append(all, page.Payments...)
		if page.NextPageToken == "" {
			return all
		}
		request.PageToken = page.NextPageToken
	}
	t.Fatalf("the list does not end after %d pages", maxPages)
	return nil
}

func listsEveryPaymentOnce(t *harness.T, e *harness.Env) {
	s := e.Stage(t, nil)
	for i := range 7 {
		if i%3 == 2 {
			_, err := s.Scope.CreatePayment(t.Context(), gateway.Money{Amount: e.Manifest.Fixtures.Amounts.OK, Currency: e.Manifest.Fixtures.Currency})
			t.Broken("make a payment at the stand-in", err)
			continue
		}
		s.MustCreate(t, e.CreateRequest())
	}
	ledger := s.Ledger(t, "")
	for _, size := range []int{2, 3, 100} {
		listed := listAll(t, s, size)
		if !harness.Equal(t, "payments in the list, and in the gateway's ledger", len(ledger), len(listed)) {
			continue
		}
		seen := make(map[string]bool)
		for i := range listed {
			harness.True(t, !seen[listed[i].PaymentID], "the payment %s is in the list twice", listed[i].PaymentID)
			seen[listed[i].PaymentID] = true
			harness.True(t, i == 0 || !listed[i].CreatedAt.Before(listed[i-1].CreatedAt), "the list is not in the order of creation")
		}
		for i := range ledger {
			harness.True(t, seen[ledger[i].ID], "the payment %s is not in the list", ledger[i].ID)
		}
	}
	for _, payment := range listAll(t, s, 100) {
		read := s.MustStatus(t, payment.PaymentID)
		recorded := s.InLedger(t, payment.PaymentID)
		harness.Equal(t, "key in the list", recorded.Key, payment.IdempotencyKey)
		harness.Equal(t, "status in the list and by GetStatus", read.Status, payment.Status)
		harness.Equal(t, "amount in the list and by GetStatus", read.Amount, payment.Amount)
		harness.Equal(t, "reference in the list and by GetStatus", read.Reference, payment.Reference)
	}
	keepsTheWindow(t, s)
}

// keepsTheWindow asks for a window in which nothing was made.
func keepsTheWindow(t *harness.T, s *harness.Stage) {
	page, err := s.List(t, &contract.ListPaymentsRequest{CreatedFrom: time.Now().Add(-2 * time.Hour), CreatedUntil: time.Now().Add(-time.Hour)})
	if harness.True(t, err == nil, "a list of a window without payments failed: %v", err) {
		harness.Equal(t, "payments of a window in which none was made", 0, len(page.Payments))
	}
}

func makesNoShorterList(t *harness.T, e *harness.Env) {
	for _, trouble := range afterSending(manifest.OpList) {
		s := e.Stage(t, nil)
		for range 3 {
			s.MustCreate(t, e.CreateRequest())
		}
		s.Arm(trouble.fault)
		request := &contract.ListPaymentsRequest{
			CreatedFrom: time.Now().Add(-time.Hour), CreatedUntil: time.Now().Add(time.Hour), PageSize: 2,
		}
		page, err := s.List(t, request)
		harness.True(t, err != nil, "a page could not be read (%s), and the list has %v", trouble.name, page)
	}
}
