package omisealipay_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/internal/keywalk"
	"github.com/paysocket/paysocket/provider/kit/kittest"
	"github.com/paysocket/paysocket/provider/omise/sandbox"
	"github.com/paysocket/paysocket/provider/omisealipay"
)

func TestKeys_MakeOneChargeAndOneRefundWhateverIsConfigured(t *testing.T) {
	t.Parallel()
	clock, front := kittest.NewClock(time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC)), kittest.NewFront(t)
	omise, err := sandbox.New(&sandbox.Options{
		ServerOptions: gateway.ServerOptions{BaseURL: front.URL(), Now: clock.Now},
		Dials:         sandbox.Dials{ListLag: sandbox.Duration(time.Minute)},
	})
	require.NoError(t, err)
	t.Cleanup(omise.Close)
	front.Serve(omise.Handler())
	world := &keywalk.World{
		New: func() contract.PaymentProvider {
			return omisealipay.NewWithoutBackoff(&omisealipay.Options{Now: clock.Now})
		},
		Clock: clock, Gateway: omise, Front: front, Payment: walkedPayment, SettleTime: settle,
		Configuration: func(to *gateway.Connection) *contract.Configuration {
			return kittest.Configuration(to, map[string]string{"secret_key": "secret_key", "webhook_secrets": "webhook_secret"}, "min_time_left", "0s")
		},
		Creates: postCharge, Refunds: postRefund, Cancels: "POST /charges/*/expire", Probes: "GET /account",
	}
	rapid.Check(t, func(drawn *rapid.T) {
		keywalk.Walk(drawn, world, 40, func(n int) int { return rapid.IntRange(0, n-1).Draw(drawn, "choice") })
	})
}

func walkedPayment(string) *contract.CreatePaymentRequest {
	return &contract.CreatePaymentRequest{
		Reference: "order 1235813", Amount: contract.Money{Currency: "THB", MinorUnits: 100_000}, Method: "alipay",
		ReturnURL: "https://shop.example/orders/1235813/complete",
	}
}
