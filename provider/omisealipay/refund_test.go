package omisealipay_test

import (
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit/kittest"
)

func TestRefund_RefundsInParts(t *testing.T) {
	t.Parallel()
	for _, version := range []string{"2017-11-02", "2019-05-29"} {
		t.Run(version, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t, &setup{settings: []string{"api_version", version}})
			payment := f.paid()
			part := f.refund(f.newRefund(payment.PaymentID, 30_000))
			assert.Equal(t, contract.RefundSucceeded, part.Status)
			assert.EqualValues(t, 30_000, part.TotalRefunded.MinorUnits)
			assert.EqualValues(t, 30_000, f.status(payment.PaymentID).AmountRefunded.MinorUnits)
			rest := f.refund(f.newRefund(payment.PaymentID, 70_000))
			assert.EqualValues(t, 100_000, rest.TotalRefunded.MinorUnits)
			after := f.status(payment.PaymentID)
			assert.Equal(t, contract.PaymentSucceeded, after.Status)
			assert.Equal(t, after.Amount, after.AmountRefunded)
			assert.Contains(t, string(f.requests(postRefund)[0].Body), "tea+was+cold")

			_, err := f.Refund(t.Context(), f.newRefund(payment.PaymentID, 1))
			kittest.RequireError(t, err, contract.RefundExceedsPayment, contract.NotAttempted)
			assert.Equal(t, 2, f.front.Count(postRefund))
		})
	}
}

func TestRefund_IsVoidedBeforeSettlement(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	payment := f.paid()
	assert.True(t, f.refund(f.newRefund(payment.PaymentID, 100_000)).Voided)
}

func TestRefund_RequiresAPaymentThatSucceeded(t *testing.T) {
	t.Parallel()
	for name, to := range map[string]gateway.State{"pending": "", "failed": gateway.StateFailed, "expired": gateway.StateExpired} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t, nil)
			payment := f.create(f.newPayment())
			if to != "" {
				f.move(payment.PaymentID, to)
			}
			_, err := f.Refund(t.Context(), f.newRefund(payment.PaymentID, 500))
			kittest.RequireError(t, err, contract.PaymentNotRefundable, contract.NotAttempted)
			assert.Zero(t, f.front.Count(postRefund))
		})
	}
}

func TestRefund_RejectsAnUnknownPayment(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	for _, id := range []string{"chrg_test_nobody", "pi_123", "../account"} {
		_, err := f.Refund(t.Context(), f.newRefund(id, 500))
		kittest.RequireError(t, err, contract.PaymentNotFound, contract.Rejected)
	}
	assert.Zero(t, f.front.Count(postRefund))
}

func TestRefund_ReturnsTheSameRefundForARepeatedCall(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	payment := f.paid()
	order := f.newRefund(payment.PaymentID, 500)
	first := f.refund(order)
	for name, repeat := range map[string]contract.PaymentProvider{"memory": f.Client, "restarted": f.restarted()} {
		again := *order
		if name == "restarted" {
			again.Attempt = f.lost(order.Attempt)
		}
		second, err := repeat.Refund(t.Context(), &again)
		require.NoError(t, err, name)
		assert.Equal(t, first.RefundID, second.RefundID)
		assert.True(t, second.Replayed)
		assert.EqualValues(t, 500, second.TotalRefunded.MinorUnits)

		again.Amount.MinorUnits++
		_, err = repeat.Refund(t.Context(), &again)
		e := kittest.ErrorOf(t, err, contract.IdempotencyKeyReused, contract.Indeterminate)
		assert.Equal(t, first.RefundID, e.Metadata[contract.MetaRefundID])
	}
	assert.Equal(t, 1, f.front.Count(postRefund))
}

func TestRefund_FindsTheRefundOfALostAnswer(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	payment := f.paid()
	order := f.newRefund(payment.PaymentID, 500)
	f.fail(postRefund, 1, losesAnswer())
	_, err := f.Refund(t.Context(), order)
	kittest.RequireError(t, err, contract.ConnectionLost, contract.Indeterminate)
	refund := f.refund(order)
	assert.True(t, refund.Replayed)
	assert.Len(t, f.refundLedger(payment.PaymentID), 1)
}

