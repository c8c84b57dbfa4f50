package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"go/parser"
	"go/token"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/internal/pgtest"
)

// programs are the programs in the catalogs of the scripts.
var programs = []string{
	"../provider/omisealipay/cmd/payment-provider-omise-alipay",
	"../provider/omise/sandbox/cmd/omise-sandbox",
	"../provider/stripealipay/cmd/payment-provider-stripe-alipay",
	"../provider/stripealipay/sandbox/cmd/stripe-sandbox",
	"../provider/memory/cmd/payment-provider-memory",
	"../provider/memory/sandbox/cmd/memory-sandbox",
}

// binVariable is the environment variable with the folder of the programs.
const binVariable = "DEMO_BIN"

func TestMain(m *testing.M) {
	testscript.Main(withBuiltPrograms{m}, map[string]func(){"host-example": main})
}

// withBuiltPrograms builds the programs before the tests run, and not when the test
// binary runs as host-example in a script.
type withBuiltPrograms struct{ m *testing.M }

// Run builds, tests, and removes what was built.
func (w withBuiltPrograms) Run() int {
	folder, err := os.MkdirTemp("", "host-example")
	if err == nil {
		err = build(folder)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "build the programs of the demo:", err)
		return 1
	}
	code := pgtest.Main(w.m)
	if err := os.RemoveAll(folder); err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	return code
}

// build builds the programs, without what debuggers read because linking is slow
// with it, and writes their sums.
func build(folder string) error {
	command := exec.CommandContext(context.Background(), "go", append([]string{"build", "-ldflags=-s -w", "-o", folder}, programs...)...)
	command.Stderr = os.Stderr
	if err := command.Run(); err != nil {
		return err
	}
	var sums strings.Builder
	for _, program := range programs {
		name := filepath.Base(program)
		content, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			return err
		}
		fmt.Fprintf(&sums, "%x  %s\n", sha256.Sum256(content), name)
	}
	if err := os.WriteFile(filepath.Join(folder, "SHA256SUMS"), []byte(sums.String()), 0o600); err != nil {
		return err
	}
	return os.Setenv(binVariable, folder)
}

// catalogFile copies the example's catalog and exchanges the paths of its programs.
func catalogFile(t *testing.T, folder string) string {
	t.Helper()
	content, err := os.ReadFile("catalog.yaml")
	require.NoError(t, err)
	path := filepath.Join(folder, "catalog.yaml")
	content = bytes.ReplaceAll(content, []byte("../bin/"), []byte(os.Getenv(binVariable)+"/"))
	require.NoError(t, os.WriteFile(path, content, 0o600))
	return path
}

// The two catalogs must not drift apart.
func TestCatalog_AllExtendsTheOther(t *testing.T) {
	t.Parallel()
	entries := func(name string) string {
		content, err := os.ReadFile(name)
		require.NoError(t, err)
		_, list, found := strings.Cut(string(content), "\nproviders:\n")
		require.True(t, found, name)
		return list
	}
	rest, found := strings.CutPrefix(entries("catalog.all.yaml"), entries("catalog.yaml"))
	assert.True(t, found, "catalog.all.yaml must begin with the entries of catalog.yaml")
	assert.Contains(t, rest, "name: node-example")
}

func TestScripts(t *testing.T) {
	t.Parallel()
	own, err := os.ReadFile("catalog.yaml")
	require.NoError(t, err)
	bin := os.Getenv(binVariable)
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(env *testscript.Env) error {
			env.Setenv("BIN", bin)
			catalog := bytes.ReplaceAll(own, []byte("../bin/"), []byte(bin+"/"))
			return os.WriteFile(filepath.Join(env.WorkDir, "catalog.yaml"), catalog, 0o600)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"edit": edit},
	})
}

// edit replaces a text in a file: edit FILE OLD NEW. The file must contain OLD.
func edit(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 3 {
		ts.Fatalf("usage: edit FILE OLD NEW")
	}
	before := ts.ReadFile(args[0])
	if !strings.Contains(before, args[1]) {
		ts.Fatalf("%s has no %q", args[0], args[1])
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(strings.ReplaceAll(before, args[1], args[2])), 0o600))
}

// cancelWriter cancels a context when a text is written to it.
type cancelWriter struct {
	mu     sync.Mutex
	text   string
	cancel context.CancelFunc
	buffer bytes.Buffer
}

