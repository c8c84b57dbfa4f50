package stripealipay_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit/kittest"
)

func TestGetStatus_KnowsOneMeaningOfEachStatus(t *testing.T) {
	t.Parallel()
	unpaid := func(status string, more map[string]any) map[string]any {
		changes := map[string]any{"status": status, "amount_received": 0, "latest_charge": nil}
		maps.Copy(changes, more)
		return changes
	}
	failed := map[string]any{"last_payment_error": map[string]any{"type": "invalid_request_error", "code": "payment_method_provider_decline"}}
	for name, test := range map[string]struct {
		changes map[string]any
		want    contract.PaymentStatus
	}{
		"paid":                              {nil, contract.PaymentSucceeded},
		"never tried":                       {unpaid("requires_payment_method", nil), contract.PaymentPending},
		"tried and failed":                  {unpaid("requires_payment_method", failed), contract.PaymentFailed},
		"at the payer":                      {unpaid("requires_action", nil), contract.PaymentPending},
		"at the payer once more":            {unpaid("requires_action", failed), contract.PaymentPending},
		"not confirmed":                     {unpaid("requires_confirmation", nil), contract.PaymentPending},
		"at Alipay":                         {unpaid("processing", nil), contract.PaymentPending},
		"canceled":                          {unpaid("canceled", nil), contract.PaymentCanceled},
		"canceled after a failure":          {unpaid("canceled", failed), contract.PaymentCanceled},
		"held and not taken":                {unpaid("requires_capture", nil), contract.PaymentUnknown},
		"a word of the future":              {unpaid("requires_patience", nil), contract.PaymentUnknown},
		"a word in capitals":                {map[string]any{"status": "SUCCEEDED"}, contract.PaymentUnknown},
		"paid, and received less":           {map[string]any{"amount_received": 1999}, contract.PaymentUnknown},
		"paid, and received nothing":        {map[string]any{"amount_received": 0}, contract.PaymentUnknown},
		"paid without a charge":             {map[string]any{"latest_charge": nil}, contract.PaymentUnknown},
		"paid with an error":                {failed, contract.PaymentUnknown},
		"paid, and the charge is not":       {map[string]any{"latest_charge": chargeObject(map[string]any{"paid": false})}, contract.PaymentUnknown},
		"paid, and the charge is pending":   {map[string]any{"latest_charge": chargeObject(map[string]any{"status": "pending"})}, contract.PaymentUnknown},
		"paid, and the charge is not taken": {map[string]any{"latest_charge": chargeObject(map[string]any{"captured": false})}, contract.PaymentUnknown},
		"more refunded than paid":           {map[string]any{"latest_charge": chargeObject(map[string]any{"amount_refunded": 2001})}, contract.PaymentUnknown},
		"refunded in full":                  {map[string]any{"latest_charge": chargeObject(map[string]any{"amount_refunded": 2000})}, contract.PaymentSucceeded},
		"pending with money":                {map[string]any{"status": "requires_action", "latest_charge": nil}, contract.PaymentUnknown},
		"pending with a paid charge":        {map[string]any{"status": "requires_action", "amount_received": 0}, contract.PaymentUnknown},
		"canceled with a paid charge":       {map[string]any{"status": "canceled", "amount_received": 0}, contract.PaymentUnknown},
		"canceled, and what was held given back": {map[string]any{
			"status": "canceled", "amount_received": 0, "latest_charge": chargeObject(map[string]any{"captured": false, "amount_refunded": 2000}),
		}, contract.PaymentCanceled},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t)
			f.front.Set(kittest.Answer(200, intentJSON(t, "pi_123", test.changes)))
			payment := f.status("pi_123")
			assert.Equal(t, test.want, payment.Status)
			assert.Equal(t, "k1", payment.IdempotencyKey)
		})
	}
}

func TestGetStatus_ReturnsTheSettlementAndWhatWasRefunded(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.front.Set(kittest.Answer(200, intentJSON(t, "pi_123", map[string]any{"latest_charge": chargeObject(map[string]any{"amount_refunded": 500})})))
	payment := f.status("pi_123")
	assert.Equal(t, cny(500), payment.AmountRefunded)
	assert.Equal(t, &contract.Settlement{
		Currency: "HKD", Net: contract.Money{Currency: "HKD", MinorUnits: 2100}, Fee: contract.Money{Currency: "HKD", MinorUnits: 70},
	}, payment.Settlement)
}

func TestGetStatus_ReturnsWhyAPaymentFailed(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	for word, want := range map[string]contract.FailureCode{
		"payment_intent_payment_attempt_expired": contract.FailurePayerTimeout,
		"payment_method_customer_decline":        contract.FailurePayerCanceled,
		"payment_method_provider_decline":        contract.FailureDeclined,
		"payment_intent_authentication_failure":  contract.FailureDeclined,
		"payment_method_provider_timeout":        contract.FailureProcessingError,
		"insufficient_funds":                     contract.FailureInsufficientFunds,
		"a_code_of_the_future":                   contract.FailureOther,
		"":                                       contract.FailureOther,
	} {
		f.front.Set(kittest.Answer(200, intentJSON(t, "pi_123", map[string]any{
			"status": "requires_payment_method", "amount_received": 0, "latest_charge": nil,
			"last_payment_error": map[string]any{"type": "card_error", "code": word, "message": "no\nmoney"},
		})))
		failure := f.status("pi_123").Failure
		assert.Equal(t, &contract.Failure{Code: want, ProviderCode: word, Message: "no money"}, failure)
	}
	f.front.Set(kittest.Answer(200, intentJSON(t, "pi_123", map[string]any{
		"status": "requires_payment_method", "amount_received": 0, "latest_charge": nil,
		"last_payment_error": map[string]any{"type": "card_error", "code": "card_declined", "decline_code": "fraudulent"},
	})))
	assert.Equal(t, contract.FailureFraudSuspected, f.status("pi_123").Failure.Code)
}

