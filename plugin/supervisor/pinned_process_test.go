package supervisor_test

import (
	"context"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/plugin"
	"github.com/paysocket/paysocket/plugin/internal/plugintest"
	"github.com/paysocket/paysocket/plugin/supervisor"
)

func pinnedTo(t *testing.T, s *supervisor.Supervisor, name string) *plugin.Pinned {
	t.Helper()
	pinned, err := clientOf(t, s, name).Pin()
	require.NoError(t, err)
	return pinned
}

func requireNeverSent(t *testing.T, pinned *plugin.Pinned) {
	t.Helper()
	_, err := pinned.CreatePayment(t.Context(), plugintest.Payment("order 1"))
	require.ErrorIs(t, err, contract.ProviderUnreachable)
	require.True(t, contract.NeverSent(err))
}

func TestProvider_PinEndsWhenItsProcessIsLostOrExchanged(t *testing.T) {
	t.Parallel()
	var keyLength atomic.Int32
	keyLength.Store(20)
	s := supervised(t, supervisor.Options{Configure: func(context.Context, *supervisor.Entry) (*contract.Configuration, error) {
		c := plugintest.Configuration()
		c.Secrets["secret_key"] = contract.NewSecret(strings.Repeat("k", int(keyLength.Load())))
		return c, nil
	}})
	require.NoError(t, s.Apply(t.Context(), catalog(acting(t, "wallet", plugintest.RoleProvider))))
	key := []byte("of the host")

	first := pinnedTo(t, s, "wallet")
	assert.Equal(t, "account_of_20", first.Account.ID)
	plugintest.Pay(t, first, "order 1")
	require.NoError(t, syscall.Kill(stateOf(t, s, "wallet").PID, syscall.SIGKILL))
	require.Eventually(t, reaches(t, s, "wallet", 2), plugintest.Patience, time.Millisecond)
	requireNeverSent(t, first)

	second := pinnedTo(t, s, "wallet")
	plugintest.Pay(t, second, "order 1")
	assert.NotEqual(t, first.ID, second.ID)
	assert.Equal(t, first.Fingerprint(key), second.Fingerprint(key), "the secrets are the same")

	keyLength.Store(30) // the keys of another account
	require.NoError(t, s.Restart(t.Context(), "wallet"))
	requireNeverSent(t, second)
	third := pinnedTo(t, s, "wallet")
	assert.Equal(t, "account_of_30", third.Account.ID)
	assert.NotEqual(t, second.Fingerprint(key), third.Fingerprint(key))
	plugintest.Pay(t, third, "order 1")
	require.NoError(t, s.Close())
	requireNeverSent(t, third)
}

func TestProvider_PinnedCallThatItsProcessRefusesIsAskedAbout(t *testing.T) {
	t.Parallel()
	logger, log := plugintest.NewLog()
	s := supervised(t, supervisor.Options{Logger: logger, HealthInterval: time.Hour})
	require.NoError(t, s.Apply(t.Context(), catalog(acting(t, "wallet", plugintest.RoleProvider))))
	pinned := pinnedTo(t, s, "wallet")
	ended, release := plugintest.PayAndWait(t, pinned, log)
	require.NoError(t, syscall.Kill(stateOf(t, s, "wallet").PID, syscall.SIGTERM))
	require.Eventually(t, log.Has("the plugin ends: SIGTERM"), plugintest.Patience, time.Millisecond)
	_, err := pinned.CreatePayment(t.Context(), plugintest.Payment("order 2"))
	require.ErrorIs(t, err, contract.ProviderUnreachable)
	require.Eventually(t, reaches(t, s, "wallet", 2), plugintest.Patience, time.Millisecond, "the refusal is sign enough")
	requireNeverSent(t, pinned)
	states := s.States()
	require.Len(t, states, 2)
	assert.Equal(t, 1, states[1].InFlight, "it drains")
	release()
	assert.NoError(t, plugintest.Await(t, ended).Err)
}
