package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/host-example/service"
	"github.com/paysocket/paysocket/plugin/supervisor"
)

// ownProvider is a catalog with an entry whose binary a test can exchange.
type ownProvider struct {
	t               *testing.T
	catalog, binary string
	content         []byte
	version         int
	scope           gateway.Scope // of its gateway; nil if the entry has the sandbox
}

// newOwnProvider writes the catalog, and starts the sandbox of the gateway, which outlives
// the host.
func newOwnProvider(t *testing.T) *ownProvider {
	t.Helper()
	command := []string{filepath.Join(os.Getenv(binVariable), "memory-sandbox"), "--listen", "127.0.0.1:0", "--manage", "127.0.0.1:0"}
	process, err := gateway.StartSandbox(t.Context(), command, nil)
	require.NoError(t, err)
	t.Cleanup(func() { _ = process.Close() })
	scope, err := process.Client.NewScope(t.Context(), &gateway.ScopeSpec{})
	require.NoError(t, err)
	return newOwnProviderOf(t, scope)
}

// newSandboxedProvider writes the catalog with the sandbox in the entry.
func newSandboxedProvider(t *testing.T) *ownProvider {
	t.Helper()
	return newOwnProviderOf(t, nil)
}

func newOwnProviderOf(t *testing.T, scope gateway.Scope) *ownProvider {
	t.Helper()
	folder := t.TempDir()
	o := &ownProvider{t: t, catalog: filepath.Join(folder, "catalog.yaml"), binary: filepath.Join(folder, "provider"), scope: scope}
	var err error
	o.content, err = os.ReadFile(filepath.Join(os.Getenv(binVariable), "payment-provider-memory"))
	require.NoError(t, err)
	if scope != nil {
		for _, name := range []string{"secret_key", "webhook_secret"} {
			require.NoError(t, os.WriteFile(filepath.Join(folder, name), []byte(scope.Connection().Credentials[name]), 0o600))
		}
	}
	o.release("")
	return o
}

// release exchanges the binary for one with another sum, and writes a catalog with that
// sum. More is added to the entry.
func (o *ownProvider) release(more string) (sum string) {
	o.t.Helper()
	o.version++
	content := fmt.Appendf(bytes.Clone(o.content), "version %d", o.version) // the system ignores what follows a program
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

// entry returns an entry of the catalog for the binary.
func (o *ownProvider) entry(name, sum string) string {
	if o.scope != nil {
		return fmt.Sprintf(`  - name: %s
    path: %s
    sha256: %s
    mode: test
    settings: {api_base: %q}
    secrets: {secret_key: {file: secret_key}, webhook_secrets: {file: webhook_secret}}
`, name, o.binary, sum, o.scope.Connection().APIBase)
	}
	return fmt.Sprintf(`  - name: %s
    path: %s
    sha256: %s
    mode: test
    settings: {api_base: "{{.APIBase}}"}
    secrets: {secret_key: {sandbox: secret_key}, webhook_secrets: {sandbox: webhook_secret}}
    sandbox: {command: [%s/memory-sandbox, --listen, "127.0.0.1:0", --manage, "127.0.0.1:0"]}
`, name, o.binary, sum, os.Getenv(binVariable))
}

// newTestStage starts the sandboxes of the example's catalog.
func newTestStage(t *testing.T, where *addresses) *stage {
	t.Helper()
	catalog, err := supervisor.LoadCatalog(catalogFile(t, t.TempDir()))
	require.NoError(t, err)
	s, err := newStage(t.Context(), catalog.Entries, &stageOptions{webhookURL: where.webhookURL})
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, s.close(context.WithoutCancel(t.Context()))) })
	return s
}

// writeReport writes a conformance report about the memory provider.
func writeReport(t *testing.T, path, sum, verdict string) {
	t.Helper()
	require.NoError(t, os.WriteFile(path, fmt.Appendf(nil, `{"apiVersion": "paymentprovider.conformance/v1", "kind": "ConformanceReport",
		"spec": "0.1.0", "date": %q, "profile": %q, "verdict": %q, "counts": {"executed": 150},
		"provider": {"id": "memory", "specVersion": "0.1.0", "sha256": %q}}`,
		time.Now().UTC().Format(time.RFC3339), service.DefaultProfile, verdict, sum), 0o600))
}
