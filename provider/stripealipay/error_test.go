package stripealipay_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit/kittest"
)

func TestError_HasTheReasonAndOutcomeOfTheAnswer(t *testing.T) {
	t.Parallel()
	said := func(kind, code, param string) string {
		return `{"error":{"type":"` + kind + `","code":"` + code + `","param":"` + param + `","message":"m"}}`
	}
	const bad = "invalid_request_error"
	for name, test := range map[string]struct {
		status  int
		body    string
		reason  contract.Reason
		outcome contract.Outcome
	}{
		"too little":           {400, said(bad, "amount_too_small", "amount"), contract.AmountOutOfRange, contract.Rejected},
		"too much":             {400, said(bad, "amount_too_large", "amount"), contract.AmountOutOfRange, contract.Rejected},
		"a currency":           {400, said(bad, "", "currency"), contract.CurrencyUnsupported, contract.Rejected},
		"a link":               {400, said(bad, "url_invalid", "return_url"), contract.InvalidRequest, contract.Rejected},
		"Alipay switched off":  {400, said(bad, "payment_method_unactivated", ""), contract.MethodNotEnabled, contract.Rejected},
		"a code of the future": {400, said(bad, "brand_new", ""), contract.ProviderRejected, contract.Rejected},
		"a code of ill form":   {400, said(bad, "Bad Code", ""), contract.ProviderRejected, contract.Rejected},
		"a page":               {404, "<html>", contract.ProviderRejected, contract.Rejected},
		"no such path":         {404, said(bad, "", ""), contract.ProviderRejected, contract.Rejected},
		"another's key":        {400, said("idempotency_error", "", ""), contract.IdempotencyKeyReused, contract.Indeterminate},
		"a key at work":        {409, said("idempotency_error", "idempotency_key_in_use", ""), contract.AttemptUnsettled, contract.Indeterminate},
		"an object at work":    {429, said(bad, "lock_timeout", ""), contract.AttemptUnsettled, contract.Indeterminate},
		"too often":            {429, said(bad, "rate_limit", ""), contract.ProviderRateLimited, contract.NotAttempted},
		"a wrong key":          {401, said(bad, "", ""), contract.ProviderAuthFailed, contract.Rejected},
		"a restricted key":     {403, said(bad, "", ""), contract.ProviderAuthFailed, contract.Rejected},
		"a decline of nothing": {402, said("card_error", "card_declined", ""), contract.ProviderRejected, contract.Rejected},
		"Stripe's own fault":   {400, said("api_error", "", ""), contract.ProviderFault, contract.Indeterminate},
		"a failed dependency":  {424, said(bad, "", ""), contract.ProviderFault, contract.Indeterminate},
		"a time-out":           {408, "", contract.ProviderTimeout, contract.Indeterminate},
		"an early request":     {425, "", contract.AttemptUnsettled, contract.Indeterminate},
		"a conflict":           {409, "", contract.AttemptUnsettled, contract.Indeterminate},
		"a fault":              {500, said("api_error", "", ""), contract.ProviderFault, contract.Indeterminate},
		"a gateway before it":  {502, "<html>", contract.ProviderFault, contract.Indeterminate},
		"a success it has not": {204, "", contract.MalformedResponse, contract.Indeterminate},
		"a redirect":           {302, `{}`, contract.MalformedResponse, contract.Indeterminate},
		"nothing":              {200, "", contract.MalformedResponse, contract.Indeterminate},
		"an error as success":  {200, said(bad, "", ""), contract.MalformedResponse, contract.Indeterminate},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t)
			f.front.Set(kittest.On("POST", kittest.Answer(test.status, test.body, "Request-Id", "req_7")))
			_, err := f.CreatePayment(t.Context(), newPayment("k1"))
			e := kittest.ErrorOf(t, err, test.reason, test.outcome)
			if test.status >= 300 {
				assert.Equal(t, "req_7", e.Metadata[contract.MetaRequestID])
			}
			if test.reason == contract.AttemptUnsettled {
				assert.Positive(t, e.RetryAfter)
			}
			asked := f.front.Seen()
			assert.Equal(t, "POST /v1/payment_intents", asked[0])
			assert.NotContains(t, asked[1:], "POST /v1/payment_intents", "a request that moves money is sent once")
		})
	}
}

