package jobs

import (
	"context"
	"database/sql"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	_ "github.com/jackc/pgx/v5/stdlib"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite"

	"github.com/paysocket/paysocket/internal/pgtest"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

// place is a database, and how jobs in it are opened.
type place struct {
	driver, source string
	options        Options
	table          string // of River's jobs
}

const schema = "order" // a word of SQL

var places = map[string]func(*testing.T) *place{
	"SQLite": func(t *testing.T) *place {
		t.Helper()
		source := "file:" + filepath.Join(t.TempDir(), "shop.db") + "?_pragma=journal_mode(WAL)&_pragma=busy_timeout(5000)"
		return &place{driver: "sqlite", source: source, table: "river_job"}
	},
	"PostgreSQL that is asked": newPostgres,
	"PostgreSQL that tells": func(t *testing.T) *place {
		t.Helper()
		p := newPostgres(t)
		pool, err := pgxpool.New(t.Context(), p.source)
		require.NoError(t, err)
		t.Cleanup(pool.Close)
		p.options.Pool = pool
		return p
	},
}

func newPostgres(t *testing.T) *place {
	t.Helper()
	p := &place{driver: "pgx", source: pgtest.Database(t), table: `"order".river_job`, options: Options{Postgres: true}}
	_, err := p.connect(t).ExecContext(t.Context(), `CREATE SCHEMA "order"`)
	require.NoError(t, err)
	return p
}

func (p *place) connect(t *testing.T) *sql.DB {
	t.Helper()
	db, err := sql.Open(p.driver, p.source)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, db.Close()) })
	return db
}

// open returns the jobs as a process of its own has them, and their database.
func (p *place) open(t *testing.T) (*Jobs, *sql.DB) {
	t.Helper()
	db := p.connect(t)
	options := p.options
	options.Schema, options.Logger = schema, slog.New(slog.DiscardHandler)
	j, err := New(db, &options)
	require.NoError(t, err)
	return j, db
}

// migrate makes River's tables.
func (j *Jobs) migrate(ctx context.Context, db *sql.DB) error {
	for {
		var more bool
		err := within(ctx, db, func(tx *sql.Tx) (err error) {
			more, err = j.Migrate(ctx, tx)
			return err
		})
		if err != nil || !more {
			return err
		}
	}
}

func within(ctx context.Context, db *sql.DB, do func(*sql.Tx) error) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if err := do(tx); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	return tx.Commit()
}

func (p *place) ready(t *testing.T) (*Jobs, *sql.DB) {
	t.Helper()
	j, db := p.open(t)
	require.NoError(t, j.migrate(t.Context(), db))
	return j, db
}

// TestJobs_ReachAnotherProcess has one process insert a job and another one work it.
func TestJobs_ReachAnotherProcess(t *testing.T) {
	t.Parallel()
	for name, create := range places {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := create(t)
			j, db := p.ready(t)
			working, _ := p.open(t)
			ctx, end := context.WithCancel(t.Context())
			came := make(chan Look, 10)
			var running sync.WaitGroup
			running.Go(func() {
				assert.NoError(t, working.Run(ctx, func(_ context.Context, l *Look) { came <- *l }))
			})
			defer running.Wait()
			defer end()

			undone := errors.New("the move is undone")
			look := Look{SaleID: "3947", Key: "k", Provider: "wallet", At: time.Now().UTC().Truncate(time.Millisecond)}
			require.ErrorIs(t, within(t.Context(), db, func(tx *sql.Tx) error {
				lost := look
				lost.SaleID = "undone"
				return errors.Join(j.Insert(t.Context(), tx, []Look{lost}), undone)
			}), undone)
			require.NoError(t, within(t.Context(), db, func(tx *sql.Tx) error {
				return j.Insert(t.Context(), tx, []Look{look, look})
			}))
			assert.Equal(t, look, <-came)
			assert.Equal(t, look, <-came)
			end()
			running.Wait()
			assert.Empty(t, came)
		})
	}
}

func TestMigrate_MayBeDoneByManyAtOnce(t *testing.T) {
	t.Parallel()
	p := newPostgres(t)
	const processes = 6
	failures := make([]error, processes)
	var running sync.WaitGroup
	for i := range processes {
		j, db := p.open(t)
		db.SetMaxOpenConns(1) // one must be enough
		running.Go(func() { failures[i] = j.migrate(t.Context(), db) })
	}
	running.Wait()
	assert.NoError(t, errors.Join(failures...))
}

func TestMigrate_GoesOnAndRefusesLaterTables(t *testing.T) {
	t.Parallel()
	for name, create := range places {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := create(t)
			j, db := p.open(t)
			require.NoError(t, within(t.Context(), db, func(tx *sql.Tx) error {
				_, err := j.Migrate(t.Context(), tx) // and the process is killed
				return err
			}))
			require.NoError(t, j.migrate(t.Context(), db))
			require.NoError(t, j.migrate(t.Context(), db), "nothing is left to do")

			versions := map[bool]string{true: `"order".river_migration`, false: "river_migration"}[p.options.Postgres]
			_, err := db.ExecContext(t.Context(), "INSERT INTO "+versions+" (line, version) VALUES ('main', 9999)")
			require.NoError(t, err)
			newer, ok := errors.AsType[*NewerError](j.migrate(t.Context(), db))
			require.True(t, ok)
			assert.Equal(t, 9999, newer.Found)
		})
	}
}

// TestInsert_KeepsIDsOnly looks at everything that is stored of a job.
func TestInsert_KeepsIDsOnly(t *testing.T) {
	t.Parallel()
	for name, create := range places {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := create(t)
			j, db := p.ready(t)
			at := time.Now().Add(time.Hour).UTC().Truncate(time.Millisecond)
			require.NoError(t, within(t.Context(), db, func(tx *sql.Tx) error {
				return j.Insert(t.Context(), tx, []Look{{SaleID: "3947", Key: "k", Provider: "wallet", At: at}})
			}))
			var args, state string
			query := "SELECT CAST(args AS text), CAST(state AS text) FROM " + p.table
			if !p.options.Postgres {
				query = "SELECT json(args), state FROM " + p.table
			}
			require.NoError(t, db.QueryRowContext(t.Context(), query).Scan(&args, &state))
			assert.JSONEq(t, `{"sale_id": "3947", "key": "k", "provider": "wallet", "at": "`+at.Format(time.RFC3339Nano)+`"}`, args)
			assert.Equal(t, "scheduled", state)
		})
	}
}
