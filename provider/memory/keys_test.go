package memory_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/internal/keywalk"
	"github.com/paysocket/paysocket/provider/kit/kittest"
	"github.com/paysocket/paysocket/provider/memory"
	"github.com/paysocket/paysocket/provider/memory/sandbox"
)

func TestKeys_MakeOnePaymentAndOneRefundWhateverIsConfigured(t *testing.T) {
	t.Parallel()
	clock, front := kittest.NewClock(time.Date(2026, 2, 3, 4, 5, 6, 0, time.UTC)), kittest.NewFront(t)
	gate, err := sandbox.New(&sandbox.Options{BaseURL: front.URL(), Now: clock.Now})
	require.NoError(t, err)
	t.Cleanup(gate.Close)
	front.Serve(gate.Handler())
	world := &keywalk.World{
		New:   func() contract.PaymentProvider { return memory.New(&memory.Options{Now: clock.Now}) },
		Clock: clock, Gateway: gate, Front: front, Payment: newPayment, SettleTime: 30 * time.Second,
		Configuration: func(to *gateway.Connection) *contract.Configuration { return configuration(to, "min_time_left", "0s") },
		Creates:       "POST /v1/payments", Refunds: "POST /v1/payments/*/refunds", Cancels: "POST /v1/payments/*/cancel",
		Probes: "GET /v1/account",
	}
	rapid.Check(t, func(drawn *rapid.T) {
		keywalk.Walk(drawn, world, 40, func(n int) int { return rapid.IntRange(0, n-1).Draw(drawn, "choice") })
	})
}
