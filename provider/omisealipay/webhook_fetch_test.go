package omisealipay_test

import (
	"maps"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/contract"
)

// fetching is a bench for an account without a webhook secret.
func fetching(t *testing.T, settings map[string]string) *bench {
	t.Helper()
	all := map[string]string{"webhook_verification": "fetch"}
	maps.Copy(all, settings)
	return open(t, &setup{settings: all})
}

const getEvent = "GET /events/:id"

func TestAnUnsignedWebhookIsOnlyAHint(t *testing.T) {
	t.Parallel()
	b := fetching(t, nil)
	payment := b.paid()
	hook := b.hook(&gateway.WebhookSpec{Payment: payment.PaymentID, Sign: gateway.SignNone, BodyPatch: []gateway.PatchOp{
		{Op: "replace", Path: "/data/amount", Value: 1},
		{Op: "replace", Path: "/data/status", Value: "failed"},
		{Op: "replace", Path: "/key", Value: "customer.create"},
	}})
	result := b.parse(hook)
	assert.Equal(t, contract.VerificationFetched, result.Verification)
	assert.Equal(t, "charge.complete", result.Kind)
	require.Len(t, result.Events, 1)
	assert.True(t, result.Events[0].Authoritative)
	assert.Equal(t, b.status(payment.PaymentID), result.Events[0].Payment)
}

func TestAnEventIsReadBackAsItIsNow(t *testing.T) {
	t.Parallel()
	b := fetching(t, nil)
	payment := b.paid()
	hook := b.hook(&gateway.WebhookSpec{Payment: payment.PaymentID, Sign: gateway.SignNone})
	b.refund(b.refundOrder(payment.PaymentID, 500))
	result := b.parse(hook)
	assert.EqualValues(t, 500, result.Events[0].Payment.AmountRefunded.MinorUnits)

	refund := b.refund(b.refundOrder(payment.PaymentID, 600))
	result = b.parse(b.hook(&gateway.WebhookSpec{Payment: payment.PaymentID, Refund: refund.RefundID, Event: gateway.EventRefundUpdated, Sign: gateway.SignNone}))
	require.Len(t, result.Events, 1)
	assert.True(t, result.Events[0].Authoritative)
	assert.EqualValues(t, 1100, result.Events[0].Refund.TotalRefunded.MinorUnits)
}

func TestWhatTheGatewayDoesNotKnowIsNotBelieved(t *testing.T) {
	t.Parallel()
	b := fetching(t, nil)
	_, err := b.provider.ParseWebhook(t.Context(), b.sign(`{"object":"event","id":"evnt_test_nobody","key":"charge.complete"}`))
	requireError(t, err, contract.WebhookSignatureInvalid, "")
	b.road.clear()
	for _, id := range []string{"../charges/chrg_test_1", "evnt_test_A", "chrg_test_1", "evnt_test_1?x=1", ""} {
		_, err := b.provider.ParseWebhook(t.Context(), b.sign(`{"object":"event","id":"`+id+`","key":"charge.complete"}`))
		requireError(t, err, contract.WebhookMalformed, "")
	}
	_, err = b.provider.ParseWebhook(t.Context(), b.sign(`{"object":"event","id":"evnt_1","key":"charge.complete"}`))
	requireError(t, err, contract.ModeMismatch, "")
	assert.Zero(t, b.road.all(), "ids of the wrong form or mode cost no request")
}

func TestTroubleWhileReadingBackIsNoAcceptance(t *testing.T) {
	t.Parallel()
	for name, route := range map[string]string{"the event": getEvent, "the charge": getCharge} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := fetching(t, nil)
			payment := b.paid()
			hook := b.hook(&gateway.WebhookSpec{Payment: payment.PaymentID, Sign: gateway.SignNone})
			b.road.fault(route, 3, refuses(http.StatusServiceUnavailable, "x", "x"))
			_, err := b.provider.ParseWebhook(t.Context(), hook)
			requireError(t, err, contract.ProviderFault, "")
			b.parse(hook)
		})
	}
}

func TestAFloodIsNotReadBack(t *testing.T) {
	t.Parallel()
	b := fetching(t, map[string]string{"webhook_fetch_rate": "3"})
	hook := b.sign(`{"object":"event","id":"evnt_test_nobody","key":"charge.complete"}`)
	flood := func() (limited int) {
		for range 10 {
			_, err := b.provider.ParseWebhook(t.Context(), hook)
			if contract.ReasonOf(err) == contract.ProviderRateLimited {
				limited++
			}
		}
		return limited
	}
	assert.Equal(t, 7, flood())
	assert.Equal(t, 3, b.road.count(getEvent))
	b.clock.turn(time.Second)
	assert.Equal(t, 7, flood())
	b.create(b.order()) // payments are not held up by it
}

func TestWebhooksThatCannotBeReadBackDoNotHoldUpPayments(t *testing.T) {
	t.Parallel()
	b := fetching(t, map[string]string{"webhook_fetch_rate": "1000"})
	hook := b.sign(`{"object":"event","id":"evnt_test_1","key":"charge.complete"}`)
	b.road.fault(getEvent, 1000, refuses(http.StatusServiceUnavailable, "x", "x"))
	var calls sync.WaitGroup
	for range 25 { // more than a circuit breaker bears
		calls.Go(func() {
			_, err := b.provider.ParseWebhook(t.Context(), hook)
			assert.Error(t, err)
		})
	}
	calls.Wait()
	b.create(b.order())
}
