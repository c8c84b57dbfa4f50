package memory_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit/kittest"
	"github.com/paysocket/paysocket/provider/memory"
)

func newRefund(paymentID, key string, satang int64) *contract.RefundRequest {
	return &contract.RefundRequest{
		Attempt: contract.Attempt{Key: key}, PaymentID: paymentID, Amount: thb(satang), Reason: "the tea was cold",
	}
}

func TestRefund_IsMadeOncePerKeyAndInParts(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	id := f.paid("k1").PaymentID
	refund, err := f.Refund(t.Context(), newRefund(id, "r1", 500))
	require.NoError(t, err)
	require.Len(t, f.ledger()[0].Refunds, 1)
	made := f.ledger()[0].Refunds[0]
	assert.Equal(t, gateway.Refund{ID: refund.RefundID, Key: "r1", Amount: 500, Currency: "THB", State: gateway.StatePending, RawState: "pending", CreatedAt: refund.CreatedAt}, made)
	assert.Equal(t, &contract.Refund{
		RefundID: made.ID, IdempotencyKey: "r1", PaymentID: id, Status: contract.RefundPending, ProviderStatus: "pending",
		Amount: thb(500), TotalRefunded: thb(500), CreatedAt: refund.CreatedAt,
	}, refund)

	again, err := f.Refund(t.Context(), newRefund(id, "r1", 500))
	require.NoError(t, err)
	assert.True(t, again.Replayed)
	assert.Equal(t, refund.RefundID, again.RefundID)

	rest, err := f.Refund(t.Context(), newRefund(id, "r2", 1500))
	require.NoError(t, err)
	assert.Equal(t, thb(2000), rest.TotalRefunded)
	payment := f.status(id)
	assert.Equal(t, contract.PaymentSucceeded, payment.Status)
	assert.Equal(t, thb(2000), payment.AmountRefunded)

	_, err = f.Refund(t.Context(), newRefund(id, "r3", 1))
	kittest.RequireError(t, err, contract.RefundExceedsPayment, contract.Rejected)
	assert.Len(t, f.ledger()[0].Refunds, 2)
}

func TestRefund_OfAMethodWithoutRefundsIsNotMade(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	order := newPayment("k1")
	order.Method = "qr"
	payment, err := f.CreatePayment(t.Context(), order)
	require.NoError(t, err)
	f.move(payment.PaymentID, gateway.StateSucceeded)

	assert.Nil(t, f.Descriptor().RefundTerms("qr", f.Account()))
	assert.NotNil(t, f.Descriptor().RefundTerms("wallet", f.Account()))
	_, err = f.Refund(t.Context(), newRefund(payment.PaymentID, "r1", 2000))
	kittest.RequireError(t, err, contract.PaymentNotRefundable, contract.Rejected)
	assert.Empty(t, f.ledger()[0].Refunds)
}

func TestRefund_FindsTheRefundOfARewordedReason(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	id := f.paid("k1").PaymentID
	first, err := f.Refund(t.Context(), newRefund(id, "r1", 500))
	require.NoError(t, err)
	request := newRefund(id, "r1", 500)
	request.Reason = ""
	again, err := f.Refund(t.Context(), request)
	require.NoError(t, err)
	assert.True(t, again.Replayed)
	again.Replayed = false
	assert.Equal(t, first, again)

	_, err = f.Refund(t.Context(), newRefund(id, "r1", 501))
	e := kittest.ErrorOf(t, err, contract.IdempotencyKeyReused, contract.Indeterminate)
	assert.Equal(t, first.RefundID, e.Metadata[contract.MetaRefundID])
	assert.Len(t, f.ledger()[0].Refunds, 1)

	f.front.Set(kittest.On("GET", kittest.Answer(404, `{"error":{"code":"refund_not_found"}}`)))
	_, err = f.Refund(t.Context(), request)
	e = kittest.ErrorOf(t, err, contract.RefundNotFound, contract.Indeterminate)
	assert.Equal(t, first.RefundID, e.Metadata[contract.MetaRefundID])
}

func TestRefund_FindsARefundWhoseAnswerWasLost(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	id := f.paid("k1").PaymentID
	f.front.Set(kittest.On("POST", kittest.Executed(kittest.Answer(502, ""))))
	request := newRefund(id, "r1", 500)
	_, err := f.Refund(t.Context(), request)
	kittest.RequireError(t, err, contract.ProviderFault, contract.Indeterminate)

	f.front.Set()
	request.Attempt = unknownSince(request.Attempt)
	byKey, err := f.GetRefund(t.Context(), &contract.GetRefundRequest{PaymentID: id, Attempt: &request.Attempt})
	require.NoError(t, err)
	byID, err := f.GetRefund(t.Context(), &contract.GetRefundRequest{PaymentID: id, RefundID: byKey.RefundID})
	require.NoError(t, err)
	assert.Equal(t, byKey, byID)
	assert.Equal(t, thb(500), byKey.TotalRefunded)
	again, err := f.Refund(t.Context(), request)
	require.NoError(t, err)
	assert.True(t, again.Replayed)
	assert.Equal(t, byKey.RefundID, again.RefundID)
	assert.Len(t, f.ledger()[0].Refunds, 1)
}

