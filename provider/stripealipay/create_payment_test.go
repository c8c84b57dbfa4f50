package stripealipay_test

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit/kittest"
	"github.com/paysocket/paysocket/provider/stripealipay"
	"github.com/paysocket/paysocket/provider/stripealipay/sandbox"
)

func TestCreatePayment_SendsOneConfirmedPaymentIntent(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	for i, amount := range []contract.Money{cny(100_000), {Currency: "JPY", MinorUnits: 1000}, {Currency: "HKD", MinorUnits: 1234}} {
		request := newPayment("key-" + amount.Currency)
		request.Amount = amount
		payment, err := f.CreatePayment(t.Context(), request)
		require.NoError(t, err)

		made := f.ledger()[i]
		assert.Equal(t, &contract.Payment{
			PaymentID: made.ID, IdempotencyKey: request.Attempt.Key, Reference: "order-77", Method: "alipay",
			Status: contract.PaymentPending, ProviderStatus: "requires_action",
			Amount: amount, AmountRefunded: contract.Money{Currency: amount.Currency},
			NextAction: &contract.NextAction{Redirect: &contract.Redirect{URL: made.RedirectURL, Insecure: true}},
			CreatedAt:  made.CreatedAt.Truncate(time.Second),
		}, payment)
		assert.Equal(t, amount.MinorUnits, made.Amount)

		sent := f.front.Requests()
		require.Len(t, sent, 1)
		assert.Equal(t, "POST /v1/payment_intents", sent[0].Method+" "+sent[0].Path)
		assert.Equal(t, request.Attempt.Key, sent[0].Header.Get("Idempotency-Key"))
		for name, value := range map[string]string{
			"currency": strings.ToLower(amount.Currency), "confirm": "true", "return_url": request.ReturnURL,
			"payment_method_data[type]": "alipay", "payment_method_types[0]": "alipay", "description": "Two teas 🍵",
			"metadata[paysocket_key]": request.Attempt.Key, "metadata[paysocket_reference]": "order-77", "metadata[table]": "5",
		} {
			assert.Equal(t, value, sent[0].Form().Get(name), name)
		}
	}
}

// Stripe repeats what it said at first; the contract wants what is so now.
func TestCreatePayment_TakesAnyLegalReference(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	for i, reference := range []string{"ใบสั่งซื้อ 1", "订单\t7\r\n", "a damaged \ufffd one", "\u200d🏽\u202e", strings.Repeat("é", contract.MaxReferenceLength/2), " "} {
		r := newPayment("k-" + strconv.Itoa(i))
		r.Reference, r.Description = reference, reference
		_, err := f.CreatePayment(t.Context(), r)
		assert.NoError(t, err, "%q", reference)
	}
}

func TestCreatePayment_ReturnsARepeatedPaymentAsItIsNow(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	first := f.paid("k1")
	assert.False(t, first.Replayed)
	f.front.Seen()

	again, err := f.CreatePayment(t.Context(), newPayment("k1"))
	require.NoError(t, err)
	assert.True(t, again.Replayed)
	assert.Equal(t, first.PaymentID, again.PaymentID)
	assert.Equal(t, contract.PaymentSucceeded, again.Status)
	assert.Equal(t, []string{"POST /v1/payment_intents", "GET /v1/payment_intents/" + first.PaymentID}, f.front.Seen())
	assert.Len(t, f.ledger(), 1)
}

func TestCreatePayment_NamesAPaymentThatCannotBeReadBack(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	first := f.pay("k1")
	f.front.Set(kittest.On("GET", kittest.Answer(500, "")))
	_, err := f.CreatePayment(t.Context(), newPayment("k1"))
	e := kittest.ErrorOf(t, err, contract.ProviderFault, contract.Indeterminate)
	assert.Equal(t, first.PaymentID, e.Metadata[contract.MetaPaymentID])
}

// Stripe compares all parameters, the contract amount, currency and method.
func TestCreatePayment_FindsThePaymentOfARewordedRequest(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	first := f.pay("k1")
	request := newPayment("k1")
	request.Description, request.Reference, request.ReturnURL, request.Metadata = "2 teas", "order-78", "https://shop.test/", nil
	again, err := f.CreatePayment(t.Context(), request)
	require.NoError(t, err)
	assert.True(t, again.Replayed)
	assert.Equal(t, first.PaymentID, again.PaymentID)
	assert.Len(t, f.ledger(), 1)
}

