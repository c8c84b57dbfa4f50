package memory_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit/kittest"
)

func TestANewPaymentIsPendingAndSendsThePayerToTheGateway(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for i, amount := range []contract.Money{thb(100_000), {Currency: "JPY", MinorUnits: 1000}, {Currency: "KWD", MinorUnits: 1234}} {
		request := tea("key-" + amount.Currency)
		request.Amount = amount
		payment, err := b.CreatePayment(t.Context(), request)
		require.NoError(t, err)

		require.Len(t, b.ledger(), i+1)
		made := b.ledger()[i]
		assert.Equal(t, &contract.Payment{
			PaymentID: made.ID, IdempotencyKey: request.Attempt.Key, Reference: "order-77", Method: "wallet",
			Status: contract.PaymentPending, ProviderStatus: "pending",
			Amount: amount, AmountRefunded: contract.Money{Currency: amount.Currency},
			NextAction: &contract.NextAction{
				Redirect:  &contract.Redirect{URL: made.RedirectURL, Insecure: true},
				ExpiresAt: made.ExpiresAt,
			},
			CreatedAt: made.CreatedAt, UpdatedAt: made.CreatedAt, ExpiresAt: made.ExpiresAt,
		}, payment)
		assert.Equal(t, amount.MinorUnits, made.Amount)
		assert.Equal(t, amount.Currency, made.Currency)
		assert.Equal(t, request.Attempt.Key, made.Key)
		assert.Equal(t, request.Description, made.Description)
		assert.Equal(t, request.ReturnURL, made.ReturnURL)
	}
}

func TestARepeatedCallGivesThePaymentAsItIsNow(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	first := b.paid("k1")
	assert.False(t, first.Replayed)

	again, err := b.CreatePayment(t.Context(), tea("k1"))
	require.NoError(t, err)
	assert.True(t, again.Replayed)
	assert.Equal(t, first.PaymentID, again.PaymentID)
	assert.Equal(t, contract.PaymentSucceeded, again.Status)
	assert.Len(t, b.ledger(), 1)

	other, err := b.CreatePayment(t.Context(), tea("k2"))
	require.NoError(t, err)
	assert.NotEqual(t, first.PaymentID, other.PaymentID)
}

// The gateway compares the whole body, the contract amount, currency and
// method.
func TestADescriptionThatWasRewordedDoesNotLoseThePayment(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	first := b.pay("k1")
	request := tea("k1")
	request.Description, request.Reference, request.ReturnURL, request.Metadata = "2 teas", "order-78", "https://shop.test/", nil
	again, err := b.CreatePayment(t.Context(), request)
	require.NoError(t, err)
	assert.True(t, again.Replayed)
	again.Replayed = false
	assert.Equal(t, first, again)
	assert.Len(t, b.ledger(), 1)
}

func TestAKeyOfAnotherAmountIsRefusedAndNamesItsPayment(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	first := b.pay("k1")
	for _, amount := range []contract.Money{thb(2001), {Currency: "JPY", MinorUnits: 2000}} {
		for _, attempt := range []contract.Attempt{{Key: "k1"}, repeated(contract.Attempt{Key: "k1"})} {
			request := tea("k1")
			request.Attempt, request.Amount = attempt, amount
			_, err := b.CreatePayment(t.Context(), request)
			e := kittest.ErrorOf(t, err, contract.IdempotencyKeyReused, contract.Indeterminate)
			assert.Equal(t, first.PaymentID, e.Metadata[contract.MetaPaymentID])
		}
	}
	require.Len(t, b.ledger(), 1)
	assert.Equal(t, int64(2000), b.ledger()[0].Amount)
}

