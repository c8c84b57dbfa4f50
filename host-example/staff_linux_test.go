package main

import (
	"bytes"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"github.com/paysocket/paysocket/host-example/staff"
)

// terminal opens a terminal: what is written to its inner end is read from the outer one.
func terminal(t *testing.T) (outer, inner *os.File) {
	t.Helper()
	outer, err := os.OpenFile("/dev/ptmx", os.O_RDWR|syscall.O_NOCTTY, 0)
	require.NoError(t, err)
	t.Cleanup(func() { _ = outer.Close() })
	require.NoError(t, unix.IoctlSetPointerInt(int(outer.Fd()), unix.TIOCSPTLCK, 0))
	n, err := unix.IoctlGetInt(int(outer.Fd()), unix.TIOCGPTN)
	require.NoError(t, err)
	inner, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|syscall.O_NOCTTY, 0)
	require.NoError(t, err)
	return outer, inner
}

// TestServe_ShowsTheFirstPasswordOnceAndOnATerminalOnly starts a host twice, and reads
// everything that it writes.
func TestServe_ShowsTheFirstPasswordOnceAndOnATerminalOnly(t *testing.T) {
	t.Parallel()
	catalog := newOwnProvider(t).catalog
	folder := shortFolder(t)
	start := func() (shown string, log []byte) {
		outer, inner := terminal(t)
		stderr, err := os.Create(filepath.Join(t.TempDir(), "log"))
		require.NoError(t, err)
		command := exec.CommandContext(t.Context(), "host-example", "serve", "--catalog", catalog, "--database", filepath.Join(folder, "shop.db"),
			"--listen", "127.0.0.1:0", "--staff", "127.0.0.1:0")
		command.Stdout, command.Stderr = inner, stderr
		require.NoError(t, command.Start())
		require.NoError(t, inner.Close())
		read := func() []byte { log, _ := os.ReadFile(stderr.Name()); return log }
		require.Eventually(t, func() bool { return bytes.Contains(read(), []byte("the host has started")) }, waitFor, pollEvery)
		address := regexp.MustCompile(`"staff":"(http://[^"]*)"`).FindSubmatch(read())
		require.NoError(t, command.Process.Signal(syscall.SIGTERM))
		var content bytes.Buffer
		_, _ = content.ReadFrom(outer) // which ends with an error when nobody has the inner end
		if found := regexp.MustCompile(`password: (\S+)`).FindStringSubmatch(content.String()); found != nil {
			shown = found[1]
		}
		require.NoError(t, command.Wait())
		require.Len(t, address, 2)
		return shown, read()
	}
	password, log := start()
	require.GreaterOrEqual(t, len(password), 20, "letters of 5 bits each")
	again, more := start()
	assert.Empty(t, again)
	assert.NotContains(t, string(log)+string(more), password)
	require.NoError(t, filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && entry.Type().IsRegular() {
			content, readErr := os.ReadFile(path)
			require.NoError(t, readErr)
			assert.NotContains(t, string(content), password, path)
		}
		return err
	}))

	host := serve(t, catalog, "--database", filepath.Join(folder, "shop.db"))
	answer, err := newBrowser().submit(t.Context(), host.staff+"/login", url.Values{"name": {staff.First}, "password": {password}})
	require.NoError(t, err)
	assert.Equal(t, http.StatusSeeOther, answer.status)
}

// TestServe_SaysHowToLogInWithoutATerminal has a host whose output is a log.
func TestServe_SaysHowToLogInWithoutATerminal(t *testing.T) {
	t.Parallel()
	folder := shortFolder(t)
	socket := filepath.Join(folder, "admin")
	catalog := newOwnProvider(t).catalog
	host := serve(t, catalog, "--admin", socket)
	info, err := os.Stat(socket)
	require.NoError(t, err)
	assert.Equal(t, fs.ModeSocket|0o600, info.Mode(), "for the host's user only")
	second := exec.CommandContext(t.Context(), "host-example", "serve", "--catalog", catalog, "--database", filepath.Join(folder, "other.db"),
		"--listen", "127.0.0.1:0", "--staff", "off", "--admin", socket)
	output, err := second.CombinedOutput()
	require.Error(t, err)
	assert.Contains(t, string(output), "another host answers at the socket")

	require.NoError(t, host.cmd.Process.Kill())
	require.Error(t, <-host.ended)
	require.FileExists(t, socket, "it is left behind")
	host = serve(t, catalog, "--admin", socket, "--database", filepath.Join(folder, "shop.db"))
	o := &office{merchant: &merchant{t: t}, host: host}
	assert.GreaterOrEqual(t, len(o.password(staff.First)), 20)
	require.NoError(t, host.cmd.Process.Signal(syscall.SIGTERM))
	require.NoError(t, <-host.ended)
	entries, err := os.ReadDir(folder)
	require.NoError(t, err)
	for _, entry := range entries {
		assert.True(t, strings.HasPrefix(entry.Name(), "shop.db") || strings.HasPrefix(entry.Name(), "other.db"), "%s is left", entry.Name())
	}
}