func TestCreatePayment_RefusesAKeyOfAnotherAmountAndNamesItsPayment(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	first := f.pay("k1")
	for _, amount := range []contract.Money{cny(2001), {Currency: "USD", MinorUnits: 2000}} {
		request := newPayment("k1")
		request.Amount = amount
		_, err := f.CreatePayment(t.Context(), request)
		e := kittest.ErrorOf(t, err, contract.IdempotencyKeyReused, contract.Indeterminate)
		assert.Equal(t, first.PaymentID, e.Metadata[contract.MetaPaymentID])
	}
	assert.Len(t, f.ledger(), 1)
}

func TestCreatePayment_ReportsAReusedKeyThatHasNoPayment(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.front.Set(kittest.On("POST", kittest.Answer(400, `{"error":{"type":"idempotency_error","message":"m"}}`)))
	_, err := f.CreatePayment(t.Context(), newPayment("k1"))
	e := kittest.ErrorOf(t, err, contract.IdempotencyKeyReused, contract.Indeterminate)
	assert.Empty(t, e.Metadata[contract.MetaPaymentID])
}

func TestCreatePayment_ReturnsADeclinedPayment(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.inject(sandbox.TroubleDecline)
	payment, err := f.CreatePayment(t.Context(), newPayment("k1"))
	require.NoError(t, err)
	assert.Equal(t, contract.PaymentFailed, payment.Status)
	assert.Equal(t, contract.FailureDeclined, payment.Failure.Code)
	assert.Equal(t, "payment_method_provider_decline", payment.Failure.ProviderCode)
	assert.False(t, payment.Replayed)
	assert.Nil(t, payment.NextAction)

	again, err := f.CreatePayment(t.Context(), newPayment("k1"))
	require.NoError(t, err)
	assert.Equal(t, payment.PaymentID, again.PaymentID)
	assert.True(t, again.Replayed)
	assert.Len(t, f.ledger(), 1)
}

// Stripe stores a failure of its own under the key as well, and repeats it for
// a day. The payment may be there all the same.
func TestCreatePayment_FindsThePaymentBehindAStoredFault(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.inject(sandbox.TroubleFault)
	request := newPayment("k1")
	_, err := f.CreatePayment(t.Context(), request)
	kittest.RequireError(t, err, contract.ProviderFault, contract.Indeterminate)

	request.Attempt = lostSince("k1", time.Minute)
	payment, err := f.CreatePayment(t.Context(), request)
	require.NoError(t, err)
	assert.Equal(t, f.ledger()[0].ID, payment.PaymentID)
	assert.True(t, payment.Replayed)
	assert.Len(t, f.ledger(), 1)
}

func TestCreatePayment_LeavesAStoredFaultWithoutAPaymentOpen(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.front.Set(kittest.On("POST", kittest.Answer(500, `{"error":{"type":"api_error","message":"m"}}`, "Idempotent-Replayed", "true")))
	_, err := f.CreatePayment(t.Context(), newPayment("k1"))
	kittest.RequireError(t, err, contract.ProviderFault, contract.Indeterminate)
	assert.Equal(t, []string{"POST /v1/payment_intents", "GET /v1/payment_intents"}, f.front.Seen())
}

func TestCreatePayment_FindsALostPaymentByItsKey(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.front.Set(kittest.On("POST", kittest.Executed(kittest.HangUp)))
	_, err := f.CreatePayment(t.Context(), newPayment("k1"))
	require.Equal(t, contract.Indeterminate, contract.OutcomeOf(err))
	f.front.Set()

	request := newPayment("k1")
	request.Attempt = lostSince("k1", time.Minute)
	payment, err := f.CreatePayment(t.Context(), request)
	require.NoError(t, err)
	attempt := lostSince("k1", time.Minute)
	found, err := f.GetStatus(t.Context(), &contract.GetStatusRequest{Attempt: &attempt})
	require.NoError(t, err)
	assert.Equal(t, payment.PaymentID, found.PaymentID)
	assert.Len(t, f.ledger(), 1)
}

func TestCreatePayment_LooksUpAKeyThatStripeMayHaveForgotten(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	first := f.pay("k1")
	require.NoError(t, f.scope.Advance(t.Context(), 25*time.Hour)) // now a second POST would make a second payment
	f.front.Seen()

	request := newPayment("k1")
	request.Attempt = contract.Attempt{Key: "k1", FirstAt: time.Now().Add(-24 * time.Hour), LastUnknownAt: time.Now()}
	again, err := f.CreatePayment(t.Context(), request)
	require.NoError(t, err)
	assert.Equal(t, first.PaymentID, again.PaymentID)
	assert.True(t, again.Replayed)
	assert.Equal(t, []string{"GET /v1/payment_intents", "GET /v1/payment_intents/" + first.PaymentID}, f.front.Seen())
	assert.Len(t, f.ledger(), 1)
}

