package omisealipay_test

import (
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/contract"
)

// A trouble is what can happen to a request that moves money, and what is then
// certain.
type trouble struct {
	does    func(http.ResponseWriter, *http.Request, http.Handler)
	reason  contract.Reason
	outcome contract.Outcome
}

func troubles() map[string]trouble {
	indeterminate := func(does func(http.ResponseWriter, *http.Request, http.Handler), reason contract.Reason) trouble {
		return trouble{does, reason, contract.Indeterminate}
	}
	return map[string]trouble{
		"500":                     indeterminate(refuses(500, "internal_error", "x"), contract.ProviderFault),
		"502 with HTML":           indeterminate(executes(502, "<html>bad gateway</html>"), contract.ProviderFault),
		"503 after commit":        indeterminate(executes(503, ""), contract.ProviderFault),
		"504":                     indeterminate(executes(504, ""), contract.ProviderFault),
		"backend_error":           indeterminate(refuses(400, "backend_error", "could not talk to provider, try again"), contract.ProviderFault),
		"408":                     indeterminate(refuses(408, "request_timeout", "x"), contract.ProviderTimeout),
		"409":                     indeterminate(refuses(409, "conflict", "x"), contract.AttemptUnsettled),
		"425":                     indeterminate(refuses(425, "too_early", "x"), contract.AttemptUnsettled),
		"hung up before commit":   indeterminate(hangsUp, contract.ConnectionLost),
		"hung up after commit":    indeterminate(losesAnswer, contract.ConnectionLost),
		"200 with HTML":           indeterminate(executes(200, "<html>"), contract.MalformedResponse),
		"200 and empty":           indeterminate(executes(200, ""), contract.MalformedResponse),
		"200 and truncated":       indeterminate(executes(200, `{"object":"char`), contract.MalformedResponse),
		"200 with another object": indeterminate(executes(200, `{"object":"customer","id":"cust_test_1"}`), contract.MalformedResponse),
		"200 with an error":       indeterminate(refuses(200, "bad_request", "x"), contract.MalformedResponse),
		"302":                     indeterminate(answers(302, "", "Location", "http://127.0.0.1:1/"), contract.MalformedResponse),
		"401":                     {refuses(401, "authentication_failure", "authentication failed"), contract.ProviderAuthFailed, contract.Rejected},
		"403":                     {refuses(403, "forbidden", "x"), contract.ProviderAuthFailed, contract.Rejected},
		"422":                     {refuses(422, "something_new", "x"), contract.ProviderRejected, contract.Rejected},
		"429":                     {refuses(429, "too_many_requests", "x"), contract.ProviderRateLimited, contract.NotAttempted},
	}
}

func TestUnderEveryTroubleTheChargeIsSentOnce(t *testing.T) {
	t.Parallel()
	for name, trouble := range troubles() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := open(t, nil)
			b.road.fault(postCharge, 1, trouble.does)
			_, err := b.provider.CreatePayment(t.Context(), b.order())
			requireError(t, err, trouble.reason, trouble.outcome)
			assert.Equal(t, 1, b.road.count(postCharge))
		})
	}
}

func TestUnderEveryTroubleTheRefundIsSentOnce(t *testing.T) {
	t.Parallel()
	for name, trouble := range troubles() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := open(t, nil)
			payment := b.paid()
			b.road.fault(postRefund, 1, trouble.does)
			_, err := b.provider.Refund(t.Context(), b.refundOrder(payment.PaymentID, 500))
			requireError(t, err, trouble.reason, trouble.outcome)
			assert.Equal(t, 1, b.road.count(postRefund))
		})
	}
}

func TestUnderEveryTroubleTheCancellationIsSentOnce(t *testing.T) {
	t.Parallel()
	for name, trouble := range troubles() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := open(t, nil)
			payment := b.create(b.order())
			b.road.fault(postExpire, 1, trouble.does)
			_, err := b.provider.CancelPayment(t.Context(), &contract.CancelPaymentRequest{PaymentID: payment.PaymentID})
			if trouble.reason == contract.ProviderRejected {
				trouble.reason = contract.PaymentNotCancelable // it was read afterwards, and is pending
			}
			requireError(t, err, trouble.reason, trouble.outcome)
			assert.Equal(t, 1, b.road.count(postExpire))
		})
	}
}

