package checks

import (
	"cmp"
	"slices"
	"sync"
	"time"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/conformance/internal/harness"
	"github.com/paysocket/paysocket/conformance/internal/manifest"
	"github.com/paysocket/paysocket/conformance/internal/proxy"
	"github.com/paysocket/paysocket/contract"
	v1 "github.com/paysocket/paysocket/contract/paymentprovider/v1"
)

// refunding holds the checks of group REF.
func refunding() map[string]Check {
	return map[string]Check{
		"REF-001": makesOneRefund,
		"REF-002": makesOneRefundForOneKey,
		"REF-003": refusesAReusedRefundKey,
		"REF-004": refundsOnlyWhatWasPaid,
		"REF-005": refundsNoMoreThanIsLeft,
		"REF-006": leavesAPartlyRefundedPaymentPaid,
		"REF-007": doesNotTurnAPartIntoTheWhole,
		"REF-008": refundsNeverExceed,
		"REF-011": findsRefundsAgain,
		"REF-012": makesNoSecondRefundWhileUnseen,
		"REF-013": keepsTheRefundWindow,
		"REF-014": countsRefundsElsewhere,
		"REF-015": acceptsNoOtherRefund,
		"REF-016": refundsNothingWithSomeMethods,
		"REF-017": keepsRefundKeysToTheirAccount,
	}
}

// part is an amount that a payment of the fixtures can be refunded four times.
func part(e *harness.Env) int64 {
	least := e.Manifest.Fixtures.Amounts.Min
	return fragile(least, max(least, e.Manifest.Fixtures.Amounts.OK/4))
}

// fragile returns the largest amount of least to most that floating point spoils; most if
// it spoils none.
func fragile(least, most int64) int64 {
	for amount := most; amount >= least; amount-- {
		if spoilt(amount) {
			return amount
		}
	}
	return most
}

// spoilt reports whether an amount becomes another one by way of floating point, such as
// 1.15 in the major unit, of which 114 remain.
func spoilt(amount int64) bool { return int64(float64(amount)/100*100) != amount }

// some returns an amount that the gateway would refund twice if it were asked
// twice: a part, if it supports partial refunds.
func some(e *harness.Env) int64 {
	if slices.Contains(e.Capabilities, "refunds.partial") {
		return part(e)
	}
	return e.Manifest.Fixtures.Amounts.OK
}

// least is the smallest amount of the fixtures that can be refunded.
func least(e *harness.Env) int64 {
	if slices.Contains(e.Capabilities, "refunds.partial") {
		return e.Manifest.Fixtures.Amounts.Min
	}
	return e.Manifest.Fixtures.Amounts.OK
}

// refundsInLedger fails the check unless the gateway has the given number of
// refunds of the payment, and returns them.
func refundsInLedger(t *harness.T, s *harness.Scenario, what, paymentID string, count int) []gateway.Refund {
	refunds := s.InLedger(t, paymentID).Refunds
	harness.Equal(t, what+": refunds in the gateway's ledger", count, len(refunds))
	return refunds
}

func mustRefund(t *harness.T, s *harness.Scenario, request *contract.RefundRequest) *contract.Refund {
	refund, err := s.Refund(t, request)
	if err != nil {
		t.Fatalf("Refund failed with no fault injected: %v", err)
	}
	return refund
}

// refundStatus returns the contract's status for a refund state of the gateway.
func refundStatus(state gateway.State) contract.RefundStatus {
	statuses := map[gateway.State]contract.RefundStatus{
		gateway.StatePending: contract.RefundPending, gateway.StateSucceeded: contract.RefundSucceeded, gateway.StateFailed: contract.RefundFailed,
	}
	return cmp.Or(statuses[state], contract.RefundUnknown)
}

func makesOneRefund(t *harness.T, e *harness.Env) {
	s := e.Scenario(t, nil)
	for _, amount := range slices.Compact([]int64{e.Manifest.Fixtures.Amounts.OK, some(e)}) {
		payment := paid(t, e, s)
		request := refundRequest(e, payment.PaymentID, amount)
		mustRefund(t, s, request)
		made := refundsInLedger(t, s, "a refund of "+request.Amount.String(), payment.PaymentID, 1)
		if len(made) != 1 {
			continue
		}
		harness.Equal(t, "amount of the refund at the gateway", request.Amount.MinorUnits, made[0].Amount)
		harness.Equal(t, "currency of the refund at the gateway", request.Amount.Currency, made[0].Currency)
	}
}

func refundsOnlyWhatWasPaid(t *harness.T, e *harness.Env) {
	s := e.Scenario(t, nil)
	made := s.MustCreate(t, e.CreateRequest())
	_, err := s.Refund(t, refundRequest(e, unknownID(made.PaymentID), made.Amount.MinorUnits))
	failedWith(t, "a refund of a payment that does not exist", err, contract.PaymentNotFound, contract.Rejected)
}

