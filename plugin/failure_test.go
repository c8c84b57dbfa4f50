package plugin_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/plugin"
)

// socketFolder gives a folder with a name short enough for sockets, which must
// be empty in the end.
func socketFolder(t *testing.T) string {
	t.Helper()
	folder, err := os.MkdirTemp("", "ps") //nolint:usetesting // t.TempDir is too long a name for a socket.
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, os.Remove(folder), "the folder for sockets must be empty again") })
	return folder
}

func TestABinaryThatCannotBeExecutedIsRefused(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		path    string
		failure plugin.Failure
		want    string
	}{
		"missing":        {filepath.Join(t.TempDir(), "none"), plugin.FailureMissing, "there is no such file"},
		"folder":         {t.TempDir(), plugin.FailureNotExecutable, "not a regular file"},
		"no mode x":      {written(t, "provider", "#!/bin/sh\n", 0o600), plugin.FailureNotExecutable, "chmod +x"},
		"no format":      {written(t, "provider", "hello", 0o700), plugin.FailureNotExecutable, "is it built for this machine"},
		"no interpreter": {written(t, "provider", "#!/no/such/shell\n", 0o700), plugin.FailureNotExecutable, "interpreter"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := plugin.Open(t.Context(), c.path, &plugin.OpenOptions{SocketFolder: socketFolder(t)})
			require.ErrorIs(t, err, &plugin.OpenError{Failure: c.failure})
			require.ErrorContains(t, err, c.want)
			assert.ErrorContains(t, err, c.path)
		})
	}
}

func TestABinaryWithAnotherSumIsNotExecuted(t *testing.T) {
	t.Parallel()
	mark := filepath.Join(t.TempDir(), "executed")
	script := written(t, "provider", "#!/bin/sh\ntouch "+mark+"\n", 0o700)

	_, err := plugin.Open(t.Context(), script, &plugin.OpenOptions{SHA256: zeros})
	require.ErrorIs(t, err, &plugin.OpenError{Failure: plugin.FailureChecksum})
	require.ErrorContains(t, err, zeros)
	require.ErrorContains(t, err, sum(t, script))
	require.NoFileExists(t, mark)

	_, err = plugin.Open(t.Context(), script, &plugin.OpenOptions{SHA256: sum(t, script)})
	require.ErrorIs(t, err, &plugin.OpenError{Failure: plugin.FailureExited})
	require.FileExists(t, mark, "with the right sum it is executed, or this test proves nothing")
}

func TestABinaryWithoutASumIsExecutedWithAWarning(t *testing.T) {
	t.Parallel()
	logger, log := capture()
	opened(t, plugin.OpenOptions{Logger: logger})
	warning := log.record("the provider's binary is not checked: no checksum was given")
	require.NotNil(t, warning)
	assert.Equal(t, "WARN", warning["level"])
	assert.Equal(t, sum(t, binary(t)), warning["sha256"])
}

func TestAProcessThatIsNoPluginIsRefused(t *testing.T) {
	t.Parallel()
	for role, c := range map[string]struct {
		failure plugin.Failure
		want    string
	}{
		"exits":           {plugin.FailureExited, `"exit status 3" before it was ready`},
		"garbage":         {plugin.FailureHandshake, `it printed "Hello from a program that is no plugin!`},
		"other protocol":  {plugin.FailureProtocol, `speaks protocol version "99", and this host version 1`},
		"net/rpc":         {plugin.FailureProtocol, `speaks "netrpc"`},
		"no certificate":  {plugin.FailureProtocol, "DisableAutoMTLS"},
		"odd certificate": {plugin.FailureProtocol, "base64 without padding"},
		"elsewhere":       {plugin.FailureProtocol, "PLUGIN_UNIX_SOCKET_DIR"},
		"another's name":  {plugin.FailureConnection, "certificate is not valid for any names, but wanted to match localhost"},
		"goes at once":    {plugin.FailureExited, `"exit status 5" before it was ready`},
	} {
		t.Run(role, func(t *testing.T) {
			t.Parallel()
			_, err := open(t, role, plugin.OpenOptions{SocketFolder: socketFolder(t)})
			require.ErrorIs(t, err, &plugin.OpenError{Failure: c.failure})
			require.ErrorContains(t, err, c.want)
			assert.ErrorContains(t, err, binary(t))
		})
	}
}

