// Package shoptest opens a shop for the tests of the packages around it, with the memory
// provider and the sandbox of its gateway.
package shoptest

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/host"
	"github.com/paysocket/paysocket/host-example/shop"
	"github.com/paysocket/paysocket/plugin"
	"github.com/paysocket/paysocket/provider/kit/kittest"
	"github.com/paysocket/paysocket/provider/memory"
	"github.com/paysocket/paysocket/provider/memory/sandbox"
)

// Provider is the name of the provider.
const Provider = "wallet-th"

// Fixture is a shop that the gateway and buyers reach at URL.
type Fixture struct {
	t testing.TB

	Shop  *shop.Shop
	URL   string
	Front *kittest.Front // between the provider and its gateway
	Scope gateway.Scope  // the account at the gateway
}

// New opens a shop in a database of its own, which runs until the test ends.
func New(tb testing.TB) *Fixture {
	tb.Helper()
	f := &Fixture{t: tb}
	server := httptest.NewUnstartedServer(nil)
	f.URL = "http://" + server.Listener.Addr().String()
	client := f.openProvider()
	db, err := shop.OpenDatabase(tb.Context(), filepath.Join(tb.TempDir(), "a shop?.db"), nil)
	require.NoError(tb, err)
	providers := func(name string) (host.Provider, bool) { return client, name == Provider }
	f.Shop, err = shop.Open(tb.Context(), db, providers, &shop.Options{BaseURL: f.URL, KeyFile: filepath.Join(tb.TempDir(), "key")})
	require.NoError(tb, err)
	tb.Cleanup(func() { assert.NoError(tb, f.Shop.Close()) })
	server.Config = shop.NewServer(f.Shop.Handler(nil), nil)
	server.Start()
	tb.Cleanup(server.Close)
	ctx, stop := context.WithCancel(context.WithoutCancel(tb.Context()))
	var running sync.WaitGroup
	running.Go(func() { assert.NoError(tb, f.Shop.Run(ctx)) })
	tb.Cleanup(func() { stop(); running.Wait() })
	return f
}

func (f *Fixture) openProvider() *plugin.Client {
	f.t.Helper()
	f.Front = kittest.NewFront(f.t)
	gate, err := sandbox.New(&sandbox.Options{BaseURL: f.Front.URL()})
	require.NoError(f.t, err)
	f.t.Cleanup(gate.Close)
	f.Front.Serve(gate.Handler())
	f.Scope, err = gate.NewScope(f.t.Context(), &gateway.ScopeSpec{WebhookURL: f.URL + "/webhooks/" + Provider})
	require.NoError(f.t, err)
	connection := f.Scope.Connection()
	client, err := plugin.InProcess(f.t.Context(), memory.New(nil), &plugin.OpenOptions{Configuration: &contract.Configuration{
		Mode: contract.ModeTest, Probe: true,
		Settings: map[string]string{"api_base": connection.APIBase},
		Secrets: map[string]contract.Secret{
			"secret_key":      contract.NewSecret(connection.Credentials["secret_key"]),
			"webhook_secrets": contract.NewSecret(connection.Credentials["webhook_secret"]),
		},
	}})
	require.NoError(f.t, err)
	f.t.Cleanup(func() { assert.NoError(f.t, client.Close()) })
	return client
}

// Payments returns the payments in the gateway's own ledger.
func (f *Fixture) Payments() []gateway.Payment {
	f.t.Helper()
	payments, err := f.Scope.Payments(f.t.Context(), nil)
	require.NoError(f.t, err)
	return payments
}

// Move makes the gateway move its only payment to another state.
func (f *Fixture) Move(to gateway.State) {
	f.t.Helper()
	payments := f.Payments()
	require.Len(f.t, payments, 1)
	require.NoError(f.t, f.Scope.Transition(f.t.Context(), payments[0].ID, &gateway.Transition{To: to}))
}

// Await waits until a sale has a status, and returns it.
func (f *Fixture) Await(id string, status host.SaleStatus) *shop.Sale {
	f.t.Helper()
	var sale *shop.Sale
	require.Eventually(f.t, func() bool {
		var err error
		sale, err = f.Shop.Sale(f.t.Context(), id)
		return err == nil && sale.Status == status
	}, time.Minute, 10*time.Millisecond, "sale %s is %s", id, status)
	return sale
}

// Answer is an answer of the shop's public server.
type Answer struct {
	Status int
	Header http.Header
	Body   string
}

// Send sends a request as a buyer or a gateway does, who follow no redirect here.
func (f *Fixture) Send(method, address string, header http.Header, body string) Answer {
	f.t.Helper()
	request, err := http.NewRequestWithContext(f.t.Context(), method, address, strings.NewReader(body))
	require.NoError(f.t, err)
	if request.Header = header; header == nil {
		request.Header = http.Header{}
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := client.Do(request)
	require.NoError(f.t, err)
	defer func() { assert.NoError(f.t, answer.Body.Close()) }()
	content, err := io.ReadAll(answer.Body)
	require.NoError(f.t, err)
	return Answer{answer.StatusCode, answer.Header, string(content)}
}
