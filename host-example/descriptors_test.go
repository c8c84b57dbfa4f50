package main

import (
	"os"
	"os/exec"
	"strconv"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestServe_KeepsItsDescriptorsFromProviders(t *testing.T) {
	t.Parallel()
	inherited, err := syscall.Dup(int(os.Stderr.Fd())) // as from a shell: it survives an exec
	require.NoError(t, err)
	t.Cleanup(func() { _ = syscall.Close(inherited) })
	has := func() bool {
		cmd := exec.CommandContext(t.Context(), "/bin/sh", "-c", "test -e /dev/fd/"+strconv.Itoa(inherited))
		return cmd.Run() == nil
	}
	require.True(t, has(), "or this test proves nothing")
	require.NoError(t, keepDescriptors())
	assert.False(t, has())
}
