package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// planted is in everything that must not be in a bug report.
const planted = "PLANTED"

// plant writes a catalog that has secrets wherever somebody may have written one, and
// returns its path. The binary is none, so that errors quote the catalog.
func plant(t *testing.T, more string) string {
	t.Helper()
	folder := t.TempDir()
	secret := filepath.Join(folder, "secret-"+planted)
	require.NoError(t, os.WriteFile(secret, []byte("sk_"+planted+"\n"), 0o600))
	text := fmt.Sprintf(`providers:
  - name: wallet
    path: %[1]s/bin-%[2]s
    sha256: "%[3]s"
    mode: test
    settings: {api_base: "https://user:%[2]s@gateway.example", key_%[2]s: "x%[2]s"}
    secrets:
      secret_key: {file: %[4]s}
      webhook_secrets: {env: HOOK_%[2]s}
%[5]s`, folder, planted, strings.Repeat("ab", 32), secret, more)
	path := filepath.Join(folder, "catalog.yaml")
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

// serveHealth answers on a socket as a host's admin API does, and returns its path.
func serveHealth(t *testing.T, status int, health string) string {
	t.Helper()
	folder, err := os.MkdirTemp("", "") //nolint:usetesting // the path of a socket is short
	require.NoError(t, err)
	socket := filepath.Join(folder, "admin")
	listener, err := new(net.ListenConfig).Listen(t.Context(), "unix", socket)
	require.NoError(t, err)
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, health)
	}))
	require.NoError(t, server.Listener.Close())
	server.Listener = listener
	server.Start()
	t.Cleanup(func() {
		server.Close()
		require.NoError(t, os.RemoveAll(folder))
	})
	return socket
}

func TestBugReport_HasNoSecretOfCatalogFilesEnvironmentOrHost(t *testing.T) {
	t.Setenv("HTTPS_PROXY", "http://user:"+planted+"@127.0.0.1:1")
	t.Setenv("HOOK_"+planted, "whsec_"+planted)
	t.Setenv("STRIPE_KEY", planted)
	host := serveHealth(t, http.StatusServiceUnavailable, `{"status":"bad","ledger":"dial postgres://u:`+planted+`@db","providers":[
			{"provider":"wallet","status":"BACKOFF","version":"1.2.3","restarts":7,"last_error":"`+planted+`","stderr":"`+planted+`","path":"/`+planted+`"},
			{"provider":"other","status":"READY `+planted+`"},{"provider":"third","status":"READY","version":"`+planted+`"}]}`)
	whole, broken := plant(t, ""), plant(t, "    colour: "+planted+"\n")
	for _, line := range [][]string{
		{"--catalog", whole, "--admin", host},
		{"--catalog", whole, "--admin", host, "--json"},
		{"--catalog", broken, "--admin", "/nowhere/" + planted},
		{"--catalog", filepath.Join(t.TempDir(), planted), "--json"},
		{"--admin", whole},
	} {
		var stdout, stderr bytes.Buffer
		require.Equal(t, exitOK, run(t.Context(), append([]string{"bug-report"}, line...), &stdout, &stderr), "%v: %s", line, &stderr)
		assert.NotContains(t, stdout.String()+stderr.String(), planted, "%v", line)
		assert.Contains(t, stdout.String(), "HTTPS_PROXY", "that it is set is told")
	}
}

func TestBugReport_HasWhatFindsABug(t *testing.T) {
	t.Parallel()
	host := serveHealth(t, http.StatusOK, `{"ledger":"ok","providers":[{"provider":"wallet","status":"BACKOFF","version":"1.2.3","restarts":7}]}`)
	var stdout, stderr bytes.Buffer
	require.Equal(t, exitOK, run(t.Context(), []string{"bug-report", "--catalog", plant(t, ""), "--admin", host, "--json"}, &stdout, &stderr), &stderr)
	var report bugReport
	require.NoError(t, json.Unmarshal(stdout.Bytes(), &report))
	assert.Equal(t, ownVersions(), report.versions)
	require.Len(t, report.Catalog.Providers, 1)
	provider := report.Catalog.Providers[0]
	assert.Equal(t, "wallet", provider.Name)
	assert.Positive(t, provider.Problems, "its binary is missing")
	assert.Equal(t, 4, provider.UnknownFields, "no descriptor says that they are known")
	assert.Equal(t, &hostReport{Reached: true, HTTP: 200, Ledger: true, Providers: []hostState{{Provider: "wallet", Status: "BACKOFF", Version: "1.2.3", Restarts: 7}}}, report.Host)

	stdout.Reset()
	require.Equal(t, exitOK, run(t.Context(), []string{"bug-report", "--catalog", plant(t, "    colour: red\n")}, &stdout, &stderr))
	assert.Regexp(t, `catalog +cannot be read \(line \d+\)`, stdout.String())
}
