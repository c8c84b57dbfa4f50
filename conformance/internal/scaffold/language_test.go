package scaffold_test

import (
	"bufio"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/internal/scaffold"
	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/plugin"
)

// inLanguage writes a project into a new folder.
func inLanguage(t *testing.T, language scaffold.Language, id string) string {
	t.Helper()
	p := project(t, id)
	p.Language = language
	folder := filepath.Join(t.TempDir(), "new")
	_, err := p.Write(folder)
	require.NoError(t, err)
	return folder
}

// command returns a command in a folder, whose Python leaves nothing behind.
func command(t *testing.T, folder string, words ...string) *exec.Cmd {
	t.Helper()
	c := exec.CommandContext(t.Context(), words[0], words[1:]...)
	c.Dir = folder
	c.Env = append(os.Environ(), "PYTHONDONTWRITEBYTECODE=1", "MAKEFLAGS=")
	return c
}

// needs runs a command that succeeds where there is what a test needs; see lacks.
func needs(t *testing.T, what string, words ...string) {
	t.Helper()
	if output, err := command(t, "", words...).CombinedOutput(); err != nil {
		lacks(t, what, fmt.Sprintf("%v: %v: %s", words, err, output))
	}
}

// lacks skips a test for want of something, and fails it where PAYSOCKET_REQUIRE lists
// that.
func lacks(t *testing.T, what, reason string) {
	t.Helper()
	if slices.Contains(strings.Split(os.Getenv("PAYSOCKET_REQUIRE"), ","), what) {
		require.FailNow(t, "PAYSOCKET_REQUIRE has "+what, reason)
	}
	t.Skipf("SKIPPED, NOT TESTED: %s (PAYSOCKET_REQUIRE=%s makes this a failure)", reason, what)
}

// needsPython returns a Python that has gRPC. Debian's has the packages of Debian, and
// another one that is first on the PATH may lack them.
func needsPython(t *testing.T) string {
	t.Helper()
	var tried []string
	for _, python := range []string{"/usr/bin/python3", "python3"} {
		output, err := command(t, "", python, "-c", "import grpc, google.protobuf, cryptography").CombinedOutput()
		if err == nil {
			return python
		}
		tried = append(tried, fmt.Sprintf("%s: %v: %s", python, err, output))
	}
	lacks(t, "python", "there is no Python with gRPC: tried "+strings.Join(tried, "; "))
	return ""
}

func TestLanguages_LeaveNoNameOfTheTemplate(t *testing.T) {
	t.Parallel()
	for _, language := range []scaffold.Language{scaffold.Python, scaffold.Node} {
		folder := inLanguage(t, language, "tide")
		require.NoError(t, filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			content, err := os.ReadFile(path)
			for _, name := range []string{"acme", "scaffold", "@paysocket@"} {
				assert.NotContains(t, strings.ToLower(strings.TrimPrefix(path, folder)+string(content)), name, path)
			}
			if slices.Contains([]string{".py", ".js"}, filepath.Ext(path)) {
				assert.LessOrEqual(t, strings.Count(string(content), "\n"), 400, "the lines of %s", path)
			}
			return err
		}))
	}
}

func TestNode_IsTheExampleInJavaScript(t *testing.T) {
	t.Parallel()
	const example = "../../../provider/node-example"
	folder := inLanguage(t, scaffold.Node, "node-example")
	copied := map[string]string{"src/plugin": "paysocket/plugin", "src/contract": "paysocket/contract", "src": "src"}
	for from, to := range copied {
		entries, err := os.ReadDir(filepath.Join(example, from))
		require.NoError(t, err)
		for _, entry := range entries {
			if entry.IsDir() {
				continue
			}
			original, err := os.ReadFile(filepath.Join(example, from, entry.Name()))
			require.NoError(t, err)
			written, err := os.ReadFile(filepath.Join(folder, to, entry.Name()))
			require.NoError(t, err, "%s must be copied", entry.Name())
			assert.Equal(t, withoutImports(string(original)), withoutImports(string(written)), entry.Name())
		}
	}
}

// withoutImports leaves out what has other paths in a project: imports, and the name
// for people.
func withoutImports(content string) string {
	var kept []string
	for line := range strings.Lines(content) {
		if !strings.Contains(line, ` from "`) && !strings.Contains(line, "display_name:") {
			kept = append(kept, line)
		}
	}
	return strings.Join(kept, "")
}

