package plugin

import (
	"net"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// leftFolder makes a folder with a socket in a folder of it, as a host leaves
// one that was killed.
func leftFolder(t *testing.T, path string, mode os.FileMode) (socket string) {
	t.Helper()
	inner := filepath.Join(path, "plugin-dir1")
	require.NoError(t, os.MkdirAll(inner, 0o700))
	socket = filepath.Join(inner, "s")
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "unix", socket)
	require.NoError(t, err)
	listener.(*net.UnixListener).SetUnlinkOnClose(false)
	require.NoError(t, listener.Close())
	require.NoError(t, os.Chmod(path, mode))
	return socket
}

// shortFolder returns a folder with a name short enough for sockets.
func shortFolder(t *testing.T) string {
	t.Helper()
	folder, err := os.MkdirTemp("", "ps") //nolint:usetesting // t.TempDir is too long a name for a socket.
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, os.RemoveAll(folder)) })
	return folder
}

func TestSocketFolder_IsSweptOnlyWhenNobodyHoldsIt(t *testing.T) {
	t.Parallel()
	parent := shortFolder(t)
	in := func(name string) string { return filepath.Join(parent, name) }
	dead := leftFolder(t, in("paysocket-h1"), 0o700)
	var stay []string
	for name, mode := range map[string]os.FileMode{
		"paysocket-2": 0o700, // of a host that holds none of its folders
		"paysocket-h": 0o700, "paysocket-h3x": 0o700, "other": 0o700,
		"paysocket-h4": 0o755,
	} {
		stay = append(stay, leftFolder(t, in(name), mode))
	}
	require.NoError(t, os.Symlink(in("other"), in("paysocket-h5")))
	leftFolder(t, in("paysocket-h6"), 0o700)
	require.NoError(t, os.WriteFile(in("paysocket-h6/notes"), nil, 0o600))
	stay = append(stay, in("paysocket-h6/notes"))
	if os.Getuid() == 0 {
		stay = append(stay, leftFolder(t, in("paysocket-h7"), 0o700))
		require.NoError(t, os.Chown(in("paysocket-h7"), 12345, 12345))
	}

	first, err := makeSocketFolder(parent)
	require.NoError(t, err)
	assert.NoFileExists(t, dead)
	assert.NoDirExists(t, in("paysocket-h1"))

	second, err := makeSocketFolder(parent)
	require.NoError(t, err)
	assert.DirExists(t, first.path, "it is held")
	for _, path := range stay {
		_, err := os.Lstat(path)
		require.NoError(t, err)
	}
	require.NoError(t, second.remove())
	first.release()
	sweepSocketFolders(parent)
	assert.NoDirExists(t, first.path, "it is held no more")
}

func TestSocketFolder_IsLeftAloneByHostsThatBeginAtOnce(t *testing.T) {
	t.Parallel()
	parent := shortFolder(t)
	var hosts sync.WaitGroup
	for range 8 {
		hosts.Go(func() {
			for range 50 {
				folder, err := makeSocketFolder(parent)
				if !assert.NoError(t, err) {
					return
				}
				sweepSocketFolders(parent)
				assert.DirExists(t, folder.path)
				assert.NoError(t, folder.remove())
			}
		})
	}
	hosts.Wait()
	entries, err := os.ReadDir(parent)
	require.NoError(t, err)
	assert.Empty(t, entries)
}
