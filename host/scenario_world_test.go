package host_test

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
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/host"
	"github.com/paysocket/paysocket/internal/pgtest"
	"github.com/paysocket/paysocket/provider/kit/kittest"
	memory "github.com/paysocket/paysocket/provider/memory/sandbox"
	omise "github.com/paysocket/paysocket/provider/omise/sandbox"
)

// street has what the scenarios with processes need: hosts that can be killed, which
// share a database, the programs of the providers, and their gateways, which live in the
// test.
type street struct {
	t      *testing.T
	folder string
	client *http.Client
	shops  map[string]*shop

	postgres string // how to connect to it; empty if the database is a file of SQLite
	quiet    bool   // whether its hosts have no River
}

// patience is how long the scenarios wait: a call that was cut off and the settle time
// of its gateway take about 40 s, and a busy machine cuts off the next call, too.
const patience = 3 * time.Minute

// shop is a provider of the catalog and the account that it works for.
type shop struct {
	method string
	front  *kittest.Front
	gate   account
	scope  gateway.Scope
	entry  string // of the catalog
}

// built has the programs of the providers, which are made once for all scenarios.
var built struct {
	once   sync.Once
	folder string
	err    error
}

// programs returns the folder of the programs.
func programs() (string, error) {
	built.once.Do(func() {
		if built.folder, built.err = os.MkdirTemp("", "paysocket-host-"); built.err != nil {
			return
		}
		build := exec.CommandContext(context.Background(), "go", "build", "-ldflags=-s -w", "-o", built.folder+"/",
			"../provider/memory/cmd/payment-provider-memory", "../provider/omisealipay/cmd/payment-provider-omise-alipay")
		if output, err := build.CombinedOutput(); err != nil {
			built.err = fmt.Errorf("building the providers: %w\n%s", err, output)
		}
	})
	return built.folder, built.err
}

// newStreet returns a street with two accounts at the Memory gateway, whose keys are
// native, and one at Omise's, which is looked up.
func newStreet(t *testing.T) *street {
	t.Helper()
	if testing.Short() {
		t.Skip("it runs processes, for up to a minute")
	}
	s := &street{t: t, folder: t.TempDir(), client: &http.Client{Timeout: 30 * time.Second}, shops: map[string]*shop{}}
	if *postgres {
		s.postgres = pgtest.Database(t)
	}
	for _, name := range []string{"native", "native-2"} {
		front := kittest.NewFront(t)
		gate, err := memory.New(&memory.Options{BaseURL: front.URL()})
		require.NoError(t, err)
		s.add(name, "wallet", "payment-provider-memory", front, gate, "secret_key", "webhook_secrets")
	}
	front := kittest.NewFront(t)
	gate, err := omise.New(&omise.Options{ServerOptions: gateway.ServerOptions{BaseURL: front.URL()}})
	require.NoError(t, err)
	s.add("look-up", "alipay", "payment-provider-omise-alipay", front, gate, "secret_key", "public_key", "webhook_secrets")

	var catalog strings.Builder
	catalog.WriteString("providers:\n")
	for _, each := range s.shops {
		catalog.WriteString(each.entry)
	}
	require.NoError(t, os.WriteFile(filepath.Join(s.folder, "catalog.yaml"), []byte(catalog.String()), 0o600))
	return s
}

// account is a sandbox.
type account interface {
	gateway.Gateway
	Handler() http.Handler
	Close()
}

func (s *street) add(name, method, program string, front *kittest.Front, gate account, secrets ...string) {
	s.t.Helper()
	s.t.Cleanup(gate.Close)
	front.Serve(gate.Handler())
	scope, err := gate.NewScope(s.t.Context(), &gateway.ScopeSpec{})
	require.NoError(s.t, err)
	folder, err := programs()
	require.NoError(s.t, err)
	binary, err := os.ReadFile(filepath.Join(folder, program))
	require.NoError(s.t, err)
	sum := sha256.Sum256(binary)
	connection := scope.Connection()
	files := make([]string, len(secrets))
	for i, secret := range secrets {
		file := name + "-" + secret
		value := connection.Credentials[strings.Replace(secret, "webhook_secrets", "webhook_secret", 1)]
		require.NoError(s.t, os.WriteFile(filepath.Join(s.folder, file), []byte(value), 0o600))
		files[i] = fmt.Sprintf("%s: {file: %s}", secret, file)
	}
	entry := fmt.Sprintf("  - {name: %s, path: %q, sha256: %s, mode: test, settings: {api_base: %q, min_time_left: 500ms}, secrets: {%s}}\n",
		name, filepath.Join(folder, program), hex.EncodeToString(sum[:]), connection.APIBase, strings.Join(files, ", "))
	s.shops[name] = &shop{method: method, front: front, gate: gate, scope: scope, entry: entry}
}

// process is one process of the host.
type process struct {
	street  *street
	address string
	pid     int
	kill    func()
}

