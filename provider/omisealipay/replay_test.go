package omisealipay_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/paysocket/paysocket/contract"
)

func TestAReplayThatFailsStillNamesThePayment(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		does   func(http.ResponseWriter, *http.Request, http.Handler)
		reason contract.Reason
	}{
		"it cannot be read":   {refuses(http.StatusTooManyRequests, "too_many_requests", "x"), contract.ProviderRateLimited},
		"it has lost its key": {patches(map[string]any{"metadata": map[string]any{}}), contract.MalformedResponse},
		"it has no link":      {patches(map[string]any{"authorize_uri": nil}), contract.MalformedResponse},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := open(t, nil)
			order := b.order()
			payment := b.create(order)
			b.road.fault(getCharge, 3, test.does)
			_, err := b.provider.CreatePayment(t.Context(), order)
			e := errorFor(t, err, test.reason, contract.Indeterminate)
			assert.Equal(t, payment.PaymentID, e.Metadata[contract.MetaPaymentID])
			assert.Equal(t, 1, b.road.count(postCharge))
		})
	}
}

func TestASourceOfAnotherTypeIsNotCharged(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	b.road.fault(postSource, 1, patches(map[string]any{"type": "truemoney"}))
	_, err := b.provider.CreatePayment(t.Context(), b.order())
	requireError(t, err, contract.MalformedResponse, contract.Indeterminate)
	assert.Zero(t, b.road.count(postCharge))
}

func TestAPayerWithoutADeviceIsOnTheWeb(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	order := b.order()
	order.Method = "alipay_cn"
	b.create(order)
	assert.Contains(t, b.road.of(postSource)[0].form, "platform_type=WEB")
}

func TestAChargeOfTheOtherModeIsNotBelieved(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	b.road.fault(getCharge, 1, answers(http.StatusOK,
		`{"object":"charge","id":"chrg_1","amount":2000,"currency":"thb","status":"pending","created":"2026-11-22T08:00:00Z"}`))
	_, err := b.provider.GetStatus(t.Context(), &contract.GetStatusRequest{PaymentID: "chrg_1"})
	requireError(t, err, contract.MalformedResponse, "")
}

func TestAChargeThatIsExpiredAndPendingIsNotBelieved(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	payment := b.create(b.order())
	b.road.fault(postExpire, 1, patches(map[string]any{"status": "pending", "expired": false}))
	_, err := b.provider.CancelPayment(t.Context(), &contract.CancelPaymentRequest{PaymentID: payment.PaymentID})
	e := errorFor(t, err, contract.MalformedResponse, contract.Indeterminate)
	assert.Equal(t, payment.PaymentID, e.Metadata[contract.MetaPaymentID])
}
