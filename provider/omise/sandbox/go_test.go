package sandbox_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAPI_ServesTheUnmodifiedLibraryForGo(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("SKIPPED, NOT TESTED: to build another module is not short")
	}
	folder := t.TempDir()
	require.NoError(t, os.CopyFS(folder, os.DirFS(filepath.Join("testdata", "go"))))
	command := func(args ...string) ([]byte, error) {
		run := exec.CommandContext(t.Context(), "go", args...)
		run.Dir, run.Env = folder, append(os.Environ(), "GOFLAGS=-buildvcs=false", "GOWORK=off")
		return run.CombinedOutput()
	}
	if output, err := command("mod", "download"); err != nil {
		skipOrFail(t, "omise-go", "go could not download omise-go: "+string(output))
	}
	m := start(t, nil)
	output, err := command("run", ".", m.api, m.public, m.key)
	require.NoError(t, err, "%s", output)
}