func TestNode_PassesItsTests(t *testing.T) {
	t.Parallel()
	needs(t, "node", "npm", "--version")
	folder := inLanguage(t, scaffold.Node, "tide")
	needs(t, "node", "npm", "--prefix", folder, "ci", "--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund")
	output, err := command(t, folder, "npm", "test").CombinedOutput()
	require.NoError(t, err, "%s", output)
	assert.Contains(t, string(output), "calls that come when the end has begun", "the tests of the plumbing run too")
}

func TestPython_PassesItsTests(t *testing.T) {
	t.Parallel()
	needsPython(t)
	folder := inLanguage(t, scaffold.Python, "tide")
	output, err := command(t, folder, "make", "test").CombinedOutput()
	require.NoError(t, err, "%s", output)
}

func TestPython_SaysWhichPythonsWereTried(t *testing.T) {
	t.Parallel()
	output, err := command(t, inLanguage(t, scaffold.Python, "tide"), "make", "build", "PYTHON=").CombinedOutput()
	require.Error(t, err)
	assert.Contains(t, string(output), "no Python with the packages of requirements.txt: tried venv/bin/python3 /usr/bin/python3")
}

// TestPortable_IsReadByTheCommandOfThePage runs what docs/other-languages.md says for
// protoc 3.21.
func TestPortable_IsReadByTheCommandOfThePage(t *testing.T) {
	t.Parallel()
	needs(t, "python", "sh", "-c", "protoc --version && test -x /usr/bin/grpc_python_plugin -a -e /usr/include/google/protobuf/timestamp.proto")
	page, err := os.ReadFile("../../../docs/other-languages.md")
	require.NoError(t, err)
	line := regexp.MustCompile(`(?s)\nprotoc -I docs/portable .*? paymentprovider\.proto\n`).Find(page)
	require.NotNil(t, line, "the page has no command of protoc")
	folder := t.TempDir()
	docs, err := filepath.Abs("../../../docs")
	require.NoError(t, err)
	require.NoError(t, os.Symlink(docs, filepath.Join(folder, "docs")))
	output, err := command(t, folder, "sh", "-ec", string(line)).CombinedOutput()
	require.NoError(t, err, "%s", output)
	assert.FileExists(t, filepath.Join(folder, "paymentprovider_pb2.py"))
	assert.FileExists(t, filepath.Join(folder, "paymentprovider_pb2_grpc.py"))
}

// builtPython returns the program of a new project, whose provider prints while it is
// imported, as libraries do.
func builtPython(t *testing.T) string {
	t.Helper()
	python := needsPython(t)
	folder := inLanguage(t, scaffold.Python, "tide")
	file, err := os.OpenFile(filepath.Join(folder, "provider", "describe.py"), os.O_APPEND|os.O_WRONLY, 0)
	require.NoError(t, err)
	_, err = file.WriteString("\nimport os\nprint('a banner', flush=True)\nos.system('echo another')\n")
	require.NoError(t, err)
	require.NoError(t, file.Close())
	program := filepath.Join(t.TempDir(), "payment-provider-tide")
	output, err := command(t, folder, python, "build.py", program).CombinedOutput()
	require.NoError(t, err, "%s", output)
	again := filepath.Join(t.TempDir(), "again")
	output, err = command(t, folder, python, "build.py", again).CombinedOutput()
	require.NoError(t, err, "%s", output)
	first, err := os.ReadFile(program)
	require.NoError(t, err)
	second, err := os.ReadFile(again)
	require.NoError(t, err)
	require.Equal(t, first, second, "the same sources make the same bytes")
	return program
}

// publicConfiguration has keys that open no account.
func publicConfiguration(settings map[string]string) *contract.Configuration {
	return &contract.Configuration{
		Mode:     contract.ModeTest,
		Settings: settings,
		Secrets:  map[string]contract.Secret{"secret_key": contract.NewSecret("mk_test_x"), "webhook_secrets": contract.NewSecret("whsec_12345678")},
	}
}

