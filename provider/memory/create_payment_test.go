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

func TestCreatePayment_ReturnsAPendingPaymentWithALink(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	for i, amount := range []contract.Money{thb(100_000), {Currency: "JPY", MinorUnits: 1000}, {Currency: "KWD", MinorUnits: 1234}} {
		request := newPayment("key-" + amount.Currency)
		request.Amount = amount
		payment, err := f.CreatePayment(t.Context(), request)
		require.NoError(t, err)

		require.Len(t, f.ledger(), i+1)
		made := f.ledger()[i]
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

func TestCreatePayment_WithAQRReturnsThePayloadAndTheImage(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	order := newPayment("k1")
	order.Method = "qr"
	payment, err := f.CreatePayment(t.Context(), order)
	require.NoError(t, err)
	assert.Equal(t, "qr", payment.Method)
	made := f.ledger()[0]
	assert.Equal(t, &contract.NextAction{
		DisplayQR: &contract.DisplayQR{Payload: made.RedirectURL, Image: &contract.QRImage{URL: made.RedirectURL + "/code.svg"}},
		ExpiresAt: made.ExpiresAt,
	}, payment.NextAction)

	f.move(payment.PaymentID, gateway.StateSucceeded)
	assert.Nil(t, f.status(payment.PaymentID).NextAction)
}

func TestCreatePayment_WithAPhoneNeedsTheNumber(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	order := newPayment("k1")
	order.Method = "phone"
	assert.True(t, f.Descriptor().NeedsPhone("phone", f.Account()))
	_, err := f.CreatePayment(t.Context(), order)
	e := kittest.ErrorOf(t, err, contract.InvalidRequest, contract.NotAttempted)
	require.Len(t, e.Violations, 1)
	assert.Equal(t, "payer.phone", e.Violations[0].Field)
	assert.Empty(t, f.ledger())

	order.Payer = &contract.Payer{Phone: contract.NewSecret("+66812345678")}
	payment, err := f.CreatePayment(t.Context(), order)
	require.NoError(t, err)
	assert.Equal(t, contract.PaymentPending, payment.Status)
	assert.Nil(t, payment.NextAction, "the gateway has rung")
	assert.Len(t, f.ledger(), 1)
	sent := f.front.Requests()
	assert.Contains(t, string(sent[len(sent)-1].Body), `"payer_phone":"+66812345678"`)

	order = newPayment("k2")
	order.Payer = &contract.Payer{Phone: contract.NewSecret("+66812345678")}
	_, err = f.CreatePayment(t.Context(), order)
	require.NoError(t, err, "a method that has no use for a phone ignores it")
	assert.NotContains(t, string(f.front.Requests()[0].Body), "66812345678")
}

func TestCreatePayment_ReturnsARepeatedPaymentAsItIsNow(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	first := f.paid("k1")
	assert.False(t, first.Replayed)

	again, err := f.CreatePayment(t.Context(), newPayment("k1"))
	require.NoError(t, err)
	assert.True(t, again.Replayed)
	assert.Equal(t, first.PaymentID, again.PaymentID)
	assert.Equal(t, contract.PaymentSucceeded, again.Status)
	assert.Len(t, f.ledger(), 1)

	other, err := f.CreatePayment(t.Context(), newPayment("k2"))
	require.NoError(t, err)
	assert.NotEqual(t, first.PaymentID, other.PaymentID)
}

// The gateway compares the whole body; the contract compares amount, currency and
// method.
func TestCreatePayment_FindsThePaymentOfARewordedRequest(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	first := f.pay("k1")
	request := newPayment("k1")
	request.Description, request.Reference, request.ReturnURL, request.Metadata = "2 teas", "order-78", "https://shop.test/", nil
	again, err := f.CreatePayment(t.Context(), request)
	require.NoError(t, err)
	assert.True(t, again.Replayed)
	again.Replayed = false
	assert.Equal(t, first, again)
	assert.Len(t, f.ledger(), 1)
}

func TestCreatePayment_RefusesAKeyOfAnotherAmountAndNamesItsPayment(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	first := f.pay("k1")
	for _, amount := range []contract.Money{thb(2001), {Currency: "JPY", MinorUnits: 2000}} {
		for _, attempt := range []contract.Attempt{{Key: "k1"}, unknownSince(contract.Attempt{Key: "k1"})} {
			request := newPayment("k1")
			request.Attempt, request.Amount = attempt, amount
			_, err := f.CreatePayment(t.Context(), request)
			e := kittest.ErrorOf(t, err, contract.IdempotencyKeyReused, contract.Indeterminate)
			assert.Equal(t, first.PaymentID, e.Metadata[contract.MetaPaymentID])
		}
	}
	require.Len(t, f.ledger(), 1)
	assert.Equal(t, int64(2000), f.ledger()[0].Amount)
}

func TestCreatePayment_NamesAPaymentThatCannotBeReadBack(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]kittest.Fault{
		"too many requests": kittest.Answer(429, ""),
		"not found":         kittest.Answer(404, `{"error":{"code":"payment_not_found"}}`),
		"of another key":    kittest.Patch(map[string]any{"idempotency_key": "k2"}),
		"of nobody's":       kittest.Patch(map[string]any{"idempotency_key": nil}),
		"of real money":     kittest.Patch(map[string]any{"live": true}),
		"another":           kittest.Patch(map[string]any{"id": "pay_other"}),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t)
			first := f.pay("k1")
			f.front.Set(kittest.On("GET", fault))
			request := newPayment("k1")
			request.Description = "2 teas"
			_, err := f.CreatePayment(t.Context(), request)
			require.Equal(t, contract.Indeterminate, contract.OutcomeOf(err), "%v", err)
			var e *contract.Error
			require.ErrorAs(t, err, &e)
			assert.Equal(t, first.PaymentID, e.Metadata[contract.MetaPaymentID])
		})
	}
	t.Run("not named", func(t *testing.T) {
		t.Parallel()
		f := newFixture(t)
		f.front.Set(kittest.Answer(409, `{"error":{"code":"key_reused"}}`))
		_, err := f.CreatePayment(t.Context(), newPayment("k1"))
		kittest.RequireError(t, err, contract.MalformedResponse, contract.Indeterminate)
	})
}

