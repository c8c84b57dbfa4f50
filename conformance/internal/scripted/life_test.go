package scripted_test

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/internal/scripted"
	"github.com/paysocket/paysocket/plugin"
)

// started is a process of the plugin that no runtime watches.
type started struct {
	command *exec.Cmd
	folder  string   // of its socket
	host    *os.File // closed, the host is gone
	ended   chan struct{}
}

func (w *world) start() *started {
	w.t.Helper()
	s := &started{folder: filepath.Join(w.t.TempDir(), "paysocket-1", "sockets"), ended: make(chan struct{})}
	require.NoError(w.t, os.MkdirAll(s.folder, 0o700))
	watched, host, err := os.Pipe()
	require.NoError(w.t, err)
	s.host = host
	w.t.Cleanup(func() { _ = host.Close() })
	s.command = exec.CommandContext(w.t.Context(), w.install(""))
	s.command.Env = []string{
		plugin.MagicCookieKey + "=" + plugin.MagicCookieValue, "PLUGIN_PROTOCOL_VERSIONS=1",
		"PLUGIN_UNIX_SOCKET_DIR=" + s.folder, plugin.HostFDKey + "=3",
	}
	s.command.ExtraFiles = []*os.File{watched}
	stdout, err := s.command.StdoutPipe()
	require.NoError(w.t, err)
	require.NoError(w.t, s.command.Start())
	require.NoError(w.t, watched.Close())
	line, err := bufio.NewReader(stdout).ReadString('\n')
	require.NoError(w.t, err)
	assert.Contains(w.t, line, "1|1|unix|"+s.folder)
	go func() {
		defer close(s.ended)
		_ = s.command.Wait()
	}()
	return s
}

func TestPlugin_EndsWithItsHostAndRemovesItsSocket(t *testing.T) {
	t.Parallel()
	s := newWorld(t, scripted.Shape{}).start()
	require.NoError(t, s.host.Close())
	<-s.ended
	assert.Equal(t, 0, s.command.ProcessState.ExitCode())
	assert.NoDirExists(t, filepath.Dir(s.folder))
}

func TestPlugin_EndsOnSIGTERMAndIgnoresTheTerminal(t *testing.T) {
	t.Parallel()
	s := newWorld(t, scripted.Shape{}).start()
	for _, ignored := range []syscall.Signal{syscall.SIGINT, syscall.SIGHUP, syscall.SIGTERM} {
		require.NoError(t, s.command.Process.Signal(ignored))
	}
	<-s.ended
	assert.Equal(t, 0, s.command.ProcessState.ExitCode(), "a signal ended it: %s", s.command.ProcessState)
	assert.NoDirExists(t, filepath.Dir(s.folder))
}

func TestPlugin_SaysWhatItIsToAPerson(t *testing.T) {
	t.Parallel()
	for _, arguments := range [][]string{nil, {"--version"}} {
		said, err := exec.CommandContext(t.Context(), binary, arguments...).CombinedOutput()
		require.Error(t, err)
		assert.Contains(t, string(said), `"payment-provider-scripted --help" says what there is`)
	}
}
