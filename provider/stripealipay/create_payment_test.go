package stripealipay_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/stripealipay/sandbox"
)

func TestANewPaymentIsOneConfirmedPaymentIntent(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for i, amount := range []contract.Money{cny(100_000), {Currency: "JPY", MinorUnits: 1000}, {Currency: "HKD", MinorUnits: 1234}} {
		request := tea("key-" + amount.Currency)
		request.Amount = amount
		payment, err := b.CreatePayment(t.Context(), request)
		require.NoError(t, err)

		made := b.ledger()[i]
		assert.Equal(t, &contract.Payment{
			PaymentID: made.ID, IdempotencyKey: request.Attempt.Key, Reference: "order-77", Method: "alipay",
			Status: contract.PaymentPending, ProviderStatus: "requires_action",
			Amount: amount, AmountRefunded: contract.Money{Currency: amount.Currency},
			NextAction: &contract.NextAction{Redirect: &contract.Redirect{URL: made.RedirectURL, Insecure: true}},
			CreatedAt:  made.CreatedAt.Truncate(time.Second),
		}, payment)
		assert.Equal(t, amount.MinorUnits, made.Amount)

		sent := b.front.since()
		require.Len(t, sent, 1)
		assert.Equal(t, "POST /v1/payment_intents", sent[0].what)
		assert.Equal(t, request.Attempt.Key, sent[0].header.Get("Idempotency-Key"))
		for name, value := range map[string]string{
			"currency": strings.ToLower(amount.Currency), "confirm": "true", "return_url": request.ReturnURL,
			"payment_method_data[type]": "alipay", "payment_method_types[0]": "alipay", "description": "Two teas 🍵",
			"metadata[paysocket_key]": request.Attempt.Key, "metadata[paysocket_reference]": "order-77", "metadata[table]": "5",
		} {
			assert.Equal(t, value, sent[0].form.Get(name), name)
		}
	}
}

// Stripe repeats what it said at first; the contract wants what is so now.
func TestARepeatedCallGivesThePaymentAsItIsNow(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	first := b.paid("k1")
	assert.False(t, first.Replayed)
	b.front.asked()

	again, err := b.CreatePayment(t.Context(), tea("k1"))
	require.NoError(t, err)
	assert.True(t, again.Replayed)
	assert.Equal(t, first.PaymentID, again.PaymentID)
	assert.Equal(t, contract.PaymentSucceeded, again.Status)
	assert.Equal(t, []string{"POST /v1/payment_intents", "GET /v1/payment_intents/" + first.PaymentID}, b.front.asked())
	assert.Len(t, b.ledger(), 1)
}

func TestAReplayThatCannotBeReadNamesThePayment(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	first := b.pay("k1")
	b.front.set(on(http.MethodGet, says(500, "")))
	_, err := b.CreatePayment(t.Context(), tea("k1"))
	e := errorOf(t, err, contract.ProviderFault, contract.Indeterminate)
	assert.Equal(t, first.PaymentID, e.Metadata[contract.MetaPaymentID])
}

// Stripe compares all parameters, the contract amount, currency and method.
func TestADescriptionThatWasRewordedDoesNotLoseThePayment(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	first := b.pay("k1")
	request := tea("k1")
	request.Description, request.Reference, request.ReturnURL, request.Metadata = "2 teas", "order-78", "https://shop.test/", nil
	again, err := b.CreatePayment(t.Context(), request)
	require.NoError(t, err)
	assert.True(t, again.Replayed)
	assert.Equal(t, first.PaymentID, again.PaymentID)
	assert.Len(t, b.ledger(), 1)
}

func TestAKeyOfAnotherAmountIsRefusedAndNamesItsPayment(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	first := b.pay("k1")
	for _, amount := range []contract.Money{cny(2001), {Currency: "USD", MinorUnits: 2000}} {
		request := tea("k1")
		request.Amount = amount
		_, err := b.CreatePayment(t.Context(), request)
		e := errorOf(t, err, contract.IdempotencyKeyReused, contract.Indeterminate)
		assert.Equal(t, first.PaymentID, e.Metadata[contract.MetaPaymentID])
	}
	assert.Len(t, b.ledger(), 1)
}

func TestAKeyThatBelongsToNoPaymentIsStillReused(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.front.set(on(http.MethodPost, says(400, `{"error":{"type":"idempotency_error","message":"m"}}`)))
	_, err := b.CreatePayment(t.Context(), tea("k1"))
	e := errorOf(t, err, contract.IdempotencyKeyReused, contract.Indeterminate)
	assert.Empty(t, e.Metadata[contract.MetaPaymentID])
}

func TestADeclineIsAnAnswer(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.meets(sandbox.TroubleDecline)
	payment, err := b.CreatePayment(t.Context(), tea("k1"))
	require.NoError(t, err)
	assert.Equal(t, contract.PaymentFailed, payment.Status)
	assert.Equal(t, contract.FailureDeclined, payment.Failure.Code)
	assert.Equal(t, "payment_method_provider_decline", payment.Failure.ProviderCode)
	assert.False(t, payment.Replayed)
	assert.Nil(t, payment.NextAction)

	again, err := b.CreatePayment(t.Context(), tea("k1"))
	require.NoError(t, err)
	assert.Equal(t, payment.PaymentID, again.PaymentID)
	assert.True(t, again.Replayed)
	assert.Len(t, b.ledger(), 1)
}

