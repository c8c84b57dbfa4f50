package plugin_test

import (
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/plugin"
	"github.com/paysocket/paysocket/plugin/internal/plugintest"
)

func TestClient_LeavesNoProcessThatLeftItsSession(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(client *plugin.Client) error{
		"closed": func(client *plugin.Client) error { return client.Close() },
		"killed": func(client *plugin.Client) error { return syscall.Kill(client.Process().PID, syscall.SIGKILL) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client := probed(t, "", plugin.OpenOptions{Confinement: plugin.ConfinementOff})
			other := probed(t, "", plugin.OpenOptions{Confinement: plugin.ConfinementOff})
			pid, err := strconv.Atoi(try(t, client, "daemon", ""))
			require.NoError(t, err)
			anothers, err := strconv.Atoi(try(t, other, "daemon", ""))
			require.NoError(t, err)
			require.False(t, plugintest.Gone(pid)(), "or this test proves nothing")
			require.NoError(t, end(client))
			require.Eventually(t, plugintest.Gone(pid), plugintest.Patience, time.Millisecond)
			assert.False(t, plugintest.Gone(anothers)(), "that is another provider's")
		})
	}
}

func TestClient_KillsAProcessThatLeftItsGroup(t *testing.T) {
	t.Parallel()
	client := probed(t, "", plugin.OpenOptions{Confinement: plugin.ConfinementOff, CloseTimeout: 50 * time.Millisecond})
	require.Empty(t, try(t, client, "join", strconv.Itoa(syscall.Getpgrp())))
	pid := client.Process().PID
	require.NoError(t, syscall.Kill(pid, syscall.SIGSTOP))
	require.NoError(t, client.Close())
	assert.True(t, plugintest.Gone(pid)())
}

func TestConfinement_LetsNoProcessOutliveTheProvider(t *testing.T) {
	t.Parallel()
	needLandlock(t)
	client := probed(t, "", plugin.OpenOptions{})
	assert.Contains(t, try(t, client, "daemon", ""), foreign)
}
