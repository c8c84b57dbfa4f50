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

// skipOrFail skips a test for which this machine lacks a program, or fails it if
// PAYSOCKET_REQUIRE lists the program.
func skipOrFail(t *testing.T, program, reason string) {
	t.Helper()
	if slices.Contains(strings.Split(os.Getenv("PAYSOCKET_REQUIRE"), ","), program) {
		require.FailNow(t, "PAYSOCKET_REQUIRE has "+program, reason)
	}
	t.Skipf("SKIPPED, NOT TESTED: %s (PAYSOCKET_REQUIRE=%s makes this a failure)", reason, program)
}

// installNode installs Omise's library for Node in a folder of the test.
func installNode(t *testing.T) (folder string) {
	t.Helper()
	npm, err := exec.LookPath("npm")
	if err != nil {
		skipOrFail(t, "node", "there is no npm")
	}
	if _, err := exec.LookPath("node"); err != nil {
		skipOrFail(t, "node", "there is no node")
	}
	folder = t.TempDir()
	require.NoError(t, os.CopyFS(folder, os.DirFS(filepath.Join("testdata", "node"))))
	install := exec.CommandContext(t.Context(), npm,
		"ci", "--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund")
	install.Dir = folder
	if output, err := install.CombinedOutput(); err != nil {
		skipOrFail(t, "node", "npm could not install omise: "+string(output))
	}
	return folder
}

func TestAPI_ServesTheUnmodifiedLibraryForNode(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("SKIPPED, NOT TESTED: npm install is not short")
	}
	folder := installNode(t)
	for _, version := range []string{"2017-11-02", "2019-05-29"} {
		m := start(t, nil)
		sale := exec.CommandContext(t.Context(), "node", "sale.js", m.api, m.public, m.key, version)
		sale.Dir = folder
		output, err := sale.CombinedOutput()
		assert.NoError(t, err, "%s: %s", version, output)
	}
}
