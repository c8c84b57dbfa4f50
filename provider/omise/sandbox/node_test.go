package sandbox_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// cannot skips a test that lacks a program of this machine, with the reason,
// or fails it where PAYSOCKET_REQUIRE lists the program.
func cannot(t *testing.T, program, reason string) {
	t.Helper()
	if slices.Contains(strings.Split(os.Getenv("PAYSOCKET_REQUIRE"), ","), program) {
		require.FailNow(t, "PAYSOCKET_REQUIRE has "+program, reason)
	}
	t.Skipf("SKIPPED, NOT TESTED: %s (PAYSOCKET_REQUIRE=%s makes this a failure)", reason, program)
}

// installNode puts Omise's library for Node into a folder of the test.
func installNode(t *testing.T) (folder string) {
	t.Helper()
	npm, err := exec.LookPath("npm")
	if err != nil {
		cannot(t, "node", "there is no npm")
	}
	if _, err := exec.LookPath("node"); err != nil {
		cannot(t, "node", "there is no node")
	}
	folder = t.TempDir()
	require.NoError(t, os.CopyFS(folder, os.DirFS(filepath.Join("testdata", "node"))))
	install := exec.CommandContext(t.Context(), npm,
		"ci", "--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund")
	install.Dir = folder
	if output, err := install.CombinedOutput(); err != nil {
		cannot(t, "node", "npm could not install omise: "+string(output))
	}
	return folder
}

func TestOmisesLibraryForNodeSellsUnmodified(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("SKIPPED, NOT TESTED: npm install is not short")
	}
	folder := installNode(t)
	for _, version := range []string{"2017-11-02", "2019-05-29"} {
		b := start(t, nil)
		sale := exec.CommandContext(t.Context(), "node", "sale.js", b.api, b.public, b.key, version)
		sale.Dir = folder
		output, err := sale.CombinedOutput()
		assert.NoError(t, err, "%s: %s", version, output)
	}
}
