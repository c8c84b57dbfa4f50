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
	"github.com/paysocket/paysocket/internal/faults"
	"github.com/paysocket/paysocket/provider/kit/kittest"
	"github.com/paysocket/paysocket/provider/stripealipay"
)

func TestClient_TellsNothingAboutThisMachine(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	for _, key := range []string{"k1", "k2"} { // telemetry would come with the second
		f.pay(key)
	}
	for _, request := range f.front.Requests() {
		assert.Empty(t, request.Header.Get("X-Stripe-Client-User-Agent"))
		assert.Empty(t, request.Header.Get("X-Stripe-Client-Telemetry"))
		assert.Empty(t, request.Header.Get("Accept-Encoding"))
		assert.Equal(t, "payment-provider-stripe-alipay/"+stripealipay.Version, request.Header.Get("User-Agent"))
		assert.Equal(t, "2026-03-25.dahlia", request.Header.Get("Stripe-Version"))
	}
}

func TestClient_FollowsNoRedirect(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.front.Set(kittest.Answer(307, "", "Location", "/v1/elsewhere"))
	_, err := f.CreatePayment(t.Context(), newPayment("k1"))
	kittest.RequireError(t, err, contract.MalformedResponse, contract.Indeterminate)
	assert.Equal(t, []string{"POST /v1/payment_intents"}, f.front.Seen())
}

func TestClient_GivesUpAnEndlessAnswer(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	var endless faults.Counter
	f.front.Set(endless.Of(func(w http.ResponseWriter, r *http.Request, _ http.Handler) {
		piece := []byte(strings.Repeat(" ", 64<<10))
		for r.Context().Err() == nil {
			if _, err := w.Write(piece); err != nil {
				return
			}
		}
	}))
	_, err := f.CreatePayment(t.Context(), newPayment("k1"))
	kittest.RequireError(t, err, contract.MalformedResponse, contract.Indeterminate)
	faults.Proved(t, faults.Injected{How: "an answer without end", Times: endless.Times()}, "PG21")
}

func TestClient_ReadsALargePage(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	large := intentJSON(t, "pi_1", map[string]any{"description": strings.Repeat("tea ", 500_000)}) // 2 MB
	f.front.Set(kittest.Answer(200, `{"object":"list","has_more":false,"data":[`+large+`]}`))
	at := time.Unix(1790000000, 0)
	page, err := f.ListPayments(t.Context(), &contract.ListPaymentsRequest{CreatedFrom: at, CreatedUntil: at.Add(time.Hour)})
	require.NoError(t, err)
	assert.Len(t, page.Payments, 1)
}

// Stripe executes a key once, so the second request does no harm.
func TestClient_SendsAKeyedRequestAgainOnANewConnection(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.pay("k1") // the connection is kept open
	f.front.Seen()
	f.front.Set(kittest.On("POST", kittest.Times(1, kittest.Executed(kittest.HangUp))))
	payment, err := f.CreatePayment(t.Context(), newPayment("k2"))
	require.NoError(t, err)
	assert.True(t, payment.Replayed)
	assert.Equal(t, []string{"POST /v1/payment_intents", "POST /v1/payment_intents", "GET /v1/payment_intents/" + payment.PaymentID}, f.front.Seen())
	assert.Len(t, f.ledger(), 2)
}

func TestClient_SendsNothingWithTooLittleTimeLeft(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second) // min_time_left is 10s
	defer cancel()
	_, err := f.CreatePayment(ctx, newPayment("k1"))
	kittest.RequireError(t, err, contract.DeadlineTooShort, contract.NotAttempted)
	request := newPayment("k1")
	request.Attempt = lostSince("k1", time.Minute)
	_, err = f.CreatePayment(ctx, request)
	kittest.RequireError(t, err, contract.DeadlineTooShort, contract.Indeterminate)
	assert.Empty(t, f.front.Seen())
}

func TestClient_LogsNoAnswersAndNoKeys(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	f := newFixtureOf(t, stripealipay.New(&stripealipay.Options{
		Logger: slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug - 4})),
	}))
	payment := f.paid("k1")
	f.status(payment.PaymentID)
	f.front.Set(kittest.Answer(500, `{"error":{"type":"api_error","message":"pi_1_secret_abc"}}`))
	_, err := f.CreatePayment(t.Context(), newPayment("k2"))
	require.Error(t, err)
	assert.Contains(t, log.String(), `"request":"create payment"`)
	assert.Contains(t, log.String(), `"request_id":"req_`)
	for _, secret := range []string{f.scope.Connection().Credentials["secret_key"], "_secret_", "client_secret"} {
		assert.NotContains(t, log.String(), secret)
		assert.NotContains(t, err.Error(), secret)
	}
}
