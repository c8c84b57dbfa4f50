package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Waiting for what must happen. Both are long because machines are slow.
const (
	longest = time.Minute
	often   = 20 * time.Millisecond
)

// running is a host in a process of its own, seen from outside.
type running struct {
	t     *testing.T
	cmd   *exec.Cmd
	admin string
	ended chan error

	mu    sync.Mutex
	lines []map[string]any // of its log
}

// serve starts the host and waits until it has applied the catalog.
func serve(t *testing.T, catalog string, args ...string) *running {
	t.Helper()
	r := &running{t: t, ended: make(chan error, 1)}
	r.cmd = exec.CommandContext(context.WithoutCancel(t.Context()), "host-example",
		append([]string{"serve", "--catalog", catalog, "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0"}, args...)...)
	stderr, err := r.cmd.StderrPipe()
	require.NoError(t, err)
	require.NoError(t, r.cmd.Start())
	go func() {
		for lines := bufio.NewScanner(stderr); lines.Scan(); {
			var line map[string]any
			if json.Unmarshal(lines.Bytes(), &line) != nil {
				line = map[string]any{"msg": lines.Text()}
			}
			r.mu.Lock()
			r.lines = append(r.lines, line)
			r.mu.Unlock()
		}
		r.ended <- r.cmd.Wait()
	}()
	t.Cleanup(func() {
		_ = r.cmd.Process.Kill()
		if t.Failed() {
			r.mu.Lock()
			defer r.mu.Unlock()
			for _, line := range r.lines {
				t.Log(line)
			}
		}
	})
	r.admin = r.awaitLine("the host has begun")["admin"].(string)
	r.awaitLine("the catalog was applied")
	return r
}

// awaitLine waits for a line of the log that begins so, and takes it and those
// before it away.
func (r *running) awaitLine(message string) map[string]any {
	r.t.Helper()
	var found map[string]any
	require.Eventually(r.t, func() bool {
		r.mu.Lock()
		defer r.mu.Unlock()
		for i, line := range r.lines {
			if text, _ := line["msg"].(string); strings.HasPrefix(text, message) {
				found, r.lines = line, r.lines[i+1:]
				return true
			}
		}
		return false
	}, longest, often, message)
	return found
}

type providerState struct {
	Provider   string `json:"provider"`
	Status     string `json:"status"`
	Generation int    `json:"generation"`
	PID        int    `json:"pid"`
	SHA256     string `json:"sha256"`
	Restarts   int    `json:"restarts"`
	LastError  string `json:"last_error"`
}

// soldSale is an answer about a sale, or about none.
type soldSale struct {
	ID        string `json:"id"`
	State     string `json:"state"`
	PayURL    string `json:"pay_url"`
	PaymentID string `json:"payment_id"`
	Error     *struct {
		Reason  string `json:"reason"`
		Outcome string `json:"outcome"`
		Message string `json:"message"`
	} `json:"error"`
}

// ask sends a request to the admin door, and gives status and body.
func (r *running) ask(method, path, body string) (int, []byte) {
	request, err := http.NewRequestWithContext(r.t.Context(), method, r.admin+path, strings.NewReader(body))
	if err != nil {
		return 0, []byte(err.Error())
	}
	request.Header.Set("Content-Type", "application/json")
	client := &http.Client{Transport: &http.Transport{Proxy: nil, DisableKeepAlives: true}}
	answer, err := client.Do(request)
	if err != nil {
		return 0, []byte(err.Error())
	}
	defer func() { _ = answer.Body.Close() }()
	content, err := io.ReadAll(answer.Body)
	if err != nil {
		return 0, []byte(err.Error())
	}
	return answer.StatusCode, content
}

// health gives the status of /healthz, and the state that counts by provider.
func (r *running) health() (int, map[string]providerState) {
	status, body := r.ask(http.MethodGet, "/healthz", "")
	var h struct {
		Providers []providerState `json:"providers"`
	}
	_ = json.Unmarshal(body, &h)
	states := map[string]providerState{}
	for _, s := range h.Providers {
		if _, beside := states[s.Provider]; !beside {
			states[s.Provider] = s
		}
	}
	return status, states
}

func (r *running) awaitHealth(what string, status int, is func(map[string]providerState) bool) map[string]providerState {
	r.t.Helper()
	var states map[string]providerState
	require.Eventually(r.t, func() bool {
		var got int
		got, states = r.health()
		return got == status && is(states)
	}, longest, often, what)
	return states
}

func (r *running) sell(provider string) (int, soldSale) {
	status, body := r.ask(http.MethodPost, "/sales", fmt.Sprintf(
		`{"reference": "order-1", "description": "Two tickets", "amount": {"currency": "THB", "minor_units": 100000}, "provider": %q}`, provider))
	var sold soldSale
	if err := json.Unmarshal(body, &sold); err != nil {
		sold.State = string(body)
	}
	return status, sold
}

