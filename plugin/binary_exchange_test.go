package plugin

import (
	"io"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestOpen_RunsTheFileThatItReadAndNotItsReplacement(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		t.Skip("only Linux executes the file that was read")
	}
	path := filepath.Join(t.TempDir(), "provider")
	copySelf(t, path)
	o := (&OpenOptions{Env: []string{"PAYSOCKET_TEST_ROLE=provider"}, StartTimeout: time.Minute}).orDefaults()
	binary, openErr := checkBinary(t.Context(), path, "", o.Logger)
	require.Nil(t, openErr)
	defer binary.close()

	other := filepath.Join(t.TempDir(), "other")
	require.NoError(t, os.WriteFile(other, []byte("#!/bin/sh\nexit 9\n"), 0o700))
	require.NoError(t, os.Rename(other, path))

	l, err := newLaunch(t.Context(), binary, &o)
	require.NoError(t, err)
	client, openErr := l.open(t.Context())
	require.Nil(t, openErr)
	assert.Equal(t, "tester", client.Descriptor().ProviderID)
	require.NoError(t, client.Close())

	_, err = Open(t.Context(), path, &o)
	require.ErrorIs(t, err, &OpenError{Failure: FailureExited}, "or this test proves nothing")
}

func copySelf(t *testing.T, path string) {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	from, err := os.Open(self)
	require.NoError(t, err)
	defer func() { _ = from.Close() }()
	to, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY, 0o700)
	require.NoError(t, err)
	_, err = io.Copy(to, from)
	require.NoError(t, err)
	require.NoError(t, to.Close())
}
