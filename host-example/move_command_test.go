package main

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"net/http"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/host"
	"github.com/paysocket/paysocket/host-example/shop"
	"github.com/paysocket/paysocket/provider/kit/kittest"
)

// mover is a shop on SQLite, and a database of PostgreSQL for it.
type mover struct {
	*replay

	file, postgres string
	db             *sql.DB // of PostgreSQL, as somebody else's
}

func newMover(t *testing.T, accounts ...string) *mover {
	t.Helper()
	m := &mover{postgres: postgresURL(t)}
	m.replay = newReplay(t, accounts...)
	m.file = filepath.Join(m.folder, "shop.db")
	config, err := pgx.ParseConfig(m.postgres)
	require.NoError(t, err)
	m.db = stdlib.OpenDB(*config)
	t.Cleanup(func() { assert.NoError(t, m.db.Close()) })
	return m
}

func (m *mover) command(args ...string) *exec.Cmd {
	return exec.CommandContext(m.t.Context(), "host-example", append([]string{"move", "--from", m.file, "--to", m.postgres}, args...)...)
}

func (m *mover) move(args ...string) (string, error) {
	output, err := m.command(args...).CombinedOutput()
	return string(output), err
}

// end ends the host, by a kill.
func (m *mover) end() {
	m.t.Helper()
	require.NoError(m.t, m.host.cmd.Process.Kill())
	require.Error(m.t, <-m.host.ended)
}

// startOnPostgres starts the host on PostgreSQL, at the address of before.
func (m *mover) startOnPostgres() {
	m.t.Helper()
	m.arguments = append(m.arguments, "--database", m.postgres, "--key-file", m.file+".key")
	m.start()
}

// refusesToStart starts a host on the file, which must end at once.
func (m *mover) refusesToStart(want string) {
	m.t.Helper()
	output, err := exec.CommandContext(m.t.Context(), "host-example", append([]string{"serve", "--catalog", m.catalog, "--admin", "off", "--staff", "off"}, m.arguments...)...).CombinedOutput()
	require.Error(m.t, err)
	assert.Contains(m.t, string(output), want)
}

func (m *mover) execute(statement string) {
	m.t.Helper()
	_, err := m.db.ExecContext(m.t.Context(), statement)
	require.NoError(m.t, err, statement)
}

func (m *mover) count(query string) (n int) {
	m.t.Helper()
	require.NoError(m.t, m.db.QueryRowContext(m.t.Context(), query).Scan(&n), query)
	return n
}

// webhook builds a webhook, and returns a function that sends it as often as it is called.
func (m *mover) webhook(name, payment string) func() int {
	m.t.Helper()
	built, err := m.accounts[name].BuildWebhook(m.t.Context(), &gateway.WebhookSpec{Payment: payment, Event: gateway.EventPaymentUpdated})
	require.NoError(m.t, err)
	header := http.Header{}
	for _, each := range built.Headers {
		header.Add(each[0], each[1])
	}
	return func() int {
		answer, err := newBrowser().send(m.t.Context(), http.MethodPost, m.host.shop+"/webhooks/"+name, header, built.Body)
		require.NoError(m.t, err)
		return answer.status
	}
}

func (m *mover) refund(order, id string, satang int) int {
	m.t.Helper()
	status, body := m.host.request(http.MethodPost, "/sales/"+order+"/refunds",
		fmt.Sprintf(`{"id": %q, "amount": {"currency": "THB", "minor_units": %d}}`, id, satang))
	if status != http.StatusOK {
		m.t.Logf("refund %s: %d %s", id, status, body)
	}
	return status
}

// refunds returns the refunds that the gateway has of an order's payment.
func (m *mover) refunds(order string) []gateway.Refund {
	m.t.Helper()
	made := m.accounts["wallet"].made(order)
	require.Len(m.t, made, 1)
	return made[0].Refunds
}

func (m *mover) settleRefund(order string, n int) {
	m.t.Helper()
	require.Eventually(m.t, func() bool { return len(m.refunds(order)) > n }, waitFor, pollEvery)
	require.NoError(m.t, m.accounts["wallet"].TransitionRefund(m.t.Context(), m.refunds(order)[n].ID, &gateway.Transition{To: gateway.StateSucceeded}))
}