// Stripe stores a failure of its own under the key as well, and repeats it for
// a day. The payment may be there all the same.
func TestAStoredFaultDoesNotHideThePayment(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.meets(sandbox.TroubleFault)
	request := tea("k1")
	_, err := b.CreatePayment(t.Context(), request)
	_ = errorOf(t, err, contract.ProviderFault, contract.Indeterminate)

	request.Attempt = since("k1", time.Minute)
	payment, err := b.CreatePayment(t.Context(), request)
	require.NoError(t, err)
	assert.Equal(t, b.ledger()[0].ID, payment.PaymentID)
	assert.True(t, payment.Replayed)
	assert.Len(t, b.ledger(), 1)
}

func TestAStoredFaultWithoutAPaymentStaysUndecided(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.front.set(on(http.MethodPost, says(500, `{"error":{"type":"api_error","message":"m"}}`, "Idempotent-Replayed", "true")))
	_, err := b.CreatePayment(t.Context(), tea("k1"))
	_ = errorOf(t, err, contract.ProviderFault, contract.Indeterminate)
	assert.Equal(t, []string{"POST /v1/payment_intents", "GET /v1/payment_intents"}, b.front.asked())
}

func TestALostAnswerIsFoundAgainByItsKey(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.front.set(on(http.MethodPost, executed))
	_, err := b.CreatePayment(t.Context(), tea("k1"))
	require.Equal(t, contract.Indeterminate, contract.OutcomeOf(err))
	b.front.set(nil)

	request := tea("k1")
	request.Attempt = since("k1", time.Minute)
	payment, err := b.CreatePayment(t.Context(), request)
	require.NoError(t, err)
	attempt := since("k1", time.Minute)
	found, err := b.GetStatus(t.Context(), &contract.GetStatusRequest{Attempt: &attempt})
	require.NoError(t, err)
	assert.Equal(t, payment.PaymentID, found.PaymentID)
	assert.Len(t, b.ledger(), 1)
}

func TestAKeyThatStripeMayHaveForgottenIsLookedUpAndNotSent(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	first := b.pay("k1")
	require.NoError(t, b.scope.Advance(t.Context(), 25*time.Hour)) // now a second POST would make a second payment
	b.front.asked()

	request := tea("k1")
	request.Attempt = contract.Attempt{Key: "k1", FirstAt: time.Now().Add(-24 * time.Hour), LastUnknownAt: time.Now()}
	again, err := b.CreatePayment(t.Context(), request)
	require.NoError(t, err)
	assert.Equal(t, first.PaymentID, again.PaymentID)
	assert.True(t, again.Replayed)
	assert.Equal(t, []string{"GET /v1/payment_intents", "GET /v1/payment_intents/" + first.PaymentID}, b.front.asked())
	assert.Len(t, b.ledger(), 1)
}

func TestAnOldKeyIsUndecidedUntilTheLookUpIsSettled(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	request := tea("k1")
	request.Attempt = contract.Attempt{Key: "k1", FirstAt: time.Now().Add(-30 * time.Hour), LastUnknownAt: time.Now()}
	_, err := b.CreatePayment(t.Context(), request)
	e := errorOf(t, err, contract.AttemptUnsettled, contract.Indeterminate)
	assert.Greater(t, e.RetryAfter, time.Minute)
	assert.Empty(t, b.ledger())

	b.front.set(on(http.MethodGet, says(500, "")))
	_, err = b.CreatePayment(t.Context(), request)
	_ = errorOf(t, err, contract.ProviderFault, contract.Indeterminate)
	assert.Empty(t, b.ledger())
	b.front.set(nil)

	request.Attempt.LastUnknownAt = time.Now().Add(-29 * time.Hour)
	payment, err := b.CreatePayment(t.Context(), request)
	require.NoError(t, err)
	assert.Equal(t, b.ledger()[0].ID, payment.PaymentID)
}

func TestAPaymentThatNobodyCanPayIsNotAnAnswer(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	made := b.pay("k0")
	for name, body := range map[string]string{
		"no link":    `"next_action":null`,
		"a bad link": `"next_action":{"type":"redirect_to_url","redirect_to_url":{"url":"javascript:alert(1)"}}`,
	} {
		b.front.set(says(200, `{"id":"pi_nolink","object":"payment_intent","livemode":false,"status":"requires_action","amount":2000,`+
			`"amount_received":0,"currency":"cny","created":1790000000,"payment_method_types":["alipay"],`+
			`"metadata":{"paysocket_key":"k1","paysocket_reference":"order-77"},`+body+`}`))
		_, err := b.CreatePayment(t.Context(), tea("k1"))
		e := errorOf(t, err, contract.MalformedResponse, contract.Indeterminate)
		assert.Equal(t, "pi_nolink", e.Metadata[contract.MetaPaymentID], name)
	}
	assert.NotNil(t, made.NextAction)
}

func TestMetadataThatStripeWouldLoseIsRefused(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for _, metadata := range []map[string]string{{"empty": ""}, {"a[b]": "1"}} {
		request := tea("k1")
		request.Metadata = metadata
		_, err := b.CreatePayment(t.Context(), request)
		e := errorOf(t, err, contract.InvalidRequest, contract.NotAttempted)
		require.Len(t, e.Violations, 1)
		assert.Equal(t, "metadata", e.Violations[0].Field)
	}
	assert.Empty(t, b.front.asked())
}

func TestCancelingTwiceIsHarmless(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	made := b.pay("k1")
	for range 2 {
		payment, err := b.CancelPayment(t.Context(), &contract.CancelPaymentRequest{PaymentID: made.PaymentID})
		require.NoError(t, err)
		assert.Equal(t, contract.PaymentCanceled, payment.Status)
	}
	paid := b.paid("k2")
	payment, err := b.CancelPayment(t.Context(), &contract.CancelPaymentRequest{PaymentID: paid.PaymentID})
	require.NoError(t, err)
	assert.Equal(t, contract.PaymentSucceeded, payment.Status)
	assert.Equal(t, gateway.StateCanceled, b.ledger()[0].State)
}
