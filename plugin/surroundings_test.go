package plugin_test

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/plugin"
	"github.com/paysocket/paysocket/plugin/internal/plugintest"
)

// proc reads a file of a process, with spaces for its zeros. Of a confined
// process only root can read most.
func proc(t *testing.T, client *plugin.Client, name string) string {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/%s", client.Process().PID, name))
	require.NoError(t, err)
	return strings.ReplaceAll(string(text), "\x00", " ")
}

func TestOpen_KeepsTheHostsEnvironmentFromTheProcess(t *testing.T) {
	t.Setenv("DATABASE_URL", "postgres://canary@host")
	t.Setenv("HTTPS_PROXY", "http://user:canary@proxy")
	t.Setenv("TZ", "Asia/Bangkok")
	client := plugintest.Open(t, plugin.OpenOptions{Confinement: plugin.ConfinementOff, Env: []string{"NO_PROXY=localhost"}})

	environ := proc(t, client, "environ")
	assert.NotContains(t, environ, "canary")
	assert.NotContains(t, environ, "PATH=")
	assert.Contains(t, environ, "TZ=Asia/Bangkok ")
	assert.Contains(t, environ, "NO_PROXY=localhost ")
}

func TestOpen_PassesTheVariablesThatThePageExplains(t *testing.T) {
	t.Setenv("TZ", "Asia/Bangkok")
	t.Setenv("GOMEMLIMIT", "1GiB")
	t.Setenv("SSL_CERT_FILE", os.Getenv("SSL_CERT_FILE"))
	t.Setenv("SSL_CERT_DIR", os.Getenv("SSL_CERT_DIR"))
	page, err := os.ReadFile("../docs/other-languages.md")
	require.NoError(t, err)
	_, page, _ = bytes.Cut(page, []byte("\n## The start\n"))
	page, _, found := bytes.Cut(page, []byte("\n## The handshake\n"))
	require.True(t, found)
	client := plugintest.Open(t, plugin.OpenOptions{Confinement: plugin.ConfinementOff})
	environ, err := os.ReadFile(fmt.Sprintf("/proc/%d/environ", client.Process().PID))
	require.NoError(t, err)
	for variable := range strings.SplitSeq(strings.Trim(string(environ), "\x00"), "\x00") {
		if name, _, _ := strings.Cut(variable, "="); name != plugintest.RoleKey {
			assert.True(t, bytes.Contains(page, []byte("`"+name+"`")), "docs/other-languages.md does not explain %s", name)
		}
	}
}

func TestOpen_PassesNoSecretInArgumentsOrEnvironment(t *testing.T) {
	t.Parallel()
	client := plugintest.Open(t, plugin.OpenOptions{Confinement: plugin.ConfinementOff})
	assert.Equal(t, plugintest.Binary(t)+" ", proc(t, client, "cmdline"), "a provider gets no arguments")
	assert.NotContains(t, proc(t, client, "environ"), plugintest.Canary)
}

func TestSocketFolder_IsPrivateAndRemoved(t *testing.T) {
	t.Parallel()
	parent := plugintest.SocketFolder(t)
	client := plugintest.Open(t, plugin.OpenOptions{SocketFolder: parent})
	sockets := 0
	require.NoError(t, filepath.WalkDir(parent, func(path string, entry fs.DirEntry, err error) error {
		require.NoError(t, err)
		info, err := entry.Info()
		require.NoError(t, err)
		if entry.IsDir() {
			assert.Equal(t, os.FileMode(0o700), info.Mode().Perm(), path)
		} else {
			assert.Equal(t, os.ModeSocket, info.Mode().Type(), path)
			assert.LessOrEqual(t, len(path), 100, "the address of a socket has 104 bytes")
			sockets++
		}
		return nil
	}))
	assert.Equal(t, 1, sockets)
	require.NoError(t, client.Close())
	entries, err := os.ReadDir(parent)
	require.NoError(t, err)
	assert.Empty(t, entries)
}

func TestOpen_DisablesAutoMTLSWhenAsked(t *testing.T) {
	t.Parallel()
	client := plugintest.Open(t, plugin.OpenOptions{Confinement: plugin.ConfinementOff, DisableAutoMTLS: true})
	assert.NotContains(t, proc(t, client, "environ"), "PLUGIN_CLIENT_CERT")
	_, err := client.CreatePayment(t.Context(), plugintest.Payment("order 1"))
	assert.NoError(t, err)
}

func TestOpen_LeavesNothingBehind(t *testing.T) { //nolint:paralleltest // it counts what the process has open
	count := func() (descriptors, goroutines int) {
		entries, err := os.ReadDir("/proc/self/fd")
		require.NoError(t, err)
		return len(entries), runtime.NumGoroutine()
	}
	round := func() {
		client := plugintest.Open(t, plugin.OpenOptions{})
		_, err := client.CreatePayment(t.Context(), plugintest.Payment("order 1"))
		require.NoError(t, err)
		require.NoError(t, client.Close())
		_, err = plugintest.Start(t, plugintest.RoleExits, plugin.OpenOptions{})
		require.Error(t, err)
		_, err = plugintest.Start(t, plugintest.RoleGarbage, plugin.OpenOptions{})
		require.Error(t, err)
	}
	round() // what is made once is made now
	descriptors, goroutines := count()
	for range 3 {
		round()
	}
	assert.Eventually(t, func() bool {
		d, g := count()
		return d <= descriptors && g <= goroutines+1 // Eventually asks from one of its own
	}, plugintest.Patience, 10*time.Millisecond, "before: %d descriptors and %d goroutines", descriptors, goroutines)
}