// Write implements io.Writer.
func (c *cancelWriter) Write(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	n, err := c.buffer.Write(p)
	if strings.Contains(c.buffer.String(), c.text) {
		c.cancel()
	}
	return n, err
}

func TestDemo_EndsWhatItStartedWhenInterrupted(t *testing.T) {
	t.Parallel()
	for _, step := range []string{"sandbox", "account", "create", "return"} {
		t.Run(step, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			stdout, stderr := &cancelWriter{text: " " + step + " ", cancel: cancel}, &bytes.Buffer{}
			code := run(ctx, []string{"demo", "--catalog", catalogFile(t, t.TempDir())}, stdout, stderr)
			assert.Equal(t, exitInterrupted, code, stderr.String())
			assert.Contains(t, stderr.String(), "host-example: interrupted")
			assert.NotContains(t, stdout.buffer.String(), "demo: ok")

			assertEnded(t, stdout.buffer.String())
		})
	}
}

// Unlike the test above it sends a signal, to a process of the program.
func TestDemo_EndsWhatItStartedOnASignal(t *testing.T) {
	t.Parallel()
	for _, signal := range []os.Signal{os.Interrupt, syscall.SIGTERM} {
		t.Run(signal.String(), func(t *testing.T) {
			t.Parallel()
			host := exec.CommandContext(t.Context(), "host-example", "demo", "--catalog", catalogFile(t, t.TempDir()))
			stdout, err := host.StdoutPipe()
			require.NoError(t, err)
			require.NoError(t, host.Start())
			var printed strings.Builder
			for lines := bufio.NewScanner(stdout); lines.Scan(); {
				printed.WriteString(lines.Text() + "\n")
				if strings.Contains(lines.Text(), " create ") {
					require.NoError(t, host.Process.Signal(signal))
				}
			}
			var ended *exec.ExitError
			require.ErrorAs(t, host.Wait(), &ended, printed.String())
			assert.Equal(t, exitInterrupted, ended.ExitCode())
			assertEnded(t, printed.String())
		})
	}
}

// assertEnded checks that the last sandbox and the last provider in the output of a
// demo have ended.
func assertEnded(t *testing.T, printed string) {
	t.Helper()
	address := regexp.MustCompile(`imitates the gateway at http://(\S+)`).FindStringSubmatch(printed)
	require.Len(t, address, 2)
	assertNobodyListens(t, address[1])
	if process := regexp.MustCompile(`process (\d+) `).FindStringSubmatch(printed); process != nil {
		assertGone(t, process[1])
	}
}

func TestRun_ExitCodeDistinguishesUsageFromFailure(t *testing.T) {
	t.Parallel()
	for arguments, code := range map[string]int{
		"--help":                  exitOK,
		"":                        exitOK,
		"demo":                    exitUsage,
		"demo --unknown":          exitUsage,
		"demo surplus":            exitUsage,
		"sell":                    exitUsage,
		"demo --catalog nowhere/": exitFailed,
	} {
		var stderr bytes.Buffer
		assert.Equal(t, code, run(t.Context(), strings.Fields(arguments), io.Discard, &stderr), "%q: %s", arguments, &stderr)
	}
}

func assertNobodyListens(t *testing.T, address string) {
	t.Helper()
	connection, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", address)
	if err == nil {
		assert.NoError(t, connection.Close())
	}
	assert.ErrorIs(t, err, syscall.ECONNREFUSED, "the sandbox still listens at %s", address)
}

func assertGone(t *testing.T, pid string) {
	t.Helper()
	_, err := os.Stat(filepath.Join("/proc", pid))
	assert.ErrorIs(t, err, os.ErrNotExist, "the provider still runs as process %s", pid)
}

// Providers are named in the catalog only.
func TestHostCode_NamesNoProvider(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("*.go")
	require.NoError(t, err)
	more, err := filepath.Glob("shop/*.go")
	require.NoError(t, err)
	names := regexp.MustCompile(`(?i)\bomise|\bstripe|payment-provider|memory-|\bskey_|\bchrg`)
	checked := 0
	for _, path := range append(files, more...) {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		content, err := os.ReadFile(path)
		require.NoError(t, err)
		assert.Empty(t, names.FindString(string(content)), path)
		file, err := parser.ParseFile(token.NewFileSet(), path, content, parser.ImportsOnly)
		require.NoError(t, err)
		for _, imported := range file.Imports {
			assert.NotContains(t, imported.Path.Value, "paysocket/provider", path)
		}
		checked++
	}
	assert.Greater(t, checked, 15)
}
