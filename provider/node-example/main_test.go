package nodeexample_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// The environment variables that give a test process its role and its arguments.
const (
	roleKey   = "PAYSOCKET_TEST_ROLE"
	roleHost  = "host"
	binaryKey = "PROVIDER"
	folderKey = "SOCKET_FOLDER"
)

// built is the provider. The first test that needs it builds it for all: files that
// are read before tests run are not part of go test's cache key.
var built = sync.OnceValue(build)

// program is a build of the provider.
type program struct {
	root   string // a temporary folder, removed in the end
	folder string // the copy of this package's folder
	binary string
	err    error // why it could not be built
}

func TestMain(m *testing.M) {
	if os.Getenv(roleKey) == roleHost {
		if err := beHost(os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	code := m.Run()
	_ = os.RemoveAll(built().root)
	os.Exit(code)
}

func build() *program {
	root, err := os.MkdirTemp("", "node-example")
	p := &program{
		root: root, folder: filepath.Join(root, "provider", "node-example"), binary: filepath.Join(root, "provider.bin"), err: err,
	}
	if p.err == nil {
		p.err = p.build()
	}
	return p
}

// build copies the provider's source, so that the checkout is not changed, and
// builds it there.
func (p *program) build() error {
	for _, program := range []string{"node", "npm"} {
		if _, err := exec.LookPath(program); err != nil {
			return errors.New("there is no " + program)
		}
	}
	contract := filepath.Join("contract", "paymentprovider", "v1")
	if err := os.CopyFS(filepath.Join(p.root, contract), os.DirFS(filepath.Join("..", "..", contract))); err != nil {
		return err
	}
	for _, name := range []string{"src", "test"} {
		if err := os.CopyFS(filepath.Join(p.folder, name), os.DirFS(name)); err != nil {
			return err
		}
	}
	for _, name := range []string{"package.json", "package-lock.json", "build.js", "proto_text.js"} {
		content, err := os.ReadFile(name)
		if err == nil {
			err = os.WriteFile(filepath.Join(p.folder, name), content, 0o600)
		}
		if err != nil {
			return err
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	for _, line := range [][]string{
		{"npm", "ci", "--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund"},
		{"node", "build.js", p.binary},
	} {
		command := exec.CommandContext(ctx, line[0], line[1:]...)
		command.Dir = p.folder
		if output, err := command.CombinedOutput(); err != nil {
			return fmt.Errorf("%s: %w: %s", strings.Join(line, " "), err, output)
		}
	}
	return nil
}

// need skips a test where the provider could not be built, with the reason, or
// fails it where PAYSOCKET_REQUIRE lists node.
func need(t *testing.T) {
	t.Helper()
	err := built().err
	if err == nil {
		return
	}
	if slices.Contains(strings.Split(os.Getenv("PAYSOCKET_REQUIRE"), ","), "node") {
		require.NoError(t, err, "PAYSOCKET_REQUIRE has node")
	}
	t.Skipf("SKIPPED, NOT TESTED: %v (PAYSOCKET_REQUIRE=node makes this a failure)", err)
}

// binary returns the path of the provider's program.
func binary(t *testing.T) string {
	t.Helper()
	need(t)
	return built().binary
}

// node runs Node.js in the package's folder, and returns what it printed.
func node(t *testing.T, arguments ...string) string {
	t.Helper()
	need(t)
	command := exec.CommandContext(t.Context(), "node", arguments...)
	command.Dir = built().folder
	var stdout, stderr bytes.Buffer
	command.Stdout, command.Stderr = &stdout, &stderr
	require.NoError(t, command.Run(), "%s%s", &stdout, &stderr)
	return stdout.String()
}

// command returns a command that runs this test binary in a role.
func command(t *testing.T, role string) *exec.Cmd {
	t.Helper()
	need(t)
	path, err := os.Executable()
	require.NoError(t, err)
	cmd := exec.CommandContext(t.Context(), path)
	cmd.Env = []string{roleKey + "=" + role}
	cmd.Stderr = os.Stderr
	cmd.WaitDelay = patience
	return cmd
}

// printed collects what a process writes while a test runs.
type printed struct {
	mu     sync.Mutex
	buffer bytes.Buffer
}

func (p *printed) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.buffer.Write(b)
}

func (p *printed) String() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.buffer.String()
}
