package host_test

import (
	"bytes"
	"context"
	"database/sql"
	"flag"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/host"
	"github.com/paysocket/paysocket/internal/faults"
	"github.com/paysocket/paysocket/internal/pgtest"
	"github.com/paysocket/paysocket/plugin"
	"github.com/paysocket/paysocket/provider/kit/kittest"
	"github.com/paysocket/paysocket/provider/memory"
	"github.com/paysocket/paysocket/provider/memory/sandbox"
	omise "github.com/paysocket/paysocket/provider/omise/sandbox"
	"github.com/paysocket/paysocket/provider/omisealipay"
)

func baht(satang int64) contract.Money { return contract.Money{Currency: "THB", MinorUnits: satang} }

// world is a host with two providers of the Memory gateway, each with an account and a
// front of its own. Its time stands still unless a test moves it.
type world struct {
	t        testing.TB
	clock    *kittest.Clock
	database string
	key      string
	db       *sql.DB
	engine   *host.Engine
	options  *host.Options
	wallets  map[string]*wallet

	links map[string]bool // that payers were shown

	mu      sync.Mutex
	changes []host.Change
}

// wallet is a provider with its gateway.
type wallet struct {
	world *world
	front *kittest.Front
	gate  account
	scope gateway.Scope

	scopes []gateway.Scope // all that were opened

	start   func() contract.PaymentProvider
	secrets map[string]string

	mu     sync.Mutex
	client *plugin.Client                          // nil while it is not there
	swap   func()                                  // runs once, after a process was pinned
	terms  func(*contract.Idempotency)             // changes those of a process that is pinned; nil changes nothing
	calls  func(contract.Handler) contract.Handler // changes its calls, likewise

	mode    contract.Mode // that its processes say they have; that of its gateway if empty
	attends []string      // the kinds of events for a person's attention; nil for those that it has
}

func newWorld(tb testing.TB, change ...func(*host.Options)) *world {
	tb.Helper()
	folder := tb.TempDir()
	w := &world{
		t: tb, clock: kittest.NewClock(time.Date(2026, 2, 3, 4, 5, 6, 0, time.UTC)), database: filepath.Join(folder, "shop.db"),
		key: filepath.Join(folder, "payer.key"), wallets: map[string]*wallet{}, links: map[string]bool{},
	}
	if *postgres {
		w.database = pgtest.Database(w.t)
	} else {
		w.copyTemplate()
	}
	for _, name := range []string{"wallet-a", "wallet-b"} {
		w.wallets[name] = newWallet(w)
	}
	w.options = &host.Options{KeyFile: w.key, OnChange: w.onChange}
	host.WithClocks(w.options, w.clock.Now, w.clock.Now)
	if !*river {
		host.WithoutJobs(w.options)
	}
	for _, each := range change {
		each(w.options)
	}
	w.db = w.openDatabase()
	w.engine = w.open()
	return w
}

const durable = "?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=foreign_keys(1)&_pragma=busy_timeout(5000)"

// postgres has the tests that suit both engines run on PostgreSQL.
var postgres = flag.Bool("postgres", false, "run on PostgreSQL")

// river is off to have the tests run without River, by which nothing may go wrong.
var river = flag.Bool("river", true, "let River wake the engines")

// stored is what stores the sales of the tests.
func stored() faults.Engine {
	if *postgres {
		return faults.Postgres
	}
	return faults.SQLite
}

// onSQLite skips a test that is about SQLite's files and statements.
func onSQLite(t *testing.T) {
	t.Helper()
	if *postgres {
		t.Skip("it is about SQLite")
	}
}

func (w *world) openDatabase() *sql.DB {
	w.t.Helper()
	driver, source := "sqlite", "file:"+w.database+durable
	if *postgres {
		driver, source = "pgx", w.database
	}
	db, err := sql.Open(driver, source)
	require.NoError(w.t, err)
	w.t.Cleanup(func() { assert.NoError(w.t, db.Close()) })
	return db
}

func (w *world) engineOf() string {
	if *postgres {
		return host.Postgres
	}
	return host.SQLite
}

// open returns another engine of the same database, as another process of the host
// would be.
func (w *world) open() *host.Engine {
	w.t.Helper()
	engine, err := host.Open(w.t.Context(), w.openDatabase(), w.engineOf(), w.provider, w.options)
	require.NoError(w.t, err)
	w.t.Cleanup(func() { assert.NoError(w.t, engine.Close()) })
	return engine
}

