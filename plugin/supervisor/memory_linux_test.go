package supervisor_test

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/plugin"
	"github.com/paysocket/paysocket/plugin/internal/plugintest"
	"github.com/paysocket/paysocket/plugin/supervisor"
)

// limited runs a provider with this many MiB more than one has that does nothing.
func limited(t *testing.T, more int64) (*supervisor.Supervisor, *supervisor.Provider, *plugintest.Log) {
	t.Helper()
	logger, log := plugintest.NewLog()
	s := supervisor.New(&supervisor.Options{
		Logger: logger, Env: []string{plugintest.As(plugintest.RoleProvider)}, StartTimeout: time.Minute, Configure: configure,
		SocketFolder: plugintest.SocketFolder(t), HealthInterval: time.Second,
	})
	t.Cleanup(func() { assert.NoError(t, s.Close()) })
	apply := func(limit int64) {
		require.NoError(t, s.Apply(t.Context(), &supervisor.Catalog{Entries: []supervisor.Entry{
			{Name: "wallet", Path: plugintest.Binary(t), MemoryLimit: limit},
		}}))
	}
	apply(0)
	state, _ := s.State("wallet")
	statm, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", state.PID))
	require.NoError(t, err)
	var size, resident int64
	_, err = fmt.Sscan(string(statm), &size, &resident)
	require.NoError(t, err)
	apply(resident*int64(os.Getpagesize()) + more<<20)
	wallet, ok := s.Provider("wallet")
	require.True(t, ok)
	return s, wallet, log
}

func pidOf(s *supervisor.Supervisor) int {
	state, _ := s.State("wallet")
	return state.PID
}

func TestSupervisor_ReplacesAProcessWithTooMuchMemory(t *testing.T) {
	t.Parallel()
	const more, each = 150, 10
	s, wallet, log := limited(t, more)
	first := pidOf(s)
	replaced := func() bool { pid := pidOf(s); return pid != 0 && pid != first }
	for grown := 0; !replaced(); grown += each {
		call := plugintest.Payment(plugintest.Grow + strconv.Itoa(each))
		if grown > more { // it is over its limit, and must not come to twice that before it is seen
			call = plugintest.Payment("k")
		}
		if _, err := wallet.CreatePayment(t.Context(), call); err != nil {
			require.ErrorIs(t, err, contract.ProviderUnreachable, "no call that was sent is lost")
			require.Equal(t, contract.NotAttempted, contract.OutcomeOf(err))
			break
		}
	}
	require.Eventually(t, replaced, plugintest.Patience, time.Millisecond)
	state, _ := s.State("wallet")
	assert.Contains(t, state.LastError, plugin.ErrMemoryLimit.Error())
	assert.Equal(t, 1, strings.Count(log.String(), plugin.ErrMemoryLimit.Error()), "one line")
	record := log.Record("the provider was lost and will be started again")
	require.NotNil(t, record)
	assert.Contains(t, record["error"], plugin.ErrMemoryLimit.Error())
}

func TestSupervisor_StartsAProviderAgainThatSuddenlyTakesMuchMemory(t *testing.T) {
	t.Parallel()
	s, wallet, log := limited(t, 20)
	const often = 2
	for range often {
		require.Eventually(t, func() bool { return pidOf(s) != 0 }, plugintest.Patience, time.Millisecond)
		pid := pidOf(s)
		_, err := wallet.CreatePayment(t.Context(), plugintest.Payment(plugintest.Grow+"3000"))
		require.Error(t, err)
		require.Eventually(t, func() bool { return pidOf(s) != pid }, plugintest.Patience, time.Millisecond)
		state, _ := s.State("wallet")
		require.Contains(t, state.LastError, plugin.ErrMemoryLimit.Error())
	}
	assert.Equal(t, often, strings.Count(log.String(), plugin.ErrMemoryLimit.Error()), "one line each")
}