func TestUnderEveryTroubleASourceThatIsNotMadeChargesNothing(t *testing.T) {
	t.Parallel()
	for name, trouble := range troubles() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := open(t, nil)
			b.road.fault(postSource, 3, trouble.does)
			_, err := b.provider.CreatePayment(t.Context(), b.order())
			requireError(t, err, trouble.reason, trouble.outcome)
			assert.Zero(t, b.road.count(postCharge))
		})
	}
}

func TestATroubledReadIsNeverAStatus(t *testing.T) {
	t.Parallel()
	for name, trouble := range troubles() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := open(t, nil)
			payment := b.create(b.order())
			b.road.fault(getCharge, 100, trouble.does)
			_, err := b.provider.GetStatus(t.Context(), &contract.GetStatusRequest{PaymentID: payment.PaymentID})
			requireError(t, err, trouble.reason, "")
			assert.LessOrEqual(t, b.road.count(getCharge), 6, "three tries, of which net/http may repeat some on a connection that rested")
		})
	}
}

// deaf gives an address at which nobody takes connections.
func deaf(t *testing.T) string {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, listener.Close())
	return "http://" + listener.Addr().String()
}

func TestAGatewayThatCannotBeReachedWasNotAsked(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	down := b.anew(map[string]string{"api_base": deaf(t)})
	_, err := down.CreatePayment(t.Context(), b.order())
	requireError(t, err, contract.ProviderUnreachable, contract.NotAttempted)
	_, err = down.CreatePayment(t.Context(), b.again(b.order(), false))
	requireError(t, err, contract.ProviderUnreachable, contract.NotAttempted)
	_, err = down.CreatePayment(t.Context(), b.again(b.order(), true))
	requireError(t, err, contract.ProviderUnreachable, contract.Indeterminate)
	_, err = down.Refund(t.Context(), b.refundOrder("chrg_test_1", 1))
	requireError(t, err, contract.ProviderUnreachable, contract.NotAttempted)
}

func TestTheGatewaysWaitIsPassedOn(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	b.road.fault(postCharge, 1, answers(429, `{"object":"error","code":"too_many_requests","message":"x"}`, "Retry-After", "7", "X-Request-Id", "req-9"))
	_, err := b.provider.CreatePayment(t.Context(), b.order())
	e := errorFor(t, err, contract.ProviderRateLimited, contract.NotAttempted)
	assert.Equal(t, 7*time.Second, e.RetryAfter)
	assert.Equal(t, "too_many_requests", e.Metadata[contract.MetaProviderCode])
	assert.Equal(t, "429", e.Metadata[contract.MetaHTTPStatus])
	assert.Equal(t, "req-9", e.Metadata[contract.MetaRequestID])
}

func TestWithoutAConfigurationNothingIsDone(t *testing.T) {
	t.Parallel()
	p := unconfigured()
	ctx := t.Context()
	b := &bench{t: t, clock: &hand{now: time.Now()}}
	_, err := p.CreatePayment(ctx, b.order())
	requireError(t, err, contract.NotConfigured, contract.NotAttempted)
	_, err = p.CreatePayment(ctx, b.again(b.order(), true))
	requireError(t, err, contract.NotConfigured, contract.Indeterminate)
	_, err = p.Refund(ctx, b.refundOrder("chrg_test_1", 1))
	requireError(t, err, contract.NotConfigured, contract.NotAttempted)
	_, err = p.CancelPayment(ctx, &contract.CancelPaymentRequest{PaymentID: "chrg_test_1"})
	requireError(t, err, contract.NotConfigured, contract.NotAttempted)
	_, err = p.GetStatus(ctx, &contract.GetStatusRequest{PaymentID: "chrg_test_1"})
	requireError(t, err, contract.NotConfigured, "")
	_, err = p.GetRefund(ctx, &contract.GetRefundRequest{PaymentID: "chrg_test_1", RefundID: "rfnd_test_1"})
	requireError(t, err, contract.NotConfigured, "")
	_, err = p.ListPayments(ctx, &contract.ListPaymentsRequest{})
	requireError(t, err, contract.NotConfigured, "")
	_, err = p.ParseWebhook(ctx, &contract.WebhookRequest{})
	requireError(t, err, contract.NotConfigured, "")
}
