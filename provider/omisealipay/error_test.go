package omisealipay_test

import (
	"context"
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit/kittest"
)

// A trouble is what can happen to a request that moves money, and what is then
// certain.
type trouble struct {
	does    kittest.Fault
	reason  contract.Reason
	outcome contract.Outcome
}

func troubles() map[string]trouble {
	indeterminate := func(does kittest.Fault, reason contract.Reason) trouble {
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
		"424":                     indeterminate(executes(424, ""), contract.ProviderFault),
		"425":                     indeterminate(refuses(425, "too_early", "x"), contract.AttemptUnsettled),
		"hung up before commit":   indeterminate(kittest.HangUp, contract.ConnectionLost),
		"hung up after commit":    indeterminate(losesAnswer(), contract.ConnectionLost),
		"200 with HTML":           indeterminate(executes(200, "<html>"), contract.MalformedResponse),
		"200 and empty":           indeterminate(executes(200, ""), contract.MalformedResponse),
		"200 and truncated":       indeterminate(executes(200, `{"object":"char`), contract.MalformedResponse),
		"200 with another object": indeterminate(executes(200, `{"object":"customer","id":"cust_test_1"}`), contract.MalformedResponse),
		"200 with an error":       indeterminate(refuses(200, "bad_request", "x"), contract.MalformedResponse),
		"302":                     indeterminate(kittest.Answer(302, "", "Location", "http://127.0.0.1:1/"), contract.MalformedResponse),
		"401":                     {refuses(401, "authentication_failure", "authentication failed"), contract.ProviderAuthFailed, contract.Rejected},
		"403":                     {refuses(403, "forbidden", "x"), contract.ProviderAuthFailed, contract.Rejected},
		"422":                     {refuses(422, "something_new", "x"), contract.ProviderRejected, contract.Rejected},
		"429":                     {refuses(429, "too_many_requests", "x"), contract.ProviderRateLimited, contract.NotAttempted},
	}
}

func TestTrouble_SendsTheChargeOnce(t *testing.T) {
	t.Parallel()
	for name, trouble := range troubles() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t, nil)
			f.fail(postCharge, 1, trouble.does)
			_, err := f.CreatePayment(t.Context(), f.newPayment())
			kittest.RequireError(t, err, trouble.reason, trouble.outcome)
			assert.Equal(t, 1, f.front.Count(postCharge))
		})
	}
}

func TestTrouble_SendsTheRefundOnce(t *testing.T) {
	t.Parallel()
	for name, trouble := range troubles() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t, nil)
			payment := f.paid()
			f.fail(postRefund, 1, trouble.does)
			_, err := f.Refund(t.Context(), f.newRefund(payment.PaymentID, 500))
			kittest.RequireError(t, err, trouble.reason, trouble.outcome)
			assert.Equal(t, 1, f.front.Count(postRefund))
		})
	}
}

func TestTrouble_SendsTheCancellationOnce(t *testing.T) {
	t.Parallel()
	for name, trouble := range troubles() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t, nil)
			payment := f.create(f.newPayment())
			f.fail(postExpire, 1, trouble.does)
			_, err := f.CancelPayment(t.Context(), &contract.CancelPaymentRequest{PaymentID: payment.PaymentID})
			if trouble.reason == contract.ProviderRejected {
				trouble.reason = contract.PaymentNotCancelable // it was read afterwards, and is pending
			}
			kittest.RequireError(t, err, trouble.reason, trouble.outcome)
			assert.Equal(t, 1, f.front.Count(postExpire))
		})
	}
}

func TestTrouble_ChargesNothingWithoutASource(t *testing.T) {
	t.Parallel()
	for name, trouble := range troubles() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t, nil)
			f.fail(postSource, 3, trouble.does)
			_, err := f.CreatePayment(t.Context(), f.newPayment())
			kittest.RequireError(t, err, trouble.reason, trouble.outcome)
			assert.Zero(t, f.front.Count(postCharge))
		})
	}
}

func TestTrouble_IsNeverAStatus(t *testing.T) {
	t.Parallel()
	for name, trouble := range troubles() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t, nil)
			payment := f.create(f.newPayment())
			f.fail(getCharge, 100, trouble.does)
			_, err := f.GetStatus(t.Context(), &contract.GetStatusRequest{PaymentID: payment.PaymentID})
			kittest.RequireError(t, err, trouble.reason, "")
			assert.LessOrEqual(t, f.front.Count(getCharge), 6, "three tries, of which net/http may repeat some on a connection that rested")
		})
	}
}