func TestAKnownKeyWhosePaymentCannotBeReadIsIndeterminateAndNamesIt(t *testing.T) {
	t.Parallel()
	for name, faulty := range map[string]kittest.Fault{
		"too many requests": kittest.Answer(429, ""),
		"not found":         kittest.Answer(404, `{"error":{"code":"payment_not_found"}}`),
		"of another key":    kittest.Patch(map[string]any{"idempotency_key": "k2"}),
		"of nobody's":       kittest.Patch(map[string]any{"idempotency_key": nil}),
		"of real money":     kittest.Patch(map[string]any{"live": true}),
		"another":           kittest.Patch(map[string]any{"id": "pay_other"}),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			first := b.pay("k1")
			b.front.Set(kittest.On("GET", faulty))
			request := tea("k1")
			request.Description = "2 teas"
			_, err := b.CreatePayment(t.Context(), request)
			require.Equal(t, contract.Indeterminate, contract.OutcomeOf(err), "%v", err)
			var e *contract.Error
			require.ErrorAs(t, err, &e)
			assert.Equal(t, first.PaymentID, e.Metadata[contract.MetaPaymentID])
		})
	}
	t.Run("not named", func(t *testing.T) {
		t.Parallel()
		b := newBench(t)
		b.front.Set(kittest.Answer(409, `{"error":{"code":"key_reused"}}`))
		_, err := b.CreatePayment(t.Context(), tea("k1"))
		kittest.RequireError(t, err, contract.MalformedResponse, contract.Indeterminate)
	})
}

func TestAPaymentWhoseAnswerWasLostIsFoundAgain(t *testing.T) {
	t.Parallel()
	for name, lost := range map[string]kittest.Fault{
		"reset":        kittest.Reset,
		"closed":       kittest.HangUp,
		"500":          kittest.Answer(500, "oops"),
		"504":          kittest.Answer(504, ""),
		"a page":       kittest.Answer(200, "<html>welcome</html>"),
		"half of it":   kittest.Answer(201, `{"id":"pay_1","object":"pay`),
		"nothing":      kittest.Answer(200, ""),
		"redirect":     kittest.Answer(302, "", "Location", "/v1/account"),
		"unknown 409":  kittest.Answer(409, `{"error":{"code":"busy"}}`),
		"another word": kittest.Answer(202, "{}"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			b.front.Set(kittest.On("POST", kittest.Executed(lost)))
			request := tea("k1")
			_, err := b.CreatePayment(t.Context(), request)
			require.Equal(t, contract.Indeterminate, contract.OutcomeOf(err), "%v", err)
			require.Len(t, b.ledger(), 1)

			b.front.Set()
			request.Attempt = repeated(request.Attempt)
			found, err := b.GetStatus(t.Context(), &contract.GetStatusRequest{Attempt: &request.Attempt})
			require.NoError(t, err)
			again, err := b.CreatePayment(t.Context(), request)
			require.NoError(t, err)
			assert.True(t, again.Replayed)
			assert.Equal(t, b.ledger()[0].ID, again.PaymentID)
			assert.Equal(t, found.PaymentID, again.PaymentID)
			assert.Len(t, b.ledger(), 1)
		})
	}
}

func TestConcurrentCallsWithOneKeyMakeOnePayment(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ids := make([]string, 32)
	var calls sync.WaitGroup
	for i := range ids {
		calls.Go(func() {
			payment, err := b.CreatePayment(t.Context(), tea("k1"))
			if assert.NoError(t, err) {
				ids[i] = payment.PaymentID
			}
		})
	}
	calls.Wait()
	require.Len(t, b.ledger(), 1)
	for _, id := range ids {
		assert.Equal(t, b.ledger()[0].ID, id)
	}
}

func TestAnotherPaymentThanWasAskedForIsAnErrorThatNamesIt(t *testing.T) {
	t.Parallel()
	for name, changes := range map[string]map[string]any{
		"amount":           {"amount": 200_000},
		"no amount":        {"amount": nil},
		"amount as text":   {"amount": "2000"},
		"currency":         {"currency": "JPY"},
		"no currency":      {"currency": "XYZ"},
		"method":           {"method": "card"},
		"key":              {"idempotency_key": "k2"},
		"no key":           {"idempotency_key": nil},
		"real money":       {"live": true},
		"no mode":          {"live": nil},
		"no link":          {"pay_url": nil},
		"a script":         {"pay_url": "javascript:alert(1)"},
		"a relative link":  {"pay_url": "/pay"},
		"a link with user": {"pay_url": "https://a@pay.test/"},
		"no time":          {"created_at": nil},
		"refunded nothing": {"amount_refunded": nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			b.front.Set(kittest.Patch(changes))
			_, err := b.CreatePayment(t.Context(), tea("k1"))
			e := kittest.ErrorOf(t, err, contract.MalformedResponse, contract.Indeterminate)
			require.Len(t, b.ledger(), 1)
			if name != "amount as text" { // nothing of such an answer is believed
				assert.Equal(t, b.ledger()[0].ID, e.Metadata[contract.MetaPaymentID], "%v", e)
			}
		})
	}
}