func TestError_LeavesOpenWhatCannotBeRead(t *testing.T) {
	t.Parallel()
	const bad = "invalid_request_error"
	for name, test := range map[string]struct {
		status  int
		body    string
		reason  contract.Reason
		outcome contract.Outcome
	}{
		"an error of two minds": {400, `{"error":{"type":"` + bad + `","type":"idempotency_error"}}`, contract.MalformedResponse, contract.Indeterminate},
		"two errors":            {400, `{"error":{"type":"` + bad + `"},"error":{"type":"api_error"}}`, contract.MalformedResponse, contract.Indeterminate},
		"an error cut short":    {400, `{"error":{"type":"idempotency_er`, contract.MalformedResponse, contract.Indeterminate},
		"a cut one of a key":    {401, `{"error":{"type":"inv`, contract.ProviderAuthFailed, contract.Rejected},
		"an error in a text":    {400, `{"error":"` + bad + `"}`, contract.ProviderRejected, contract.Rejected},
		"odd texts beside":      {400, "{\"error\":{\"message\":\"\xff\\ud800\",\"doc_url\":7,\"request\":{\"a\":1,\"a\":2},\"type\":\"idempotency_error\"}}", contract.IdempotencyKeyReused, contract.Indeterminate},
		"deep beside":           {400, `{"error":{"type":"api_error","x":` + strings.Repeat("[", 99) + strings.Repeat("]", 99) + `}}`, contract.ProviderFault, contract.Indeterminate},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t)
			f.front.Set(kittest.On("POST", kittest.Answer(test.status, test.body)))
			_, err := f.CreatePayment(t.Context(), newPayment("k1"))
			kittest.RequireError(t, err, test.reason, test.outcome)
		})
	}
}

// A code of a refusal does not make one of a status that leaves open whether the
// request was executed.
func TestError_LeavesOpenWhatTheStatusLeavesOpen(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	for status, reason := range map[int]contract.Reason{
		408: contract.ProviderTimeout, 409: contract.AttemptUnsettled, 424: contract.ProviderFault, 425: contract.AttemptUnsettled,
	} {
		for _, said := range []string{
			`"code":"amount_too_large","param":"amount"`, `"code":"payment_method_unactivated"`, `"code":"charge_not_refundable"`,
			`"code":"resource_missing"`, `"param":"currency"`,
		} {
			f.front.Set(kittest.Answer(status, `{"error":{"type":"invalid_request_error",`+said+`}}`))
			_, err := f.CreatePayment(t.Context(), newPayment("k1"))
			kittest.RequireError(t, err, reason, contract.Indeterminate)
		}
	}
}

func TestError_SaysWhatIsWrongWithAnAnswer(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	for body, wrong := range map[string]string{
		"":                                "not one JSON object",
		"<html>canary</html>":             "not one JSON object",
		`{"amount":1,"amount":"canary"}`:  "a name twice",
		`{"amount":"canary"}`:             "another type",
		`{"object":"canary"}`:             "not a PaymentIntent",
		strings.Repeat(" ", 8<<20) + "{}": "too large",
	} {
		f.front.Set(kittest.Answer(200, body))
		_, err := f.GetStatus(t.Context(), &contract.GetStatusRequest{PaymentID: "pi_123"})
		e := kittest.ErrorOf(t, err, contract.MalformedResponse, "")
		assert.Contains(t, e.Message, wrong)
		assert.NotContains(t, e.Message, "canary")
	}
}

func TestError_SaysHowLongToWait(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	for header, want := range map[string]time.Duration{
		"7": 7 * time.Second, "86400": 5 * time.Minute, "99999999999999999999": 5 * time.Minute, "-1": 0, "soon": 0,
		"Wed, 25 Nov 2026 12:00:09 GMT": 9 * time.Second,
	} {
		f.front.Set(kittest.Answer(429, "", "Retry-After", header, "Date", "Wed, 25 Nov 2026 12:00:00 GMT"))
		_, err := f.GetStatus(t.Context(), &contract.GetStatusRequest{PaymentID: "pi_123"})
		assert.Equal(t, want, kittest.ErrorOf(t, err, contract.ProviderRateLimited, "").RetryAfter, header)
	}
}