// unansweredAddress returns an address where no connection is accepted.
func unansweredAddress(t *testing.T) string {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, listener.Close())
	return "http://" + listener.Addr().String()
}

func TestError_IsNotAttemptedIfOmiseCannotBeReached(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	down := f.restarted("api_base", unansweredAddress(t))
	_, err := down.CreatePayment(t.Context(), f.newPayment())
	kittest.RequireError(t, err, contract.ProviderUnreachable, contract.NotAttempted)
	_, err = down.CreatePayment(t.Context(), repeat(f.newPayment(), f.answered))
	kittest.RequireError(t, err, contract.ProviderUnreachable, contract.NotAttempted)
	_, err = down.CreatePayment(t.Context(), repeat(f.newPayment(), f.lost))
	kittest.RequireError(t, err, contract.ProviderUnreachable, contract.Indeterminate)
	_, err = down.Refund(t.Context(), f.newRefund("chrg_test_1", 1))
	kittest.RequireError(t, err, contract.ProviderUnreachable, contract.NotAttempted)
}

func TestError_HasOmisesRetryAfter(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	f.fail(postCharge, 1, kittest.Answer(429, `{"object":"error","code":"too_many_requests","message":"x"}`, "Retry-After", "7", "X-Request-Id", "req-9"))
	_, err := f.CreatePayment(t.Context(), f.newPayment())
	e := kittest.ErrorOf(t, err, contract.ProviderRateLimited, contract.NotAttempted)
	assert.Equal(t, 7*time.Second, e.RetryAfter)
	assert.Equal(t, "too_many_requests", e.Metadata[contract.MetaProviderCode])
	assert.Equal(t, "429", e.Metadata[contract.MetaHTTPStatus])
	assert.Equal(t, "req-9", e.Metadata[contract.MetaRequestID])
}

// The work of a key outlives its callers, but must not wait longer than they do.
func TestError_HasARetryAfterBeyondTheDeadlineOfTheCall(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	paid := f.paid()
	ctx, cancel := context.WithTimeout(t.Context(), 15*time.Second)
	defer cancel()
	for request, call := range map[string]func() error{
		postSource: func() error { _, err := f.CreatePayment(ctx, f.newPayment()); return err },
		getCharge:  func() error { _, err := f.Refund(ctx, f.newRefund(paid.PaymentID, 1)); return err },
	} {
		f.fail(request, 1, kittest.Answer(429, "", "Retry-After", "20"))
		e := kittest.ErrorOf(t, call(), contract.ProviderRateLimited, contract.NotAttempted)
		assert.Equal(t, 20*time.Second, e.RetryAfter)
	}
}

func TestProvider_DoesNothingWithoutAConfiguration(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	p, ctx := unconfigured(t), t.Context()
	_, err := p.CreatePayment(ctx, f.newPayment())
	kittest.RequireError(t, err, contract.NotConfigured, contract.NotAttempted)
	_, err = p.CreatePayment(ctx, repeat(f.newPayment(), f.lost))
	kittest.RequireError(t, err, contract.NotConfigured, contract.Indeterminate)
	_, err = p.Refund(ctx, f.newRefund("chrg_test_1", 1))
	kittest.RequireError(t, err, contract.NotConfigured, contract.NotAttempted)
	_, err = p.CancelPayment(ctx, &contract.CancelPaymentRequest{PaymentID: "chrg_test_1"})
	kittest.RequireError(t, err, contract.NotConfigured, contract.NotAttempted)
	_, err = p.GetStatus(ctx, &contract.GetStatusRequest{PaymentID: "chrg_test_1"})
	kittest.RequireError(t, err, contract.NotConfigured, "")
	_, err = p.GetRefund(ctx, &contract.GetRefundRequest{PaymentID: "chrg_test_1", RefundID: "rfnd_test_1"})
	kittest.RequireError(t, err, contract.NotConfigured, "")
	_, err = p.ListPayments(ctx, &contract.ListPaymentsRequest{CreatedFrom: f.clock.Now(), CreatedUntil: f.clock.Now().Add(time.Hour)})
	kittest.RequireError(t, err, contract.NotConfigured, "")
	_, err = p.ParseWebhook(ctx, f.sign("{}"))
	kittest.RequireError(t, err, contract.NotConfigured, "")
}
