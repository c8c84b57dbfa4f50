package plugin_test

import (
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"github.com/paysocket/paysocket/plugin"
	"github.com/paysocket/paysocket/plugin/internal/plugintest"
)

// tried is something that a confined process is kept from, and one that is not can do.
type tried struct {
	what, with string

	// refused is what the process hears. Where it is for want of a configuration's
	// ports, onlyFull is set.
	refused  string
	onlyFull bool

	// tooMuch says that a process with all rights must not be asked to try it, or
	// cannot do it either.
	tooMuch bool
}

const foreign = "operation not permitted"

// outsides are what a confined provider must not reach.
type outsides struct {
	listener, abstract string // addresses
	file, descriptor   string // of the host
	host               string // its process id
}

func newOutsides(t *testing.T) *outsides {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = listener.Close() })
	abstract, err := (&net.ListenConfig{}).Listen(t.Context(), "unix", "@"+filepath.Base(t.TempDir())+strconv.Itoa(os.Getpid()))
	require.NoError(t, err)
	t.Cleanup(func() { _ = abstract.Close() })
	mine := plugintest.WriteFile(t, "mine", "hush", 0o600)
	file, err := os.Open(mine)
	require.NoError(t, err)
	const free = 700 // a number that no provider gets to by itself
	opened, err := unix.FcntlInt(file.Fd(), unix.F_DUPFD, free)
	require.NoError(t, err)
	require.NoError(t, file.Close())
	t.Cleanup(func() { _ = unix.Close(opened) })
	return &outsides{
		listener: listener.Addr().String(), abstract: abstract.Addr().String(), file: mine, descriptor: strconv.Itoa(opened),
		host: strconv.Itoa(os.Getpid()),
	}
}

// lines are the lines of the table in docs/confinement.md, and what shows each of them.
func lines(t *testing.T) map[string][]tried {
	t.Helper()
	o := newOutsides(t)
	return map[string][]tried{
		"it reads only": {{what: "read", with: o.file, refused: denied}, {what: "list", with: filepath.Dir(o.file), refused: denied}},
		"it writes only": {
			{what: "write", with: filepath.Join(filepath.Dir(o.file), "new"), refused: denied},
			{what: "truncate", with: plugintest.WriteFile(t, "cut", "x", 0o600), refused: foreign},
			{what: "remove", with: plugintest.WriteFile(t, "gone", "x", 0o600), refused: denied},
		},
		"it changes no mode": {
			{what: "chmod", with: o.file, refused: foreign},
			{what: "chown", with: o.file, refused: foreign},
			{what: "utimes", with: o.file, refused: foreign},
			{what: "setxattr", with: o.file, refused: foreign},
		},
		"it executes nothing": {
			{what: "exec", with: "/bin/true", refused: foreign},
			{what: "exec memory", with: "/bin/true", refused: foreign},
			{what: "execve", with: "/bin/true", refused: foreign, tooMuch: true},
			{what: "setsid", refused: foreign, tooMuch: true},
			{what: "setpgid", refused: foreign},
		},
		"it dumps no core":      {{what: "undumpable", refused: foreign}, {what: "namespace", refused: foreign, tooMuch: true}},
		"it has no descriptors": {{what: "descriptor", with: o.descriptor, refused: "bad file descriptor"}},
		"it changes no limit": {
			{what: "limit", with: o.host, refused: foreign},
			{what: "priority", with: o.host, refused: foreign},
			{what: "pidfd", with: o.host, refused: foreign},
			{what: "shared", refused: foreign, tooMuch: true},
			{what: "key", refused: foreign, tooMuch: true},
			{what: "rings", refused: "function not implemented", tooMuch: true},
		},
		"it opens no sockets": {
			{what: "multipath", with: o.listener, refused: "protocol not supported", tooMuch: true},
			{what: "seqpacket", refused: "protocol not supported", tooMuch: true},
			{what: "crypto", refused: "address family not supported", tooMuch: true},
		},
		"it connects by TCP": {
			{what: "tcp", with: o.listener, refused: denied, onlyFull: true},
			{what: "listen", refused: denied, onlyFull: true},
			{what: "listen free", refused: denied, onlyFull: true},
			{what: "fast open", with: o.listener, refused: "operation not supported", tooMuch: true},
		},
		"it sends no signals": {
			{what: "signal", with: o.host, refused: foreign},
			{what: "tkill", with: o.host, refused: foreign, onlyFull: true},
			{what: "unix", with: o.abstract, refused: foreign, onlyFull: true},
		},
	}
}

// linesOfThePage returns the first cells of the table of what a process gives up.
func linesOfThePage(t *testing.T) (cells []string) {
	t.Helper()
	page, err := os.ReadFile("../docs/confinement.md")
	require.NoError(t, err)
	_, section, found := strings.Cut(string(page), "## What the process gives up")
	require.True(t, found)
	for line := range strings.Lines(section) {
		if cell, ok := strings.CutPrefix(line, "| it "); ok {
			cells = append(cells, "it "+strings.Split(cell, " |")[0])
		}
	}
	return cells
}

func TestConfinement_IsWhatEachLineOfItsPageSays(t *testing.T) {
	t.Parallel()
	needLandlock(t)
	shown := lines(t)
	var all []tried
	for _, cell := range linesOfThePage(t) {
		found := 0
		for begin, tries := range shown {
			if strings.HasPrefix(cell, begin) {
				found++
				all = append(all, tries...)
			}
		}
		assert.Equal(t, 1, found, "what shows that %s?", cell)
	}
	assert.Len(t, linesOfThePage(t), len(shown))

	url, _ := gatewayOf(t)
	full := probed(t, url, plugin.OpenOptions{})
	files := probed(t, url, plugin.OpenOptions{Confinement: plugin.ConfinementFiles})
	for _, c := range all {
		assert.Contains(t, try(t, full, c.what, c.with), c.refused, "%s %s", c.what, c.with)
		if c.onlyFull {
			assert.NotContains(t, try(t, files, c.what, c.with), "error", "files: %s %s", c.what, c.with)
		} else {
			assert.Contains(t, try(t, files, c.what, c.with), c.refused, "files: %s %s", c.what, c.with)
		}
	}
	off := probed(t, url, plugin.OpenOptions{Confinement: plugin.ConfinementOff})
	for _, c := range all {
		if !c.tooMuch {
			assert.NotContains(t, try(t, off, c.what, c.with), "error", "%s %s proves nothing", c.what, c.with)
		}
	}
}

func TestConfinement_ClosesTheDescriptorsOfTheHost(t *testing.T) {
	t.Parallel()
	needLandlock(t)
	client := probed(t, "", plugin.OpenOptions{})
	assert.Equal(t, "0 1 2 3", try(t, client, "descriptors", ""))
}

// A kernel without landlock refuses the calls as well.
func TestConfinement_RefusesCallsOnAnOldKernel(t *testing.T) {
	t.Parallel()
	client, err := plugintest.Start(t, roleProberOnOldKernel, plugin.OpenOptions{Configuration: plugintest.Configuration()})
	require.NoError(t, err)
	for _, what := range []string{"chmod", "exec", "limit", "signal", "multipath"} {
		with := map[string]string{"chmod": plugintest.WriteFile(t, "mine", "", 0o600), "exec": "/bin/true", "multipath": "127.0.0.1:9"}[what]
		if with == "" {
			with = strconv.Itoa(os.Getpid())
		}
		assert.Contains(t, try(t, client, what, with), "not ", what)
	}
	assert.Empty(t, try(t, client, "netlink", ""))
}
