package acmepay_test

import (
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/gateway"
	provider "github.com/paysocket/paysocket/conformance/scaffold/template"
	"github.com/paysocket/paysocket/conformance/scaffold/template/sandbox"
	"github.com/paysocket/paysocket/contract"
)

// bench is a provider that is configured for an account of its own at a
// stand-in, and the hand in that account.
type bench struct {
	contract.PaymentProvider

	t     *testing.T
	scope gateway.Scope
}

func newBench(t *testing.T) *bench {
	t.Helper()
	scope, err := newStandIn(t).NewScope(t.Context(), nil)
	require.NoError(t, err)
	b := &bench{PaymentProvider: provider.New(nil), t: t, scope: scope}
	_, err = b.Configure(t.Context(), configuration(scope.Connection()))
	require.NoError(t, err)
	return b
}

// newStandIn serves a stand-in until the test ends.
func newStandIn(t *testing.T) *sandbox.Sandbox {
	t.Helper()
	server := httptest.NewUnstartedServer(nil)
	s, err := sandbox.New(&gateway.ServerOptions{BaseURL: "http://" + server.Listener.Addr().String()})
	require.NoError(t, err)
	t.Cleanup(s.Close)
	server.Config.Handler = s.Handler()
	server.Start()
	t.Cleanup(server.Close)
	return s
}

func configuration(to *gateway.Connection) *contract.Configuration {
	return &contract.Configuration{
		Mode:     contract.ModeTest,
		Settings: map[string]string{"api_base": to.APIBase, "min_time_left": "1s"},
		Secrets:  map[string]contract.Secret{"secret_key": contract.NewSecret(to.Credentials["secret_key"])},
	}
}

// tea is a request for a payment.
func tea(key string) *contract.CreatePaymentRequest {
	return &contract.CreatePaymentRequest{
		Attempt: contract.Attempt{Key: key}, Reference: "order-77", Description: "Two teas", Method: "wallet",
		Amount: contract.Money{Currency: "THB", MinorUnits: 2000}, ReturnURL: "https://shop.example/return",
	}
}

// pay makes a payment and moves it.
func (b *bench) pay(key string, to gateway.State) *contract.Payment {
	b.t.Helper()
	payment, err := b.CreatePayment(b.t.Context(), tea(key))
	require.NoError(b.t, err)
	if to != gateway.StatePending {
		require.NoError(b.t, b.scope.Transition(b.t.Context(), payment.PaymentID, &gateway.Transition{To: to}))
	}
	return payment
}

// ledger is what really happened.
func (b *bench) ledger() []gateway.Payment {
	b.t.Helper()
	payments, err := b.scope.Payments(b.t.Context(), nil)
	require.NoError(b.t, err)
	return payments
}

// requireError checks reason and outcome.
func requireError(t *testing.T, err error, reason contract.Reason, outcome contract.Outcome) {
	t.Helper()
	require.Equal(t, reason, contract.ReasonOf(err), "%v", err)
	if outcome != "" {
		assert.Equal(t, outcome, contract.OutcomeOf(err), "%v", err)
	}
}

// later is the attempt of a repeated call.
func later(attempt contract.Attempt) contract.Attempt {
	return attempt.Next(time.Now().Add(-time.Minute), time.Now(), nil)
}
