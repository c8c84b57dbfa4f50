package nodeexample_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/internal/keywalk"
	"github.com/paysocket/paysocket/plugin"
	"github.com/paysocket/paysocket/provider/kit/kittest"
	"github.com/paysocket/paysocket/provider/memory/sandbox"
)

// Every walk starts processes, so there are few, and the next run has others.
func TestNodeExample_MakesOnePaymentAndOneRefundForAKeyWhateverIsConfigured(t *testing.T) {
	t.Parallel()
	program, front := binary(t), kittest.NewFront(t)
	gate, err := sandbox.New(&sandbox.Options{BaseURL: front.URL()})
	require.NoError(t, err)
	t.Cleanup(gate.Close)
	front.Serve(gate.Handler())
	world := &keywalk.World{
		New: func() contract.PaymentProvider {
			provider, err := plugin.Open(t.Context(), program, &plugin.OpenOptions{StartTimeout: time.Minute, CloseTimeout: time.Second})
			require.NoError(t, err)
			return provider
		},
		End: func(provider contract.PaymentProvider) {
			_ = provider.(*plugin.Client).Close() // calls may be under way
		},
		Gateway: gate, Front: front, SettleTime: 30 * time.Second,
		Configuration: func(to *gateway.Connection) *contract.Configuration {
			return kittest.Configuration(to, map[string]string{"secret_key": "secret_key", "webhook_secrets": "webhook_secret"}, "min_time_left", "0s")
		},
		Payment: func(string) *contract.CreatePaymentRequest {
			return order("", contract.Money{Currency: "THB", MinorUnits: 2000})
		},
		Creates: "POST /v1/payments", Refunds: "POST /v1/payments/*/refunds", Cancels: "POST /v1/payments/*/cancel",
		Probes: "GET /v1/account",
	}
	for range 3 {
		first, second := rand.Uint64(), rand.Uint64()
		draws := rand.New(rand.NewPCG(first, second))
		t.Logf("rand.NewPCG(%d, %d)", first, second)
		keywalk.Walk(t, world, 40, draws.IntN)
	}
}