func TestCreatePayment_LeavesAnOldKeyOpenUntilTheLookUpIsSettled(t *testing.T) {
	t.Parallel()
	clock := kittest.NewClock(time.Now())
	f := newFixtureOf(t, stripealipay.New(&stripealipay.Options{Now: clock.Now}))
	request := newPayment("k1")
	request.Attempt = contract.Attempt{Key: "k1", FirstAt: clock.Now().Add(-30 * time.Hour), LastUnknownAt: clock.Now()}
	_, err := f.CreatePayment(t.Context(), request)
	e := kittest.ErrorOf(t, err, contract.AttemptUnsettled, contract.Indeterminate)
	assert.Greater(t, e.RetryAfter, time.Minute)
	assert.Empty(t, f.ledger())

	f.front.Set(kittest.On("GET", kittest.Answer(500, "")))
	_, err = f.CreatePayment(t.Context(), request)
	kittest.RequireError(t, err, contract.ProviderFault, contract.Indeterminate)
	assert.Empty(t, f.ledger())
	f.front.Set()

	clock.Advance(2 * time.Minute)
	payment, err := f.CreatePayment(t.Context(), request)
	require.NoError(t, err)
	assert.Equal(t, f.ledger()[0].ID, payment.PaymentID)
}

func TestCreatePayment_RefusesAPaymentThatNobodyCanPay(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	made := f.pay("k0")
	for name, body := range map[string]string{
		"no link":    `"next_action":null`,
		"a bad link": `"next_action":{"type":"redirect_to_url","redirect_to_url":{"url":"javascript:alert(1)"}}`,
	} {
		f.front.Set(kittest.Answer(200, `{"id":"pi_nolink","object":"payment_intent","livemode":false,"status":"requires_action","amount":2000,`+
			`"amount_received":0,"currency":"cny","created":1790000000,"payment_method_types":["alipay"],`+
			`"metadata":{"paysocket_key":"k1","paysocket_reference":"order-77"},`+body+`}`))
		_, err := f.CreatePayment(t.Context(), newPayment("k1"))
		e := kittest.ErrorOf(t, err, contract.MalformedResponse, contract.Indeterminate)
		assert.Equal(t, "pi_nolink", e.Metadata[contract.MetaPaymentID], name)
	}
	assert.NotNil(t, made.NextAction)
}

func TestCreatePayment_RefusesMetadataThatStripeWouldDrop(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	for _, metadata := range []map[string]string{{"empty": ""}, {"a[b]": "1"}} {
		request := newPayment("k1")
		request.Metadata = metadata
		_, err := f.CreatePayment(t.Context(), request)
		e := kittest.ErrorOf(t, err, contract.InvalidRequest, contract.NotAttempted)
		require.Len(t, e.Violations, 1)
		assert.Equal(t, "metadata", e.Violations[0].Field)
	}
	assert.Empty(t, f.front.Seen())
}

func TestCreatePayment_NamesThePaymentOfAMalformedAnswer(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	whole := intentJSON(t, "pi_new", nil)
	for name, body := range map[string]string{
		"no amount":         strings.Replace(whole, `"amount":2000,`, "", 1),
		"a name twice":      strings.Replace(whole, `{`, `{"amount":1,`, 1),
		"an escaped name":   strings.Replace(whole, `{`, `{"\u0061mount":1,`, 1),
		"too deep":          strings.Replace(whole, `{`, `{"x":`+strings.Repeat("[", 40)+strings.Repeat("]", 40)+`,`, 1),
		"an id of a charge": intentJSON(t, "pi_new", map[string]any{"latest_charge": "py_1"}),
		"an odd currency":   intentJSON(t, "pi_new", map[string]any{"currency": "xxx"}),
		"another key":       intentJSON(t, "pi_new", map[string]any{"metadata": map[string]string{"paysocket_key": "k2"}}),
	} {
		f.front.Set(kittest.Answer(200, body))
		_, err := f.CreatePayment(t.Context(), newPayment("k1"))
		e := kittest.ErrorOf(t, err, contract.MalformedResponse, contract.Indeterminate)
		assert.Equal(t, "pi_new", e.Metadata[contract.MetaPaymentID], name)
	}
}
