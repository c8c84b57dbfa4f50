package plugin_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/internal/faults"
	"github.com/paysocket/paysocket/plugin"
	"github.com/paysocket/paysocket/plugin/internal/plugintest"
)

func TestOpen_RefusesAFileThatCannotBeExecuted(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		path    string
		failure plugin.Failure
		want    string
	}{
		"missing":        {filepath.Join(t.TempDir(), "none"), plugin.FailureMissing, "there is no such file"},
		"folder":         {t.TempDir(), plugin.FailureNotExecutable, "not a regular file"},
		"no mode x":      {plugintest.WriteFile(t, "provider", "#!/bin/sh\n", 0o600), plugin.FailureNotExecutable, "chmod +x"},
		"no format":      {plugintest.WriteFile(t, "provider", "hello", 0o700), plugin.FailureNotExecutable, "is it built for this machine"},
		"no interpreter": {plugintest.WriteFile(t, "provider", "#!/no/such/shell\n", 0o700), plugin.FailureNotExecutable, "interpreter"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := plugin.Open(t.Context(), c.path, &plugin.OpenOptions{SocketFolder: plugintest.SocketFolder(t)})
			require.ErrorIs(t, err, &plugin.OpenError{Failure: c.failure})
			require.ErrorContains(t, err, c.want)
			require.ErrorContains(t, err, c.path)
			faults.Proved(t, faults.Injected{How: "the start of a file that cannot be executed", Times: faults.Observed(errors.Is(err, &plugin.OpenError{Failure: c.failure}))}, "HP01")
		})
	}
}

func TestOpen_RefusesAnotherChecksum(t *testing.T) {
	t.Parallel()
	mark := filepath.Join(t.TempDir(), "executed")
	script := plugintest.WriteFile(t, "provider", "#!/bin/sh\ntouch "+mark+"\n", 0o700)

	_, err := plugin.Open(t.Context(), script, &plugin.OpenOptions{SHA256: plugintest.Zeros})
	require.ErrorIs(t, err, &plugin.OpenError{Failure: plugin.FailureChecksum})
	require.ErrorContains(t, err, plugintest.Zeros)
	require.ErrorContains(t, err, plugintest.SHA256(t, script))
	require.NoFileExists(t, mark)
	refused := errors.Is(err, &plugin.OpenError{Failure: plugin.FailureChecksum})

	_, err = plugin.Open(t.Context(), script, &plugin.OpenOptions{SHA256: plugintest.SHA256(t, script)})
	require.ErrorIs(t, err, &plugin.OpenError{Failure: plugin.FailureExited})
	require.FileExists(t, mark, "with the right sum it is executed, or this test proves nothing")
	faults.Proved(t, faults.Injected{How: "the start of a file with another sum", Times: faults.Observed(refused)}, "HP02")
}

func TestOpen_WarnsWhereThereIsNoSum(t *testing.T) {
	t.Parallel()
	logger, log := plugintest.NewLog()
	plugintest.Open(t, plugin.OpenOptions{Logger: logger})
	warning := log.Record("the provider's binary is not checked: no checksum was given")
	require.NotNil(t, warning)
	assert.Equal(t, "WARN", warning["level"])
	assert.Equal(t, plugintest.SHA256(t, plugintest.Binary(t)), warning["sha256"])
}

func TestOpen_RefusesAProcessThatIsNotAPlugin(t *testing.T) {
	t.Parallel()
	for role, c := range map[string]struct {
		failure plugin.Failure
		want    string
	}{
		plugintest.RoleExits:          {plugin.FailureExited, `"exit status 3" before it was ready`},
		plugintest.RoleGarbage:        {plugin.FailureHandshake, `it printed "Hello from a program that is no plugin!`},
		plugintest.RoleOtherProtocol:  {plugin.FailureProtocol, `uses protocol version "99", and this host version 1`},
		plugintest.RoleNetRPC:         {plugin.FailureProtocol, `serves "netrpc"`},
		plugintest.RoleNoCertificate:  {plugin.FailureProtocol, "DisableAutoMTLS"},
		plugintest.RoleOddCertificate: {plugin.FailureProtocol, "base64 without padding"},
		plugintest.RoleElsewhere:      {plugin.FailureProtocol, "PLUGIN_UNIX_SOCKET_DIR"},
		plugintest.RoleOtherName:      {plugin.FailureConnection, "certificate is not valid for any names, but wanted to match localhost"},
		plugintest.RoleGoesAtOnce:     {plugin.FailureExited, `"exit status 5" before it was ready`},
	} {
		t.Run(role, func(t *testing.T) {
			t.Parallel()
			_, err := plugintest.Start(t, role, plugin.OpenOptions{SocketFolder: plugintest.SocketFolder(t)})
			require.ErrorIs(t, err, &plugin.OpenError{Failure: c.failure})
			require.ErrorContains(t, err, c.want)
			require.ErrorContains(t, err, plugintest.Binary(t))
			faults.Proved(t, faults.Injected{How: "a process that is no plugin of this version", Times: faults.Observed(errors.Is(err, &plugin.OpenError{Failure: c.failure}))}, "HP03")
		})
	}
}