func TestCreatePayment_FindsAPaymentWhoseAnswerWasLost(t *testing.T) {
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
			f := newFixture(t)
			f.front.Set(kittest.On("POST", kittest.Executed(lost)))
			request := newPayment("k1")
			_, err := f.CreatePayment(t.Context(), request)
			require.Equal(t, contract.Indeterminate, contract.OutcomeOf(err), "%v", err)
			require.Len(t, f.ledger(), 1)

			f.front.Set()
			request.Attempt = unknownSince(request.Attempt)
			found, err := f.GetStatus(t.Context(), &contract.GetStatusRequest{Attempt: &request.Attempt})
			require.NoError(t, err)
			again, err := f.CreatePayment(t.Context(), request)
			require.NoError(t, err)
			assert.True(t, again.Replayed)
			assert.Equal(t, f.ledger()[0].ID, again.PaymentID)
			assert.Equal(t, found.PaymentID, again.PaymentID)
			assert.Len(t, f.ledger(), 1)
		})
	}
}

func TestCreatePayment_MakesOnePaymentOfConcurrentCallsWithOneKey(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	ids := make([]string, 32)
	var calls sync.WaitGroup
	for i := range ids {
		calls.Go(func() {
			payment, err := f.CreatePayment(t.Context(), newPayment("k1"))
			if assert.NoError(t, err) {
				ids[i] = payment.PaymentID
			}
		})
	}
	calls.Wait()
	require.Len(t, f.ledger(), 1)
	for _, id := range ids {
		assert.Equal(t, f.ledger()[0].ID, id)
	}
}

