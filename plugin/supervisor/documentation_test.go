package supervisor_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/plugin/internal/plugintest"
	"github.com/paysocket/paysocket/plugin/supervisor"
)

// smallHost is the host of docs/runtime.md, built and running.
type smallHost struct {
	cmd  *exec.Cmd
	url  string
	http *http.Client
	log  *plugintest.Log
}

// startSmallHost builds the program of the documentation.
func startSmallHost(t *testing.T, catalog string) *smallHost {
	t.Helper()
	page, err := os.ReadFile("../../docs/runtime.md")
	require.NoError(t, err)
	_, program, found := strings.Cut(string(page), "```go\n// Command smallhost")
	require.True(t, found)
	program, _, _ = strings.Cut("// Command smallhost"+program, "\n```")
	folder := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(folder, "main.go"), []byte(program+"\n"), 0o600))
	build := exec.CommandContext(t.Context(), "go", "build", "-ldflags=-s -w", "-o", filepath.Join(folder, "smallhost"), filepath.Join(folder, "main.go"))
	output, err := build.CombinedOutput()
	require.NoError(t, err, string(output))

	h := &smallHost{
		cmd: exec.CommandContext(t.Context(), filepath.Join(folder, "smallhost"), catalog, "127.0.0.1:0"),
		log: &plugintest.Log{}, http: &http.Client{Timeout: time.Minute},
	}
	stderr, err := h.cmd.StderrPipe()
	require.NoError(t, err)
	require.NoError(t, h.cmd.Start())
	go func() { _, _ = io.Copy(h.log, stderr) }()
	require.Eventually(t, h.log.Has("listening"), time.Minute, 10*time.Millisecond, "the host does not listen")
	h.url = fmt.Sprint("http://", h.log.Record("listening")["address"])
	return h
}

func (h *smallHost) states(t *testing.T) (states []supervisor.State) {
	t.Helper()
	response, err := h.http.Get(h.url + "/providers") //nolint:noctx // The client has a time-out.
	require.NoError(t, err)
	defer func() { _ = response.Body.Close() }()
	require.NoError(t, json.NewDecoder(response.Body).Decode(&states))
	return states
}

// pay returns the status of the answer.
func (h *smallHost) pay(t *testing.T) int {
	t.Helper()
	response, err := h.http.Post(h.url+"/pay/wallet", "", nil) //nolint:noctx // The client has a time-out.
	require.NoError(t, err)
	defer func() { _ = response.Body.Close() }()
	return response.StatusCode
}

func TestDocumentation_HostOfTheExampleRunsProviders(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("it builds a program")
	}
	secret := plugintest.WriteFile(t, "secret", plugintest.Canary, 0o600)
	path := filepath.Join(t.TempDir(), "catalog.yaml")
	entry := acting(t, "wallet", plugintest.RoleProvider)
	catalogOf := func(entry supervisor.Entry) {
		require.NoError(t, os.WriteFile(path, fmt.Appendf(nil, `
providers:
  - {name: wallet, path: %q, sha256: %s, mode: test, secrets: {secret_key: {file: %q}}}
  - {name: broken, path: /no/such/file, sha256: %s, mode: test}
`, entry.Path, entry.SHA256, secret, plugintest.Zeros), 0o600))
	}
	catalogOf(entry)
	h := startSmallHost(t, path)
	wallet := func() supervisor.State { return h.states(t)[1] }
	assert.Equal(t, http.StatusCreated, h.pay(t))
	assert.Contains(t, h.states(t)[0].LastError, "there is no such file")

	require.NoError(t, syscall.Kill(wallet().PID, syscall.SIGKILL))
	require.Eventually(t, func() bool { return wallet().Generation == 2 && wallet().Status == supervisor.StatusReady }, plugintest.Patience, 10*time.Millisecond)
	assert.Equal(t, http.StatusCreated, h.pay(t))

	catalogOf(acting(t, "wallet", plugintest.RoleProvider, "# of another version"))
	require.NoError(t, h.cmd.Process.Signal(syscall.SIGHUP))
	require.Eventually(t, func() bool { return wallet().Generation == 3 && wallet().Status == supervisor.StatusReady }, plugintest.Patience, 10*time.Millisecond)
	assert.Equal(t, http.StatusCreated, h.pay(t))

	pid := wallet().PID
	require.NoError(t, h.cmd.Process.Signal(syscall.SIGTERM))
	require.NoError(t, h.cmd.Wait(), "it ends in good order")
	assert.True(t, plugintest.Gone(pid)())
	assert.NotContains(t, h.log.String(), plugintest.Canary)
}
