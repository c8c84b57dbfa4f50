package plugin_test

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/internal/shortage"
	"github.com/paysocket/paysocket/plugin"
	"github.com/paysocket/paysocket/plugin/internal/plugintest"
)

// However many file descriptors are left, an Open that fails says that it was for
// want of them: the provider is not to blame.
func TestOpen_BlamesTheSystemForItsLackOfDescriptors(t *testing.T) {
	t.Parallel()
	if !plugintest.Inside(t, plugintest.Surroundings{Prepare: "ulimit -n 64"}) {
		return
	}
	binary := plugintest.Binary(t)
	client := plugintest.Open(t, plugin.OpenOptions{}) // whatever is opened once is open now
	require.NoError(t, client.Close())
	opened, sum := false, plugintest.SHA256(t, binary)
	for left := 0; !opened && left < 60; left++ {
		var taken []*os.File
		for {
			file, err := os.Open(os.DevNull)
			if err != nil {
				break
			}
			taken = append(taken, file)
		}
		for _, file := range taken[len(taken)-min(left, len(taken)):] {
			require.NoError(t, file.Close())
		}
		client, err := plugin.Open(t.Context(), binary, &plugin.OpenOptions{
			SHA256: sum, Configuration: plugintest.Configuration(), Env: []string{plugintest.As(plugintest.RoleProvider)},
		})
		for _, file := range taken {
			_ = file.Close()
		}
		if err == nil {
			opened = true
			require.NoError(t, client.Close())
			continue
		}
		require.ErrorIs(t, err, &plugin.OpenError{Failure: plugin.FailureSystem}, "%d left", left)
		assert.True(t, shortage.Is(err), "%d left: %v", left, err)
	}
	assert.True(t, opened, "or this test proves nothing")
}

func TestOpen_BlamesTheSystemForABinaryThatIsBeingWritten(t *testing.T) {
	t.Parallel()
	script := plugintest.WriteFile(t, "provider", "#!/bin/sh\n", 0o700)
	writer, err := os.OpenFile(script, os.O_WRONLY, 0)
	require.NoError(t, err)
	t.Cleanup(func() { _ = writer.Close() })
	_, err = plugin.Open(t.Context(), script, nil)
	require.ErrorIs(t, err, &plugin.OpenError{Failure: plugin.FailureSystem})
	require.ErrorIs(t, err, syscall.ETXTBSY)
	assert.ErrorContains(t, err, "somebody has it open for writing")
}

func TestOpen_NamesAFileSystemThatIsMountedNoexec(t *testing.T) {
	t.Parallel()
	if !plugintest.Inside(t, plugintest.Surroundings{}) {
		return
	}
	folder := t.TempDir()
	require.NoError(t, syscall.Mount("none", folder, "tmpfs", syscall.MS_NOEXEC, "mode=0755"))
	t.Cleanup(func() { assert.NoError(t, syscall.Unmount(folder, 0)) })
	content, err := os.ReadFile(plugintest.Binary(t))
	require.NoError(t, err)
	for name, content := range map[string][]byte{"script": []byte("#!/bin/sh\n"), "binary": content} {
		path := filepath.Join(folder, name)
		require.NoError(t, os.WriteFile(path, content, 0o700))
		_, err := plugin.Open(t.Context(), path, nil)
		require.ErrorIs(t, err, &plugin.OpenError{Failure: plugin.FailureNotExecutable}, name)
		require.ErrorContains(t, err, "its file system is mounted noexec", name)
		require.ErrorContains(t, err, path, name)
	}
}
