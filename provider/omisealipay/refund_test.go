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
)

const postRefund = "POST /charges/:id/refunds"

func (b *bench) refund(r *contract.RefundRequest) *contract.Refund {
	b.t.Helper()
	refund, err := b.provider.Refund(b.t.Context(), r)
	require.NoError(b.t, err)
	require.NoError(b.t, refund.Validate())
	require.NoError(b.t, r.CheckAnswer(refund))
	return refund
}

func (b *bench) refundsOf(paymentID string) []gateway.Refund {
	b.t.Helper()
	payments, err := b.scope.Payments(b.t.Context(), nil)
	require.NoError(b.t, err)
	for _, payment := range payments {
		if payment.ID == paymentID {
			return payment.Refunds
		}
	}
	require.Fail(b.t, "no such payment")
	return nil
}

func TestAPaymentIsRefundedInParts(t *testing.T) {
	t.Parallel()
	for _, version := range []string{"2017-11-02", "2019-05-29"} {
		t.Run(version, func(t *testing.T) {
			t.Parallel()
			b := open(t, &setup{settings: map[string]string{"api_version": version}})
			payment := b.paid()
			part := b.refund(b.refundOrder(payment.PaymentID, 30_000))
			assert.Equal(t, contract.RefundSucceeded, part.Status)
			assert.EqualValues(t, 30_000, part.TotalRefunded.MinorUnits)
			assert.EqualValues(t, 30_000, b.status(payment.PaymentID).AmountRefunded.MinorUnits)
			rest := b.refund(b.refundOrder(payment.PaymentID, 70_000))
			assert.EqualValues(t, 100_000, rest.TotalRefunded.MinorUnits)
			after := b.status(payment.PaymentID)
			assert.Equal(t, contract.PaymentSucceeded, after.Status)
			assert.Equal(t, after.Amount, after.AmountRefunded)
			assert.Contains(t, b.road.of(postRefund)[0].form, "tea+was+cold")

			_, err := b.provider.Refund(t.Context(), b.refundOrder(payment.PaymentID, 1))
			requireError(t, err, contract.RefundExceedsPayment, contract.NotAttempted)
			assert.Equal(t, 2, b.road.count(postRefund))
		})
	}
}

func TestAFullRefundBeforeSettlementIsShownAsVoided(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	payment := b.paid()
	assert.True(t, b.refund(b.refundOrder(payment.PaymentID, 100_000)).Voided)
}

func TestOnlyAPaidPaymentIsRefunded(t *testing.T) {
	t.Parallel()
	for name, to := range map[string]gateway.State{"pending": "", "failed": gateway.StateFailed, "expired": gateway.StateExpired} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := open(t, nil)
			payment := b.create(b.order())
			if to != "" {
				b.move(payment.PaymentID, to)
			}
			_, err := b.provider.Refund(t.Context(), b.refundOrder(payment.PaymentID, 500))
			requireError(t, err, contract.PaymentNotRefundable, contract.NotAttempted)
			assert.Zero(t, b.road.count(postRefund))
		})
	}
}

func TestARefundOfAnUnknownPaymentIsRejected(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	for _, id := range []string{"chrg_test_nobody", "pi_123", "../account"} {
		_, err := b.provider.Refund(t.Context(), b.refundOrder(id, 500))
		requireError(t, err, contract.PaymentNotFound, contract.Rejected)
	}
	assert.Zero(t, b.road.count(postRefund))
}

func TestARepeatedRefundIsTheSameRefund(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	payment := b.paid()
	order := b.refundOrder(payment.PaymentID, 500)
	first := b.refund(order)
	for name, repeat := range map[string]contract.PaymentProvider{"memory": b.provider, "restarted": b.anew(nil)} {
		again := *order
		if name == "restarted" {
			again.Attempt = b.repeated(order.Attempt, true)
		}
		second, err := repeat.Refund(t.Context(), &again)
		require.NoError(t, err, name)
		assert.Equal(t, first.RefundID, second.RefundID)
		assert.True(t, second.Replayed)
		assert.EqualValues(t, 500, second.TotalRefunded.MinorUnits)

		again.Amount.MinorUnits++
		_, err = repeat.Refund(t.Context(), &again)
		e := errorFor(t, err, contract.IdempotencyKeyReused, contract.Indeterminate)
		assert.Equal(t, first.RefundID, e.Metadata[contract.MetaRefundID])
	}
	assert.Equal(t, 1, b.road.count(postRefund))
}