func TestCreatePayment_NamesThePaymentOfAnAnswerThatDoesNotFit(t *testing.T) {
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
			f := newFixture(t)
			f.front.Set(kittest.Patch(changes))
			_, err := f.CreatePayment(t.Context(), newPayment("k1"))
			e := kittest.ErrorOf(t, err, contract.MalformedResponse, contract.Indeterminate)
			require.Len(t, f.ledger(), 1)
			if name != "amount as text" { // such an answer is not decoded at all
				assert.Equal(t, f.ledger()[0].ID, e.Metadata[contract.MetaPaymentID], "%v", e)
			}
		})
	}
}

func TestCreatePayment_AcceptsAnotherReturnURLAndUnknownFields(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.front.Set(kittest.Patch(map[string]any{"return_url": "https://shop.test/", "pay_url": "https://pay.test/1", "new_field": []int{1}}))
	payment, err := f.CreatePayment(t.Context(), newPayment("k1"))
	require.NoError(t, err)
	assert.Equal(t, &contract.Redirect{URL: "https://pay.test/1"}, payment.NextAction.Redirect)
}

func TestCreatePayment_ReturnsADeclinedPayment(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.front.Set(kittest.Patch(map[string]any{
		"status": "failed", "failure_code": "insufficient_funds", "failure_message": "too little\x00", "pay_url": nil,
	}))
	payment, err := f.CreatePayment(t.Context(), newPayment("k1"))
	require.NoError(t, err)
	assert.Equal(t, contract.PaymentFailed, payment.Status)
	assert.Nil(t, payment.NextAction)
	assert.Equal(t, &contract.Failure{
		Code: contract.FailureInsufficientFunds, ProviderCode: "insufficient_funds", Message: "too little ",
	}, payment.Failure)
}

func TestCreatePayment_LeavesAnAttemptOpenWhileAnEarlierCallIsUnknown(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]kittest.Fault{
		"refused":    kittest.Answer(400, `{"error":{"code":"amount_out_of_range"}}`),
		"wrong key":  kittest.Answer(401, `{"error":{"code":"unauthorized"}}`),
		"rate limit": kittest.Answer(429, ""),
		"fault":      kittest.Answer(500, ""),
		"reset":      kittest.Reset,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t)
			f.front.Set(fault)
			request := newPayment("k1")
			_, first := f.CreatePayment(t.Context(), request)
			request.Attempt = unknownSince(request.Attempt)
			_, err := f.CreatePayment(t.Context(), request)
			assert.Equal(t, contract.ReasonOf(first), contract.ReasonOf(err))
			assert.Equal(t, contract.Indeterminate, contract.OutcomeOf(err))
		})
	}
	t.Run("unreachable", func(t *testing.T) {
		t.Parallel()
		f := newFixture(t)
		_, err := f.Configure(t.Context(), configuration(&gateway.Connection{
			APIBase: closedAddress(t), Credentials: f.scope.Connection().Credentials,
		}))
		require.NoError(t, err)
		request := newPayment("k1")
		_, err = f.CreatePayment(t.Context(), request)
		kittest.RequireError(t, err, contract.ProviderUnreachable, contract.NotAttempted)
		request.Attempt = unknownSince(request.Attempt)
		_, err = f.CreatePayment(t.Context(), request)
		kittest.RequireError(t, err, contract.ProviderUnreachable, contract.Indeterminate)
	})
}

func TestCreatePayment_SendsNothingWithTooLittleTimeLeft(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.front.Seen()
	ctx, cancel := context.WithTimeout(t.Context(), 9*time.Second)
	defer cancel()
	request := newPayment("k1")
	_, err := f.CreatePayment(ctx, request)
	kittest.RequireError(t, err, contract.DeadlineTooShort, contract.NotAttempted)
	request.Attempt = unknownSince(request.Attempt)
	_, err = f.CreatePayment(ctx, request)
	kittest.RequireError(t, err, contract.DeadlineTooShort, contract.Indeterminate)
	assert.Empty(t, f.front.Seen())
}