func (w *world) provider(name string) (host.Provider, bool) {
	found := w.wallets[name]
	return found, found != nil
}

func (w *world) onChange(_ context.Context, _ host.Tx, change *host.Change) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.changes = append(w.changes, *change)
	return nil
}

// told returns the kinds of the changes that the platform was told.
func (w *world) told() []host.ChangeKind {
	w.mu.Lock()
	defer w.mu.Unlock()
	var kinds []host.ChangeKind
	for i := range w.changes {
		kinds = append(kinds, w.changes[i].Kind)
	}
	return kinds
}

// newWallet returns a provider of the Memory gateway, whose keys are native.
func newWallet(w *world) *wallet {
	w.t.Helper()
	wallet := &wallet{
		world: w, front: kittest.NewFront(w.t), secrets: map[string]string{"secret_key": "secret_key", "webhook_secrets": "webhook_secret"},
		start: func() contract.PaymentProvider { return memory.New(&memory.Options{Now: w.clock.Now}) },
	}
	gate, err := sandbox.New(&sandbox.Options{BaseURL: wallet.front.URL(), Now: w.clock.Now})
	require.NoError(w.t, err)
	wallet.open(gate)
	return wallet
}

// newAlipay returns a provider of Omise's gateway, which honours no keys: what became of
// a call is looked up.
func newAlipay(w *world) *wallet {
	w.t.Helper()
	wallet := &wallet{
		world: w, front: kittest.NewFront(w.t),
		secrets: map[string]string{"secret_key": "secret_key", "public_key": "public_key", "webhook_secrets": "webhook_secret"},
		start:   func() contract.PaymentProvider { return omisealipay.New(&omisealipay.Options{Now: w.clock.Now}) },
	}
	gate, err := omise.New(&omise.Options{ServerOptions: gateway.ServerOptions{BaseURL: wallet.front.URL(), Now: w.clock.Now}})
	require.NoError(w.t, err)
	wallet.open(gate)
	return wallet
}

// open opens an account at a gateway, and starts a process for it.
func (w *wallet) open(gate account) {
	w.world.t.Helper()
	w.gate = gate
	w.world.t.Cleanup(gate.Close)
	w.front.Serve(gate.Handler())
	w.scope = w.another()
	w.configure(w.scope)
}

// another opens another account at the gateway.
func (w *wallet) another() gateway.Scope {
	w.world.t.Helper()
	scope, err := w.gate.NewScope(w.world.t.Context(), &gateway.ScopeSpec{})
	require.NoError(w.world.t, err)
	w.scopes = append(w.scopes, scope)
	return scope
}

// configure starts a process of the provider for an account.
func (w *wallet) configure(scope gateway.Scope) {
	w.world.t.Helper()
	client, err := plugin.InProcess(w.world.t.Context(), w.start(), &plugin.OpenOptions{Configuration: w.configuration(scope)})
	require.NoError(w.world.t, err)
	w.world.t.Cleanup(func() { _ = client.Close() })
	w.mu.Lock()
	defer w.mu.Unlock()
	w.client = client
}

func (w *wallet) configuration(scope gateway.Scope) *contract.Configuration {
	return kittest.Configuration(scope.Connection(), w.secrets, "min_time_left", "0s")
}

// stop takes the provider away.
func (w *wallet) stop() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.client = nil
}

func (w *wallet) Pin() (*plugin.Pinned, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.client == nil {
		return nil, contract.NewError(contract.ProviderUnreachable, "the provider is not there")
	}
	pinned, err := w.client.Pin()
	terms := w.terms
	if w.swap != nil {
		w.swap()
		w.swap = nil
	}
	if err == nil && terms != nil {
		descriptor := *pinned.Descriptor
		create, refund := *descriptor.CreateIdempotency, *descriptor.RefundIdempotency
		terms(&create)
		terms(&refund)
		descriptor.CreateIdempotency, descriptor.RefundIdempotency, pinned.Descriptor = &create, &refund, &descriptor
	}
	if err == nil && w.attends != nil {
		descriptor := *pinned.Descriptor
		webhooks := *descriptor.Webhooks
		webhooks.AttentionKinds = w.attends
		descriptor.Webhooks, pinned.Descriptor = &webhooks, &descriptor
	}
	if err == nil && w.mode != "" {
		pinned.Mode = w.mode
	}
	if err == nil && w.calls != nil {
		pinned.Handler = w.calls(pinned.Handler)
	}
	return pinned, err
}