func TestOpenError_HoldsTheOutputOfAProcessThatEnded(t *testing.T) {
	t.Parallel()
	_, err := plugintest.Start(t, plugintest.RoleExits, plugin.OpenOptions{})
	var openErr *plugin.OpenError
	require.ErrorAs(t, err, &openErr)
	assert.Equal(t, "the library libfoo.so.1 was not found\n", openErr.Stderr)
	assert.ErrorContains(t, err, "libfoo.so.1")
}

func TestOpen_GivesUpASilentProcess(t *testing.T) {
	t.Parallel()
	begun := time.Now()
	_, err := plugintest.Start(t, plugintest.RoleMute, plugin.OpenOptions{StartTimeout: 300 * time.Millisecond, SocketFolder: plugintest.SocketFolder(t)})
	require.ErrorIs(t, err, &plugin.OpenError{Failure: plugin.FailureTimeout})
	require.ErrorContains(t, err, "not ready within 300ms")
	assert.Less(t, time.Since(begun), 5*time.Second)
	faults.Proved(t, faults.Injected{How: "a process that prints nothing", Times: faults.Observed(errors.Is(err, &plugin.OpenError{Failure: plugin.FailureTimeout}))}, "HP04")
}

func TestOpen_RefusesAProcessWithoutASocket(t *testing.T) {
	t.Parallel()
	begun := time.Now()
	_, err := plugintest.Start(t, plugintest.RoleNoSocket, plugin.OpenOptions{DisableAutoMTLS: true, SocketFolder: plugintest.SocketFolder(t)})
	var openErr *plugin.OpenError
	require.ErrorAs(t, err, &openErr)
	assert.Contains(t, []plugin.Failure{plugin.FailureConnection, plugin.FailureDescribe}, openErr.Failure, err)
	assert.Less(t, time.Since(begun), 5*time.Second)
}

func TestOpen_EndsWithItsContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	_, err := plugin.Open(ctx, plugintest.Binary(t), &plugin.OpenOptions{Env: []string{plugintest.As(plugintest.RoleMute)}, SocketFolder: plugintest.SocketFolder(t)})
	require.ErrorIs(t, err, &plugin.OpenError{Failure: plugin.FailureCanceled})
	require.ErrorIs(t, err, context.DeadlineExceeded)
}

func TestOpen_DoesNotWaitAfterTheEndOfItsContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	begun := time.Now()
	for range 5 { // the end of the context and the start of the process race
		_, err := plugin.Open(ctx, plugintest.Binary(t), &plugin.OpenOptions{Env: []string{plugintest.As(plugintest.RoleMute)}, SocketFolder: plugintest.SocketFolder(t)})
		require.ErrorIs(t, err, &plugin.OpenError{Failure: plugin.FailureCanceled})
	}
	assert.Less(t, time.Since(begun), 25*time.Second)
}

func TestOpen_ClosesAProviderThatRefusesItsConfiguration(t *testing.T) {
	t.Parallel()
	logger, log := plugintest.NewLog()
	wrong := plugintest.Configuration()
	wrong.Secrets["secret_key"] = contract.NewSecret("wrong_" + plugintest.Canary)
	_, err := plugintest.Start(t, plugintest.RoleProvider, plugin.OpenOptions{Configuration: wrong, Logger: logger, SocketFolder: plugintest.SocketFolder(t)})
	require.ErrorIs(t, err, &plugin.OpenError{Failure: plugin.FailureConfigure})
	assert.Equal(t, contract.ProviderAuthFailed, contract.ReasonOf(err))
	require.NotNil(t, log.Record("plugin process exited"), "Open must not leave the process running")

	wrong.Secrets = map[string]contract.Secret{"secret": contract.NewSecret(plugintest.Canary)}
	_, err = plugintest.Start(t, plugintest.RoleProvider, plugin.OpenOptions{Configuration: wrong, Logger: logger})
	assert.Equal(t, contract.InvalidConfig, contract.ReasonOf(err))
	assert.NotContains(t, log.String()+err.Error(), plugintest.Canary)
}

func TestOpen_RefusesASocketFolderWithALongName(t *testing.T) {
	t.Parallel()
	long := filepath.Join(t.TempDir(), "a-folder-whose-name-alone-takes-most-of-the-room-there-is")
	require.NoError(t, os.Mkdir(long, 0o700))
	_, err := plugintest.Start(t, plugintest.RoleProvider, plugin.OpenOptions{SocketFolder: long})
	require.ErrorIs(t, err, &plugin.OpenError{Failure: plugin.FailureSystem})
	require.ErrorContains(t, err, "set a shorter OpenOptions.SocketFolder")
	entries, err := os.ReadDir(long)
	require.NoError(t, err)
	assert.Empty(t, entries)
}
