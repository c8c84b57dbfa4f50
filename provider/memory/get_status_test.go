package memory_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit/kittest"
	"github.com/paysocket/paysocket/provider/memory"
)

func TestGetStatus_TranslatesEachStatus(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	for to, want := range map[gateway.State]contract.PaymentStatus{
		gateway.StateSucceeded: contract.PaymentSucceeded,
		gateway.StateFailed:    contract.PaymentFailed,
		gateway.StateExpired:   contract.PaymentExpired,
		gateway.StateCanceled:  contract.PaymentCanceled,
	} {
		id := f.pay("k-" + string(to)).PaymentID
		f.move(id, to)
		payment := f.status(id)
		assert.Equal(t, want, payment.Status)
		assert.Equal(t, string(to), payment.ProviderStatus)
		assert.Nil(t, payment.NextAction)
		assert.Equal(t, want == contract.PaymentFailed, payment.Failure != nil)
	}
}

func TestGetStatus_ReturnsALateSuccess(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	id := f.pay("k1").PaymentID
	for _, to := range []gateway.State{gateway.StateFailed, gateway.StateSucceeded} {
		f.move(id, to)
	}
	assert.Equal(t, contract.PaymentSucceeded, f.status(id).Status)
}

func TestGetStatus_TranslatesEachFailureCode(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	for code, want := range map[string]contract.FailureCode{
		"declined":           contract.FailureDeclined,
		"insufficient_funds": contract.FailureInsufficientFunds,
		"payer_canceled":     contract.FailurePayerCanceled,
		"payer_timeout":      contract.FailurePayerTimeout,
		"limit_exceeded":     contract.FailureLimitExceeded,
		"fraud_suspected":    contract.FailureFraudSuspected,
		"processing_error":   contract.FailureProcessingError,
		"brand_new":          contract.FailureOther,
	} {
		id := f.pay("k-" + code).PaymentID
		require.NoError(t, f.scope.Transition(t.Context(), id, &gateway.Transition{To: gateway.StateFailed, FailureCode: code}))
		payment := f.status(id)
		assert.Equal(t, contract.PaymentFailed, payment.Status)
		assert.Equal(t, want, payment.Failure.Code)
		assert.Equal(t, code, payment.Failure.ProviderCode)
		assert.NotEmpty(t, payment.Failure.Message)
	}
}

func TestGetStatus_IsUnknownIfTheStatusIsUnknownOrContradicted(t *testing.T) {
	t.Parallel()
	at := "2026-02-03T04:05:06.789Z"
	for name, test := range map[string]struct {
		changes map[string]any
		want    contract.PaymentStatus
	}{
		"a new word":                {map[string]any{"status": "reviewed"}, contract.PaymentUnknown},
		"no word":                   {map[string]any{"status": nil}, contract.PaymentUnknown},
		"a word in other case":      {map[string]any{"status": "Succeeded", "paid_at": at}, contract.PaymentUnknown},
		"succeeded and not paid":    {map[string]any{"status": "succeeded"}, contract.PaymentUnknown},
		"pending and paid":          {map[string]any{"paid_at": at}, contract.PaymentUnknown},
		"expired and paid":          {map[string]any{"status": "expired", "paid_at": at}, contract.PaymentUnknown},
		"failed and paid":           {map[string]any{"status": "failed", "paid_at": at}, contract.PaymentUnknown},
		"succeeded with a failure":  {map[string]any{"status": "succeeded", "paid_at": at, "failure_code": "declined"}, contract.PaymentUnknown},
		"pending with a failure":    {map[string]any{"failure_code": "declined"}, contract.PaymentUnknown},
		"canceled with a failure":   {map[string]any{"status": "canceled", "failure_code": "declined"}, contract.PaymentUnknown},
		"refunded and not paid":     {map[string]any{"amount_refunded": 1}, contract.PaymentUnknown},
		"refunded more than paid":   {map[string]any{"status": "succeeded", "paid_at": at, "amount_refunded": 2001}, contract.PaymentUnknown},
		"failed without a code":     {map[string]any{"status": "failed"}, contract.PaymentFailed},
		"succeeded, all of it back": {map[string]any{"status": "succeeded", "paid_at": at, "amount_refunded": 2000}, contract.PaymentSucceeded},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t)
			id := f.pay("k1").PaymentID
			f.front.Set(kittest.Patch(test.changes))
			payment := f.status(id)
			assert.Equal(t, test.want, payment.Status)
			if word, ok := test.changes["status"].(string); ok {
				assert.Equal(t, word, payment.ProviderStatus)
			}
			if test.want == contract.PaymentFailed {
				assert.Equal(t, contract.FailureOther, payment.Failure.Code)
			}
		})
	}
}

func TestGetStatus_SendsOneRequest(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	id := f.pay("k1").PaymentID
	f.front.Seen()
	f.status(id)
	attempt := unknownSince(contract.Attempt{Key: "k1"})
	payment, err := f.GetStatus(t.Context(), &contract.GetStatusRequest{Attempt: &attempt})
	require.NoError(t, err)
	assert.Equal(t, id, payment.PaymentID)
	assert.Equal(t, []string{"GET /v1/payments/" + id, "GET /v1/payments"}, f.front.Seen())
}

