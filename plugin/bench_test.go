package plugin_test

import (
	"context"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/plugin"
)

// BenchmarkCreatePayment is the way of a call from a host to a provider that
// answers at once, and back: with both ends in this process, and as a host that
// runs for months has it.
func BenchmarkCreatePayment(b *testing.B) {
	configuration := &contract.Configuration{
		Mode: contract.ModeTest, Secrets: map[string]contract.Secret{"secret_key": contract.NewSecret("key_of_a_benchmark")},
	}
	b.Run("in process", func(b *testing.B) {
		client, err := plugin.InProcess(b.Context(), &provider{}, &plugin.OpenOptions{Configuration: configuration})
		require.NoError(b, err)
		defer func() { _ = client.Close() }()
		benchmarkCreatePayment(b, client)
	})
	b.Run("supervised", func(b *testing.B) {
		supervisor := plugin.NewSupervisor(&plugin.SupervisorOptions{
			Env:       []string{roleKey + "=provider"},
			Configure: func(context.Context, *plugin.Entry) (*contract.Configuration, error) { return configuration, nil },
			Observe:   func(context.Context, plugin.Call) {},
		})
		defer func() { _ = supervisor.Close() }()
		require.NoError(b, supervisor.Apply(b.Context(), &plugin.Catalog{Entries: []plugin.Entry{{Name: "wallet", Path: os.Args[0]}}}))
		client, _ := supervisor.Client("wallet")
		benchmarkCreatePayment(b, client)
	})
}

func benchmarkCreatePayment(b *testing.B, provider contract.PaymentProvider) {
	b.Helper()
	request := &contract.CreatePaymentRequest{
		Attempt: contract.Attempt{Key: "key-1"}, Reference: "order 1", Method: "alipay",
		Amount: contract.Money{MinorUnits: 100_000, Currency: "THB"}, ReturnURL: "https://shop.example/back",
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := provider.CreatePayment(b.Context(), request); err != nil {
			b.Fatal(err)
		}
	}
}