func TestRefund_NeverExceedsThePaymentInConcurrentCalls(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	id := f.paid("k1").PaymentID
	var calls sync.WaitGroup
	for i := range 12 {
		calls.Go(func() {
			key := "r" + string(rune('a'+i/2)) // each key twice
			if _, err := f.Refund(t.Context(), newRefund(id, key, 900)); err != nil {
				assert.Equal(t, contract.RefundExceedsPayment, contract.ReasonOf(err))
			}
		})
	}
	calls.Wait()
	assert.Len(t, f.ledger()[0].Refunds, 2)
}

func TestRefund_ReportsTheGatewaysRefusals(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	pending, paid := f.pay("k1").PaymentID, f.paid("k2").PaymentID
	jpy := newRefund(paid, "r2", 1)
	jpy.Amount.Currency = "JPY"
	for name, test := range map[string]struct {
		request *contract.RefundRequest
		reason  contract.Reason
	}{
		"not paid":       {newRefund(pending, "r1", 1), contract.PaymentNotRefundable},
		"too much":       {newRefund(paid, "r3", 2001), contract.RefundExceedsPayment},
		"other currency": {jpy, contract.CurrencyUnsupported},
		"unknown":        {newRefund("pay_unknown", "r1", 1), contract.PaymentNotFound},
		"another path":   {newRefund("..", "r1", 1), contract.PaymentNotFound},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := f.Refund(t.Context(), test.request)
			kittest.RequireError(t, err, test.reason, contract.Rejected)
			test.request.Attempt = unknownSince(test.request.Attempt)
			_, err = f.Refund(t.Context(), test.request)
			kittest.RequireError(t, err, test.reason, contract.Indeterminate)
		})
	}
	require.NoError(t, f.scope.Advance(t.Context(), 92*24*time.Hour))
	_, err := f.Refund(t.Context(), newRefund(paid, "r4", 1))
	kittest.RequireError(t, err, contract.RefundWindowExpired, contract.Rejected)
	for _, payment := range f.ledger() {
		assert.Empty(t, payment.Refunds)
	}
}

func TestRefund_ReportsTheRefusalOfTheSixteenth(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	id := f.paid("k1").PaymentID
	for i := range 15 {
		_, err := f.Refund(t.Context(), newRefund(id, "r"+strings.Repeat("1", i+1), 1))
		require.NoError(t, err)
	}
	_, err := f.Refund(t.Context(), newRefund(id, "r0", 1))
	e := kittest.ErrorOf(t, err, contract.PaymentNotRefundable, contract.Rejected)
	assert.Equal(t, "too_many_refunds", e.Metadata[contract.MetaProviderCode])
}

func TestRefund_RefusesMetadataThatTheGatewayWouldDrop(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	request := newRefund(f.paid("k1").PaymentID, "r1", 1)
	request.Metadata = map[string]string{"a": "b"}
	f.front.Seen()
	_, err := f.Refund(t.Context(), request)
	kittest.RequireError(t, err, contract.InvalidRequest, contract.NotAttempted)
	assert.Empty(t, f.front.Seen())
}

func TestRefund_NamesTheRefundOfAnAnswerThatDoesNotFit(t *testing.T) {
	t.Parallel()
	for name, changes := range map[string]map[string]any{
		"amount":     {"amount": 50_000},
		"no amount":  {"amount": nil},
		"currency":   {"currency": "JPY"},
		"key":        {"idempotency_key": "r2"},
		"no key":     {"idempotency_key": nil},
		"payment":    {"payment_id": "pay_other"},
		"real money": {"live": true},
		"no mode":    {"live": nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t)
			id := f.paid("k1").PaymentID
			f.front.Set(kittest.On("POST", kittest.Patch(changes)))
			_, err := f.Refund(t.Context(), newRefund(id, "r1", 500))
			e := kittest.ErrorOf(t, err, contract.MalformedResponse, contract.Indeterminate)
			assert.Equal(t, f.ledger()[0].Refunds[0].ID, e.Metadata[contract.MetaRefundID])
		})
	}
}

func TestRefund_ReturnsARefundWithoutItsTotal(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	id := f.paid("k1").PaymentID
	f.front.Set(kittest.On("GET", kittest.Answer(500, "")))
	refund, err := f.Refund(t.Context(), newRefund(id, "r1", 500))
	require.NoError(t, err)
	assert.True(t, refund.TotalRefunded.IsZero())
}

