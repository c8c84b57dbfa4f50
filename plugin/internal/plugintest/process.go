package plugintest

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// Gone returns a function that reports whether the process has ended. One that
// nobody has waited for yet has ended too.
func Gone(pid int) func() bool {
	return func() bool {
		stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		if err != nil {
			return true
		}
		_, after, _ := strings.Cut(string(stat), ") ")
		return strings.HasPrefix(after, "Z")
	}
}

// Sever breaks this process's connection to a provider's process, whose
// environment it must be able to read.
func Sever(t *testing.T, pid int) {
	t.Helper()
	for fd := 3; fd < 4096; fd++ {
		peer, err := syscall.Getpeername(fd)
		if unix, ok := peer.(*syscall.SockaddrUnix); err == nil && ok && isSocketOf(unix.Name, pid) {
			require.NoError(t, syscall.Shutdown(fd, syscall.SHUT_RDWR))
			return
		}
	}
	require.FailNow(t, "there is no connection to the process")
}

// isSocketOf reports whether the socket is that of the process.
func isSocketOf(socket string, pid int) bool {
	environ, err := os.ReadFile(fmt.Sprintf("/proc/%d/environ", pid))
	return err == nil && socket != "" && bytes.Contains(environ, []byte("PLUGIN_UNIX_SOCKET_DIR="+filepath.Dir(socket)+"\x00"))
}

// Descriptors returns how many file descriptors this process has open.
func Descriptors(t *testing.T) int {
	t.Helper()
	entries, err := os.ReadDir("/proc/self/fd")
	require.NoError(t, err)
	return len(entries)
}