func refundsNoMoreThanIsLeft(t *harness.T, e *harness.Env) {
	s := e.Scenario(t, nil)
	payment := paid(t, e, s)
	for what, wrong := range inOrder(map[string]struct {
		amount contract.Money
		reason contract.Reason
	}{
		"nothing":           {e.Money(0), contract.AmountOutOfRange},
		"less than nothing": {e.Money(-part(e)), contract.AmountOutOfRange},
		"more than is left": {e.Money(payment.Amount.MinorUnits + 1), contract.RefundExceedsPayment},
		"another currency":  {contract.Money{Currency: otherCurrency(e), MinorUnits: part(e)}, contract.CurrencyUnsupported},
		"no currency":       {contract.Money{MinorUnits: part(e)}, contract.CurrencyUnsupported},
	}) {
		request := refundRequest(e, payment.PaymentID, 1)
		request.Amount = wrong.amount
		before := s.Writes()
		_, err := s.Refund(t, request)
		if failedWith(t, "a refund of "+what, err, wrong.reason, "") {
			harness.True(t, contract.OutcomeOf(err) != contract.Indeterminate, "the error of a refund of %s does not say whether it was made: %v", what, err)
		}
		if wrong.amount.MinorUnits <= 0 || wrong.amount.Currency == "" {
			harness.Equal(t, "a refund of "+what+": requests that can move money", before, s.Writes())
		}
		refundsInLedger(t, s, "a refund of "+what, payment.PaymentID, 0)
	}
	refundsNoOtherExponent(t, e, s, payment)
}

// refundsNoOtherExponent asks for a refund that is counted in other minor units
// than the currency has.
func refundsNoOtherExponent(t *harness.T, e *harness.Env, s *harness.Scenario, payment *contract.Payment) {
	digits, _ := contract.Exponent(payment.Amount.Currency)
	exponent := int32(digits) + 1 //nolint:gosec // at most 4
	_, err := s.Raw.Refund(t.Context(), &v1.RefundRequest{
		Attempt: &v1.Attempt{Key: e.Key()}, PaymentId: payment.PaymentID,
		Amount: &v1.Money{Currency: payment.Amount.Currency, MinorUnits: some(e), Exponent: &exponent},
	})
	if harness.True(t, err != nil, "a refund counted in other minor units was made") {
		harness.Equal(t, "reason for a refund counted in other minor units", string(contract.CurrencyExponentMismatch), rawReason(err))
	}
	refundsInLedger(t, s, "a refund counted in other minor units", payment.PaymentID, 0)
}

func leavesAPartlyRefundedPaymentPaid(t *harness.T, e *harness.Env) {
	s := e.Scenario(t, nil)
	payment := paid(t, e, s)
	refund := mustRefund(t, s, refundRequest(e, payment.PaymentID, part(e)))
	harness.Equal(t, "amount of a partial refund", part(e), refund.Amount.MinorUnits)
	read := s.MustStatus(t, payment.PaymentID)
	harness.Equal(t, "status after a partial refund", contract.PaymentSucceeded, read.Status)
	harness.Equal(t, "refunded after a partial refund", e.Money(part(e)), read.AmountRefunded)
	harness.Equal(t, "amount after a partial refund", payment.Amount, read.Amount)
}

func doesNotTurnAPartIntoTheWhole(t *harness.T, e *harness.Env) {
	s := e.Scenario(t, nil)
	payment := paid(t, e, s)
	_, err := s.Refund(t, refundRequest(e, payment.PaymentID, part(e)))
	if failedWith(t, "a partial refund, which is not declared", err, "", "") {
		harness.True(t, contract.OutcomeOf(err) != contract.Indeterminate, "the error does not say whether a part was refunded: %v", err)
	}
	refundsInLedger(t, s, "a partial refund, which is not declared", payment.PaymentID, 0)
}

// refundsAtOnce is how many refunds are asked for at once.
const refundsAtOnce = 8

func refundsNeverExceed(t *harness.T, e *harness.Env) {
	s := e.Scenario(t, nil)
	payment := paid(t, e, s)
	amount := payment.Amount.MinorUnits * 2 / 5 // two fit
	requests := make([]*contract.RefundRequest, refundsAtOnce)
	for i := range requests {
		requests[i] = refundRequest(e, payment.PaymentID, amount)
	}
	held := s.Arm(proxy.Fault{Operation: manifest.OpRefund, Kind: proxy.FaultHold})
	var mu sync.Mutex
	var calls sync.WaitGroup
	answered := int64(0)
	for _, request := range requests {
		calls.Go(func() {
			refund, err := s.Refund(t, request)
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				answered += refund.Amount.MinorUnits
				return
			}
			harness.OneOf(t, "the reason for a refund that was not made", contract.ReasonOf(err),
				contract.RefundExceedsPayment, contract.PaymentNotRefundable, contract.AttemptUnsettled, contract.ProviderRateLimited)
		})
	}
	select {
	case <-held.Reached():
	case <-t.Context().Done():
	}
	held.Release()
	calls.Wait()
	sum := int64(0)
	for _, refund := range s.InLedger(t, payment.PaymentID).Refunds {
		sum += refund.Amount
	}
	harness.True(t, sum <= payment.Amount.MinorUnits, "%d were refunded of %d", sum, payment.Amount.MinorUnits)
	harness.Equal(t, "sum of the refunds answered and at the gateway", sum, answered)
	harness.Equal(t, "refunded amount of the payment", sum, s.MustStatus(t, payment.PaymentID).AmountRefunded.MinorUnits)
}