func TestAnotherReturnURLIsTheGatewaysAffair(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.front.Set(kittest.Patch(map[string]any{"return_url": "https://shop.test/", "pay_url": "https://pay.test/1", "new_field": []int{1}}))
	payment, err := b.CreatePayment(t.Context(), tea("k1"))
	require.NoError(t, err)
	assert.Equal(t, &contract.Redirect{URL: "https://pay.test/1"}, payment.NextAction.Redirect)
}

func TestADeclineIsAnAnswerAndNoError(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.front.Set(kittest.Patch(map[string]any{
		"status": "failed", "failure_code": "insufficient_funds", "failure_message": "too little\x00", "pay_url": nil,
	}))
	payment, err := b.CreatePayment(t.Context(), tea("k1"))
	require.NoError(t, err)
	assert.Equal(t, contract.PaymentFailed, payment.Status)
	assert.Nil(t, payment.NextAction)
	assert.Equal(t, &contract.Failure{
		Code: contract.FailureInsufficientFunds, ProviderCode: "insufficient_funds", Message: "too little ",
	}, payment.Failure)
}

func TestWhileAnEarlierCallIsUnknownEveryErrorLeavesTheAttemptOpen(t *testing.T) {
	t.Parallel()
	for name, faulty := range map[string]kittest.Fault{
		"refused":    kittest.Answer(400, `{"error":{"code":"amount_out_of_range"}}`),
		"wrong key":  kittest.Answer(401, `{"error":{"code":"unauthorized"}}`),
		"rate limit": kittest.Answer(429, ""),
		"fault":      kittest.Answer(500, ""),
		"reset":      kittest.Reset,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			b.front.Set(faulty)
			request := tea("k1")
			_, first := b.CreatePayment(t.Context(), request)
			request.Attempt = repeated(request.Attempt)
			_, err := b.CreatePayment(t.Context(), request)
			assert.Equal(t, contract.ReasonOf(first), contract.ReasonOf(err))
			assert.Equal(t, contract.Indeterminate, contract.OutcomeOf(err))
		})
	}
	t.Run("unreachable", func(t *testing.T) {
		t.Parallel()
		b := newBench(t)
		_, err := b.Configure(t.Context(), configuration(&gateway.Connection{
			APIBase: closedAddress(t), Credentials: b.scope.Connection().Credentials,
		}))
		require.NoError(t, err)
		request := tea("k1")
		_, err = b.CreatePayment(t.Context(), request)
		kittest.RequireError(t, err, contract.ProviderUnreachable, contract.NotAttempted)
		request.Attempt = repeated(request.Attempt)
		_, err = b.CreatePayment(t.Context(), request)
		kittest.RequireError(t, err, contract.ProviderUnreachable, contract.Indeterminate)
	})
}

func TestNoPaymentIsBegunWithTooLittleTimeLeft(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.front.Seen()
	ctx, cancel := context.WithTimeout(t.Context(), 9*time.Second)
	defer cancel()
	request := tea("k1")
	_, err := b.CreatePayment(ctx, request)
	kittest.RequireError(t, err, contract.DeadlineTooShort, contract.NotAttempted)
	request.Attempt = repeated(request.Attempt)
	_, err = b.CreatePayment(ctx, request)
	kittest.RequireError(t, err, contract.DeadlineTooShort, contract.Indeterminate)
	assert.Empty(t, b.front.Seen())
}
