package release

import (
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/mod/module"
	"golang.org/x/mod/zip"
)

const modulePath = "github.com/paysocket/paysocket"

// checkout is the repository.
const checkout = "../.."

// lacks skips a test for want of something, and fails it where PAYSOCKET_REQUIRE lists
// that.
func lacks(t *testing.T, need, reason string) {
	t.Helper()
	if slices.Contains(strings.Split(os.Getenv("PAYSOCKET_REQUIRE"), ","), need) {
		require.FailNow(t, "PAYSOCKET_REQUIRE has "+need, reason)
	}
	t.Skipf("SKIPPED, NOT TESTED: %s (PAYSOCKET_REQUIRE=%s makes this a failure)", reason, need)
}

// treeFile is a file of the repository, as package zip reads one.
type treeFile string

func (f treeFile) Path() string                { return string(f) }
func (f treeFile) Lstat() (os.FileInfo, error) { return os.Lstat(filepath.Join(checkout, string(f))) }

func (f treeFile) Open() (io.ReadCloser, error) { return os.Open(filepath.Join(checkout, string(f))) }

// treeFiles returns what git would commit: what is in the folder, without what git
// ignores. A release has the same once that is committed and tagged.
func treeFiles(t *testing.T) []zip.File {
	t.Helper()
	list := exec.CommandContext(t.Context(), "git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	list.Dir = checkout
	output, err := list.Output()
	if err != nil {
		lacks(t, "git", "this is no clone of the repository: "+err.Error())
	}
	var files []zip.File
	for name := range strings.SplitSeq(string(bytes.TrimRight(output, "\x00")), "\x00") {
		_, err := os.Lstat(filepath.Join(checkout, name))
		if errors.Is(err, os.ErrNotExist) {
			continue // removed, and not yet committed
		}
		require.NoError(t, err)
		files = append(files, treeFile(name))
	}
	require.Greater(t, len(files), 1000, "or this is not the repository")
	return files
}

// serveModule writes the repository into a folder as that version of the module, in the
// form that GOPROXY=file:// reads.
func serveModule(t *testing.T, version string) string {
	t.Helper()
	folder := t.TempDir()
	at := filepath.Join(folder, modulePath, "@v")
	require.NoError(t, os.MkdirAll(at, 0o700))
	var content bytes.Buffer
	require.NoError(t, zip.Create(&content, module.Version{Path: modulePath, Version: version}, treeFiles(t)))
	mod, err := os.ReadFile(filepath.Join(checkout, "go.mod"))
	require.NoError(t, err)
	for name, text := range map[string][]byte{
		"list":            []byte(version + "\n"),
		version + ".info": []byte(`{"Version":"` + version + `","Time":"2026-01-02T03:04:05Z"}`),
		version + ".mod":  mod,
		version + ".zip":  content.Bytes(),
	} {
		require.NoError(t, os.WriteFile(filepath.Join(at, name), text, 0o600))
	}
	return folder
}

// userOf returns the environment of a user who has Go and nothing else: the modules
// come from the folder and, in place of the network, from what this machine has
// downloaded. The user has a module cache of their own, or what is under test would be
// in that of whoever runs the test.
func userOf(t *testing.T, proxy string) (environment []string, binaries string) {
	t.Helper()
	downloaded, err := exec.CommandContext(t.Context(), "go", "env", "GOMODCACHE").Output()
	require.NoError(t, err)
	home := t.TempDir()
	binaries = filepath.Join(home, "bin")
	return append(os.Environ(),
		"GOPROXY=file://"+proxy+",file://"+filepath.Join(strings.TrimSpace(string(downloaded)), "cache", "download"),
		"GOSUMDB=off", // it is asked over the network; of the dependencies go.sum has the sums
		"GOMODCACHE="+filepath.Join(home, "modules"), "GOBIN="+binaries,
		// -trimpath compiles nothing again that "make build" has compiled.
		"GOFLAGS=-modcacherw -trimpath", "CGO_ENABLED=0", "GOTOOLCHAIN=local", "GOWORK=off",
	), binaries
}

// runs a command in a folder, and returns what it printed.
func runs(t *testing.T, environment []string, folder, name string, words ...string) string {
	t.Helper()
	command := exec.CommandContext(t.Context(), name, words...)
	command.Dir, command.Env = folder, environment
	output, err := command.CombinedOutput()
	require.NoError(t, err, "%s %v: %s", name, words, output)
	return string(output)
}

// needsTime skips what takes a minute, most of it the linker's: with PAYSOCKET_RELEASE=some
// ("make release-test") it runs, and with PAYSOCKET_RELEASE=whole for every program and system.
func needsTime(t *testing.T) {
	t.Helper()
	switch asked := os.Getenv("PAYSOCKET_RELEASE"); asked {
	case "some", "whole":
	case "":
		t.Skip("SKIPPED, NOT TESTED: make release-test runs it")
	default:
		require.Failf(t, "PAYSOCKET_RELEASE", "it is %q; write some, whole, or nothing", asked)
	}
}

func TestModule_HasOnlyFilesThatTheGoCommandTakes(t *testing.T) {
	t.Parallel()
	folder := serveModule(t, "v0.1.0")
	checked, err := zip.CheckZip(module.Version{Path: modulePath, Version: "v0.1.0"}, filepath.Join(folder, modulePath, "@v", "v0.1.0.zip"))
	require.NoError(t, err)
	assert.Contains(t, checked.Valid, modulePath+"@v0.1.0/conformance/cmd/paysocket/main.go")
	mod, err := os.ReadFile(filepath.Join(checkout, "go.mod"))
	require.NoError(t, err)
	assert.NotRegexp(t, `(?m)^\s*(replace|exclude)\b`, string(mod), "go install PACKAGE@VERSION refuses a module that has one")
}

func TestModule_InstallsTheToolWhichGeneratesAProviderThatItCanRun(t *testing.T) {
	t.Parallel()
	needsTime(t)
	const version = "v0.1.0"
	environment, binaries := userOf(t, serveModule(t, version))
	away := t.TempDir() // no clone, no go.mod
	runs(t, environment, away, "go", "install", modulePath+"/conformance/cmd/paysocket@latest", modulePath+"/provider/memory/cmd/payment-provider-memory@latest")
	tool, provider := filepath.Join(binaries, "paysocket"), filepath.Join(binaries, "payment-provider-memory")
	assert.Contains(t, runs(t, environment, away, tool, "version"), "paysocket "+version+" (contract ")
	assert.Contains(t, runs(t, environment, away, tool, "describe", provider), `"provider_id": "memory"`)

	runs(t, environment, away, tool, "new-provider", "tide-pay")
	generated := filepath.Join(away, "payment-provider-tide-pay")
	assert.Contains(t, runs(t, environment, generated, "cat", "go.mod"), modulePath+" "+version)
	runs(t, environment, generated, "go", "build", "-o", "provider", "./cmd/payment-provider-tide-pay")
	assert.Contains(t, runs(t, environment, away, tool, "describe", filepath.Join(generated, "provider")), "Tide Pay")
}
