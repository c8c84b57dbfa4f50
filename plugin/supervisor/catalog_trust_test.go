package supervisor_test

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/plugin/internal/plugintest"
	"github.com/paysocket/paysocket/plugin/supervisor"
)

const smallCatalog = "providers:\n  - {name: memory, path: memory, mode: test, sha256_file: sums/SUMS}\n"

// smallCatalogFile returns the path of a catalog, and of its file of checksums in
// a folder of its own beside it.
func smallCatalogFile(t *testing.T) (catalog, sums string) {
	t.Helper()
	catalog = plugintest.WriteFile(t, "catalog.yaml", smallCatalog, 0o600)
	sums = filepath.Join(filepath.Dir(catalog), "sums/SUMS")
	require.NoError(t, os.Mkdir(filepath.Dir(sums), 0o700))
	require.NoError(t, os.WriteFile(sums, []byte(plugintest.Zeros+"  memory\n"), 0o600))
	return catalog, sums
}

func TestCatalog_IsRefusedWhenOthersCanWriteToIt(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		spoil func(catalog, sums string) error
		want  string
		line  int
	}{
		"the catalog":             {func(catalog, _ string) error { return os.Chmod(catalog, 0o666) }, "chmod go-w it", 0},
		"its folder":              {func(catalog, _ string) error { return os.Chmod(filepath.Dir(catalog), 0o777) }, "chmod go-w it", 0},
		"the checksums":           {func(_, sums string) error { return os.Chmod(sums, 0o602) }, "chmod go-w it", 2},
		"the checksums' folder":   {func(_, sums string) error { return os.Chmod(filepath.Dir(sums), 0o707) }, "chmod go-w it", 2},
		"another user's":          {func(catalog, _ string) error { return give(catalog) }, "chown it", 0},
		"another user's sums":     {func(_, sums string) error { return give(sums) }, "chown it", 2},
		"a pipe that nobody has":  {func(catalog, _ string) error { return replaceByPipe(catalog) }, "not a regular file", 0},
		"a pipe in place of sums": {func(_, sums string) error { return replaceByPipe(sums) }, "not a regular file", 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			catalog, sums := smallCatalogFile(t)
			_, err := supervisor.LoadCatalog(catalog)
			require.NoError(t, err, "or this test proves nothing")
			if c.want == "chown it" && os.Getuid() != 0 {
				t.Skip("only root can give a file away")
			}
			require.NoError(t, c.spoil(catalog, sums))
			_, err = supervisor.LoadCatalog(catalog)
			var wrong *supervisor.CatalogError
			require.ErrorAs(t, err, &wrong)
			require.ErrorContains(t, err, c.want)
			assert.Equal(t, c.line, wrong.Line, err)
		})
	}
}

func give(path string) error { return os.Chown(path, 12345, 12345) }

func replaceByPipe(path string) error {
	if err := os.Remove(path); err != nil {
		return err
	}
	return syscall.Mkfifo(path, 0o600)
}

func TestCatalog_IsReadInAStickyFolderAndBehindALink(t *testing.T) {
	t.Parallel()
	catalog, _ := smallCatalogFile(t)
	require.NoError(t, os.Chmod(filepath.Dir(catalog), 0o777|os.ModeSticky))
	_, err := supervisor.LoadCatalog(catalog)
	require.NoError(t, err)

	link := filepath.Join(t.TempDir(), "linked")
	require.NoError(t, os.Symlink(filepath.Dir(catalog), link))
	_, err = supervisor.LoadCatalog(filepath.Join(link, "catalog.yaml"))
	require.NoError(t, err)
}