// blind takes the look-up by key away.
func blind(terms *contract.Idempotency) { terms.LookupByKey = false }

// ledger returns the gateway's own payments.
func (w *wallet) ledger() []gateway.Payment {
	w.world.t.Helper()
	payments, err := w.scope.Payments(w.world.t.Context(), nil)
	require.NoError(w.world.t, err)
	return payments
}

// paidAt returns how many payments of a provider were paid, as its gateway has it.
func (w *world) paidAt(name string) int {
	w.t.Helper()
	paid := 0
	for _, p := range w.wallets[name].ledger() {
		if p.State == gateway.StateSucceeded {
			paid++
		}
	}
	return paid
}

func (w *wallet) pay(id string) { w.transition(id, gateway.StateSucceeded) }

func (w *wallet) transition(id string, to gateway.State) {
	w.world.t.Helper()
	require.NoError(w.world.t, w.scope.Transition(w.world.t.Context(), id, &gateway.Transition{To: to}))
}

// deliver sends a webhook about a payment, and returns the status of the answer.
func (w *world) deliver(engine *host.Engine, name, paymentID string) int {
	w.t.Helper()
	return w.send(engine, w.webhook(name, &gateway.WebhookSpec{Event: gateway.EventPaymentUpdated, Payment: paymentID}))
}

// webhook returns a webhook as the gateway sends it.
func (w *world) webhook(name string, spec *gateway.WebhookSpec) *http.Request {
	w.t.Helper()
	built, err := w.wallets[name].scope.BuildWebhook(w.t.Context(), spec)
	require.NoError(w.t, err)
	request := httptest.NewRequestWithContext(w.t.Context(), http.MethodPost, "/webhooks/"+name, bytes.NewReader(built.Body))
	for _, header := range built.Headers {
		request.Header.Add(header[0], header[1])
	}
	return request
}

func (w *world) send(engine *host.Engine, request *http.Request) int {
	w.t.Helper()
	answer := httptest.NewRecorder()
	engine.Webhooks().ServeHTTP(answer, request)
	return answer.Code
}

// order is an order for both providers.
func order(id string) *host.Order {
	return &host.Order{
		ID: id, Amount: baht(100_000), Method: "wallet", Providers: []string{"wallet-a", "wallet-b"},
		ReturnURL: "https://shop.example/return",
	}
}

// pass moves the clock and looks after what has become due.
func (w *world) pass(d time.Duration) {
	w.t.Helper()
	w.clock.Advance(d)
	require.NoError(w.t, host.CheckDue(w.t.Context(), w.engine))
}

// settle looks after an order for two days, in the steps of the schedule.
func (w *world) settle() {
	w.t.Helper()
	for _, d := range []time.Duration{
		0, 10 * time.Second, 25 * time.Second, 35 * time.Second, time.Minute, 10 * time.Minute, time.Hour, time.Hour, 12 * time.Hour, 14 * time.Hour,
	} {
		w.pass(d)
	}
}

func (w *world) sale(orderID string) *host.Sale {
	w.t.Helper()
	sale, err := w.engine.Sale(w.t.Context(), orderID)
	require.NoError(w.t, err)
	return sale
}

// template is a database of SQLite that an engine has opened, with its key: to make the
// tables for each test anew would take most of its time.
var template struct {
	sync.Once

	database, key []byte
}

// copyTemplate makes a database whose tables are there.
func (w *world) copyTemplate() {
	w.t.Helper()
	template.Do(func() {
		folder := w.t.TempDir()
		file, key := filepath.Join(folder, "shop.db"), filepath.Join(folder, "payer.key")
		db, err := sql.Open("sqlite", "file:"+file+durable)
		require.NoError(w.t, err)
		engine, err := host.Open(w.t.Context(), db, host.SQLite, w.provider, &host.Options{KeyFile: key})
		require.NoError(w.t, err)
		require.NoError(w.t, engine.Close())
		require.NoError(w.t, db.Close()) // and all is in one file
		template.database, err = os.ReadFile(file)
		require.NoError(w.t, err)
		template.key, err = os.ReadFile(key)
		require.NoError(w.t, err)
	})
	require.NotEmpty(w.t, template.database)
	require.NoError(w.t, os.WriteFile(w.database, template.database, 0o600))
	require.NoError(w.t, os.WriteFile(w.key, template.key, 0o600))
}
