package acmepay_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/gateway"
	provider "github.com/paysocket/paysocket/conformance/internal/scaffold/template"
	"github.com/paysocket/paysocket/conformance/internal/scaffold/template/sandbox"
	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/plugin"
	"github.com/paysocket/paysocket/provider/kit/kittest"
)

// fixture is a provider that is configured for a new account of a sandbox. Calls
// go through the checks of package plugin, as a host's do.
type fixture struct {
	*plugin.Client

	t     *testing.T
	scope gateway.Scope  // the account, as a tester controls it
	front *kittest.Front // between provider and sandbox, to inject faults
}

func newFixture(t *testing.T) *fixture {
	t.Helper()
	s, front := newSandbox(t)
	scope, err := s.NewScope(t.Context(), nil)
	require.NoError(t, err)
	client, err := plugin.InProcess(t.Context(), provider.New(nil), &plugin.OpenOptions{Configuration: configuration(scope.Connection())})
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, client.Close()) })
	return &fixture{Client: client, t: t, scope: scope, front: front}
}

// newSandbox serves a sandbox until the test ends, behind a front that can inject
// faults.
func newSandbox(t *testing.T) (*sandbox.Sandbox, *kittest.Front) {
	t.Helper()
	front := kittest.NewFront(t)
	s, err := sandbox.New(&gateway.ServerOptions{BaseURL: front.URL()})
	require.NoError(t, err)
	t.Cleanup(s.Close)
	front.Serve(s.Handler())
	return s, front
}

// credentials maps the names of the provider's secrets to the sandbox's.
var credentials = map[string]string{
	"secret_key": "secret_key",
}

func configuration(to *gateway.Connection) *contract.Configuration {
	return kittest.Configuration(to, credentials, "min_time_left", "1s")
}

// newPayment returns a request that creates a payment.
func newPayment(key string) *contract.CreatePaymentRequest {
	return &contract.CreatePaymentRequest{
		Attempt: contract.Attempt{Key: key}, Reference: "order-77", Description: "Two teas", Method: "wallet",
		Amount: contract.Money{Currency: "THB", MinorUnits: 2000}, ReturnURL: "https://shop.example/return",
	}
}

// pay creates a payment and changes its status.
func (f *fixture) pay(key string, to gateway.State) *contract.Payment {
	f.t.Helper()
	payment, err := f.CreatePayment(f.t.Context(), newPayment(key))
	require.NoError(f.t, err)
	if to != gateway.StatePending {
		require.NoError(f.t, f.scope.Transition(f.t.Context(), payment.PaymentID, &gateway.Transition{To: to}))
	}
	return payment
}

// ledger returns the sandbox's payments, whatever the provider says.
func (f *fixture) ledger() []gateway.Payment {
	f.t.Helper()
	payments, err := f.scope.Payments(f.t.Context(), nil)
	require.NoError(f.t, err)
	return payments
}

// unknownSince returns the attempt that a host sends when it repeats a call whose
// result is unknown.
func unknownSince(attempt contract.Attempt) contract.Attempt {
	now := time.Now().UTC()
	attempt.FirstAt, attempt.LastUnknownAt = now.Add(-time.Minute), now.Add(-time.Second)
	return attempt
}
