package supervisor_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/plugin/internal/plugintest"
	"github.com/paysocket/paysocket/plugin/supervisor"
)

// BenchmarkCreatePayment is the way of a call from a host to a provider that
// answers at once, and back, as a host that runs for months has it.
func BenchmarkCreatePayment(b *testing.B) {
	s := supervisor.New(&supervisor.Options{
		Env: []string{plugintest.As(plugintest.RoleProvider)}, Configure: configure, Observe: func(context.Context, supervisor.CallRecord) {},
	})
	defer func() { _ = s.Close() }()
	require.NoError(b, s.Apply(b.Context(), &supervisor.Catalog{Entries: []supervisor.Entry{{Name: "wallet", Path: plugintest.Binary(b)}}}))
	wallet, _ := s.Provider("wallet")
	plugintest.BenchmarkCreatePayment(b, wallet)
}