func TestTheLastWordsOfAProcessThatEndedAreInTheError(t *testing.T) {
	t.Parallel()
	_, err := open(t, "exits", plugin.OpenOptions{})
	var openErr *plugin.OpenError
	require.ErrorAs(t, err, &openErr)
	assert.Equal(t, "the library libfoo.so.1 was not found\n", openErr.Stderr)
	assert.ErrorContains(t, err, "libfoo.so.1")
}

func TestAProcessThatSaysNothingIsGivenUp(t *testing.T) {
	t.Parallel()
	begun := time.Now()
	_, err := open(t, "mute", plugin.OpenOptions{StartTimeout: 300 * time.Millisecond, SocketFolder: socketFolder(t)})
	require.ErrorIs(t, err, &plugin.OpenError{Failure: plugin.FailureTimeout})
	require.ErrorContains(t, err, "not ready within 300ms")
	assert.Less(t, time.Since(begun), 5*time.Second)
}

func TestAProcessWithoutASocketIsRefused(t *testing.T) {
	t.Parallel()
	begun := time.Now()
	_, err := open(t, "no socket", plugin.OpenOptions{DisableAutoMTLS: true, SocketFolder: socketFolder(t)})
	var openErr *plugin.OpenError
	require.ErrorAs(t, err, &openErr)
	assert.Contains(t, []plugin.Failure{plugin.FailureConnection, plugin.FailureDescribe}, openErr.Failure, err)
	assert.Less(t, time.Since(begun), 5*time.Second)
}

func TestOpenEndsWithItsContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	_, err := plugin.Open(ctx, binary(t), &plugin.OpenOptions{Env: []string{roleKey + "=mute"}, SocketFolder: socketFolder(t)})
	require.ErrorIs(t, err, &plugin.OpenError{Failure: plugin.FailureCanceled})
	require.ErrorIs(t, err, context.DeadlineExceeded)
}

func TestOpenDoesNotWaitWhenItsContextHasEndedAlready(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	begun := time.Now()
	for range 5 { // the end of the context and the start of the process race
		_, err := plugin.Open(ctx, binary(t), &plugin.OpenOptions{Env: []string{roleKey + "=mute"}, SocketFolder: socketFolder(t)})
		require.ErrorIs(t, err, &plugin.OpenError{Failure: plugin.FailureCanceled})
	}
	assert.Less(t, time.Since(begun), 25*time.Second)
}

func TestAProviderThatRefusesItsConfigurationIsClosed(t *testing.T) {
	t.Parallel()
	logger, log := capture()
	wrong := configuration()
	wrong.Secrets["secret_key"] = contract.NewSecret("wrong_" + canary)
	_, err := open(t, "provider", plugin.OpenOptions{Configuration: wrong, Logger: logger, SocketFolder: socketFolder(t)})
	require.ErrorIs(t, err, &plugin.OpenError{Failure: plugin.FailureConfigure})
	assert.Equal(t, contract.ProviderAuthFailed, contract.ReasonOf(err))
	require.NotNil(t, log.record("plugin process exited"), "Open must not leave the process running")

	wrong.Secrets = map[string]contract.Secret{"secret": contract.NewSecret(canary)}
	_, err = open(t, "provider", plugin.OpenOptions{Configuration: wrong, Logger: logger})
	assert.Equal(t, contract.InvalidConfig, contract.ReasonOf(err))
	assert.NotContains(t, log.String()+err.Error(), canary)
}

func TestASocketFolderThatIsTooLongIsRefused(t *testing.T) {
	t.Parallel()
	long := filepath.Join(t.TempDir(), "a-folder-whose-name-alone-takes-most-of-the-room-there-is")
	require.NoError(t, os.Mkdir(long, 0o700))
	_, err := open(t, "provider", plugin.OpenOptions{SocketFolder: long})
	require.ErrorIs(t, err, &plugin.OpenError{Failure: plugin.FailureSystem})
	require.ErrorContains(t, err, "give a shorter OpenOptions.SocketFolder")
	entries, err := os.ReadDir(long)
	require.NoError(t, err)
	assert.Empty(t, entries)
}
