package scaffold_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/paysocket/paysocket/conformance/gateway"
	provider "github.com/paysocket/paysocket/conformance/internal/scaffold/template"
	"github.com/paysocket/paysocket/conformance/internal/scaffold/template/sandbox"
	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/internal/keywalk"
	"github.com/paysocket/paysocket/provider/kit/kittest"
)

// It is not in the template, whose module cannot import the walk.
func TestTemplate_MakesOnePaymentForAKeyWhateverIsConfigured(t *testing.T) {
	t.Parallel()
	front := kittest.NewFront(t)
	gate, err := sandbox.New(&gateway.ServerOptions{BaseURL: front.URL()})
	require.NoError(t, err)
	t.Cleanup(gate.Close)
	front.Serve(gate.Handler())
	world := &keywalk.World{
		New: func() contract.PaymentProvider { return provider.New(nil) }, Gateway: gate, Front: front,
		Configuration: func(to *gateway.Connection) *contract.Configuration {
			return kittest.Configuration(to, map[string]string{"secret_key": "secret_key"}, "min_time_left", "0s")
		},
		Payment: func(string) *contract.CreatePaymentRequest {
			return &contract.CreatePaymentRequest{
				Reference: "order-77", Method: "wallet", Amount: contract.Money{Currency: "THB", MinorUnits: 2000},
				ReturnURL: "https://shop.example/return",
			}
		},
		Creates: "POST /v1/bills", Probes: "GET /v1/account",
	}
	rapid.Check(t, func(drawn *rapid.T) {
		keywalk.Walk(drawn, world, 40, func(n int) int { return rapid.IntRange(0, n-1).Draw(drawn, "choice") })
	})
}