func TestALostRefundIsFoundAndNotMadeTwice(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	payment := b.paid()
	order := b.refundOrder(payment.PaymentID, 500)
	b.road.fault(postRefund, 1, losesAnswer)
	_, err := b.provider.Refund(t.Context(), order)
	requireError(t, err, contract.ConnectionLost, contract.Indeterminate)
	refund := b.refund(order)
	assert.True(t, refund.Replayed)
	assert.Len(t, b.refundsOf(payment.PaymentID), 1)
}

func TestARefundThatListsDoNotShowYetIsNotMadeTwice(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	payment := b.paid()
	order := b.refundOrder(payment.PaymentID, 500)
	b.road.fault(postRefund, 1, losesAnswer)
	_, err := b.provider.Refund(t.Context(), order)
	requireError(t, err, contract.ConnectionLost, contract.Indeterminate)
	order.Attempt = b.repeated(order.Attempt, true)
	restarted := b.anew(nil)
	b.road.fault(getCharge, 1, patches(noRefundsYet()))
	_, err = restarted.Refund(t.Context(), order)
	e := errorFor(t, err, contract.AttemptUnsettled, contract.Indeterminate)
	assert.Equal(t, settle, e.RetryAfter)
	assert.Equal(t, 1, b.road.count(postRefund))
	refund, err := restarted.Refund(t.Context(), order)
	require.NoError(t, err)
	assert.True(t, refund.Replayed)
	assert.Len(t, b.refundsOf(payment.PaymentID), 1)
}

func TestAnErrorBeforeTheEarlierRefundsFateIsKnownIsIndeterminate(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	payment := b.paid()
	b.road.fault(getCharge, 3, refuses(http.StatusTooManyRequests, "too_many_requests", "x"))
	order := b.refundOrder(payment.PaymentID, 500)
	order.Attempt = b.repeated(order.Attempt, true)
	_, err := b.provider.Refund(t.Context(), order)
	requireError(t, err, contract.ProviderRateLimited, contract.Indeterminate)
}

