package release

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// lastRelease returns the tag of the last release before this commit, or the commit that
// PAYSOCKET_LAST names in its place.
func lastRelease(t *testing.T) string {
	t.Helper()
	if named := os.Getenv("PAYSOCKET_LAST"); named != "" {
		return named
	}
	describe := exec.CommandContext(t.Context(), "git", "describe", "--tags", "--abbrev=0", "--match", "v*", "HEAD^")
	describe.Dir = checkout
	tag, err := describe.Output()
	if err != nil {
		lacks(t, "last-release", "git knows no release before this commit; PAYSOCKET_LAST may name a commit")
	}
	return strings.TrimSpace(string(tag))
}

// buildOf builds programs from the source of a commit.
func buildOf(t *testing.T, commit, folder string, packages ...string) {
	t.Helper()
	archive := exec.CommandContext(t.Context(), "git", "archive", "--format=tar", commit)
	archive.Dir = checkout
	source, err := archive.Output()
	if err != nil {
		lacks(t, "last-release", "git has no source of "+commit+": "+err.Error())
	}
	tree := t.TempDir()
	unpack := exec.CommandContext(t.Context(), "tar", "-x", "-C", tree)
	unpack.Stdin = bytes.NewReader(source)
	output, err := unpack.CombinedOutput()
	require.NoError(t, err, string(output))
	require.NoError(t, os.MkdirAll(folder, 0o700))
	environment := append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=-trimpath", "GOWORK=off")
	runs(t, environment, tree, "go", append([]string{"build", "-ldflags", "-s -w", "-o", folder + "/"}, packages...)...)
}

// What was released goes on with what is built today, and the other way round.
func TestLastRelease_AndThisCommitOpenEachOthersProviders(t *testing.T) {
	t.Parallel()
	needsTime(t)
	commit := lastRelease(t)
	base := t.TempDir()
	old, today := filepath.Join(base, "old"), filepath.Join(base, "bin") // where the manifest looks for the sandbox
	tool, provider, sandbox := "./conformance/cmd/paysocket", "./provider/memory/cmd/payment-provider-memory", "./provider/memory/sandbox/cmd/memory-sandbox"
	buildOf(t, commit, old, tool, provider)
	buildInto(t, today, tool, provider, sandbox)
	for _, pair := range [][2]string{{old, today}, {today, old}} {
		described := runs(t, os.Environ(), checkout, filepath.Join(pair[0], "paysocket"), "describe", filepath.Join(pair[1], "payment-provider-memory"))
		assert.Contains(t, described, `"provider_id": "memory"`)
	}
	// It sells, is found again, refunds, and reads webhooks as today's host asks it to.
	manifest, err := os.ReadFile(filepath.Join(checkout, "provider", "memory", "conformance.yaml"))
	require.NoError(t, err)
	folder := filepath.Join(base, "a", "b")
	require.NoError(t, os.MkdirAll(folder, 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(folder, "conformance.yaml"), manifest, 0o600))
	report := runs(t, os.Environ(), folder, filepath.Join(today, "paysocket"), "conformance", "run", "-f", "conformance.yaml",
		"--provider", filepath.Join(old, "payment-provider-memory"), "--run", "HSK-001,CFG-001,CRE-001,IDM-001,STS-001,REF-001,WHK-001", "--allow-partial")
	assert.Contains(t, report, " 0 failed, 0 error, ")
	assert.Regexp(t, `(?m)^[5-7] passed, `, report)
}
