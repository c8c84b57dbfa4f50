package stripealipay_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/internal/keywalk"
	"github.com/paysocket/paysocket/provider/kit/kittest"
	"github.com/paysocket/paysocket/provider/stripealipay"
	"github.com/paysocket/paysocket/provider/stripealipay/sandbox"
)

func TestKeys_MakeOnePaymentAndOneRefundWhateverIsConfigured(t *testing.T) {
	t.Parallel()
	clock, front := kittest.NewClock(time.Now().UTC()), kittest.NewFront(t)
	gate, err := sandbox.New(&sandbox.Options{BaseURL: front.URL(), Now: clock.Now})
	require.NoError(t, err)
	t.Cleanup(gate.Close)
	front.Serve(gate.Handler())
	world := &keywalk.World{
		New:   func() contract.PaymentProvider { return stripealipay.New(&stripealipay.Options{Now: clock.Now}) },
		Clock: clock, Gateway: gate, Front: front, Payment: newPayment, SettleTime: 2 * time.Minute,
		Configuration: func(to *gateway.Connection) *contract.Configuration { return configuration(to, "min_time_left", "0s") },
		Creates:       "POST /v1/payment_intents", Refunds: "POST /v1/refunds", Cancels: "POST /v1/payment_intents/*/cancel",
		Probes: "GET /v1/account",
	}
	rapid.Check(t, func(drawn *rapid.T) {
		keywalk.Walk(drawn, world, 40, func(n int) int { return rapid.IntRange(0, n-1).Draw(drawn, "choice") })
	})
}
