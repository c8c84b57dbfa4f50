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

// bench is the gateway behind a real listener, and a provider configured for
// one account of it. Calls go through the gates of package plugin, so every
// answer of every test is checked against the contract.
type bench struct {
	*plugin.Client

	t     *testing.T
	scope gateway.Scope // the tester's hand
	front *kittest.Front
}

func newBench(t *testing.T, settings ...string) *bench {
	t.Helper()
	return newBenchOf(t, memory.New(nil), settings...)
}

// newBenchOf configures the given provider; settings are names and values.
func newBenchOf(t *testing.T, provider contract.PaymentProvider, settings ...string) *bench {
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

// attach makes a provider work for an account that is there already.
func attach(t *testing.T, provider contract.PaymentProvider, scope gateway.Scope, front *kittest.Front, settings ...string) *bench {
	t.Helper()
	client, err := plugin.InProcess(t.Context(), provider, &plugin.OpenOptions{
		Configuration: configuration(scope.Connection(), settings...),
	})
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, client.Close()) })
	return &bench{Client: client, t: t, scope: scope, front: front}
}

func configuration(to *gateway.Connection, settings ...string) *contract.Configuration {
	return kittest.Configuration(to, map[string]string{"secret_key": "secret_key", "webhook_secrets": "webhook_secret"}, settings...)
}

func thb(satang int64) contract.Money { return contract.Money{Currency: "THB", MinorUnits: satang} }

// tea is an order for two teas.
func tea(key string) *contract.CreatePaymentRequest {
	return &contract.CreatePaymentRequest{
		Attempt: contract.Attempt{Key: key}, Reference: "order-77", Amount: thb(2000), Method: "wallet",
		ReturnURL: "https://shop.test/back?o=1", Description: "Two teas 🍵", Metadata: map[string]string{"table": "5"},
	}
}

// repeated says what a host says when it repeats a call of unknown result.
func repeated(attempt contract.Attempt) contract.Attempt {
	now := time.Now().UTC()
	attempt.FirstAt, attempt.LastUnknownAt = now.Add(-time.Minute), now.Add(-time.Second)
	return attempt
}

func (b *bench) pay(key string) *contract.Payment {
	b.t.Helper()
	payment, err := b.CreatePayment(b.t.Context(), tea(key))
	require.NoError(b.t, err)
	return payment
}

func (b *bench) paid(key string) *contract.Payment {
	b.t.Helper()
	payment := b.pay(key)
	b.move(payment.PaymentID, gateway.StateSucceeded)
	return payment
}

func (b *bench) move(paymentID string, to gateway.State) {
	b.t.Helper()
	require.NoError(b.t, b.scope.Transition(b.t.Context(), paymentID, &gateway.Transition{To: to}))
}

func (b *bench) status(paymentID string) *contract.Payment {
	b.t.Helper()
	payment, err := b.GetStatus(b.t.Context(), &contract.GetStatusRequest{PaymentID: paymentID})
	require.NoError(b.t, err)
	return payment
}

// ledger is what the gateway has, whatever the provider says.
func (b *bench) ledger() []gateway.Payment {
	b.t.Helper()
	payments, err := b.scope.Payments(b.t.Context(), nil)
	require.NoError(b.t, err)
	return payments
}
