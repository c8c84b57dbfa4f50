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

func TestEachStatusOfTheGatewayHasOneMeaning(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for to, want := range map[gateway.State]contract.PaymentStatus{
		gateway.StateSucceeded: contract.PaymentSucceeded,
		gateway.StateFailed:    contract.PaymentFailed,
		gateway.StateExpired:   contract.PaymentExpired,
		gateway.StateCanceled:  contract.PaymentCanceled,
	} {
		id := b.pay("k-" + string(to)).PaymentID
		b.move(id, to)
		payment := b.status(id)
		assert.Equal(t, want, payment.Status)
		assert.Equal(t, string(to), payment.ProviderStatus)
		assert.Nil(t, payment.NextAction)
		assert.Equal(t, want == contract.PaymentFailed, payment.Failure != nil)
	}
}

func TestMoneyThatComesLateIsSeen(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	id := b.pay("k1").PaymentID
	for _, to := range []gateway.State{gateway.StateFailed, gateway.StateSucceeded} {
		b.move(id, to)
	}
	assert.Equal(t, contract.PaymentSucceeded, b.status(id).Status)
}

func TestEachFailureCodeHasOneMeaningAndUnknownOnesAreOther(t *testing.T) {
	t.Parallel()
	b := newBench(t)
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
		id := b.pay("k-" + code).PaymentID
		require.NoError(t, b.scope.Transition(t.Context(), id, &gateway.Transition{To: gateway.StateFailed, FailureCode: code}))
		payment := b.status(id)
		assert.Equal(t, contract.PaymentFailed, payment.Status)
		assert.Equal(t, want, payment.Failure.Code)
		assert.Equal(t, code, payment.Failure.ProviderCode)
		assert.NotEmpty(t, payment.Failure.Message)
	}
}

func TestAWordThatIsNotKnownOrContradictedIsUnknown(t *testing.T) {
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
			b := newBench(t)
			id := b.pay("k1").PaymentID
			b.front.Set(kittest.Patch(test.changes))
			payment := b.status(id)
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

func TestAPaymentIsReadAndNothingElse(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	id := b.pay("k1").PaymentID
	b.front.Seen()
	b.status(id)
	attempt := repeated(contract.Attempt{Key: "k1"})
	payment, err := b.GetStatus(t.Context(), &contract.GetStatusRequest{Attempt: &attempt})
	require.NoError(t, err)
	assert.Equal(t, id, payment.PaymentID)
	assert.Equal(t, []string{"GET /v1/payments/" + id, "GET /v1/payments"}, b.front.Seen())
}

func TestAPaymentThatIsNotThereIsNotFound(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.front.Seen()
	_, err := b.GetStatus(t.Context(), &contract.GetStatusRequest{PaymentID: "pay_unknown"})
	kittest.RequireError(t, err, contract.PaymentNotFound, "")
	assert.Equal(t, []string{"GET /v1/payments/pay_unknown"}, b.front.Seen())
	for _, id := range []string{"..", ".", "../account", "pay_1/cancel", "pay_1?x=1", "%2e%2e", "pay_é"} {
		_, err := b.GetStatus(t.Context(), &contract.GetStatusRequest{PaymentID: id})
		kittest.RequireError(t, err, contract.PaymentNotFound, "")
	}
	assert.Empty(t, b.front.Seen(), "an id must not choose a path")
}

func TestAnotherPaymentThanWasReadIsMalformed(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	first, second := b.pay("k1"), b.pay("k2")
	b.front.Set(kittest.Patch(map[string]any{"id": second.PaymentID}))
	_, err := b.GetStatus(t.Context(), &contract.GetStatusRequest{PaymentID: first.PaymentID})
	kittest.RequireError(t, err, contract.MalformedResponse, "")
}

func TestAPaymentWithoutAKeyIsNotOurs(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	id := b.pay("k1").PaymentID
	b.front.Set(kittest.Patch(map[string]any{"idempotency_key": nil, "method": "card"}))
	found := b.status(id)
	assert.Empty(t, found.IdempotencyKey)
	assert.Empty(t, found.Reference)
	assert.Empty(t, found.Method)
}

func TestAKeyThatIsNotFoundSaysHowMuchThatProves(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 2, 3, 4, 5, 6, 0, time.UTC)
	b := newBenchOf(t, memory.New(&memory.Options{Now: kittest.NewClock(now).Now}), "timeout", "30s")
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
		_, err := b.GetStatus(t.Context(), &contract.GetStatusRequest{Attempt: attempt})
		e := kittest.ErrorOf(t, err, contract.PaymentNotFound, "")
		assert.Equal(t, test.settled, e.ProvesAbsence(), name)
		assert.Equal(t, "true", e.Metadata[contract.MetaComplete])
		assert.Equal(t, "2026-02-03T03:05:06Z", e.Metadata[contract.MetaSearchedFrom])
		assert.Equal(t, "2026-02-03T04:05:06Z", e.Metadata[contract.MetaSearchedUntil])
	}
}

func TestALookUpIsNeverTakenForNone(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		faulty kittest.Fault
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
			b := newBench(t)
			b.front.Set(test.faulty)
			attempt := repeated(contract.Attempt{Key: "k1"})
			_, err := b.GetStatus(t.Context(), &contract.GetStatusRequest{Attempt: &attempt})
			e := kittest.ErrorOf(t, err, test.reason, "")
			if test.reason == contract.DuplicatePayments {
				assert.Equal(t, "pay_1,pay_2", e.Metadata[contract.MetaPaymentIDs])
			}
		})
	}
}

func TestOnePaymentThatIsListedTwiceIsOnePayment(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.front.Set(kittest.Patch(map[string]any{"payments": []any{payment("pay_1", "k1"), payment("pay_1", "k1")}}))
	attempt := repeated(contract.Attempt{Key: "k1"})
	found, err := b.GetStatus(t.Context(), &contract.GetStatusRequest{Attempt: &attempt})
	require.NoError(t, err)
	assert.Equal(t, "pay_1", found.PaymentID)
}

// payment is a payment as the gateway writes it.
func payment(id, key string) map[string]any {
	return map[string]any{
		"id": id, "object": "payment", "live": false, "idempotency_key": key, "amount": 2000, "currency": "THB",
		"amount_refunded": 0, "method": "wallet", "status": "expired", "created_at": "2026-02-03T04:05:06.789Z",
		"updated_at": "2026-02-03T04:05:06.789Z", "expires_at": "2026-02-03T04:35:06.789Z",
	}
}
