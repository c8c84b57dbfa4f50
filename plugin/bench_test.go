package plugin_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/plugin"
	"github.com/paysocket/paysocket/plugin/internal/plugintest"
)

// BenchmarkCreatePayment is the way of a call from a host to a provider that
// answers at once, and back, with both ends in this process.
func BenchmarkCreatePayment(b *testing.B) {
	client, err := plugin.InProcess(b.Context(), plugintest.NewProvider(nil), &plugin.OpenOptions{Configuration: plugintest.Configuration()})
	require.NoError(b, err)
	defer func() { _ = client.Close() }()
	plugintest.BenchmarkCreatePayment(b, client)
}