// awaitRefunded waits until the host knows that so much of an order was paid back.
func (m *mover) awaitRefunded(order string, satang int64) {
	m.t.Helper()
	require.Eventually(m.t, func() bool {
		_, body := m.host.request(http.MethodGet, "/sales/"+order, "")
		var sale saleAnswer
		return json.Unmarshal(body, &sale) == nil && len(sale.Payments) > 0 && sale.latest().Refunded.MinorUnits == satang
	}, waitFor, pollEvery, "%s is refunded by %d", order, satang)
}

// TestMove_SellsOnWithEverySale moves a shop with sales in every state, and nothing is
// lost or made twice.
func TestMove_SellsOnWithEverySale(t *testing.T) {
	t.Parallel()
	m := newMover(t, "wallet", "wallet-2")
	output, err := m.move()
	require.Error(t, err)
	assert.Contains(t, output, m.file+" cannot be used: another host uses it")

	again := m.beforeMove()
	told := strings.Count(strings.Join(m.timeline("paid", "webhook"), " "), "payment.updated")
	m.end()
	m.accounts["wallet"].move(m.accounts["wallet"].made("waiting")[0].ID, gateway.StateSucceeded) // while nobody listens

	output, err = m.move()
	require.NoError(t, err, output)
	assert.Contains(t, output, "Start the host with --database '"+m.postgres+"' --key-file "+m.file+".key\n")
	m.refusesToStart("were moved to postgres://")
	assert.Zero(t, m.count(`SELECT count(*) FROM paysocket.river_job`), "the engine makes them anew")
	fulfilled := countFulfilments(t, m.postgres)
	m.accounts["wallet"].front.Set()
	m.startOnPostgres()

	for range 3 {
		assert.Equal(t, http.StatusOK, again(), "the webhook of before")
	}
	for order, want := range map[string]string{"waiting": "PAID", "waiting-2": "WAITING", "unknown": "WAITING", "in-flight": "WAITING"} {
		sale := m.host.awaitSale(order, want)
		m.onePayment(&sale)
	}
	m.paidOnce("waiting")
	m.awaitEntry("in-flight", "webhook", "a webhook had come before the id was known")
	for _, order := range []string{"waiting-2", "unknown", "in-flight"} {
		sale := m.buy(order, "wallet") // a buyer who clicks again
		payment := m.onePayment(&sale)
		m.accounts["wallet"].move(payment.ID, gateway.StateSucceeded)
		m.paidOnce(order)
		assert.Equal(t, 1, fulfilled.of(t, order), order)
	}
	m.afterMove(fulfilled)
	assert.Equal(t, told, strings.Count(strings.Join(m.timeline("paid", "webhook"), " "), "payment.updated"), "the webhook is known")
}

// beforeMove makes sales in every state. It returns a function that repeats a webhook
// which the host has had.
func (m *mover) beforeMove() (again func() int) {
	m.t.Helper()
	a := m.accounts["wallet"]
	sale := m.buy("paid", "wallet")
	a.move(sale.latest().GatewayID, gateway.StateSucceeded)
	m.paidOnce("paid")
	again = m.webhook("wallet", sale.latest().GatewayID)
	require.Equal(m.t, http.StatusOK, again())
	require.Equal(m.t, http.StatusOK, m.refund("paid", "paid-r1", 20_000))
	m.settleRefund("paid", 0)
	m.awaitRefunded("paid", 20_000)
	require.Equal(m.t, http.StatusOK, m.refund("paid", "paid-r2", 30_000)) // and stays pending
	m.buy("waiting", "wallet")
	m.buy("waiting-2", "wallet")
	m.fails("unpaid")
	m.paidTwiceUntilAttention()
	a.front.Add(order("unknown", kittest.Times(1, answerLost)))
	a.front.Add(kittest.On("GET /v1/payments", kittest.Answer(http.StatusServiceUnavailable, `{}`)))
	m.buy("unknown", "wallet")
	m.isOpen("unknown")

	asked := make(chan struct{}, 1)
	a.front.Add(order("in-flight", kittest.Times(1, kittest.Executed(kittest.Hang(asked)))))
	go m.host.checkout("in-flight", "wallet")
	<-asked
	other := gateway.PatchOp{Op: "replace", Path: "/data/idempotency_key", Value: json.RawMessage(`"elsewhere-1234567890"`)}
	require.Equal(m.t, http.StatusOK, m.told("wallet", a.made("in-flight")[0].ID, other), "it comes before the id is known")
	return again
}

