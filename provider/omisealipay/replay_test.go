package omisealipay_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit/kittest"
)

func TestCreatePayment_NamesThePaymentThatItCannotReturn(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		does   kittest.Fault
		reason contract.Reason
	}{
		"it cannot be read":   {refuses(http.StatusTooManyRequests, "too_many_requests", "x"), contract.ProviderRateLimited},
		"it has lost its key": {kittest.Patch(map[string]any{"metadata": map[string]any{}}), contract.MalformedResponse},
		"it has no link":      {kittest.Patch(map[string]any{"authorize_uri": nil}), contract.MalformedResponse},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t, nil)
			order := f.newPayment()
			payment := f.create(order)
			f.fail(getCharge, 3, test.does)
			_, err := f.CreatePayment(t.Context(), order)
			e := kittest.ErrorOf(t, err, test.reason, contract.Indeterminate)
			assert.Equal(t, payment.PaymentID, e.Metadata[contract.MetaPaymentID])
			assert.Equal(t, 1, f.front.Count(postCharge))
		})
	}
}

func TestCreatePayment_DoesNotChargeASourceOfAnotherType(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	f.fail(postSource, 1, kittest.Patch(map[string]any{"type": "truemoney"}))
	_, err := f.CreatePayment(t.Context(), f.newPayment())
	kittest.RequireError(t, err, contract.MalformedResponse, contract.Indeterminate)
	assert.Zero(t, f.front.Count(postCharge))
}

func TestCreatePayment_TakesAPayerWithoutADeviceForOneOnTheWeb(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	order := f.newPayment()
	order.Method = "alipay_cn"
	f.create(order)
	assert.Contains(t, string(f.requests(postSource)[0].Body), "platform_type=WEB")
}

func TestGetStatus_RefusesAChargeOfTheOtherMode(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	f.fail(getCharge, 1, kittest.Answer(http.StatusOK,
		`{"object":"charge","id":"chrg_1","amount":2000,"currency":"thb","status":"pending","created":"2026-11-22T08:00:00Z"}`))
	_, err := f.GetStatus(t.Context(), &contract.GetStatusRequest{PaymentID: "chrg_1"})
	kittest.RequireError(t, err, contract.MalformedResponse, "")
}

func TestCancelPayment_RefusesAChargeThatIsExpiredAndPending(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	payment := f.create(f.newPayment())
	f.fail(postExpire, 1, kittest.Patch(map[string]any{"status": "pending", "expired": false}))
	_, err := f.CancelPayment(t.Context(), &contract.CancelPaymentRequest{PaymentID: payment.PaymentID})
	e := kittest.ErrorOf(t, err, contract.MalformedResponse, contract.Indeterminate)
	assert.Equal(t, payment.PaymentID, e.Metadata[contract.MetaPaymentID])
}
