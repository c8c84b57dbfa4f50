package main

import (
	"database/sql"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/internal/pgtest"
	"github.com/paysocket/paysocket/provider/kit/kittest"
)

// postgresURL returns a new database as serve takes it.
func postgresURL(t *testing.T) string {
	t.Helper()
	config, err := pgx.ParseConfig(pgtest.Database(t))
	require.NoError(t, err)
	query := url.Values{"host": {config.Host}, "port": {strconv.Itoa(int(config.Port))}, "sslmode": {"disable"}}
	return (&url.URL{Scheme: "postgres", User: url.User(config.User), Path: "/" + config.Database, RawQuery: query.Encode()}).String()
}

// balancer is where gateways send their webhooks: one address for all hosts, which are
// asked in turn, also when one has died.
type balancer struct {
	url   string
	turn  atomic.Int64
	mu    sync.Mutex
	hosts []*url.URL
}

func newBalancer(t *testing.T) *balancer {
	t.Helper()
	b := &balancer{}
	proxy := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			b.mu.Lock()
			defer b.mu.Unlock()
			r.SetURL(b.hosts[int(b.turn.Add(1))%len(b.hosts)])
		},
		Transport:    &http.Transport{Proxy: nil},
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, _ error) { w.WriteHeader(http.StatusBadGateway) },
	}
	server := httptest.NewServer(proxy)
	t.Cleanup(server.Close)
	b.url = server.URL
	return b
}

func (b *balancer) add(t *testing.T, host *hostProcess) {
	t.Helper()
	target, err := url.Parse(host.shop)
	require.NoError(t, err)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.hosts = append(b.hosts, target)
}

// fulfilments counts how often an order became one to fulfil, in the database itself.
type fulfilments struct{ db *sql.DB }

func countFulfilments(t *testing.T, database string) *fulfilments {
	t.Helper()
	config, err := pgx.ParseConfig(database)
	require.NoError(t, err)
	f := &fulfilments{stdlib.OpenDB(*config)}
	t.Cleanup(func() { assert.NoError(t, f.db.Close()) })
	for _, statement := range []string{
		`CREATE TABLE fulfilments (id TEXT NOT NULL)`,
		`CREATE FUNCTION fulfil() RETURNS trigger LANGUAGE plpgsql AS
			$$BEGIN IF NEW.status = 'TO_FULFIL' THEN INSERT INTO fulfilments VALUES (NEW.id); END IF; RETURN NEW; END$$`,
		`CREATE TRIGGER fulfil AFTER UPDATE OF status ON shop_orders FOR EACH ROW EXECUTE FUNCTION fulfil()`,
	} {
		_, err := f.db.ExecContext(t.Context(), statement)
		require.NoError(t, err)
	}
	return f
}

func (f *fulfilments) of(t *testing.T, order string) (n int) {
	t.Helper()
	require.NoError(t, f.db.QueryRowContext(t.Context(), `SELECT count(*) FROM fulfilments WHERE id = $1`, order).Scan(&n))
	return n
}

// load is buyers of several hosts.
type load struct {
	t       *testing.T
	account *account
	orders  atomic.Int64
	begun   chan struct{} // gets one for each order that was answered; nil for nobody

	mu   sync.Mutex
	open []string // orders whose buyer could not pay yet
	all  []string
}

// buy has buyers buy at hosts, several at a time. Every fourth clicks in two tabs, of
// different hosts. Who gets no answer tries the next host.
func (l *load) buy(orders int, hosts ...*hostProcess) {
	const buyers = 8
	var all sync.WaitGroup
	left := atomic.Int64{}
	left.Store(int64(orders))
	for range buyers {
		all.Go(func() {
			for left.Add(-1) >= 0 {
				n := int(l.orders.Add(1))
				l.order(fmt.Sprintf("order-%d", n), n, hosts)
				if l.begun != nil {
					l.begun <- struct{}{}
				}
			}
		})
	}
	all.Wait()
}