func TestConcurrentRefundsTakeTurns(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	payment := b.paid()
	var calls sync.WaitGroup
	var mu sync.Mutex
	refused := 0
	for range 8 {
		order := b.refundOrder(payment.PaymentID, 30_000)
		calls.Go(func() {
			if _, err := b.provider.Refund(t.Context(), order); err != nil {
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
	assert.Len(t, b.refundsOf(payment.PaymentID), 3)
	assert.Equal(t, 3, b.road.count(postRefund), "the provider saw what was left each time")
}

func TestConcurrentCallsWithOneKeyMakeOneRefund(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	payment := b.paid()
	order := b.refundOrder(payment.PaymentID, 500)
	var calls sync.WaitGroup
	for range 8 {
		calls.Go(func() {
			_, err := b.provider.Refund(t.Context(), order)
			assert.NoError(t, err)
		})
	}
	calls.Wait()
	assert.Len(t, b.refundsOf(payment.PaymentID), 1)
}

func TestADashboardRefundIsCounted(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	payment := b.paid()
	_, err := b.scope.CreateRefund(t.Context(), payment.PaymentID, gateway.Money{Amount: 60_000, Currency: "THB"})
	require.NoError(t, err)
	assert.EqualValues(t, 60_000, b.status(payment.PaymentID).AmountRefunded.MinorUnits)
	_, err = b.provider.Refund(t.Context(), b.refundOrder(payment.PaymentID, 40_001))
	requireError(t, err, contract.RefundExceedsPayment, contract.NotAttempted)
	assert.EqualValues(t, 100_000, b.refund(b.refundOrder(payment.PaymentID, 40_000)).TotalRefunded.MinorUnits)
}

func TestTheRefundWindowIsThreeCalendarMonthsInBangkok(t *testing.T) {
	t.Parallel()
	const write = 1
	for name, test := range map[string]struct {
		later  time.Duration
		reason contract.Reason
		writes int
	}{
		// The bench's day is the 22nd of November, 15:00 in Bangkok, so the
		// window ends with the 22nd of February, 17:00 UTC.
		"on the last day":               {92*24*time.Hour + 8*time.Hour, "", write},
		"at the edge the gateway rules": {92*24*time.Hour + 10*time.Hour, contract.RefundWindowExpired, write},
		"more than a day past it":       {93*24*time.Hour + 9*time.Hour, contract.RefundWindowExpired, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := open(t, nil)
			payment := b.paid()
			b.clock.turn(test.later)
			if test.reason == contract.RefundWindowExpired && test.writes > 0 {
				b.road.fault(postRefund, 1, refuses(http.StatusBadRequest, "failed_refund", "charge cannot be refunded"))
			}
			_, err := b.provider.Refund(t.Context(), b.refundOrder(payment.PaymentID, 500))
			assert.Equal(t, test.reason, contract.ReasonOf(err), "%v", err)
			assert.Equal(t, test.writes, b.road.count(postRefund))
		})
	}
}

func TestTheRefundWindowGoesByTheGatewaysClock(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	payment := b.paid()
	late := func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		next.ServeHTTP(dated{w}, r)
	}
	b.road.fault(getCharge, 1, late)
	_, err := b.provider.Refund(t.Context(), b.refundOrder(payment.PaymentID, 500))
	requireError(t, err, contract.RefundWindowExpired, contract.NotAttempted)
}

// dated answers with a date of another year.
type dated struct{ http.ResponseWriter }

func (d dated) WriteHeader(status int) {
	d.Header().Set("Date", "Tue, 23 Nov 2027 08:00:00 GMT")
	d.ResponseWriter.WriteHeader(status)
}

func TestWhatWasRefundedIsComparedWithWhatWasAsked(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]map[string]any{
		"amount":   {"amount": 99},
		"currency": {"currency": "usd"},
		"payment":  {"charge": "chrg_test_another"},
		"key":      {"metadata": map[string]string{"paysocket_key": "another"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := open(t, nil)
			payment := b.paid()
			b.road.fault(postRefund, 1, patches(change))
			_, err := b.provider.Refund(t.Context(), b.refundOrder(payment.PaymentID, 500))
			e := errorFor(t, err, contract.MalformedResponse, contract.Indeterminate)
			assert.Equal(t, b.refundsOf(payment.PaymentID)[0].ID, e.Metadata[contract.MetaRefundID])
		})
	}
}

func TestARefundIsReadByIDAndByKey(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	payment := b.paid()
	order := b.refundOrder(payment.PaymentID, 500)
	made := b.refund(order)
	ask := func(r *contract.GetRefundRequest) (*contract.Refund, error) {
		r.PaymentID = payment.PaymentID
		return b.anew(nil).GetRefund(t.Context(), r)
	}
	byID, err := ask(&contract.GetRefundRequest{RefundID: made.RefundID})
	require.NoError(t, err)
	assert.Equal(t, order.Attempt.Key, byID.IdempotencyKey)
	attempt := b.repeated(order.Attempt, true)
	byKey, err := ask(&contract.GetRefundRequest{Attempt: &attempt})
	require.NoError(t, err)
	assert.Equal(t, made.RefundID, byKey.RefundID)
	assert.EqualValues(t, 500, byKey.TotalRefunded.MinorUnits)

	attempt.Key = "nobody"
	_, err = ask(&contract.GetRefundRequest{Attempt: &attempt})
	assert.False(t, errorFor(t, err, contract.RefundNotFound, "").ProvesAbsence())
	b.clock.turn(settle)
	_, err = ask(&contract.GetRefundRequest{Attempt: &attempt})
	assert.True(t, errorFor(t, err, contract.RefundNotFound, "").ProvesAbsence())
	_, err = ask(&contract.GetRefundRequest{RefundID: "rfnd_test_nobody"})
	requireError(t, err, contract.RefundNotFound, "")
}

func TestARefundsStatusFollowsTheGatewaysWord(t *testing.T) {
	t.Parallel()
	for word, status := range map[string]contract.RefundStatus{
		"closed": contract.RefundSucceeded, "pending": contract.RefundPending,
		"failed": contract.RefundFailed, "on_holiday": contract.RefundUnknown,
	} {
		t.Run(word, func(t *testing.T) {
			t.Parallel()
			b := open(t, nil)
			payment := b.paid()
			b.road.fault(postRefund, 1, patches(map[string]any{"status": word}))
			refund := b.refund(b.refundOrder(payment.PaymentID, 500))
			assert.Equal(t, status, refund.Status)
			assert.Equal(t, word, refund.ProviderStatus)
		})
	}
}
