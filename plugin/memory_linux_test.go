package plugin_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/plugin"
	"github.com/paysocket/paysocket/plugin/internal/plugintest"
)

const mebibyte = 1 << 20

// resident returns how many MiB a provider has when it has done nothing yet.
func resident(t *testing.T) int64 {
	t.Helper()
	client := plugintest.Open(t, plugin.OpenOptions{})
	var size, pages int64
	_, err := fmt.Sscan(proc(t, client, "statm"), &size, &pages)
	require.NoError(t, err)
	require.NoError(t, client.Close())
	return pages * int64(os.Getpagesize()) / mebibyte
}

func TestMemoryLimit_IsAnErrorOfHealthAndLetsCallsFinish(t *testing.T) {
	t.Parallel()
	client := plugintest.Open(t, plugin.OpenOptions{MemoryLimit: (resident(t) + 100) * mebibyte})
	require.NoError(t, client.Health(t.Context()))
	var err error
	for grown := 0; err == nil && grown < 300; grown += 10 {
		plugintest.Pay(t, client, plugintest.Grow+"10")
		err = client.Health(t.Context())
	}
	require.ErrorIs(t, err, plugin.ErrMemoryLimit)
	assert.Regexp(t, `^it has more memory than it may: \d+ MiB are resident, and the limit is \d+ MiB; if it needs that much, set a higher limit$`, err.Error())
	plugintest.Pay(t, client, "order 1")
	require.NoError(t, client.Err())
}

func TestMemoryLimit_KillsAProcessWithTwiceAsMuch(t *testing.T) {
	t.Parallel()
	client := plugintest.Open(t, plugin.OpenOptions{MemoryLimit: (resident(t) + 20) * mebibyte})
	_, err := client.CreatePayment(t.Context(), plugintest.Payment(plugintest.Grow+"3000"))
	require.ErrorIs(t, err, contract.ConnectionLost)
	assert.Equal(t, contract.Indeterminate, contract.OutcomeOf(err))
	require.Eventually(t, func() bool { return errors.Is(client.Err(), plugin.ErrMemoryLimit) }, plugintest.Patience, time.Millisecond)
	lost, ok := errors.AsType[*plugin.LostError](client.Err())
	require.True(t, ok)
	assert.Equal(t, client.Process().PID, lost.PID)
}

func TestMemoryLimit_IsAlsoThatOfGoUnlessTheCallerHasAnother(t *testing.T) {
	t.Parallel()
	off := plugin.OpenOptions{Confinement: plugin.ConfinementOff}
	assert.NotContains(t, proc(t, plugintest.Open(t, off), "environ"), "GOMEMLIMIT=")
	off.MemoryLimit = 1000 * mebibyte
	assert.Contains(t, proc(t, plugintest.Open(t, off), "environ"), "GOMEMLIMIT=943718400 ")
	off.Env = []string{"GOMEMLIMIT=1GiB"}
	environ := proc(t, plugintest.Open(t, off), "environ")
	assert.Contains(t, environ, "GOMEMLIMIT=1GiB ")
	assert.NotContains(t, environ, "943718400")
}

func TestMemoryLimit_OfAProviderInProcessIsNone(t *testing.T) {
	t.Parallel()
	client, err := plugin.InProcess(context.Background(), plugintest.NewProvider(nil), &plugin.OpenOptions{MemoryLimit: 1})
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, client.Close()) })
	assert.NoError(t, client.Health(t.Context()))
}