func TestGetStatus_DoesNotFindAPaymentThatIsNotThere(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.front.Seen()
	_, err := f.GetStatus(t.Context(), &contract.GetStatusRequest{PaymentID: "pay_unknown"})
	kittest.RequireError(t, err, contract.PaymentNotFound, "")
	assert.Equal(t, []string{"GET /v1/payments/pay_unknown"}, f.front.Seen())
	for _, id := range []string{"..", ".", "../account", "pay_1/cancel", "pay_1?x=1", "%2e%2e", "pay_é"} {
		_, err := f.GetStatus(t.Context(), &contract.GetStatusRequest{PaymentID: id})
		kittest.RequireError(t, err, contract.PaymentNotFound, "")
	}
	assert.Empty(t, f.front.Seen(), "an id must not lead to another path")
}

func TestGetStatus_RefusesAnotherPayment(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	first, second := f.pay("k1"), f.pay("k2")
	f.front.Set(kittest.Patch(map[string]any{"id": second.PaymentID}))
	_, err := f.GetStatus(t.Context(), &contract.GetStatusRequest{PaymentID: first.PaymentID})
	kittest.RequireError(t, err, contract.MalformedResponse, "")
}

func TestGetStatus_ReturnsNoReferenceWithoutAKey(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	id := f.pay("k1").PaymentID
	f.front.Set(kittest.Patch(map[string]any{"idempotency_key": nil, "method": "card"}))
	found := f.status(id)
	assert.Empty(t, found.IdempotencyKey)
	assert.Empty(t, found.Reference)
	assert.Empty(t, found.Method)
}

func TestGetStatus_SaysWhetherAMissingKeyProvesAbsence(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 2, 3, 4, 5, 6, 0, time.UTC)
	f := newFixtureOf(t, memory.New(&memory.Options{Now: kittest.NewClock(now).Now}), "timeout", "5m")
	for name, test := range map[string]struct {
		lastUnknown time.Time
		settled     bool
	}{
		"no call of unknown result": {time.Time{}, true},
		"a call that just ended":    {now, false},
		"almost long ago":           {now.Add(-30*time.Second + time.Nanosecond), false},
		"long ago":                  {now.Add(-30 * time.Second), true},
	} {
		attempt := &contract.Attempt{Key: "k1", FirstAt: now.Add(-time.Hour), LastUnknownAt: test.lastUnknown}
		_, err := f.GetStatus(t.Context(), &contract.GetStatusRequest{Attempt: attempt})
		e := kittest.ErrorOf(t, err, contract.PaymentNotFound, "")
		assert.Equal(t, test.settled, e.ProvesAbsence(), name)
		assert.Equal(t, "true", e.Metadata[contract.MetaComplete])
		assert.Equal(t, "2026-02-03T03:05:06Z", e.Metadata[contract.MetaSearchedFrom])
		assert.Equal(t, "2026-02-03T04:05:06Z", e.Metadata[contract.MetaSearchedUntil])
	}
}

func TestGetStatus_NeverTakesAFailedLookUpForAbsence(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fault  kittest.Fault
		reason contract.Reason
	}{
		"fault":         {kittest.Answer(500, ""), contract.ProviderFault},
		"rate limit":    {kittest.Answer(429, ""), contract.ProviderRateLimited},
		"no list":       {kittest.Answer(200, `{}`), contract.MalformedResponse},
		"null":          {kittest.Answer(200, `{"payments":null}`), contract.MalformedResponse},
		"one page":      {kittest.Answer(200, `{"payments":[],"next_page_token":"after_1"}`), contract.MalformedResponse},
		"no such thing": {kittest.Answer(404, `{"error":{"code":"not_found"}}`), contract.ProviderRejected},
		"other key":     {kittest.Patch(map[string]any{"payments": []any{payment("pay_1", "k2")}}), contract.MalformedResponse},
		"two of one":    {kittest.Patch(map[string]any{"payments": []any{payment("pay_1", "k1"), payment("pay_2", "k1")}}), contract.DuplicatePayments},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t)
			f.front.Set(test.fault)
			attempt := unknownSince(contract.Attempt{Key: "k1"})
			_, err := f.GetStatus(t.Context(), &contract.GetStatusRequest{Attempt: &attempt})
			e := kittest.ErrorOf(t, err, test.reason, "")
			if test.reason == contract.DuplicatePayments {
				assert.Equal(t, "pay_1,pay_2", e.Metadata[contract.MetaPaymentIDs])
			}
		})
	}
}

func TestGetStatus_CountsAPaymentThatIsListedTwiceOnce(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.front.Set(kittest.Patch(map[string]any{"payments": []any{payment("pay_1", "k1"), payment("pay_1", "k1")}}))
	attempt := unknownSince(contract.Attempt{Key: "k1"})
	found, err := f.GetStatus(t.Context(), &contract.GetStatusRequest{Attempt: &attempt})
	require.NoError(t, err)
	assert.Equal(t, "pay_1", found.PaymentID)
}

// payment returns a payment as the gateway writes it.
func payment(id, key string) map[string]any {
	return map[string]any{
		"id": id, "object": "payment", "live": false, "idempotency_key": key, "amount": 2000, "currency": "THB",
		"amount_refunded": 0, "method": "wallet", "status": "expired", "created_at": "2026-02-03T04:05:06.789Z",
		"updated_at": "2026-02-03T04:05:06.789Z", "expires_at": "2026-02-03T04:35:06.789Z",
	}
}
