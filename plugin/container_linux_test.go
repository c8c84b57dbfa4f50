package plugin_test

import (
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/plugin"
	"github.com/paysocket/paysocket/plugin/internal/plugintest"
)

// A container's usual hardening: its root can only be read, its user is not root, it has no
// /run, and only /tmp can be written to.
func TestOpen_NeedsNoMoreThanATemporaryFolder(t *testing.T) {
	t.Parallel()
	needLandlock(t)
	const user = 1000
	if !plugintest.Inside(t, plugintest.Surroundings{User: user, Env: []string{"TMPDIR=/tmp", "HOME=/nonexistent"}, Prepare: `
mount -t tmpfs -o mode=555 none /run
mount -t tmpfs -o mode=1777 none /tmp
for point in /mnt /run /; do mount -o remount,bind,ro $point; done`}) {
		return
	}
	require.Equal(t, user, os.Getuid())
	for _, folder := range []string{"/", "/run", "/mnt", "/var/tmp"} {
		require.Error(t, os.WriteFile(folder+"/paysocket-test", nil, 0o600), "or this test proves nothing")
	}
	url, port := gatewayOf(t)
	client := probed(t, url, plugin.OpenOptions{SHA256: plugintest.SHA256(t, plugintest.Binary(t))})
	assert.Equal(t, plugin.ConfinementReport{Level: plugin.ConfinementLevelFull, Ports: []uint16{17, 53, 443, port}}, client.Confinement())
	plugintest.Pay(t, client, "order 1")
	assert.Equal(t, "welcome", try(t, client, "get", url))
	assert.Contains(t, try(t, client, "write", "/tmp/file"), denied)
	assert.Contains(t, try(t, client, "chmod", plugintest.WriteFile(t, "mine", "", 0o600)), foreign)
	require.NoError(t, client.Close())
	entries, err := os.ReadDir("/tmp")
	require.NoError(t, err)
	for _, entry := range entries {
		assert.NotContains(t, entry.Name(), "paysocket-", "nothing is left")
	}
}