// sold makes a sale that must work.
func (r *running) sold(provider string) soldSale {
	r.t.Helper()
	status, sale := r.sell(provider)
	require.Equal(r.t, http.StatusCreated, status, "%+v", sale)
	require.Nil(r.t, sale.Error, "%+v", sale.Error)
	require.Equal(r.t, "PENDING", sale.State)
	require.NotEmpty(r.t, sale.PaymentID)
	return sale
}

// metric gives a number, or false while there is none.
func (r *running) metric(name string) (float64, bool) {
	_, body := r.ask(http.MethodGet, "/metrics", "")
	for line := range strings.Lines(string(body)) {
		if text, ok := strings.CutPrefix(line, name+" "); ok {
			value, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
			return value, err == nil
		}
	}
	return 0, false
}

func (r *running) hangUp() { require.NoError(r.t, r.cmd.Process.Signal(syscall.SIGHUP)) }

// leftovers are all that the host has made and must not leave behind.
type leftovers struct {
	pids    []int
	folders []string // of sockets
}

// made finds the children of the host and the folders of their sockets.
func (r *running) made() *leftovers {
	r.t.Helper()
	var l leftovers
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	require.NoError(r.t, err)
	for _, path := range stats {
		content, err := os.ReadFile(path)
		if err != nil {
			continue // gone meanwhile
		}
		fields := strings.Fields(string(content[bytes.LastIndexByte(content, ')')+1:]))
		if len(fields) < 2 || fields[1] != strconv.Itoa(r.cmd.Process.Pid) {
			continue
		}
		pid, err := strconv.Atoi(filepath.Base(filepath.Dir(path)))
		require.NoError(r.t, err)
		l.pids = append(l.pids, pid)
		environment, err := os.ReadFile(filepath.Join(filepath.Dir(path), "environ"))
		require.NoError(r.t, err)
		for variable := range strings.SplitSeq(string(environment), "\x00") {
			if folder, ok := strings.CutPrefix(variable, "PLUGIN_UNIX_SOCKET_DIR="); ok {
				l.folders = append(l.folders, folder, filepath.Dir(folder))
			}
		}
	}
	return &l
}

func (l *leftovers) awaitGone(t *testing.T) {
	t.Helper()
	require.Eventually(t, func() bool {
		for _, pid := range l.pids {
			if syscall.Kill(pid, 0) == nil && !isZombie(pid) {
				return false
			}
		}
		for _, folder := range l.folders {
			if _, err := os.Stat(folder); !os.IsNotExist(err) {
				return false
			}
		}
		return true
	}, longest, often, "%+v", l)
}

// isZombie reports whether a process has ended, and only waits for whoever
// inherited it to notice.
func isZombie(pid int) bool {
	content, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	return err == nil && strings.HasPrefix(string(content[bytes.LastIndexByte(content, ')')+1:]), " Z")
}

// ownProvider is a catalog with an entry whose binary a test can exchange.
type ownProvider struct {
	t               *testing.T
	catalog, binary string
	content         []byte
	version         int
}

// newOwnProvider writes the catalog; more is added to its entries.
func newOwnProvider(t *testing.T) *ownProvider {
	t.Helper()
	folder := t.TempDir()
	o := &ownProvider{t: t, catalog: filepath.Join(folder, "catalog.yaml"), binary: filepath.Join(folder, "provider")}
	var err error
	o.content, err = os.ReadFile(filepath.Join(os.Getenv(binVariable), "payment-provider-memory"))
	require.NoError(t, err)
	o.release("")
	return o
}

// release exchanges the binary for one with another sum, and the catalog for
// one that approves it.
func (o *ownProvider) release(more string) (sum string) {
	o.t.Helper()
	o.version++
	content := fmt.Appendf(bytes.Clone(o.content), "version %d", o.version) // what follows a program does not matter
	sum = fmt.Sprintf("%x", sha256.Sum256(content))
	next := o.binary + ".next"
	require.NoError(o.t, os.WriteFile(next, content, 0o600))
	require.NoError(o.t, os.Chmod(next, 0o700))
	require.NoError(o.t, os.Rename(next, o.binary))
	o.write(o.entry("own", sum) + more)
	return sum
}

func (o *ownProvider) write(entries string) {
	o.t.Helper()
	require.NoError(o.t, os.WriteFile(o.catalog, []byte("providers:\n"+entries), 0o600))
}

// entry is an entry of the catalog for the binary.
func (o *ownProvider) entry(name, sum string) string {
	return fmt.Sprintf(`  - name: %s
    path: %s
    sha256: %s
    mode: test
    settings: {api_base: "{{.APIBase}}"}
    secrets: {secret_key: {sandbox: secret_key}, webhook_secrets: {sandbox: webhook_secret}}
    sandbox: {command: [%s/memory-sandbox, --listen, "127.0.0.1:0", --manage, "127.0.0.1:0"]}
`, name, o.binary, sum, os.Getenv(binVariable))
}

func ready(names ...string) func(map[string]providerState) bool {
	return func(states map[string]providerState) bool {
		for _, name := range names {
			if states[name].Status != "READY" {
				return false
			}
		}
		return len(states) == len(names)
	}
}