func findsRefundsAgain(t *harness.T, e *harness.Env) {
	s := e.Scenario(t, nil)
	payment := paid(t, e, s)
	lost := loseRefund(t, s, refundRequest(e, payment.PaymentID, payment.Amount.MinorUnits))
	made := refundsInLedger(t, s, "a lost refund", payment.PaymentID, 1)
	if len(made) != 1 {
		return
	}
	if !e.Descriptor.Has(contract.OperationGetRefund) {
		return
	}
	_, err := s.GetRefund(t, &contract.GetRefundRequest{PaymentID: payment.PaymentID, RefundID: unknownID(made[0].ID)})
	failedWith(t, "a refund id that was never given out", err, contract.RefundNotFound, "")
	_, err = s.GetRefund(t, &contract.GetRefundRequest{PaymentID: paid(t, e, s).PaymentID, RefundID: made[0].ID})
	failedWith(t, "the id of another payment's refund", err, contract.RefundNotFound, "")
	if !e.Descriptor.RefundIdempotency.LookupByKey {
		return
	}
	byKey, err := s.GetRefund(t, &contract.GetRefundRequest{PaymentID: payment.PaymentID, Attempt: &lost.Request.Attempt})
	if harness.True(t, err == nil, "a refund was not found by its key: %v", err) {
		harness.Equal(t, "id of a refund found by its key", made[0].ID, byKey.RefundID)
	}
}

func keepsTheRefundWindow(t *harness.T, e *harness.Env) {
	terms := e.Scenario(t, nil).RefundTerms()
	if terms == nil || terms.Window == nil {
		t.SkipUnverified("the account has no window where the descriptor has one")
	}
	window := terms.Window
	zone, err := time.LoadLocation(window.Zone)
	t.SetupFailed("read the time zone of the refund window", err)
	for what, beyond := range inOrder(map[string]time.Duration{
		"two days before the end of the window": -48 * time.Hour, "an hour before the end of the window": -time.Hour,
		"two days past the window": 48 * time.Hour,
	}) {
		s := e.Scenario(t, nil)
		payment := paid(t, e, s)
		now := time.Now().In(zone)
		end := endOfMonths(now, window.Months).AddDate(0, 0, window.Days).Add(beyond)
		t.SetupFailed("move the sandbox's clock", s.Scope.Advance(t.Context(), end.Sub(now)))
		_, err := s.Refund(t, refundRequest(e, payment.PaymentID, payment.Amount.MinorUnits))
		if beyond < 0 {
			harness.True(t, err == nil, "%s a refund was refused: %v", what, err)
			continue
		}
		failedWith(t, what, err, contract.RefundWindowExpired, "")
		refundsInLedger(t, s, what, payment.PaymentID, 0)
	}
}

// endOfMonths returns the same time some months later, on the last day of the
// month if it has no such day.
func endOfMonths(from time.Time, months int) time.Time {
	last := time.Date(from.Year(), from.Month()+time.Month(months)+1, 0, 0, 0, 0, 0, from.Location()).Day()
	return from.AddDate(0, 0, 1-from.Day()).AddDate(0, months, min(from.Day(), last)-1)
}

func countsRefundsElsewhere(t *harness.T, e *harness.Env) {
	s := e.Scenario(t, nil)
	payment := paid(t, e, s)
	elsewhere := payment.Amount.MinorUnits / 2
	s.RefundElsewhere(t, payment.PaymentID, elsewhere)
	left := payment.Amount.MinorUnits - elsewhere
	_, err := s.Refund(t, refundRequest(e, payment.PaymentID, left+1))
	failedWith(t, "a refund of more than was left elsewhere", err, contract.RefundExceedsPayment, "")
	refundsInLedger(t, s, "a refund of more than was left elsewhere", payment.PaymentID, 1)
	mustRefund(t, s, refundRequest(e, payment.PaymentID, left))
	harness.Equal(t, "refunded in all", payment.Amount, s.MustStatus(t, payment.PaymentID).AmountRefunded)
}