func (l *load) order(id string, n int, hosts []*hostProcess) {
	tabs := 1
	if n%4 == 0 {
		tabs = 2
	}
	answers := make([]saleAnswer, tabs)
	var clicks sync.WaitGroup
	for tab := range tabs {
		clicks.Go(func() {
			for try := range hosts {
				status, sale := hosts[(n+tab+try)%len(hosts)].checkout(id, l.account.name)
				if answers[tab] = sale; status == http.StatusOK {
					return
				}
			}
			assert.Fail(l.t, "no host sells", "%s: %+v", id, answers[tab])
		})
	}
	clicks.Wait()
	l.mu.Lock()
	l.all = append(l.all, id)
	if answers[0].Status == "OPEN" {
		l.open = append(l.open, id)
	}
	l.mu.Unlock()
	if answers[0].Status != "OPEN" {
		l.account.move(answers[0].latest().GatewayID, gateway.StateSucceeded)
	}
}

// finish has the buyers pay who could not yet. One whose host died before it asked the
// gateway chooses again, once it is proved that nothing was made.
func (l *load) finish(host *hostProcess) {
	l.t.Helper()
	for _, id := range l.open {
		sale := host.awaitSale(id, "WAITING", "UNPAID")
		if sale.Status == "UNPAID" {
			_, _ = host.payAgain(id, l.account.name)
			sale = host.awaitSale(id, "WAITING")
		}
		l.account.move(sale.latest().GatewayID, gateway.StateSucceeded)
	}
}

// compare compares the orders with the gateway's ledger: nothing is lost, and nothing
// doubled.
func (l *load) compare(host *hostProcess, fulfilled *fulfilments) {
	l.t.Helper()
	payments, err := l.account.Payments(l.t.Context(), nil)
	require.NoError(l.t, err)
	made := map[string][]gateway.Payment{}
	for _, payment := range payments {
		made[payment.Reference] = append(made[payment.Reference], payment)
	}
	assert.Len(l.t, payments, len(l.all), "payments at the gateway")
	for _, id := range l.all {
		sale := host.awaitSale(id, "PAID")
		assert.Equal(l.t, "TO_FULFIL", sale.Order.Status, id)
		assert.Equal(l.t, 1, fulfilled.of(l.t, id), id)
		if assert.Len(l.t, made[id], 1, id) {
			assert.Equal(l.t, gateway.StateSucceeded, made[id][0].State, id)
			assert.Equal(l.t, made[id][0].ID, sale.latest().GatewayID, id)
			assert.Equal(l.t, made[id][0].Key, sale.latest().Key, id)
		}
	}
}

// TestServe_SellsOnWhenOneOfThreeHostsIsKilled sells through three processes on one
// PostgreSQL before, while and after one of them is killed.
func TestServe_SellsOnWhenOneOfThreeHostsIsKilled(t *testing.T) {
	t.Parallel()
	database, key, balancer := postgresURL(t), filepath.Join(t.TempDir(), "payer.key"), newBalancer(t)
	m := newMerchant(t, balancer.url, "wallet")
	account := m.accounts["wallet"]
	var hosts []*hostProcess
	for range 3 {
		host := serve(t, m.catalog, "--database", database, "--key-file", key, "--base-url", balancer.url, "--call-time", callTime.String())
		balancer.add(t, host)
		hosts = append(hosts, host)
	}
	fulfilled := countFulfilments(t, database)
	l := &load{t: t, account: account}
	l.buy(60, hosts...)

	// One more order is at the gateway, and its host waits for the answer, when it dies.
	asked, clicked := make(chan struct{}, 1), make(chan struct{})
	account.front.Set(order("order-in-flight", kittest.Times(1, kittest.Executed(kittest.Hang(asked)))))
	go func() {
		defer close(clicked)
		hosts[0].checkout("order-in-flight", "wallet")
	}()
	<-asked
	l.begun = make(chan struct{}, 120)
	var during sync.WaitGroup
	during.Go(func() { l.buy(120, hosts...) })
	for range 30 {
		<-l.begun
	}
	require.NoError(t, hosts[0].cmd.Process.Kill())
	during.Wait()
	<-clicked
	l.begun = nil
	l.order("order-in-flight", 1, hosts[1:])
	l.buy(60, hosts[1:]...)

	l.finish(hosts[1])
	l.compare(hosts[2], fulfilled)
	assert.Contains(t, l.open, "order-in-flight", "the call was cut off")
	assert.Len(t, hosts[1].awaitSale("order-in-flight", "PAID").Payments, 1, "it was found")
	for _, count := range []string{"paysocket_unknown", "paysocket_attention", "paysocket_undelivered_changes"} {
		value, there := hosts[1].metric(count)
		assert.True(t, there)
		assert.Zero(t, value, count)
	}
}