func TestRefund_IsNotMadeTwiceWhileListsLag(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	payment := f.paid()
	order := f.newRefund(payment.PaymentID, 500)
	f.fail(postRefund, 1, losesAnswer())
	_, err := f.Refund(t.Context(), order)
	kittest.RequireError(t, err, contract.ConnectionLost, contract.Indeterminate)
	order.Attempt = f.lost(order.Attempt)
	restarted := f.restarted()
	f.fail(getCharge, 1, kittest.Patch(noRefundsYet()))
	_, err = restarted.Refund(t.Context(), order)
	e := kittest.ErrorOf(t, err, contract.AttemptUnsettled, contract.Indeterminate)
	assert.Equal(t, settle, e.RetryAfter)
	assert.Equal(t, 1, f.front.Count(postRefund))
	refund, err := restarted.Refund(t.Context(), order)
	require.NoError(t, err)
	assert.True(t, refund.Replayed)
	assert.Len(t, f.refundLedger(payment.PaymentID), 1)
}

func TestRefund_IsIndeterminateWhileAnEarlierCallIsUnknown(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	payment := f.paid()
	f.fail(getCharge, 3, refuses(http.StatusTooManyRequests, "too_many_requests", "x"))
	order := f.newRefund(payment.PaymentID, 500)
	order.Attempt = f.lost(order.Attempt)
	_, err := f.Refund(t.Context(), order)
	kittest.RequireError(t, err, contract.ProviderRateLimited, contract.Indeterminate)
}

func TestRefund_MakesOneRefundOfAPaymentAtATime(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	payment := f.paid()
	var calls sync.WaitGroup
	var mu sync.Mutex
	refused := 0
	for range 8 {
		order := f.newRefund(payment.PaymentID, 30_000)
		calls.Go(func() {
			if _, err := f.Refund(t.Context(), order); err != nil {
				mu.Lock()
				defer mu.Unlock()
				refused++
				assert.Equal(t, contract.RefundExceedsPayment, contract.ReasonOf(err), "%v", err)
				assert.Equal(t, contract.NotAttempted, contract.OutcomeOf(err))
			}
		})
	}
	calls.Wait()
	assert.Equal(t, 5, refused)
	assert.Len(t, f.refundLedger(payment.PaymentID), 3)
	assert.Equal(t, 3, f.front.Count(postRefund), "the provider saw what was left each time")
}

func TestRefund_MakesOneRefundForConcurrentCalls(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	payment := f.paid()
	order := f.newRefund(payment.PaymentID, 500)
	var calls sync.WaitGroup
	for range 8 {
		calls.Go(func() {
			_, err := f.Refund(t.Context(), order)
			assert.NoError(t, err)
		})
	}
	calls.Wait()
	assert.Len(t, f.refundLedger(payment.PaymentID), 1)
}

func TestRefund_CountsRefundsOfTheDashboard(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	payment := f.paid()
	_, err := f.scope.CreateRefund(t.Context(), payment.PaymentID, gateway.Money{Amount: 60_000, Currency: "THB"})
	require.NoError(t, err)
	assert.EqualValues(t, 60_000, f.status(payment.PaymentID).AmountRefunded.MinorUnits)
	_, err = f.Refund(t.Context(), f.newRefund(payment.PaymentID, 40_001))
	kittest.RequireError(t, err, contract.RefundExceedsPayment, contract.NotAttempted)
	assert.EqualValues(t, 100_000, f.refund(f.newRefund(payment.PaymentID, 40_000)).TotalRefunded.MinorUnits)
}

func TestRefund_IsPossibleForThreeMonthsInBangkok(t *testing.T) {
	t.Parallel()
	const write = 1
	for name, test := range map[string]struct {
		later  time.Duration
		reason contract.Reason
		writes int
	}{
		// The fixture's day is the 22nd of November, 15:00 in Bangkok, so the
		// window ends with the 22nd of February, 17:00 UTC.
		"on the last day":               {92*24*time.Hour + 8*time.Hour, "", write},
		"at the edge the gateway rules": {92*24*time.Hour + 10*time.Hour, contract.RefundWindowExpired, write},
		"more than a day past it":       {93*24*time.Hour + 9*time.Hour, contract.RefundWindowExpired, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t, nil)
			payment := f.paid()
			f.clock.Advance(test.later)
			if test.reason == contract.RefundWindowExpired && test.writes > 0 {
				f.fail(postRefund, 1, refuses(http.StatusBadRequest, "failed_refund", "charge cannot be refunded"))
			}
			_, err := f.Refund(t.Context(), f.newRefund(payment.PaymentID, 500))
			assert.Equal(t, test.reason, contract.ReasonOf(err), "%v", err)
			assert.Equal(t, test.writes, f.front.Count(postRefund))
		})
	}
}