func TestRefund_TranslatesEachStatus(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		changes map[string]any
		want    contract.RefundStatus
	}{
		"pending":              {map[string]any{}, contract.RefundPending},
		"succeeded":            {map[string]any{"status": "succeeded"}, contract.RefundSucceeded},
		"failed":               {map[string]any{"status": "failed", "failure_code": "declined"}, contract.RefundFailed},
		"failed without why":   {map[string]any{"status": "failed"}, contract.RefundFailed},
		"a new word":           {map[string]any{"status": "queued"}, contract.RefundUnknown},
		"no word":              {map[string]any{"status": nil}, contract.RefundUnknown},
		"succeeded and failed": {map[string]any{"status": "succeeded", "failure_code": "declined"}, contract.RefundUnknown},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t)
			id := f.paid("k1").PaymentID
			f.front.Set(kittest.On("POST", kittest.Patch(test.changes)))
			refund, err := f.Refund(t.Context(), newRefund(id, "r1", 500))
			require.NoError(t, err)
			assert.Equal(t, test.want, refund.Status)
		})
	}
}

func TestGetRefund_ReturnsAFailedRefund(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	id := f.paid("k1").PaymentID
	refund, err := f.Refund(t.Context(), newRefund(id, "r1", 500))
	require.NoError(t, err)
	require.NoError(t, f.scope.TransitionRefund(t.Context(), refund.RefundID, &gateway.Transition{To: gateway.StateFailed}))
	failed, err := f.GetRefund(t.Context(), &contract.GetRefundRequest{PaymentID: id, RefundID: refund.RefundID})
	require.NoError(t, err)
	assert.Equal(t, contract.RefundFailed, failed.Status)
	assert.Equal(t, thb(0), failed.TotalRefunded)
}

func TestGetRefund_ReturnsADashboardRefund(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	id := f.paid("k1").PaymentID
	made, err := f.scope.CreateRefund(t.Context(), id, gateway.Money{Amount: 1500})
	require.NoError(t, err)
	assert.Equal(t, thb(1500), f.status(id).AmountRefunded)
	refund, err := f.GetRefund(t.Context(), &contract.GetRefundRequest{PaymentID: id, RefundID: made.ID})
	require.NoError(t, err)
	assert.Empty(t, refund.IdempotencyKey)
	_, err = f.Refund(t.Context(), newRefund(id, "r1", 501))
	kittest.RequireError(t, err, contract.RefundExceedsPayment, contract.Rejected)
}

func TestGetRefund_SaysWhetherAMissingKeyProvesAbsence(t *testing.T) {
	t.Parallel()
	now := time.Now().UTC()
	f := newFixtureOf(t, memory.New(&memory.Options{Now: kittest.NewClock(now).Now}))
	id := f.paid("k1").PaymentID
	for _, refundID := range []string{"rfd_unknown", "..", "rfd/1"} {
		_, err := f.GetRefund(t.Context(), &contract.GetRefundRequest{PaymentID: id, RefundID: refundID})
		kittest.RequireError(t, err, contract.RefundNotFound, "")
	}
	_, err := f.GetRefund(t.Context(), &contract.GetRefundRequest{PaymentID: "pay_unknown", RefundID: "rfd_1"})
	kittest.RequireError(t, err, contract.PaymentNotFound, "")
	for ago, settled := range map[time.Duration]bool{0: false, 29 * time.Second: false, 30 * time.Second: true} {
		attempt := &contract.Attempt{Key: "r1", FirstAt: now.Add(-time.Hour), LastUnknownAt: now.Add(-ago)}
		_, err = f.GetRefund(t.Context(), &contract.GetRefundRequest{PaymentID: id, Attempt: attempt})
		e := kittest.ErrorOf(t, err, contract.RefundNotFound, "")
		assert.Equal(t, settled, e.ProvesAbsence(), ago)
	}
}

func TestGetRefund_NeverTakesAFailedLookUpForAbsence(t *testing.T) {
	t.Parallel()
	refund := func(id, key, of string) any {
		return map[string]any{
			"id": id, "object": "refund", "live": false, "payment_id": of, "idempotency_key": key, "amount": 1,
			"currency": "THB", "status": "pending", "created_at": "2026-02-03T04:05:06.789Z",
		}
	}
	for name, test := range map[string]struct {
		refunds func(id string) []any
		reason  contract.Reason
	}{
		"no list":       {func(string) []any { return nil }, contract.MalformedResponse},
		"no refund":     {func(string) []any { return []any{map[string]any{}} }, contract.RefundNotFound},
		"other key":     {func(id string) []any { return []any{refund("rfd_1", "r2", id)} }, contract.MalformedResponse},
		"other payment": {func(string) []any { return []any{refund("rfd_1", "r1", "pay_2")} }, contract.MalformedResponse},
		"two of one": {
			func(id string) []any { return []any{refund("rfd_1", "r1", id), refund("rfd_2", "r1", id)} },
			contract.DuplicateRefunds,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t)
			id := f.pay("k1").PaymentID
			f.front.Set(kittest.Patch(map[string]any{"refunds": test.refunds(id)}))
			attempt := unknownSince(contract.Attempt{Key: "r1"})
			_, err := f.GetRefund(t.Context(), &contract.GetRefundRequest{PaymentID: id, Attempt: &attempt})
			e := kittest.ErrorOf(t, err, test.reason, "")
			assert.False(t, e.ProvesAbsence())
			if test.reason == contract.DuplicateRefunds {
				assert.Equal(t, "rfd_1,rfd_2", e.Metadata[contract.MetaRefundIDs])
			}
		})
	}
}