// paidTwiceUntilAttention has an order be paid twice, of which one is to be refunded.
func (m *mover) paidTwiceUntilAttention() {
	m.t.Helper()
	payment := m.fails("paid-twice")
	status, sale := m.payAgain("paid-twice", "wallet-2")
	require.Equal(m.t, http.StatusOK, status, "%+v", sale)
	sale = m.host.awaitSale("paid-twice", "WAITING")
	m.accounts["wallet-2"].move(sale.latest().GatewayID, gateway.StateSucceeded)
	m.paidOnce("paid-twice")
	m.accounts["wallet"].move(payment, gateway.StateSucceeded)
	m.awaitEntry("paid-twice", "attention", "refund one of the payments")
}

// afterMove goes on with the sales that were decided before the move.
func (m *mover) afterMove(fulfilled *fulfilments) {
	m.t.Helper()
	assert.Equal(m.t, "TO_FULFIL", m.host.awaitSale("paid", "PAID").Order.Status)
	assert.Equal(m.t, 1, m.count(`SELECT count(*) FROM paysocket.changes WHERE sale_id = 'paid' AND kind = 'PAID'`))
	assert.Zero(m.t, fulfilled.of(m.t, "paid"), "it was fulfilled before the move")
	m.settleRefund("paid", 1)
	m.awaitRefunded("paid", 50_000)
	for range 2 {
		assert.Equal(m.t, http.StatusOK, m.refund("paid", "paid-r1", 20_000), "it is repeated")
		assert.Equal(m.t, http.StatusOK, m.refund("paid", "paid-r2", 30_000), "it is repeated")
		assert.Equal(m.t, http.StatusOK, m.refund("paid", "paid-r3", 50_000))
	}
	m.settleRefund("paid", 2)
	m.awaitRefunded("paid", 100_000)
	assert.Len(m.t, m.refunds("paid"), 3)
	assert.NotEqual(m.t, http.StatusOK, m.refund("paid", "paid-r4", 1), "nothing is left")

	_, shown := m.host.request(http.MethodGet, "/attention", "")
	assert.Contains(m.t, string(shown), "paid-twice")
	status, sale := m.payAgain("unpaid", "wallet-2")
	require.Equal(m.t, http.StatusOK, status, "%+v", sale)
	sale = m.host.awaitSale("unpaid", "WAITING")
	m.accounts["wallet-2"].move(sale.latest().GatewayID, gateway.StateSucceeded)
	m.paidOnce("unpaid")
	assert.Equal(m.t, 1, fulfilled.of(m.t, "unpaid"))
	sale = m.buy("new", "wallet")
	m.onePayment(&sale)
	for _, count := range []string{"paysocket_unknown", "paysocket_undelivered_changes"} {
		value, there := m.host.metric(count)
		assert.True(m.t, there)
		assert.Zero(m.t, value, count)
	}
}

