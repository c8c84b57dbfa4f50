package stripealipay_test

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/stripealipay"
)

func TestWhatStripeSaysDecidesReasonAndOutcome(t *testing.T) {
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
		"too little":            {400, said(bad, "amount_too_small", "amount"), contract.AmountOutOfRange, contract.Rejected},
		"too much":              {400, said(bad, "amount_too_large", "amount"), contract.AmountOutOfRange, contract.Rejected},
		"a currency":            {400, said(bad, "", "currency"), contract.CurrencyUnsupported, contract.Rejected},
		"a link":                {400, said(bad, "url_invalid", "return_url"), contract.InvalidRequest, contract.Rejected},
		"Alipay switched off":   {400, said(bad, "payment_method_unactivated", ""), contract.MethodNotEnabled, contract.Rejected},
		"a code of the future":  {400, said(bad, "brand_new", ""), contract.ProviderRejected, contract.Rejected},
		"a code of ill form":    {400, said(bad, "Bad Code", ""), contract.ProviderRejected, contract.Rejected},
		"a page":                {404, "<html>", contract.ProviderRejected, contract.Rejected},
		"no such path":          {404, said(bad, "", ""), contract.ProviderRejected, contract.Rejected},
		"another's key":         {400, said("idempotency_error", "", ""), contract.IdempotencyKeyReused, contract.Indeterminate},
		"a key at work":         {409, said("idempotency_error", "idempotency_key_in_use", ""), contract.AttemptUnsettled, contract.Indeterminate},
		"an object at work":     {429, said(bad, "lock_timeout", ""), contract.AttemptUnsettled, contract.Indeterminate},
		"too often":             {429, said(bad, "rate_limit", ""), contract.ProviderRateLimited, contract.NotAttempted},
		"a wrong key":           {401, said(bad, "", ""), contract.ProviderAuthFailed, contract.Rejected},
		"a restricted key":      {403, said(bad, "", ""), contract.ProviderAuthFailed, contract.Rejected},
		"a decline of nothing":  {402, said("card_error", "card_declined", ""), contract.ProviderRejected, contract.Rejected},
		"Stripe's own fault":    {400, said("api_error", "", ""), contract.ProviderFault, contract.Indeterminate},
		"a failed dependency":   {424, said(bad, "", ""), contract.ProviderFault, contract.Indeterminate},
		"a time-out":            {408, "", contract.ProviderTimeout, contract.Indeterminate},
		"an early request":      {425, "", contract.AttemptUnsettled, contract.Indeterminate},
		"a conflict":            {409, "", contract.AttemptUnsettled, contract.Indeterminate},
		"a fault":               {500, said("api_error", "", ""), contract.ProviderFault, contract.Indeterminate},
		"a gateway before it":   {502, "<html>", contract.ProviderFault, contract.Indeterminate},
		"a success it has not":  {204, "", contract.MalformedResponse, contract.Indeterminate},
		"a redirect":            {302, `{}`, contract.MalformedResponse, contract.Indeterminate},
		"nothing":               {200, "", contract.MalformedResponse, contract.Indeterminate},
		"an error as success":   {200, said(bad, "", ""), contract.MalformedResponse, contract.Indeterminate},
		"an error of two minds": {400, `{"error":{"type":"` + bad + `","type":"idempotency_error"}}`, contract.ProviderRejected, contract.Rejected},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			b.front.set(on(http.MethodPost, says(test.status, test.body, "Request-Id", "req_7")))
			_, err := b.CreatePayment(t.Context(), tea("k1"))
			e := errorOf(t, err, test.reason, test.outcome)
			if test.status >= 300 {
				assert.Equal(t, "req_7", e.Metadata[contract.MetaRequestID])
			}
			if test.reason == contract.AttemptUnsettled {
				assert.Positive(t, e.RetryAfter)
			}
			asked := b.front.asked()
			assert.Equal(t, "POST /v1/payment_intents", asked[0])
			assert.NotContains(t, asked[1:], "POST /v1/payment_intents", "a request that moves money is sent once")
		})
	}
}

func TestHowLongToWaitIsPassedOnAndBounded(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for header, want := range map[string]time.Duration{
		"7": 7 * time.Second, "86400": 5 * time.Minute, "99999999999999999999": 5 * time.Minute, "-1": 0, "soon": 0,
		"Wed, 25 Nov 2026 12:00:09 GMT": 9 * time.Second,
	} {
		b.front.set(says(429, "", "Retry-After", header, "Date", "Wed, 25 Nov 2026 12:00:00 GMT"))
		_, err := b.GetStatus(t.Context(), &contract.GetStatusRequest{PaymentID: "pi_123"})
		assert.Equal(t, want, errorOf(t, err, contract.ProviderRateLimited, "").RetryAfter, header)
	}
}

func TestTheSDKTellsNothingOfItsSurroundings(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for _, key := range []string{"k1", "k2"} { // telemetry would come with the second
		b.pay(key)
	}
	for _, request := range b.front.since() {
		assert.Empty(t, request.header.Get("X-Stripe-Client-User-Agent"))
		assert.Empty(t, request.header.Get("X-Stripe-Client-Telemetry"))
		assert.Empty(t, request.header.Get("Accept-Encoding"))
		assert.Equal(t, "payment-provider-stripe-alipay/"+stripealipay.Version, request.header.Get("User-Agent"))
		assert.Equal(t, "2026-03-25.dahlia", request.header.Get("Stripe-Version"))
	}
}

func TestARedirectIsNotFollowed(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.front.set(says(307, "", "Location", "/v1/elsewhere"))
	_, err := b.CreatePayment(t.Context(), tea("k1"))
	_ = errorOf(t, err, contract.MalformedResponse, contract.Indeterminate)
	assert.Equal(t, []string{"POST /v1/payment_intents"}, b.front.asked())
}

func TestAnEndlessAnswerIsGivenUp(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.front.set(func(w http.ResponseWriter, r *http.Request, _ http.Handler) {
		piece := []byte(strings.Repeat(" ", 64<<10))
		for r.Context().Err() == nil {
			if _, err := w.Write(piece); err != nil {
				return
			}
		}
	})
	_, err := b.CreatePayment(t.Context(), tea("k1"))
	_ = errorOf(t, err, contract.MalformedResponse, contract.Indeterminate)
}

func TestNothingIsBegunWithTooLittleTime(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second) // min_time_left is 10s
	defer cancel()
	_, err := b.CreatePayment(ctx, tea("k1"))
	_ = errorOf(t, err, contract.DeadlineTooShort, contract.NotAttempted)
	request := tea("k1")
	request.Attempt = since("k1", time.Minute)
	_, err = b.CreatePayment(ctx, request)
	_ = errorOf(t, err, contract.DeadlineTooShort, contract.Indeterminate)
	assert.Empty(t, b.front.asked())
}

func TestTheLogHasNoAnswersAndNoKeys(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	b := newBenchOf(t, stripealipay.New(&stripealipay.Options{
		Logger: slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug - 4})),
	}))
	payment := b.paid("k1")
	b.status(payment.PaymentID)
	b.front.set(says(500, `{"error":{"type":"api_error","message":"pi_1_secret_abc"}}`))
	_, err := b.CreatePayment(t.Context(), tea("k2"))
	require.Error(t, err)
	assert.Contains(t, log.String(), `"request":"create payment"`)
	assert.Contains(t, log.String(), `"request_id":"req_`)
	for _, secret := range []string{b.scope.Connection().Credentials["secret_key"], "_secret_", "client_secret"} {
		assert.NotContains(t, log.String(), secret)
		assert.NotContains(t, err.Error(), secret)
	}
}
