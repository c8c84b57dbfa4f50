package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// How long and how often tests look for what must happen. It is long because machines
// are slow.
const (
	waitFor   = 2 * time.Minute // a read that a kill cut off is taken over after 20 s, by a sweep up to 24 s later
	pollEvery = 20 * time.Millisecond
)

// hostProcess is a host in a process of its own.
type hostProcess struct {
	t     *testing.T
	cmd   *exec.Cmd
	admin string
	shop  string
	staff string
	ended chan error

	mu    sync.Mutex
	lines []map[string]any // of its log
}

// serve starts a host and waits until it has applied the catalog.
func serve(t *testing.T, catalog string, args ...string) *hostProcess {
	t.Helper()
	return serveAfter(t, "", catalog, args...)
}

// serveAfter is serve, after a command of the shell.
func serveAfter(t *testing.T, before, catalog string, args ...string) *hostProcess {
	t.Helper()
	h := &hostProcess{t: t, ended: make(chan error, 1)}
	h.cmd = exec.CommandContext(context.WithoutCancel(t.Context()), "/bin/sh",
		append([]string{
			"-c", before + "\nexec host-example \"$@\"", "sh",
			"serve", "--catalog", catalog, "--database", filepath.Join(t.TempDir(), "shop.db"), "--listen", "127.0.0.1:0",
			"--admin", filepath.Join(shortFolder(t), "admin"), "--staff", "127.0.0.1:0",
		}, args...)...)
	stderr, err := h.cmd.StderrPipe()
	require.NoError(t, err)
	require.NoError(t, h.cmd.Start())
	go func() {
		for lines := bufio.NewScanner(stderr); lines.Scan(); {
			var line map[string]any
			if json.Unmarshal(lines.Bytes(), &line) != nil {
				line = map[string]any{"msg": lines.Text()}
			}
			h.mu.Lock()
			h.lines = append(h.lines, line)
			h.mu.Unlock()
		}
		h.ended <- h.cmd.Wait()
	}()
	t.Cleanup(func() {
		_ = h.cmd.Process.Kill()
		if t.Failed() {
			h.mu.Lock()
			defer h.mu.Unlock()
			for _, line := range h.lines {
				t.Log(line)
			}
		}
	})
	started := h.awaitLine("the host has started")
	h.admin, h.shop, h.staff = started["admin"].(string), started["shop"].(string), started["staff"].(string)
	h.awaitLine("the catalog was applied")
	return h
}

// shortFolder returns a folder for a socket, whose path may not be long.
func shortFolder(t *testing.T) string {
	t.Helper()
	folder, err := os.MkdirTemp("", "admin") //nolint:usetesting // TempDir has the name of the test in it.
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, os.RemoveAll(folder)) })
	return folder
}

