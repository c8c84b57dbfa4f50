package plugin_test

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/plugin"
	"github.com/paysocket/paysocket/plugin/internal/plugintest"
)

const (
	resolvConf = "/etc/resolv.conf"
	wslConf    = "/mnt/wsl/resolv.conf"
	keptConf   = "/run/resolve/resolv.conf"
	otherConf  = "/mnt/other"
)

func write(t *testing.T, path, content string) {
	t.Helper()
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
	require.NoError(t, os.WriteFile(path, []byte(content), 0o644))
}

func rename(t *testing.T, path string) {
	t.Helper()
	write(t, path+".new", "nameserver 192.0.2.2\n")
	require.NoError(t, os.Rename(path+".new", path))
}

// plainFile and linkTo make what there is before a change.
func plainFile(t *testing.T) { t.Helper(); write(t, resolvConf, "") }

func linkTo(target string) func(t *testing.T) {
	return func(t *testing.T) {
		t.Helper()
		write(t, target, "")
		require.NoError(t, os.Symlink(target, resolvConf))
	}
}

func mountOther(t *testing.T) {
	t.Helper()
	write(t, otherConf, "")
	require.NoError(t, syscall.Mount(otherConf, resolvConf, "", syscall.MS_BIND, ""))
}

func unmount(t *testing.T) { t.Helper(); require.NoError(t, syscall.Unmount(resolvConf, 0)) }

// replaced are the ways in which a network that changes replaces resolv.conf.
func replaced() map[string]struct{ before, change func(t *testing.T) } {
	return map[string]struct{ before, change func(t *testing.T) }{
		"a plain file, renamed":    {plainFile, func(t *testing.T) { t.Helper(); rename(t, resolvConf) }},
		"a file, removed and made": {plainFile, func(t *testing.T) { t.Helper(); require.NoError(t, os.Remove(resolvConf)); plainFile(t) }},
		"what a link leads to":     {linkTo(wslConf), func(t *testing.T) { t.Helper(); rename(t, wslConf) }},
		"the folder that a link leads to": {linkTo(wslConf), func(t *testing.T) {
			t.Helper()
			require.NoError(t, os.Rename(filepath.Dir(wslConf), "/mnt/wsl-before"))
			write(t, wslConf, "")
		}},
		"the folder that a service keeps": {linkTo(keptConf), func(t *testing.T) {
			t.Helper()
			require.NoError(t, os.RemoveAll(filepath.Dir(keptConf)))
			write(t, keptConf, "")
		}},
		"the link": {linkTo(wslConf), func(t *testing.T) {
			t.Helper()
			write(t, otherConf, "")
			require.NoError(t, os.Symlink(otherConf, resolvConf+".new"))
			require.NoError(t, os.Rename(resolvConf+".new", resolvConf))
		}},
		"by a mount": {plainFile, func(t *testing.T) {
			t.Helper()
			mountOther(t)
			t.Cleanup(func() { unmount(t) })
		}},
		"by the end of a mount":     {func(t *testing.T) { t.Helper(); plainFile(t); mountOther(t) }, unmount},
		"a file that was not there": {func(*testing.T) {}, plainFile},
	}
}

func TestConfinement_AsksForAnotherProcessWhenAFileWasReplaced(t *testing.T) {
	t.Parallel()
	needLandlock(t)
	if !plugintest.Inside(t, plugintest.Surroundings{Prepare: `
mount -t tmpfs none /mnt
mount -t tmpfs none /run
mkdir -m 755 /mnt/etc
cp /etc/hosts /etc/passwd /etc/group /mnt/etc
mount --bind /mnt/etc /etc`}) {
		return
	}
	for name, c := range replaced() {
		t.Run(name, func(t *testing.T) {
			t.Cleanup(func() {
				_ = os.RemoveAll("/mnt/wsl")
				_ = os.RemoveAll("/mnt/wsl-before")
				_ = os.RemoveAll("/run/resolve")
				_ = os.Remove("/etc/resolv.conf")
			})
			c.before(t)
			logger, log := plugintest.NewLog()
			client := probed(t, "", plugin.OpenOptions{Logger: logger})
			require.NoError(t, client.Health(t.Context()))
			if _, err := os.Stat("/etc/resolv.conf"); err == nil {
				require.NoError(t, os.WriteFile("/etc/resolv.conf", []byte("nameserver 192.0.2.1\n"), 0o600))
				require.NoError(t, client.Health(t.Context()), "the same file")
			}
			c.change(t)
			require.Contains(t, try(t, client, "read", "/etc/resolv.conf"), denied, "or this test proves nothing")
			require.ErrorIs(t, client.Health(t.Context()), plugin.ErrNotServing)
			require.Eventually(t, log.Has("the process must be started anew: a file was replaced, and its rights are to the old one"), plugintest.Patience, time.Millisecond)

			another := probed(t, "", plugin.OpenOptions{})
			require.NoError(t, another.Health(t.Context()))
			assert.NotContains(t, try(t, another, "read", "/etc/resolv.conf"), denied)
		})
	}
}

func TestConfinement_ReadsWhatAServiceReplacesInItsFolder(t *testing.T) {
	t.Parallel()
	needLandlock(t)
	if !plugintest.Inside(t, plugintest.Surroundings{Prepare: `
mount -t tmpfs none /mnt
mount -t tmpfs none /run
mkdir -m 755 /mnt/etc /run/resolve
cp /etc/hosts /etc/passwd /etc/group /mnt/etc
echo 'nameserver 192.0.2.1' > /run/resolve/resolv.conf
ln -s /run/resolve/resolv.conf /mnt/etc/resolv.conf
mount --bind /mnt/etc /etc`}) {
		return
	}
	client := probed(t, "", plugin.OpenOptions{})
	const file = "/run/resolve/resolv.conf"
	require.NoError(t, os.WriteFile(file+".new", []byte("nameserver 192.0.2.2\n"), 0o600))
	require.NoError(t, os.Rename(file+".new", file))
	assert.Equal(t, "nameserver 192.0.2.2\n", try(t, client, "read", "/etc/resolv.conf"))
	assert.NoError(t, client.Health(t.Context()))
}
