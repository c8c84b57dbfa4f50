package omisealipay_test

import (
	"bytes"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/internal/faults"
	"github.com/paysocket/paysocket/provider/kit/kittest"
)

// fetching returns a fixture for an account without a webhook secret.
func fetching(t *testing.T, settings ...string) *fixture {
	t.Helper()
	return newFixture(t, &setup{settings: append([]string{"webhook_verification", "fetch"}, settings...)})
}

func TestFetchedWebhook_BelievesNothingOfTheBody(t *testing.T) {
	t.Parallel()
	f := fetching(t)
	payment := f.paid()
	hook := f.hook(&gateway.WebhookSpec{Payment: payment.PaymentID, Sign: gateway.SignNone, BodyPatch: []gateway.PatchOp{
		{Op: "replace", Path: "/data/amount", Value: 1},
		{Op: "replace", Path: "/data/status", Value: "failed"},
		{Op: "replace", Path: "/key", Value: "customer.create"},
	}})
	result := f.parse(hook)
	assert.Equal(t, contract.VerificationFetched, result.Verification)
	assert.Equal(t, "charge.complete", result.Kind)
	require.Len(t, result.Events, 1)
	assert.True(t, result.Events[0].Authoritative)
	assert.Equal(t, f.status(payment.PaymentID), result.Events[0].Payment)
}

func TestFetchedWebhook_IsAsItIsNow(t *testing.T) {
	t.Parallel()
	f := fetching(t)
	payment := f.paid()
	hook := f.hook(&gateway.WebhookSpec{Payment: payment.PaymentID, Sign: gateway.SignNone})
	f.refund(f.newRefund(payment.PaymentID, 500))
	result := f.parse(hook)
	assert.EqualValues(t, 500, result.Events[0].Payment.AmountRefunded.MinorUnits)

	refund := f.refund(f.newRefund(payment.PaymentID, 600))
	result = f.parse(f.hook(&gateway.WebhookSpec{Payment: payment.PaymentID, Refund: refund.RefundID, Event: gateway.EventRefundUpdated, Sign: gateway.SignNone}))
	require.Len(t, result.Events, 1)
	assert.True(t, result.Events[0].Authoritative)
	assert.EqualValues(t, 1100, result.Events[0].Refund.TotalRefunded.MinorUnits)
}

func TestFetchedWebhook_IsRefusedIfNobodyKnowsWhoseItsRefundIs(t *testing.T) {
	t.Parallel()
	f := fetching(t)
	payment := f.paid()
	refund := f.refund(f.newRefund(payment.PaymentID, 600))
	hook := f.hook(&gateway.WebhookSpec{Payment: payment.PaymentID, Refund: refund.RefundID, Event: gateway.EventRefundUpdated, Sign: gateway.SignNone})
	name := []byte(`"charge": "` + payment.PaymentID + `",`)
	f.fail(getEvent, 1, kittest.Rewrite(func(body []byte) []byte {
		assert.Contains(t, string(body), string(name))
		return bytes.Replace(body, name, append(name, name...), 1)
	}))
	_, err := f.ParseWebhook(t.Context(), hook)
	kittest.RequireError(t, err, contract.WebhookMalformed, "")
	assert.Len(t, f.parse(hook).Events, 1)
}

func TestFetchedWebhook_IsRefusedIfOmiseDoesNotHaveIt(t *testing.T) {
	t.Parallel()
	f := fetching(t)
	_, err := f.ParseWebhook(t.Context(), f.sign(`{"object":"event","id":"evnt_test_nobody","key":"charge.complete"}`))
	kittest.RequireError(t, err, contract.WebhookSignatureInvalid, "")
	f.front.Seen()
	for _, id := range []string{"../charges/chrg_test_1", "evnt_test_A", "chrg_test_1", "evnt_test_1?x=1", ""} {
		_, err := f.ParseWebhook(t.Context(), f.sign(`{"object":"event","id":"`+id+`","key":"charge.complete"}`))
		kittest.RequireError(t, err, contract.WebhookMalformed, "")
	}
	_, err = f.ParseWebhook(t.Context(), f.sign(`{"object":"event","id":"evnt_1","key":"charge.complete"}`))
	kittest.RequireError(t, err, contract.ModeMismatch, "")
	assert.Empty(t, f.front.Seen(), "ids of the wrong form or mode cost no request")
}

func TestFetchedWebhook_IsNotAcceptedIfItCannotBeFetched(t *testing.T) {
	t.Parallel()
	for name, route := range map[string]string{"the event": getEvent, "the charge": getCharge} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := fetching(t)
			payment := f.paid()
			hook := f.hook(&gateway.WebhookSpec{Payment: payment.PaymentID, Sign: gateway.SignNone})
			f.fail(route, 3, refuses(http.StatusServiceUnavailable, "x", "x"))
			_, err := f.ParseWebhook(t.Context(), hook)
			kittest.RequireError(t, err, contract.ProviderFault, "")
			f.parse(hook)
		})
	}
}

func TestFetchedWebhook_IsLimitedInRate(t *testing.T) {
	t.Parallel()
	f := fetching(t, "webhook_fetch_rate", "3")
	hook := f.sign(`{"object":"event","id":"evnt_test_nobody","key":"charge.complete"}`)
	flood := func() (limited int) {
		for range 10 {
			_, err := f.ParseWebhook(t.Context(), hook)
			if contract.ReasonOf(err) == contract.ProviderRateLimited {
				limited++
			}
		}
		return limited
	}
	limited := flood()
	assert.Equal(t, 7, limited)
	assert.Equal(t, 3, f.front.Count(getEvent))
	f.clock.Advance(time.Second)
	assert.Equal(t, 7, flood())
	f.create(f.newPayment()) // it does not hold up payments
	faults.Proved(t, faults.Injected{How: "events that somebody made up, fetched", Times: limited}, "GW19")
}

func TestFetchedWebhook_DoesNotHoldUpPayments(t *testing.T) {
	t.Parallel()
	f := fetching(t, "webhook_fetch_rate", "1000")
	hook := f.sign(`{"object":"event","id":"evnt_test_1","key":"charge.complete"}`)
	f.fail(getEvent, 1000, refuses(http.StatusServiceUnavailable, "x", "x"))
	var calls sync.WaitGroup
	for range 25 { // more failures than a circuit breaker allows
		calls.Go(func() {
			_, err := f.ParseWebhook(t.Context(), hook)
			assert.Error(t, err)
		})
	}
	calls.Wait()
	f.create(f.newPayment())
}
