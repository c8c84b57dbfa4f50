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
	"github.com/paysocket/paysocket/provider/kit/kittest"
	"github.com/paysocket/paysocket/provider/stripealipay"
)

// stripeMock returns Stripe's own mock, which has no state: it checks every
// request against Stripe's OpenAPI description, and answers with examples.
func stripeMock(t *testing.T) http.Handler {
	t.Helper()
	spec, err := server.LoadSpec(embedded.OpenAPISpec, "")
	require.NoError(t, err)
	examples, err := server.LoadFixtures(embedded.OpenAPIFixtures, "")
	require.NoError(t, err)
	stub, err := server.NewStubServer(examples, spec, false, false)
	require.NoError(t, err)
	return http.HandlerFunc(stub.HandleRequest)
}

// stripeMockServer notes how Stripe's mock answers requests.
type stripeMockServer struct {
	mock http.Handler

	mu       sync.Mutex
	answered map[string]int // method and path: status
	refusals []string
}

func newStripeMockServer(mock http.Handler) *stripeMockServer {
	return &stripeMockServer{mock: mock, answered: make(map[string]int)}
}

func (s *stripeMockServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	answer := httptest.NewRecorder()
	s.mock.ServeHTTP(answer, r)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answered[r.Method+" "+r.URL.Path] = answer.Code
	if answer.Code != http.StatusOK {
		s.refusals = append(s.refusals, r.Method+" "+r.URL.String()+": "+answer.Body.String())
	}
	w.WriteHeader(answer.Code)
	_, _ = w.Write(answer.Body.Bytes())
}

// What the provider makes of the examples does not matter here, since none of
// them is by Alipay. That every request is one that Stripe knows, does.
func TestRequests_FitStripesOwnDescription(t *testing.T) {
	t.Parallel()
	mock := stripeMock(t) // it takes a second
	t.Run("refunds", func(t *testing.T) {
		t.Parallel()
		refundsFit(t, mock)
	})
	t.Run("all other requests", func(t *testing.T) {
		t.Parallel()
		othersFit(t, mock)
	})
	t.Run("a request that does not", func(t *testing.T) {
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

func othersFit(t *testing.T, mock http.Handler) {
	t.Helper()
	front, stripe := kittest.NewFront(t), newStripeMockServer(mock)
	front.Serve(stripe)
	provider := stripealipay.New(nil)
	c := configurationAt(front.URL())
	c.Probe = true
	_, err := provider.Configure(t.Context(), c)
	require.NoError(t, err)

	ctx, lookUp := t.Context(), &contract.Attempt{Key: "k1", FirstAt: time.Now()}
	_, _ = provider.CreatePayment(ctx, newPayment("k1"))
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
	}, stripe.answered)
	assert.Empty(t, stripe.refusals)
}

// refundsFit answers that the payment is paid, since a refund is asked for only
// after its payment was read.
func refundsFit(t *testing.T, mock http.Handler) {
	t.Helper()
	f, stripe := newFixture(t), newStripeMockServer(mock)
	f.front.Serve(stripe)
	f.front.Set(kittest.On("GET", kittest.Answer(200, intentJSON(t, "pi_123", nil))))
	for _, reason := range []string{"one tea was cold", "requested_by_customer"} {
		request := newRefund(&contract.Payment{PaymentID: "pi_123"}, "r1", 500)
		request.Reason = reason
		_, _ = f.Refund(t.Context(), request)
	}
	assert.Equal(t, map[string]int{"POST /v1/refunds": 200}, stripe.answered)
	assert.Empty(t, stripe.refusals)
}