func TestRefund_GoesByOmisesClock(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	payment := f.paid()
	late := func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		next.ServeHTTP(dated{w}, r)
	}
	f.fail(getCharge, 1, late)
	_, err := f.Refund(t.Context(), f.newRefund(payment.PaymentID, 500))
	kittest.RequireError(t, err, contract.RefundWindowExpired, contract.NotAttempted)
}

// dated answers with a date of another year.
type dated struct{ http.ResponseWriter }

func (d dated) WriteHeader(status int) {
	d.Header().Set("Date", "Tue, 23 Nov 2027 08:00:00 GMT")
	d.ResponseWriter.WriteHeader(status)
}

func TestRefund_ComparesTheRefundWithTheRequest(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]map[string]any{
		"amount":   {"amount": 99},
		"currency": {"currency": "usd"},
		"payment":  {"charge": "chrg_test_another"},
		"key":      {"metadata": map[string]string{"paysocket_key": "another"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t, nil)
			payment := f.paid()
			f.fail(postRefund, 1, kittest.Patch(change))
			_, err := f.Refund(t.Context(), f.newRefund(payment.PaymentID, 500))
			e := kittest.ErrorOf(t, err, contract.MalformedResponse, contract.Indeterminate)
			assert.Equal(t, f.refundLedger(payment.PaymentID)[0].ID, e.Metadata[contract.MetaRefundID])
		})
	}
}

func TestGetRefund_ReadsByIDAndByKey(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	payment := f.paid()
	order := f.newRefund(payment.PaymentID, 500)
	made := f.refund(order)
	ask := func(r *contract.GetRefundRequest) (*contract.Refund, error) {
		r.PaymentID = payment.PaymentID
		return f.restarted().GetRefund(t.Context(), r)
	}
	byID, err := ask(&contract.GetRefundRequest{RefundID: made.RefundID})
	require.NoError(t, err)
	assert.Equal(t, order.Attempt.Key, byID.IdempotencyKey)
	attempt := f.lost(order.Attempt)
	byKey, err := ask(&contract.GetRefundRequest{Attempt: &attempt})
	require.NoError(t, err)
	assert.Equal(t, made.RefundID, byKey.RefundID)
	assert.EqualValues(t, 500, byKey.TotalRefunded.MinorUnits)

	attempt.Key = "nobody"
	_, err = ask(&contract.GetRefundRequest{Attempt: &attempt})
	assert.False(t, kittest.ErrorOf(t, err, contract.RefundNotFound, "").ProvesAbsence())
	f.clock.Advance(settle)
	_, err = ask(&contract.GetRefundRequest{Attempt: &attempt})
	assert.True(t, kittest.ErrorOf(t, err, contract.RefundNotFound, "").ProvesAbsence())
	_, err = ask(&contract.GetRefundRequest{RefundID: "rfnd_test_nobody"})
	kittest.RequireError(t, err, contract.RefundNotFound, "")
}

func TestRefund_HasTheStatusOfOmisesWord(t *testing.T) {
	t.Parallel()
	for word, status := range map[string]contract.RefundStatus{
		"closed": contract.RefundSucceeded, "pending": contract.RefundPending,
		"failed": contract.RefundFailed, "on_holiday": contract.RefundUnknown,
	} {
		t.Run(word, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t, nil)
			payment := f.paid()
			f.fail(postRefund, 1, kittest.Patch(map[string]any{"status": word}))
			refund := f.refund(f.newRefund(payment.PaymentID, 500))
			assert.Equal(t, status, refund.Status)
			assert.Equal(t, word, refund.ProviderStatus)
		})
	}
}
