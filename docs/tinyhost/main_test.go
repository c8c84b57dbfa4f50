package main_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/host"
	"github.com/paysocket/paysocket/provider/kit/kittest"
	"github.com/paysocket/paysocket/provider/memory/sandbox"
)

// tiny is the host as a process, and the gateway that it sells with.
type tiny struct {
	t       *testing.T
	folder  string
	address string
	front   *kittest.Front
	scope   gateway.Scope
	client  *http.Client
}

func newTiny(t *testing.T) *tiny {
	t.Helper()
	h := &tiny{t: t, folder: t.TempDir(), front: kittest.NewFront(t), client: &http.Client{Timeout: time.Minute}}
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	h.address = listener.Addr().String() // for the host, which knows none before it listens
	require.NoError(t, listener.Close())
	gate, err := sandbox.New(&sandbox.Options{BaseURL: h.front.URL()})
	require.NoError(t, err)
	t.Cleanup(gate.Close)
	h.front.Serve(gate.Handler())
	h.scope, err = gate.NewScope(t.Context(), &gateway.ScopeSpec{WebhookURL: "http://" + h.address + "/webhooks/wallet-th"})
	require.NoError(t, err)

	build := exec.CommandContext(t.Context(), "go", "build", "-ldflags=-s -w", "-o", h.folder+"/",
		".", "../../provider/memory/cmd/payment-provider-memory")
	output, err := build.CombinedOutput()
	require.NoError(t, err, "%s", output)
	h.writeCatalog()
	return h
}

func (h *tiny) writeCatalog() {
	h.t.Helper()
	binary, err := os.ReadFile(filepath.Join(h.folder, "payment-provider-memory"))
	require.NoError(h.t, err)
	sum := sha256.Sum256(binary)
	connection := h.scope.Connection()
	secret := func(file, of string) string {
		require.NoError(h.t, os.WriteFile(filepath.Join(h.folder, file), []byte(connection.Credentials[of]), 0o600))
		return "{file: " + file + "}"
	}
	catalog := fmt.Sprintf(`providers:
  - name: wallet-th
    path: payment-provider-memory
    sha256: %s
    mode: test
    settings: {api_base: %q}
    secrets: {secret_key: %s, webhook_secrets: %s}
`, hex.EncodeToString(sum[:]), connection.APIBase, secret("key", "secret_key"), secret("webhook", "webhook_secret"))
	require.NoError(h.t, os.WriteFile(filepath.Join(h.folder, "catalog.yaml"), []byte(catalog), 0o600))
}

// start starts the host, and returns functions that kill it and that ask it to end.
func (h *tiny) start() (kill func(), end func() (exitCode int, output string)) {
	h.t.Helper()
	var said bytes.Buffer
	command := exec.CommandContext(context.WithoutCancel(h.t.Context()), filepath.Join(h.folder, "tinyhost"), "catalog.yaml", "shop.db", h.address)
	command.Dir, command.Stderr = h.folder, &said
	require.NoError(h.t, command.Start())
	ended := make(chan struct{})
	go func() { _ = command.Wait(); close(ended) }()
	kill = func() { _ = command.Process.Kill(); <-ended }
	h.t.Cleanup(func() {
		kill()
		if h.t.Failed() {
			h.t.Logf("the host said:\n%s", said.String())
		}
	})
	return kill, func() (int, string) {
		assert.NoError(h.t, command.Process.Signal(syscall.SIGTERM))
		<-ended
		return command.ProcessState.ExitCode(), said.String()
	}
}

// checkout asks for an order, and returns nil if the host does not answer with a sale.
func (h *tiny) checkout(id string) *host.Sale {
	request, err := http.NewRequestWithContext(h.t.Context(), http.MethodPost, "http://"+h.address+"/orders/"+id, http.NoBody)
	if err != nil {
		return nil
	}
	response, err := h.client.Do(request)
	if err != nil {
		return nil
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	var sale host.Sale
	if err != nil || response.StatusCode != http.StatusOK || json.Unmarshal(body, &sale) != nil {
		return nil
	}
	return &sale
}

// awaitLink waits until the payer of an order can pay.
func (h *tiny) awaitLink(id string) {
	h.t.Helper()
	require.Eventually(h.t, func() bool {
		sale := h.checkout(id)
		return sale != nil && sale.Status == host.SaleWaiting && sale.NextAction != nil
	}, 2*time.Minute, 50*time.Millisecond)
}

// pay pays the payments that the gateway has, whose webhooks come by themselves.
func (h *tiny) pay() {
	h.t.Helper()
	payments, err := h.scope.Payments(h.t.Context(), nil)
	require.NoError(h.t, err)
	for i := range payments {
		if payments[i].State == gateway.StatePending {
			require.NoError(h.t, h.scope.Transition(h.t.Context(), payments[i].ID, &gateway.Transition{To: gateway.StateSucceeded}))
		}
	}
}

// awaitRow waits until the platform's own table has an order, once.
func (h *tiny) awaitRow(id string) {
	h.t.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(h.folder, "shop.db")+"?mode=ro")
	require.NoError(h.t, err)
	defer func() { _ = db.Close() }()
	require.Eventually(h.t, func() bool {
		var n int
		return db.QueryRowContext(h.t.Context(), "SELECT count(*) FROM paid WHERE order_id = $1", id).Scan(&n) == nil && n == 1
	}, time.Minute, 50*time.Millisecond)
}

func TestTinyHost_SellsAndSurvivesItsEnd(t *testing.T) {
	t.Parallel()
	h := newTiny(t)
	kill, _ := h.start()
	h.awaitLink("3947")
	h.pay()
	h.awaitRow("3947")

	held, release := make(chan struct{}, 1), make(chan struct{})
	h.front.Set(kittest.On("POST /v1/payments", kittest.Times(1, kittest.Rewrite(func(body []byte) []byte {
		held <- struct{}{}
		<-release
		return body
	}))))
	go h.checkout("3948")
	<-held // the gateway has made the payment, and nobody has been told
	kill()
	close(release)

	_, end := h.start()
	h.awaitLink("3948")
	h.pay()
	h.awaitRow("3948")
	payments, err := h.scope.Payments(t.Context(), nil)
	require.NoError(t, err)
	assert.Len(t, payments, 2)

	code, output := end()
	assert.Zero(t, code, "it ends in good order")
	assert.NotContains(t, output, h.scope.Connection().Credentials["secret_key"])
}