// start starts a host of the street's database.
func (s *street) start() *process {
	s.t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(s.t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(s.t, err)
	p := &process{street: s, address: listener.Addr().String()}
	inherited, err := listener.(*net.TCPListener).File() //nolint:forcetypeassert // It is for TCP.
	require.NoError(s.t, err)
	defer func() { _, _ = inherited.Close(), listener.Close() }()
	self, err := os.Executable()
	require.NoError(s.t, err)
	var said bytes.Buffer
	command := exec.CommandContext(context.WithoutCancel(s.t.Context()), self)
	command.Dir, command.Stderr = s.folder, &said
	command.ExtraFiles = []*os.File{inherited}
	command.Env = append(os.Environ(), hostListens+"=3", hostPostgres+"="+s.postgres, hostRiver+"="+strconv.FormatBool(*river && !s.quiet))
	require.NoError(s.t, command.Start())
	p.pid = command.Process.Pid
	ended := make(chan struct{})
	go func() { _ = command.Wait(); close(ended) }()
	p.kill = func() { _ = command.Process.Kill(); <-ended }
	s.t.Cleanup(func() {
		p.kill()
		if s.t.Failed() {
			s.t.Logf("the host at %s said:\n%s", p.address, said.String())
		}
	})
	return p
}

// checkout asks for an order, and returns nil if the host does not answer with a sale.
func (p *process) checkout(id string, providers ...string) *host.Sale {
	s := p.street
	query := url.Values{"provider": providers, "method": {s.shops[providers[0]].method}}
	request, err := http.NewRequestWithContext(s.t.Context(), http.MethodPost, "http://"+p.address+"/orders/"+id+"?"+query.Encode(), http.NoBody)
	if err != nil {
		return nil
	}
	response, err := s.client.Do(request)
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

// await asks for an order until its sale is as it should be.
func (p *process) await(status host.SaleStatus, id string, providers ...string) *host.Sale {
	p.street.t.Helper()
	var sale *host.Sale
	if !assert.Eventually(p.street.t, func() bool {
		sale = p.checkout(id, providers...)
		return sale != nil && sale.Status == status
	}, patience, 50*time.Millisecond) {
		require.FailNow(p.street.t, "a sale did not become what it should be", "%s is not %s: %+v", id, status, sale)
	}
	return sale
}

// deliver sends the webhook of a payment, and returns the status of the answer.
func (p *process) deliver(name, paymentID string) int {
	s := p.street
	s.t.Helper()
	built, err := s.shops[name].scope.BuildWebhook(s.t.Context(), &gateway.WebhookSpec{Event: gateway.EventPaymentUpdated, Payment: paymentID})
	require.NoError(s.t, err)
	request, err := http.NewRequestWithContext(s.t.Context(), http.MethodPost, "http://"+p.address+"/webhooks/"+name, bytes.NewReader(built.Body))
	require.NoError(s.t, err)
	for _, header := range built.Headers {
		request.Header.Add(header[0], header[1])
	}
	response, err := s.client.Do(request)
	require.NoError(s.t, err)
	defer func() { _ = response.Body.Close() }()
	return response.StatusCode
}

// ledger returns the payments that a gateway has.
func (s *street) ledger(name string) []gateway.Payment {
	s.t.Helper()
	payments, err := s.shops[name].scope.Payments(s.t.Context(), nil)
	require.NoError(s.t, err)
	return payments
}

func (s *street) pay(name, id string) {
	s.t.Helper()
	require.NoError(s.t, s.shops[name].scope.Transition(s.t.Context(), id, &gateway.Transition{To: gateway.StateSucceeded}))
}

// awaitRows waits until the platform's own table has as many rows of an order.
func (s *street) awaitRows(id string, want int) {
	s.t.Helper()
	s.awaitCount(want, "SELECT count(*) FROM told WHERE order_id = $1 AND kind = 'PAID'", id)
}

// awaitAttempts waits until as many attempts of an order are stored.
func (s *street) awaitAttempts(id string, want int) {
	s.t.Helper()
	table := "paysocket_attempts"
	if s.postgres != "" {
		table = "paysocket.attempts"
	}
	s.awaitCount(want, "SELECT count(*) FROM "+table+" WHERE sale_id = $1", id)
}

func (s *street) awaitCount(want int, query, id string) {
	s.t.Helper()
	driver, source := "sqlite", "file:"+filepath.Join(s.folder, "shop.db")+"?mode=ro"
	if s.postgres != "" {
		driver, source = "pgx", s.postgres
	}
	db, err := sql.Open(driver, source)
	require.NoError(s.t, err)
	defer func() { _ = db.Close() }()
	assert.Eventually(s.t, func() bool {
		var n int
		return db.QueryRowContext(s.t.Context(), query, id).Scan(&n) == nil && n == want
	}, time.Minute, 50*time.Millisecond)
}