// awaitLine waits for a log record whose message has this prefix. It removes that record
// and those before it.
func (h *hostProcess) awaitLine(message string) map[string]any {
	h.t.Helper()
	var found map[string]any
	require.Eventually(h.t, func() bool {
		h.mu.Lock()
		defer h.mu.Unlock()
		for i, line := range h.lines {
			if text, _ := line["msg"].(string); strings.HasPrefix(text, message) {
				found, h.lines = line, h.lines[i+1:]
				return true
			}
		}
		return false
	}, waitFor, pollEvery, message)
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

// request sends a request to the admin server, and returns status and body.
func (h *hostProcess) request(method, path, body string) (int, []byte) {
	request, err := http.NewRequestWithContext(h.t.Context(), method, "http://localhost"+path, strings.NewReader(body))
	if err != nil {
		return 0, []byte(err.Error())
	}
	request.Header.Set("Content-Type", "application/json")
	transport := socketTransport(h.admin)
	transport.DisableKeepAlives = true
	client := &http.Client{Transport: transport}
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

// health returns the status of /healthz and the state of each provider.
func (h *hostProcess) health() (int, map[string]providerState) {
	status, body := h.request(http.MethodGet, "/healthz", "")
	var answer struct {
		Providers []providerState `json:"providers"`
	}
	_ = json.Unmarshal(body, &answer)
	states := map[string]providerState{}
	for _, s := range answer.Providers {
		if _, beside := states[s.Provider]; !beside {
			states[s.Provider] = s
		}
	}
	return status, states
}

func (h *hostProcess) awaitHealth(what string, status int, is func(map[string]providerState) bool) map[string]providerState {
	h.t.Helper()
	var states map[string]providerState
	require.Eventually(h.t, func() bool {
		var got int
		got, states = h.health()
		return got == status && is(states)
	}, waitFor, pollEvery, what)
	return states
}

var orders atomic.Int64

// sell asks for an order of its own.
func (h *hostProcess) sell(providers ...string) (int, saleAnswer) {
	return h.checkout(fmt.Sprintf("order-%d", orders.Add(1)), providers...)
}

func (h *hostProcess) checkout(id string, providers ...string) (int, saleAnswer) {
	method := "wallet"
	if strings.HasSuffix(providers[0], "alipay") {
		method = "alipay"
	}
	body, err := json.Marshal(map[string]any{
		"id": id, "amount": amountAnswer{Currency: "THB", MinorUnits: 100_000}, "method": method, "providers": providers,
	})
	if err != nil {
		return 0, saleAnswer{Status: err.Error()}
	}
	status, answer := h.request(http.MethodPost, "/sales", string(body))
	var sold saleAnswer
	if err := json.Unmarshal(answer, &sold); err != nil {
		sold.Status = string(answer)
	}
	return status, sold
}

// mustSell makes a sale whose buyer can pay at once.
func (h *hostProcess) mustSell(providers ...string) saleAnswer {
	h.t.Helper()
	status, sale := h.sell(providers...)
	require.Equal(h.t, http.StatusOK, status, "%+v", sale)
	require.Equal(h.t, "WAITING", sale.Status, "%+v", sale)
	require.NotEmpty(h.t, sale.PayURL)
	return sale
}

// payAgain has a buyer choose again.
func (h *hostProcess) payAgain(id string, providers ...string) (int, saleAnswer) {
	h.t.Helper()
	body, err := json.Marshal(map[string]any{"method": "wallet", "providers": providers})
	require.NoError(h.t, err)
	status, answer := h.request(http.MethodPost, "/sales/"+id+"/pay-again", string(body))
	var sale saleAnswer
	require.NoError(h.t, json.Unmarshal(answer, &sale), string(answer))
	return status, sale
}

// awaitSale waits until a sale has one of the statuses.
func (h *hostProcess) awaitSale(id string, statuses ...string) saleAnswer {
	h.t.Helper()
	var now saleAnswer
	require.Eventually(h.t, func() bool {
		_, body := h.request(http.MethodGet, "/sales/"+id, "")
		now = saleAnswer{}
		return json.Unmarshal(body, &now) == nil && slices.Contains(statuses, now.Status)
	}, waitFor, pollEvery, "sale %s is %v", id, statuses)
	return now
}

// metric returns the value of a metric, and false if there is none.
func (h *hostProcess) metric(name string) (float64, bool) {
	_, body := h.request(http.MethodGet, "/metrics", "")
	for line := range strings.Lines(string(body)) {
		if text, ok := strings.CutPrefix(line, name+" "); ok {
			value, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
			return value, err == nil
		}
	}
	return 0, false
}

func (h *hostProcess) reloadCatalog() { require.NoError(h.t, h.cmd.Process.Signal(syscall.SIGHUP)) }

// leftovers are the processes and folders that a host must not leave behind.
type leftovers struct {
	pids    []int
	folders []string // of sockets
}

// children returns the child processes of the host and the folders of their sockets.
func (h *hostProcess) children() *leftovers {
	h.t.Helper()
	var l leftovers
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	require.NoError(h.t, err)
	for _, path := range stats {
		content, err := os.ReadFile(path)
		if err != nil {
			continue // it has ended
		}
		fields := strings.Fields(string(content[bytes.LastIndexByte(content, ')')+1:]))
		if len(fields) < 2 || fields[1] != strconv.Itoa(h.cmd.Process.Pid) {
			continue
		}
		pid, err := strconv.Atoi(filepath.Base(filepath.Dir(path)))
		require.NoError(h.t, err)
		environment, err := os.ReadFile(filepath.Join(filepath.Dir(path), "environ"))
		if errors.Is(err, os.ErrNotExist) || errors.Is(err, syscall.ESRCH) {
			continue // it has ended
		}
		require.NoError(h.t, err)
		l.pids = append(l.pids, pid)
		for variable := range strings.SplitSeq(string(environment), "\x00") {
			if folder, ok := strings.CutPrefix(variable, "PLUGIN_UNIX_SOCKET_DIR="); ok {
				l.folders = append(l.folders, folder)
			}
		}
	}
	return &l
}

// stop sends SIGSTOP to a process and waits until it has stopped. Kill returns before
// that: a thread goes on until it next enters the kernel, and may answer a call.
func stop(t *testing.T, pid int) {
	t.Helper()
	require.NoError(t, syscall.Kill(pid, syscall.SIGSTOP))
	t.Cleanup(func() { _ = syscall.Kill(pid, syscall.SIGCONT) })
	require.Eventually(t, func() bool {
		threads, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/[0-9]*/stat", pid))
		if err != nil || len(threads) == 0 {
			return false
		}
		return !slices.ContainsFunc(threads, func(path string) bool { return stateIn(path) != "T" })
	}, waitFor, pollEvery, "process %d does not stop", pid)
}

// stateIn returns the state in a stat file of /proc; empty if the process or thread
// is gone.
func stateIn(path string) string {
	content, err := os.ReadFile(path)
	if err != nil {
		return ""
	}
	state, _, _ := strings.Cut(string(content[bytes.LastIndexByte(content, ')')+2:]), " ")
	return state
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
	}, waitFor, pollEvery, "%+v", l)
}

// isZombie reports whether a process has ended, and its parent has not yet noticed.
func isZombie(pid int) bool { return stateIn(fmt.Sprintf("/proc/%d/stat", pid)) == "Z" }

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