func TestPython_ServesAHost(t *testing.T) {
	t.Parallel()
	program := builtPython(t)
	client, err := plugin.Open(t.Context(), program, &plugin.OpenOptions{
		Configuration: publicConfiguration(nil), StartTimeout: time.Minute,
	})
	require.NoError(t, err)
	assert.Equal(t, "tide", client.Descriptor().ProviderID)
	assert.Equal(t, contract.SpecVersion, client.Descriptor().SpecVersion)
	assert.Contains(t, client.Confinement().Why, "a program in Python does not confine itself")
	_, err = client.GetStatus(t.Context(), &contract.GetStatusRequest{PaymentID: "no id"})
	assert.ErrorIs(t, err, contract.InvalidRequest)
	require.NoError(t, client.Close())
}

// startedInDebug starts a provider with --debug, and returns the line for hosts and
// what it prints after that.
func startedInDebug(t *testing.T, program *exec.Cmd) (string, *bufio.Reader) {
	t.Helper()
	stdout, err := program.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, program.Start())
	line, printed := "", bufio.NewReader(stdout)
	for !strings.HasPrefix(line, "{") {
		line, err = printed.ReadString('\n')
		require.NoError(t, err)
	}
	return line, printed
}

func TestPython_IsAttachedToInADebugger(t *testing.T) {
	t.Parallel()
	program := command(t, "", builtPython(t), "--debug")
	line, _ := startedInDebug(t, program)
	for range 2 { // one host after another
		client, err := plugin.Attach(t.Context(), line, &plugin.OpenOptions{Debug: true, Configuration: publicConfiguration(nil)})
		require.NoError(t, err)
		assert.Equal(t, "tide", client.Descriptor().ProviderID)
		require.NoError(t, client.Close())
	}
	require.NoError(t, program.Process.Signal(syscall.SIGINT))
	require.NoError(t, program.Wait(), "Ctrl-C ends it with 0")
}

func TestPython_StopsAtABreakpoint(t *testing.T) {
	t.Parallel()
	python := needsPython(t)
	folder := inLanguage(t, scaffold.Python, "tide")
	file := filepath.Join(folder, "provider", "get_status.py")
	code, err := os.ReadFile(file)
	require.NoError(t, err)
	stopping := strings.Replace(string(code), "    if request.", "    breakpoint()\n    if request.", 1)
	require.NoError(t, os.WriteFile(file, []byte(stopping), 0o600))
	program := command(t, folder, python, "-m", "provider", "--debug")
	person, err := program.StdinPipe()
	require.NoError(t, err)
	line, printed := startedInDebug(t, program)
	client, err := plugin.Attach(t.Context(), line, &plugin.OpenOptions{
		Debug: true, Configuration: publicConfiguration(map[string]string{"api_base": "http://127.0.0.1:1"}),
	})
	require.NoError(t, err)
	_, err = person.Write([]byte("p 'the id is ' + request.payment_id\ncontinue\n"))
	require.NoError(t, err)
	_, err = client.GetStatus(t.Context(), &contract.GetStatusRequest{PaymentID: "pay_1"})
	require.ErrorIs(t, err, contract.ProviderUnreachable)
	require.NoError(t, client.Close())
	require.NoError(t, program.Process.Signal(syscall.SIGINT))
	said, err := io.ReadAll(printed)
	require.NoError(t, err)
	require.NoError(t, program.Wait())
	assert.Contains(t, string(said), "the id is pay_1'")
}

func TestPython_SaysThatItEndsWhileACallIsInFlight(t *testing.T) {
	t.Parallel()
	gateway, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	client, err := plugin.Open(t.Context(), builtPython(t), &plugin.OpenOptions{
		Configuration: publicConfiguration(map[string]string{"api_base": "http://" + gateway.Addr().String()}), StartTimeout: time.Minute,
	})
	require.NoError(t, err)
	t.Cleanup(func() { _ = client.Close() })
	answered := make(chan error, 1)
	go func() {
		_, err := client.GetStatus(t.Context(), &contract.GetStatusRequest{PaymentID: "pay_1"})
		answered <- err
	}()
	held, err := gateway.Accept() // and never answered
	require.NoError(t, err)
	require.NoError(t, client.Health(t.Context()))
	require.NoError(t, syscall.Kill(client.Process().PID, syscall.SIGTERM))
	require.Eventually(t, func() bool { return client.Health(t.Context()) != nil }, 5*time.Second, 10*time.Millisecond)
	require.ErrorIs(t, client.Health(t.Context()), plugin.ErrNotServing)
	require.NoError(t, held.Close())
	require.ErrorIs(t, <-answered, contract.ConnectionLost)
	<-client.Done()
}
