package ledger

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/internal/faults"
	"github.com/paysocket/paysocket/internal/pgtest"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

// platform is one database of an engine. Each handle of it is as one process's.
type platform struct {
	dialect *Dialect
	driver  string
	dsn     string
}

const sqliteSettings = "?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=foreign_keys(1)&_pragma=busy_timeout(5000)"

// engines make a new database of each kind.
var engines = map[string]func(*testing.T) *platform{
	"SQLite":     func(t *testing.T) *platform { return newSQLite(t, sqliteSettings) }, //nolint:thelper // newSQLite is the helper.
	"PostgreSQL": newPostgres,
	// As through PgBouncer, which keeps no prepared statements.
	"PostgreSQL without prepared statements": func(t *testing.T) *platform { //nolint:thelper // newPostgres is the helper.
		return newPostgres(t).with(" default_query_exec_mode=exec")
	},
}

func newSQLite(t *testing.T, settings string) *platform {
	t.Helper()
	return &platform{SQLite, "sqlite", "file:" + filepath.Join(t.TempDir(), "platform.db") + settings}
}

func newPostgres(t *testing.T) *platform {
	t.Helper()
	return &platform{Postgres, "pgx", pgtest.Database(t)}
}

// stored is what the database is.
func (d *platform) stored() faults.Engine {
	if d.dialect == SQLite {
		return faults.SQLite
	}
	return faults.Postgres
}

// with returns the database with more in its address.
func (d *platform) with(more string) *platform { return &platform{d.dialect, d.driver, d.dsn + more} }

// connect returns a handle of the database.
func (d *platform) connect(t *testing.T) *sql.DB {
	t.Helper()
	db, err := sql.Open(d.driver, d.dsn)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, db.Close()) })
	return db
}

// open returns a store with a handle of its own.
func (d *platform) open(t *testing.T) *Store {
	t.Helper()
	return open(t, d.connect(t), d.dialect, "paysocket")
}

func open(t *testing.T, db *sql.DB, dialect *Dialect, schema string) *Store {
	t.Helper()
	s, err := Open(t.Context(), db, dialect, schema)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, s.Close()) })
	return s
}

// exec executes a statement with names in braces outside of the ledger.
func (s *Store) exec(t *testing.T, statement string, args ...any) {
	t.Helper()
	_, err := s.db.ExecContext(t.Context(), s.names.render(statement), args...)
	require.NoError(t, err)
}

// value returns one value from outside of the ledger.
func (s *Store) value(t *testing.T, statement string, args ...any) string {
	t.Helper()
	var value string
	require.NoError(t, s.db.QueryRowContext(t.Context(), s.names.render(statement), args...).Scan(&value))
	return value
}

var noon = time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)

func baht(satang int64) contract.Money { return contract.Money{Currency: "THB", MinorUnits: satang} }

// addSale stores a sale with one payment, whose key is k- and the sale's id.
func (s *Store) addSale(t *testing.T, id string) string {
	t.Helper()
	require.NoError(t, s.Do(t.Context(), func(ctx context.Context, tx *Tx) error {
		sale := NewSale(id, baht(1000), "alipay", noon)
		sale.Attempts = append(sale.Attempts, &Attempt{
			Key: "k-" + id, Operation: contract.OperationCreatePayment, N: 1, OrderID: id, Provider: "omise", Method: "alipay",
			Amount: baht(1000), NextCheckAt: noon, CreatedAt: noon,
		})
		sale.Note(noon, "", "order", "the platform wants to be paid")
		return tx.Save(ctx, sale)
	}))
	return id
}

// note adds a line to the timeline of a sale.
func note(saleID, text string) func(context.Context, *Tx) error {
	return func(ctx context.Context, tx *Tx) error {
		sale, err := tx.Lock(ctx, saleID)
		if err != nil {
			return err
		}
		sale.Note(noon, "", "note", text)
		return tx.Save(ctx, sale)
	}
}

// notes returns the notes of a sale, with commas between them.
func (s *Store) notes(t *testing.T, saleID string) string {
	t.Helper()
	entries, err := s.Timeline(t.Context(), saleID)
	require.NoError(t, err)
	var texts []string
	for i, e := range entries {
		assert.Equal(t, i+1, e.N, "no number may be missing or be there twice")
		if e.Kind == "note" {
			texts = append(texts, e.Text)
		}
	}
	return strings.Join(texts, ",")
}

// inParallel calls do with 0, 1, … and returns their errors.
func inParallel(n int, do func(i int) error) []error {
	failures := make([]error, n)
	var group sync.WaitGroup
	for i := range n {
		group.Go(func() { failures[i] = do(i) })
	}
	group.Wait()
	return failures
}
