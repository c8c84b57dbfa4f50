package main

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/provider/kit/kittest"
	memory "github.com/paysocket/paysocket/provider/memory/sandbox"
	omise "github.com/paysocket/paysocket/provider/omise/sandbox"
)

// callTime is that of the hosts of a merchant: after a kill a call is waited for so long,
// and five seconds more.
const callTime = 2 * time.Second

// merchant has a catalog for hosts, with gateways that live in the test: they outlive
// every host, and their ledgers say what happened.
type merchant struct {
	t        *testing.T
	folder   string
	catalog  string
	accounts map[string]*account
}

// account is one of a merchant's, behind a front on which a test has faults.
type account struct {
	gateway.Scope

	t     *testing.T
	name  string // of the entry in the catalog
	front *kittest.Front
	gate  gateway.Gateway
	entry string
}

// newMerchant opens an account for each name; those that end in "alipay" are at Omise's
// gateway, which honours no keys, and the others at that of the memory provider. Webhooks
// are sent to the shop at an address, if there is one.
func newMerchant(t *testing.T, shop string, names ...string) *merchant {
	t.Helper()
	m := &merchant{t: t, folder: t.TempDir(), accounts: map[string]*account{}}
	m.catalog = filepath.Join(m.folder, "catalog.yaml")
	for _, name := range names {
		webhooks := ""
		if shop != "" {
			webhooks = shop + "/webhooks/" + name
		}
		m.open(name, webhooks)
	}
	m.write(names...)
	return m
}

// write writes a catalog with some of the accounts.
func (m *merchant) write(names ...string) {
	m.t.Helper()
	var content strings.Builder
	content.WriteString("providers:\n")
	for _, name := range names {
		content.WriteString(m.accounts[name].entry)
	}
	require.NoError(m.t, os.WriteFile(m.catalog, []byte(content.String()), 0o600))
}

func (m *merchant) open(name, webhooks string) {
	m.t.Helper()
	a := &account{t: m.t, name: name, front: kittest.NewFront(m.t)}
	options := gateway.ServerOptions{BaseURL: a.front.URL(), RetryDelays: []time.Duration{100 * time.Millisecond, time.Second, time.Second, 5 * time.Second}}
	program, secrets := "payment-provider-memory", []string{"secret_key", "webhook_secrets"}
	if strings.HasSuffix(name, "alipay") {
		program, secrets = "payment-provider-omise-alipay", []string{"secret_key", "public_key", "webhook_secrets"}
		gate, err := omise.New(&omise.Options{ServerOptions: options})
		require.NoError(m.t, err)
		m.t.Cleanup(gate.Close)
		a.gate = gate
		a.front.Serve(gate.Handler())
	} else {
		gate, err := memory.New(&options)
		require.NoError(m.t, err)
		m.t.Cleanup(gate.Close)
		a.gate = gate
		a.front.Serve(gate.Handler())
	}
	scope, err := a.gate.NewScope(m.t.Context(), &gateway.ScopeSpec{WebhookURL: webhooks})
	require.NoError(m.t, err)
	a.Scope = scope
	m.accounts[name] = a

	path := filepath.Join(os.Getenv(binVariable), program)
	binary, err := os.ReadFile(path)
	require.NoError(m.t, err)
	files := make([]string, len(secrets))
	for i, secret := range secrets {
		files[i] = fmt.Sprintf("%s: {file: %s.%s}", secret, name, secret)
		m.secret(name, secret, scope)
	}
	a.entry = fmt.Sprintf("  - {name: %s, path: %q, sha256: %x, mode: test, probe: true, settings: {api_base: %q, min_time_left: 500ms}, secrets: {%s}}\n",
		name, path, sha256.Sum256(binary), scope.Connection().APIBase, strings.Join(files, ", "))
}

// secret writes the file of a secret of an entry, as an account of its gateway has it.
func (m *merchant) secret(name, secret string, scope gateway.Scope) {
	m.t.Helper()
	value := scope.Connection().Credentials[strings.Replace(secret, "webhook_secrets", "webhook_secret", 1)]
	require.NoError(m.t, os.WriteFile(filepath.Join(m.folder, name+"."+secret), []byte(value), 0o600))
}

// order limits a fault to requests that make something for an order.
func order(id string, fault kittest.Fault) kittest.Fault {
	return kittest.On("POST", func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		body, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(body))
		if !bytes.Contains(body, []byte(id)) {
			next.ServeHTTP(w, r)
			return
		}
		fault(w, r, next)
	})
}

// move moves a payment to another state, as the payer or the gateway would.
func (a *account) move(payment string, to gateway.State) {
	assert.NoError(a.t, a.Transition(a.t.Context(), payment, &gateway.Transition{To: to}))
}

// made returns what the gateway has for an order.
func (a *account) made(order string) []gateway.Payment {
	a.t.Helper()
	payments, err := a.Payments(a.t.Context(), &gateway.Query{Reference: order})
	require.NoError(a.t, err)
	return payments
}

// webhook sends a webhook to a host, and returns the status of the answer.
func (a *account) webhook(host *hostProcess, spec *gateway.WebhookSpec) int {
	webhook, err := a.BuildWebhook(a.t.Context(), spec)
	if !assert.NoError(a.t, err) {
		return 0
	}
	header := http.Header{}
	for _, each := range webhook.Headers {
		header.Add(each[0], each[1])
	}
	answer, err := newBrowser().send(a.t.Context(), http.MethodPost, host.shop+"/webhooks/"+a.name, header, webhook.Body)
	if !assert.NoError(a.t, err) {
		return 0
	}
	return answer.status
}
