package stripealipay_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/stripe/stripe-mock/embedded"
	"github.com/stripe/stripe-mock/server"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/stripealipay"
)

// stripeMock is Stripe's own stand-in, which has no state: it checks every
// request against Stripe's OpenAPI description, and answers with fixtures.
func stripeMock(t *testing.T) http.Handler {
	t.Helper()
	spec, err := server.LoadSpec(embedded.OpenAPISpec, "")
	require.NoError(t, err)
	fixtures, err := server.LoadFixtures(embedded.OpenAPIFixtures, "")
	require.NoError(t, err)
	stub, err := server.NewStubServer(fixtures, spec, false, false)
	require.NoError(t, err)
	return http.HandlerFunc(stub.HandleRequest)
}

// clerk writes down how requests were answered.
type clerk struct {
	next http.Handler

	mu       sync.Mutex
	answered map[string]int // method and path: status
	refusals []string
}

func (c *clerk) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	answer := httptest.NewRecorder()
	c.next.ServeHTTP(answer, r)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.answered[r.Method+" "+r.URL.Path] = answer.Code
	if answer.Code != http.StatusOK {
		c.refusals = append(c.refusals, r.Method+" "+r.URL.String()+": "+answer.Body.String())
	}
	w.WriteHeader(answer.Code)
	_, _ = w.Write(answer.Body.Bytes())
}

// What the provider makes of the fixtures does not matter here: none of them
// is by Alipay. That every request is one that Stripe knows, does.
func TestEveryRequestFitsStripesOwnDescription(t *testing.T) {
	t.Parallel()
	mock := stripeMock(t) // it takes a second
	t.Run("refunds", func(t *testing.T) {
		t.Parallel()
		refundsFit(t, mock)
	})
	t.Run("all else", func(t *testing.T) {
		t.Parallel()
		allElseFits(t, mock)
	})
	t.Run("it would notice", func(t *testing.T) {
		t.Parallel()
		request := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/v1/payment_intents", strings.NewReader("amount=2000"))
		request.Header.Set("Authorization", "Bearer sk_test_abcdefgh12345678")
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		answer := httptest.NewRecorder()
		mock.ServeHTTP(answer, request)
		assert.Equal(t, http.StatusBadRequest, answer.Code)
		assert.Contains(t, answer.Body.String(), "currency")
	})
}

func allElseFits(t *testing.T, mock http.Handler) {
	t.Helper()
	clerk := &clerk{next: mock, answered: make(map[string]int)}
	front := httptest.NewServer(clerk)
	t.Cleanup(front.Close)
	provider := stripealipay.New(nil)
	_, err := provider.Configure(t.Context(), &contract.Configuration{
		Mode: contract.ModeTest, Probe: true, Settings: map[string]string{"api_base": front.URL},
		Secrets: map[string]contract.Secret{"secret_key": contract.NewSecret("sk_test_abcdefgh12345678"), "webhook_secrets": contract.NewSecret("whsec_abcdefgh")},
	})
	require.NoError(t, err)

	ctx, lookUp := t.Context(), &contract.Attempt{Key: "k1", FirstAt: time.Now()}
	_, _ = provider.CreatePayment(ctx, tea("k1"))
	_, _ = provider.GetStatus(ctx, &contract.GetStatusRequest{PaymentID: "pi_123"})
	_, _ = provider.GetStatus(ctx, &contract.GetStatusRequest{Attempt: lookUp})
	_, _ = provider.CancelPayment(ctx, &contract.CancelPaymentRequest{PaymentID: "pi_123"})
	_, _ = provider.GetRefund(ctx, &contract.GetRefundRequest{PaymentID: "pi_123", RefundID: "re_123"})
	_, _ = provider.GetRefund(ctx, &contract.GetRefundRequest{PaymentID: "pi_123", Attempt: lookUp})
	for _, token := range []string{"", "pi_123"} {
		_, _ = provider.ListPayments(ctx, &contract.ListPaymentsRequest{
			CreatedFrom: time.Unix(1, 0), CreatedUntil: time.Now(), PageSize: 10, PageToken: token,
		})
	}
	assert.Equal(t, map[string]int{
		"GET /v1/account": 200, "POST /v1/payment_intents": 200, "GET /v1/payment_intents/pi_123": 200, "GET /v1/payment_intents": 200,
		"POST /v1/payment_intents/pi_123/cancel": 200, "GET /v1/refunds/re_123": 200, "GET /v1/refunds": 200,
	}, clerk.answered)
	assert.Empty(t, clerk.refusals)
}

// refundsFit plays a paid payment, since a refund is asked for only after its
// payment was read.
func refundsFit(t *testing.T, mock http.Handler) {
	t.Helper()
	clerk := &clerk{answered: make(map[string]int), next: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			says(200, intent(t, "pi_123", nil))(w, r, nil)
			return
		}
		mock.ServeHTTP(w, r)
	})}
	b := newBench(t)
	b.front.set(func(w http.ResponseWriter, r *http.Request, _ http.Handler) { clerk.ServeHTTP(w, r) })
	for _, reason := range []string{"one tea was cold", "requested_by_customer"} {
		request := giveBack(&contract.Payment{PaymentID: "pi_123"}, "r1", 500)
		request.Reason = reason
		_, _ = b.Refund(t.Context(), request)
	}
	assert.Equal(t, 200, clerk.answered["POST /v1/refunds"])
	assert.Empty(t, clerk.refusals)
}
