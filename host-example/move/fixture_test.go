package move

import (
	"context"
	"database/sql"
	"encoding/hex"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/host"
	"github.com/paysocket/paysocket/host-example/shop"
	"github.com/paysocket/paysocket/internal/pgtest"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

// fixture is a file with a shop, and an empty database.
type fixture struct {
	t    *testing.T
	file string
	to   string
	db   *sql.DB // the database, as somebody else's
	key  string
}

func newFixture(t *testing.T) *fixture {
	t.Helper()
	config, err := pgx.ParseConfig(pgtest.Database(t))
	require.NoError(t, err)
	query := url.Values{"host": {config.Host}, "port": {strconv.Itoa(int(config.Port))}, "sslmode": {"disable"}}
	f := &fixture{t: t, file: filepath.Join(t.TempDir(), "shop.db"), db: stdlib.OpenDB(*config)}
	t.Cleanup(func() { assert.NoError(t, f.db.Close()) })
	f.to = (&url.URL{Scheme: "postgres", User: url.User(config.User), Path: "/" + config.Database, RawQuery: query.Encode()}).String()
	f.key = f.file + ".key"
	for name, content := range template(t) {
		require.NoError(t, os.WriteFile(f.file+name, content, 0o600))
	}
	return f
}

// shared has the file of every fixture and its key file, which is made once.
var shared struct {
	once  sync.Once
	files map[string][]byte
}

func template(t *testing.T) map[string][]byte {
	t.Helper()
	shared.once.Do(func() {
		f := &fixture{t: t, file: filepath.Join(t.TempDir(), "shop.db")}
		f.key = f.file + ".key"
		f.mustOpen(f.file)
		f.write(rows...)
		files := map[string][]byte{}
		for _, name := range []string{"", ".key"} {
			content, err := os.ReadFile(f.file + name)
			require.NoError(t, err)
			files[name] = content
		}
		shared.files = files
	})
	require.NotNil(t, shared.files, "it failed before")
	return shared.files
}

// rows are of every table that is copied, with values at the edges of their types.
var rows = []string{
	`INSERT INTO shop_orders VALUES ('3947', 'token', 'TO_FULFIL', 1, 9223372036854775807, NULL), ('สวัสดี 👋 "x"', '', 'PLACED', -1, NULL, 0)`,
	`INSERT INTO shop_lines VALUES ('3947', '[{"goods":"tea","quantity":1,"price":9223372036854775807}]')`,
	`INSERT INTO shop_fulfilments VALUES ('3947', 'key-1', 5)`,
	`INSERT INTO shop_staff VALUES ('ann', 'clerk', '$argon2id$', 0, 1, 9223372036854775807)`,
	`INSERT INTO shop_staff_sessions VALUES ('hash', 'ann', 1, 2)`,
	`INSERT INTO shop_staff_log VALUES ('id', 1, 'ann', 'refund', '3947', 'สวัสดี')`,
	`INSERT INTO shop_disabled VALUES ('wallet-th', 'ann', 3)`,
	`INSERT INTO paysocket_sales VALUES ('3947', 'THB', 9223372036854775807, 'wallet', 'PAID', 'key-1', 0, 1, 2, 3, -9223372036854775808)`,
	`INSERT INTO paysocket_sales VALUES ('second', 'THB', 1, 'wallet', 'OPEN', NULL, 0, 0, 0, 0, 0)`,
	`INSERT INTO paysocket_attempts (key, sale_id, operation, n, order_id, of_key, provider, fallbacks, method, payer_action, currency, amount, refunded,
		request, payer, shown, released, cleared, checks, hints, created_at) VALUES
		('key-1', '3947', 'CREATE_PAYMENT', 1, '3947', NULL, 'wallet-th', '', 'wallet', '', 'THB', 5, 0, '{}', x'00ff', 1, 0, 0, 0, 0, 7),
		('a-refund', '3947', 'REFUND', 1, 'refund-1', 'key-1', 'wallet-th', '', 'wallet', '', 'THB', 5, 0, '{}', x'', 1, 0, 0, 0, 0, 8),
		('key-2', 'second', 'CREATE_PAYMENT', 1, 'second', NULL, 'wallet-th', 'wallet-2', 'wallet', '', 'THB', 5, 0, '{}', NULL, 1, 0, 0, 0, 0, 7)`,
	`INSERT INTO paysocket_tries VALUES ('key-1', 1, 1, 2, NULL, 0, '', '', 0, 0, 'NATIVE', 1, 1, 1, 'account')`,
	`INSERT INTO paysocket_events VALUES ('wallet-th', 'hash', 0, 'PAYMENT_UPDATED', 'pay_1', '', '', 'key-1', NULL, 4, 0), ('wallet-th', 'early', 0, 'PAYMENT_UPDATED', 'pay_2', '', '', NULL, 1, 4, 1)`,
	`INSERT INTO paysocket_timeline VALUES ('3947', 1, 5, 'key-1', 'order', 'line' || char(10) || char(9) || '\' || '''')`,
	`INSERT INTO paysocket_changes VALUES ('3947', 1, 'PAID', 'key-1', 5, 2, 6)`,
	`INSERT INTO paysocket_accounts VALUES ('wallet-th', 'f', 'a', 1)`,
	`INSERT INTO paysocket_settings VALUES ('compared wallet-th', '5')`,
	`INSERT INTO paysocket_strays VALUES ('wallet-th', 'pay_9', 'k', 'r', 'wallet', 'THB', 5, 6)`,
}

func (f *fixture) options() *Options { return &Options{From: f.file, To: f.to} }

// write executes statements in the file, as sqlite3 would.
func (f *fixture) write(statements ...string) {
	f.t.Helper()
	db, err := sql.Open("sqlite", "file:"+f.file+"?_pragma=busy_timeout(5000)")
	require.NoError(f.t, err)
	for _, each := range statements {
		_, err := db.ExecContext(f.t.Context(), each)
		require.NoError(f.t, err, each)
	}
	require.NoError(f.t, db.Close())
}

// execute executes statements in PostgreSQL.
func (f *fixture) execute(statements ...string) {
	f.t.Helper()
	for _, each := range statements {
		_, err := f.db.ExecContext(f.t.Context(), each)
		require.NoError(f.t, err, each)
	}
}

// open opens a shop as serve does, and ends it.
func (f *fixture) open(address string) error {
	db, err := shop.OpenDatabase(f.t.Context(), address, nil)
	if err != nil {
		return err
	}
	opened, err := shop.Open(f.t.Context(), db, func(string) (host.Provider, bool) { return nil, false },
		&shop.Options{BaseURL: "http://shop.example", KeyFile: f.key})
	if err != nil {
		return joinClose(err, db)
	}
	_, err = opened.Overview(f.t.Context())
	return joinClose(err, opened)
}

func joinClose(err error, closer interface{ Close() error }) error {
	if closed := closer.Close(); err == nil {
		return closed
	}
	return err
}

func (f *fixture) mustOpen(address string) {
	f.t.Helper()
	require.NoError(f.t, f.open(address))
}

// unchanged makes sure that a host may use the file, and that PostgreSQL has nothing.
func (f *fixture) unchanged() {
	f.t.Helper()
	f.mustOpen(f.file)
	for _, table := range []string{"paysocket.sales", "paysocket.timeline", "shop_orders", "shop_moves"} {
		var there bool
		require.NoError(f.t, f.db.QueryRowContext(f.t.Context(), `SELECT to_regclass($1) IS NOT NULL`, table).Scan(&there))
		if there {
			var n int
			require.NoError(f.t, f.db.QueryRowContext(f.t.Context(), "SELECT count(*) FROM "+table).Scan(&n))
			assert.Zero(f.t, n, table)
		}
	}
}

// dump returns the rows of a table as texts, read by other code than the one that is
// tested.
func dump(t *testing.T, db *sql.DB, table string, columns []string) []string {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), `SELECT "`+strings.Join(columns, `", "`)+`" FROM `+table)
	require.NoError(t, err)
	defer func() { assert.NoError(t, rows.Close()) }()
	var all []string
	for rows.Next() {
		values, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			into[i] = &values[i]
		}
		require.NoError(t, rows.Scan(into...))
		for i := range values {
			if b, ok := values[i].([]byte); ok {
				values[i] = "bytes " + hex.EncodeToString(b) // SQLite's driver returns no bytes as nil
			}
		}
		all = append(all, fmt.Sprintf("%#v", values))
	}
	require.NoError(t, rows.Err())
	slices.Sort(all)
	return all
}