// gate makes whoever inserts into a table of PostgreSQL wait until it is opened.
func (m *mover) gate(trigger string) (open func()) {
	m.t.Helper()
	const lock = 4711
	db, err := shop.OpenDatabase(m.t.Context(), m.postgres, nil)
	require.NoError(m.t, err)
	made, err := shop.Open(m.t.Context(), db, func(string) (host.Provider, bool) { return nil, false },
		&shop.Options{BaseURL: "http://shop.example", KeyFile: m.keyWithoutMark()})
	require.NoError(m.t, err)
	require.NoError(m.t, made.Close())
	m.execute(fmt.Sprintf(`CREATE OR REPLACE FUNCTION gate() RETURNS trigger LANGUAGE plpgsql AS
		$$BEGIN PERFORM pg_advisory_xact_lock_shared(%d); RETURN NEW; END$$`, lock))
	m.execute(trigger + ` FOR EACH ROW EXECUTE FUNCTION gate()`)
	conn, err := m.db.Conn(m.t.Context())
	require.NoError(m.t, err)
	_, err = conn.ExecContext(m.t.Context(), `SELECT pg_advisory_lock($1)`, lock)
	require.NoError(m.t, err)
	return func() {
		_, err := conn.ExecContext(context.WithoutCancel(m.t.Context()), `SELECT pg_advisory_unlock($1)`, lock)
		assert.NoError(m.t, err)
		assert.NoError(m.t, conn.Close())
	}
}

// keyWithoutMark is the key file in another folder.
func (m *mover) keyWithoutMark() string {
	m.t.Helper()
	path := filepath.Join(m.t.TempDir(), "key")
	output, err := exec.CommandContext(m.t.Context(), "cp", "-p", m.file+".key", path).CombinedOutput()
	require.NoError(m.t, err, string(output))
	return path
}

// killAt kills a move that waits at a gate, and opens the gate. It returns when the server
// has no transaction of the move any more.
func (m *mover) killAt(open func()) {
	m.t.Helper()
	command := m.command()
	var output bytes.Buffer
	command.Stdout, command.Stderr = &output, &output
	require.NoError(m.t, command.Start())
	require.Eventually(m.t, func() bool {
		return m.count(`SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
			AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`) == 1
	}, waitFor, pollEvery, "%s", &output)
	require.NoError(m.t, command.Process.Kill())
	require.Error(m.t, command.Wait())
	open()
	require.Eventually(m.t, func() bool {
		return m.count(`SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'host-example'`) == 0
	}, waitFor, 10*time.Millisecond)
}

func TestMove_KilledInMidCopyChangesNothing(t *testing.T) {
	t.Parallel()
	m := newMover(t, "wallet")
	m.buy("waiting", "wallet")
	m.end()
	m.killAt(m.gate(`CREATE TRIGGER gate BEFORE INSERT ON paysocket.timeline`))
	for _, table := range []string{"paysocket.sales", "paysocket.attempts", "paysocket.timeline", "shop_orders", "shop_moves"} {
		assert.Zero(t, m.count("SELECT count(*) FROM "+table), table)
	}
	m.start()
	assert.Equal(t, "WAITING", m.buy("waiting", "wallet").Status)
	m.buy("another", "wallet")
	m.end()

	output, err := m.move()
	require.NoError(t, err, output)
	m.startOnPostgres()
	for _, order := range []string{"waiting", "another"} {
		sale := m.buy(order, "wallet")
		m.onePayment(&sale)
	}
	m.end()
	output, err = m.move("--back")
	require.NoError(t, err, output, "nothing was sold there")
}

// TestMove_KilledWhilePostgreSQLCommits kills it when PostgreSQL goes on to commit: no
// host starts on the file, and the same command completes the move.
func TestMove_KilledWhilePostgreSQLCommits(t *testing.T) {
	t.Parallel()
	m := newMover(t, "wallet")
	m.buy("waiting", "wallet")
	m.end()
	m.killAt(m.gate(`CREATE CONSTRAINT TRIGGER gate AFTER INSERT ON shop_moves DEFERRABLE INITIALLY DEFERRED`))
	assert.Equal(t, 1, m.count("SELECT count(*) FROM paysocket.sales"), "it is committed, and nobody knows")
	m.refusesToStart("run host-example move again")

	output, err := m.move()
	require.NoError(t, err, output)
	assert.Contains(t, output, "had committed the move already")
	m.refusesToStart("were moved to")
	m.startOnPostgres()
	sale := m.buy("waiting", "wallet")
	m.onePayment(&sale)
	m.buy("new", "wallet")
	m.end()
	output, err = m.move("--back")
	require.Error(t, err)
	assert.Contains(t, output, "has 1 sales more than the file")
	assert.NotContains(t, strings.ToLower(output), "panic")
}
