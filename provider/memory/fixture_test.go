package memory_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/plugin"
	"github.com/paysocket/paysocket/provider/kit/kittest"
	"github.com/paysocket/paysocket/provider/memory"
	"github.com/paysocket/paysocket/provider/memory/sandbox"
)

// fixture is the sandbox behind a real listener, and a provider configured for
// one account of it. Calls go through the gates of package plugin, so every
// answer of every test is checked against the contract.
type fixture struct {
	*plugin.Client

	t     *testing.T
	scope gateway.Scope // the account, as a tester controls it
	front *kittest.Front
}

func newFixture(t *testing.T, settings ...string) *fixture {
	t.Helper()
	return newFixtureOf(t, memory.New(nil), settings...)
}

// newBenchOf configures the given provider; settings are names and values.
func newFixtureOf(t *testing.T, provider contract.PaymentProvider, settings ...string) *fixture {
	t.Helper()
	front := kittest.NewFront(t)
	gate, err := sandbox.New(&sandbox.Options{BaseURL: front.URL()})
	require.NoError(t, err)
	t.Cleanup(gate.Close)
	front.Serve(gate.Handler())
	scope, err := gate.NewScope(t.Context(), nil)
	require.NoError(t, err)
	return attach(t, provider, scope, front, settings...)
}

// attach configures a provider for an existing account.
func attach(t *testing.T, provider contract.PaymentProvider, scope gateway.Scope, front *kittest.Front, settings ...string) *fixture {
	t.Helper()
	client, err := plugin.InProcess(t.Context(), provider, &plugin.OpenOptions{
		Configuration: configuration(scope.Connection(), settings...),
	})
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, client.Close()) })
	return &fixture{Client: client, t: t, scope: scope, front: front}
}

func configuration(to *gateway.Connection, settings ...string) *contract.Configuration {
	return kittest.Configuration(to, map[string]string{"secret_key": "secret_key", "webhook_secrets": "webhook_secret"}, settings...)
}

func thb(satang int64) contract.Money { return contract.Money{Currency: "THB", MinorUnits: satang} }

func newPayment(key string) *contract.CreatePaymentRequest {
	return &contract.CreatePaymentRequest{
		Attempt: contract.Attempt{Key: key}, Reference: "order-77", Amount: thb(2000), Method: "wallet",
		ReturnURL: "https://shop.test/back?o=1", Description: "Two teas 🍵", Metadata: map[string]string{"table": "5"},
	}
}

// unknownSince returns the attempt that a host sends when it repeats a call whose
// result is unknown.
func unknownSince(attempt contract.Attempt) contract.Attempt {
	now := time.Now().UTC()
	attempt.FirstAt, attempt.LastUnknownAt = now.Add(-time.Minute), now.Add(-time.Second)
	return attempt
}

func (f *fixture) pay(key string) *contract.Payment {
	f.t.Helper()
	payment, err := f.CreatePayment(f.t.Context(), newPayment(key))
	require.NoError(f.t, err)
	return payment
}

func (f *fixture) paid(key string) *contract.Payment {
	f.t.Helper()
	payment := f.pay(key)
	f.move(payment.PaymentID, gateway.StateSucceeded)
	return payment
}

func (f *fixture) move(paymentID string, to gateway.State) {
	f.t.Helper()
	require.NoError(f.t, f.scope.Transition(f.t.Context(), paymentID, &gateway.Transition{To: to}))
}

func (f *fixture) status(paymentID string) *contract.Payment {
	f.t.Helper()
	payment, err := f.GetStatus(f.t.Context(), &contract.GetStatusRequest{PaymentID: paymentID})
	require.NoError(f.t, err)
	return payment
}

// ledger returns the sandbox's payments, whatever the provider says.
func (f *fixture) ledger() []gateway.Payment {
	f.t.Helper()
	payments, err := f.scope.Payments(f.t.Context(), nil)
	require.NoError(f.t, err)
	return payments
}