func TestGetStatus_RefusesAnAnswerThatLacksSomething(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	whole := intentJSON(t, "pi_123", nil)
	without := func(name string) string {
		var shown map[string]any
		require.NoError(t, json.Unmarshal([]byte(whole), &shown))
		delete(shown, name)
		content, err := json.Marshal(shown)
		require.NoError(t, err)
		return string(content)
	}
	for name, body := range map[string]string{
		"no object": without("object"), "no amount": without("amount"), "no currency": without("currency"), "no mode": without("livemode"),
		"no status": without("status"), "no time": without("created"), "no id": without("id"),
		"an id alone":        `"pi_123"`,
		"a charge":           strings.Replace(whole, `"payment_intent"`, `"charge"`, 1),
		"an id of a charge":  intentJSON(t, "pi_123", map[string]any{"latest_charge": "py_1"}),
		"another payment":    intentJSON(t, "pi_456", nil),
		"a name twice":       strings.Replace(whole, `{`, `{"status":"canceled",`, 1),
		"too deep":           strings.Replace(whole, `{`, `{"x":`+strings.Repeat("[", 40)+strings.Repeat("]", 40)+`,`, 1),
		"a name in capitals": strings.Replace(whole, `"amount":`, `"Amount":`, 1),
		"half a fen":         strings.Replace(whole, `"amount":2000`, `"amount":2000.5`, 1),
		"an odd currency":    intentJSON(t, "pi_123", map[string]any{"currency": "xxx"}),
	} {
		f.front.Set(kittest.Answer(200, body))
		_, err := f.GetStatus(t.Context(), &contract.GetStatusRequest{PaymentID: "pi_123"})
		kittest.RequireError(t, err, contract.MalformedResponse, "")
		assert.NotEmpty(t, name)
	}
}

func TestGetStatus_ReturnsPaymentsOfOtherKinds(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	for name, test := range map[string]struct {
		changes  map[string]any
		currency string
		minor    int64
		method   string
	}{
		"a card":                      {map[string]any{"payment_method_types": []string{"card"}, "latest_charge": chargeObject(map[string]any{"payment_method_details": map[string]any{"type": "card"}})}, "CNY", 2000, ""},
		"Alipay among others":         {map[string]any{"payment_method_types": []string{"card", "alipay"}}, "CNY", 2000, "alipay"},
		"offered, and paid by card":   {map[string]any{"latest_charge": chargeObject(map[string]any{"payment_method_details": map[string]any{"type": "card"}})}, "CNY", 2000, ""},
		"ISK, two decimals":           {map[string]any{"currency": "isk", "latest_charge": chargeObject(map[string]any{"currency": "isk"})}, "ISK", 20, "alipay"},
		"MGA, none":                   {map[string]any{"currency": "mga", "latest_charge": chargeObject(map[string]any{"currency": "mga"})}, "MGA", 200_000, "alipay"},
		"metadata of somebody else's": {map[string]any{"metadata": map[string]string{"paysocket_key": "not a key"}}, "CNY", 2000, "alipay"},
	} {
		f.front.Set(kittest.Answer(200, intentJSON(t, "pi_123", test.changes)))
		payment := f.status("pi_123")
		assert.Equal(t, contract.Money{Currency: test.currency, MinorUnits: test.minor}, payment.Amount, name)
		assert.Equal(t, test.method, payment.Method, name)
	}
	f.front.Set(kittest.Answer(200, intentJSON(t, "pi_123", map[string]any{
		"amount": 2050, "amount_received": 2050, "currency": "isk", "latest_charge": chargeObject(map[string]any{"currency": "isk"}),
	})))
	_, err := f.GetStatus(t.Context(), &contract.GetStatusRequest{PaymentID: "pi_123"})
	kittest.RequireError(t, err, contract.MalformedResponse, "")
}

func TestGetStatus_ReadsEveryPageOrFails(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	first := f.pay("k-first")
	for range 250 {
		_, err := f.scope.CreatePayment(t.Context(), gateway.Money{Amount: 2000, Currency: "CNY"})
		require.NoError(t, err)
	}
	attempt := contract.Attempt{Key: "k-first", FirstAt: first.CreatedAt}
	f.front.Seen()
	found, err := f.GetStatus(t.Context(), &contract.GetStatusRequest{Attempt: &attempt})
	require.NoError(t, err)
	assert.Equal(t, first.PaymentID, found.PaymentID)
	assert.Len(t, f.front.Seen(), 4, "three pages, and the payment itself")

	pages := 0
	f.front.Set(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if pages++; pages == 3 {
			kittest.Answer(500, "")(w, r, next)
			return
		}
		next.ServeHTTP(w, r)
	})
	_, err = f.GetStatus(t.Context(), &contract.GetStatusRequest{Attempt: &attempt})
	kittest.RequireError(t, err, contract.ProviderFault, "")

	f.front.Set(kittest.Answer(200, `{"object":"list","has_more":true,"data":[`+intentJSON(t, "pi_1", nil)+`]}`))
	_, err = f.GetStatus(t.Context(), &contract.GetStatusRequest{Attempt: &contract.Attempt{Key: "kx", FirstAt: first.CreatedAt}})
	kittest.RequireError(t, err, contract.MalformedResponse, "")
}