// gate makes whoever inserts into a table of PostgreSQL wait, at once or at the commit,
// until it is opened.
type gate struct {
	f    *fixture
	conn *sql.Conn
}

const gateLock = 4711

func (f *fixture) shut(table, trigger string) *gate {
	f.t.Helper()
	f.mustOpen(f.to)
	f.execute(
		`CREATE FUNCTION gate() RETURNS trigger LANGUAGE plpgsql AS
			$$BEGIN PERFORM pg_advisory_xact_lock_shared(`+strconv.Itoa(gateLock)+`); RETURN NEW; END$$`,
		fmt.Sprintf(trigger, table))
	conn, err := f.db.Conn(f.t.Context())
	require.NoError(f.t, err)
	_, err = conn.ExecContext(f.t.Context(), `SELECT pg_advisory_lock($1)`, gateLock)
	require.NoError(f.t, err)
	return &gate{f, conn}
}

// The triggers of a gate.
const (
	inMidCopy   = `CREATE TRIGGER gate BEFORE INSERT ON %s FOR EACH ROW EXECUTE FUNCTION gate()`
	atTheCommit = `CREATE CONSTRAINT TRIGGER gate AFTER INSERT ON %s DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION gate()`
)

// await waits until somebody waits at the gate, and returns the process of PostgreSQL.
func (g *gate) await() (pid int) {
	g.f.t.Helper()
	require.Eventually(g.f.t, func() bool {
		return g.f.db.QueryRowContext(g.f.t.Context(), `SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
			AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`).Scan(&pid) == nil
	}, 3*time.Minute, 10*time.Millisecond)
	return pid
}

func (g *gate) open() {
	g.f.t.Helper()
	_, err := g.conn.ExecContext(context.WithoutCancel(g.f.t.Context()), `SELECT pg_advisory_unlock($1)`, gateLock)
	require.NoError(g.f.t, err)
	require.NoError(g.f.t, g.conn.Close())
}
