package plugin_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/plugin"
	"github.com/paysocket/paysocket/plugin/internal/plugintest"
)

// noRun is a system on which only the temporary folder can be written to.
func noRun() plugintest.Surroundings {
	return plugintest.Surroundings{Prepare: "mount -t tmpfs -o size=1m none /run && mount -o remount,ro /run"}
}

// folderOfLength returns a new folder whose path has so many bytes.
func folderOfLength(t *testing.T, length int, odd string) string {
	t.Helper()
	short, err := os.MkdirTemp("/tmp", "l") //nolint:usetesting // t.TempDir is too long a name for a socket.
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, os.RemoveAll(short)) })
	folder := filepath.Join(short, odd+strings.Repeat("x", max(0, length-len(short)-1-len(odd))))
	require.NoError(t, os.Mkdir(folder, 0o700))
	return folder
}

func TestSocketFolder_CanBeInATemporaryFolderAsLongAsTheSystemAllows(t *testing.T) {
	if !plugintest.Inside(t, noRun()) {
		return
	}
	for _, folder := range []string{
		folderOfLength(t, 49, ""), // macOS's default
		folderOfLength(t, 68, ""),
		folderOfLength(t, 0, `odd %s "ü' \ $x`),
	} {
		t.Setenv("TMPDIR", folder)
		client := plugintest.Open(t, plugin.OpenOptions{})
		_, err := client.CreatePayment(t.Context(), plugintest.Payment("order 1"))
		require.NoError(t, err)
		entries, err := os.ReadDir(folder)
		require.NoError(t, err)
		assert.Len(t, entries, 1, "%s: or this test proves nothing", folder)
		require.NoError(t, client.Close())
		entries, err = os.ReadDir(folder)
		require.NoError(t, err)
		assert.Empty(t, entries)
	}

	folder := folderOfLength(t, 69, "")
	t.Setenv("TMPDIR", folder)
	_, err := plugintest.Start(t, plugintest.RoleProvider, plugin.OpenOptions{})
	require.ErrorIs(t, err, &plugin.OpenError{Failure: plugin.FailureSystem})
	require.ErrorContains(t, err, folder+" is too long: the path of a socket in it has up to 108 bytes, and this system allows 107; "+
		"set a shorter OpenOptions.SocketFolder or TMPDIR, of at most 68 bytes")
	require.ErrorContains(t, err, "/run/user/0/paysocket-h", "what was tried before")
	require.ErrorContains(t, err, "/run/paysocket-h")
	require.ErrorContains(t, err, "read-only file system")
}

func TestSocketFolder_CanBeInARelativeTemporaryFolder(t *testing.T) {
	if !plugintest.Inside(t, noRun()) {
		return
	}
	t.Chdir(folderOfLength(t, 0, "here"))
	require.NoError(t, os.Mkdir("tmp", 0o700))
	t.Setenv("TMPDIR", "tmp")
	client := plugintest.Open(t, plugin.OpenOptions{})
	_, err := client.CreatePayment(t.Context(), plugintest.Payment("order 1"))
	require.NoError(t, err)
	entries, err := os.ReadDir("tmp")
	require.NoError(t, err)
	assert.Len(t, entries, 1, "or this test proves nothing")
}

func TestSocketFolder_IsRefusedWithACharacterThatTheHandshakeCannotCarry(t *testing.T) {
	t.Parallel()
	for character, shown := range map[string]string{"|": `'|'`, "\n": `'\n'`, "\x7f": `'\x7f'`, "\u0085": `'\u0085'`, "\t": `'\t'`} {
		folder := folderOfLength(t, 0, "a"+character+"b")
		_, err := plugintest.Start(t, plugintest.RoleProvider, plugin.OpenOptions{SocketFolder: folder})
		require.ErrorIs(t, err, &plugin.OpenError{Failure: plugin.FailureSystem})
		assert.ErrorContains(t, err, "has the character "+shown+" in its path")
	}
}
