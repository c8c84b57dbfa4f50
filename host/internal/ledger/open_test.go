package ledger

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/internal/faults"
	"github.com/paysocket/paysocket/internal/pgtest"
)

// tables returns what the ledger has made in a database.
func (d *platform) tables(t *testing.T) string {
	t.Helper()
	query := `SELECT coalesce(string_agg(tablename, ',' ORDER BY tablename), '') FROM pg_tables WHERE schemaname = 'paysocket'`
	if d.dialect == SQLite {
		query = `SELECT coalesce(group_concat(name, ','), '') FROM (SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name)`
	}
	var names string
	require.NoError(t, d.connect(t).QueryRowContext(t.Context(), query).Scan(&names))
	return strings.ReplaceAll(names, "paysocket_", "")
}

func TestOpen_GoesOnWithAMigrationThatWasInterrupted(t *testing.T) {
	t.Parallel()
	for name, create := range engines {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := create(t)
			db := d.connect(t)
			n := names{dialect: d.dialect, schema: "paysocket"}
			if d.dialect == Postgres {
				_, err := db.ExecContext(t.Context(), "CREATE SCHEMA paysocket")
				require.NoError(t, err)
			}
			_, err := db.ExecContext(t.Context(), n.render("CREATE TABLE {timeline} (n BIGINT)")) // in the middle of the others
			require.NoError(t, err)
			_, err = Open(t.Context(), db, d.dialect, "paysocket")
			require.ErrorContains(t, err, "timeline")
			require.Equal(t, "timeline,versions", d.tables(t), "nothing half-made may stay")
			interrupted := err != nil

			_, err = db.ExecContext(t.Context(), n.render("DROP TABLE {timeline}"))
			require.NoError(t, err)
			d.open(t).addSale(t, "1")
			assert.Contains(t, d.tables(t), "accounts,attempts,changes,events,sales")
			faults.Proved(t, faults.Injected{How: "a migration fails in its middle", Times: faults.Observed(interrupted), Engine: d.stored()}, "HD12")
		})
	}
}

func TestOpen_RefusesTablesOfALaterRelease(t *testing.T) {
	t.Parallel()
	for name, create := range engines {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := create(t)
			s := d.open(t)
			s.exec(t, "INSERT INTO {versions} (version_id, is_applied) VALUES (9999, true)")
			_, err := Open(t.Context(), d.connect(t), d.dialect, "paysocket")
			newer, ok := errors.AsType[*NewerError](err)
			require.True(t, ok, "%v", err)
			assert.Equal(t, int64(9999), newer.Found)
			faults.Proved(t, faults.Injected{How: "the tables are of a later release", Times: faults.Observed(newer != nil), Engine: d.stored()}, "HD12")
		})
	}
}

func TestOpen_MayBeDoneByManyAtOnce(t *testing.T) {
	t.Parallel()
	d := newPostgres(t)
	handles := make([]*sql.DB, 6)
	for i := range handles {
		handles[i] = d.connect(t)
		handles[i].SetMaxOpenConns(leastConnections) // they must be enough
	}
	require.NoError(t, errors.Join(inParallel(len(handles), func(i int) error {
		s, err := Open(t.Context(), handles[i], d.dialect, "paysocket")
		if err != nil {
			return err
		}
		return s.Close()
	})...))
	assert.Contains(t, d.tables(t), "accounts,attempts,changes,events,sales")
}

func TestOpen_TakesASchemaThatIsAWordOfSQL(t *testing.T) {
	t.Parallel()
	for name, create := range engines {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := create(t)
			db := d.connect(t)
			for range 2 {
				s := open(t, db, d.dialect, "order")
				require.NoError(t, s.Do(t.Context(), func(context.Context, *Tx) error { return nil }))
			}
			open(t, db, d.dialect, "order").addSale(t, "1")
			open(t, db, d.dialect, "paysocket").addSale(t, "1") // beside the other
		})
	}
}

func TestOpen_NeedsNoRightToMakeTablesThatAreThere(t *testing.T) {
	t.Parallel()
	d := newPostgres(t)
	s := d.open(t)
	s.exec(t, `DO $$ BEGIN CREATE ROLE app LOGIN; EXCEPTION WHEN duplicate_object THEN END $$`)
	s.exec(t, "GRANT USAGE ON SCHEMA paysocket TO app")
	s.exec(t, "GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA paysocket TO app")
	app := platform{d.dialect, d.driver, strings.Replace(d.dsn, "user=postgres", "user=app", 1)}
	id := app.open(t).addSale(t, "1")
	_, err := s.Sale(t.Context(), id)
	assert.NoError(t, err)
}

func TestOpen_RefusesADatabaseThatMayLoseWhatItCommits(t *testing.T) {
	t.Parallel()
	for setting, settings := range map[string]string{
		"journal_mode": "?_pragma=synchronous(FULL)&_pragma=foreign_keys(1)",
		"synchronous":  "?_pragma=journal_mode(WAL)&_pragma=synchronous(NORMAL)&_pragma=foreign_keys(1)",
		"foreign_keys": "?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)",
	} {
		assertNotDurable(t, newSQLite(t, settings), setting)
	}
	d := newPostgres(t)
	assertNotDurable(t, d.with(" options='-c synchronous_commit=off'"), "synchronous_commit")
	assertNotDurable(t, d.with(" options='-c default_transaction_read_only=on'"), "transaction_read_only")
	for _, accepted := range []string{"local", "remote_write", "remote_apply"} {
		d.with(" options='-c synchronous_commit=" + accepted + "'").open(t)
	}
	for _, setting := range []string{"fsync", "full_page_writes"} {
		server := pgtest.Start(t, "", setting+"=off")
		assertNotDurable(t, &platform{Postgres, "pgx", server.Database(t)}, setting)
	}
}

func assertNotDurable(t *testing.T, d *platform, setting string) {
	t.Helper()
	_, err := Open(t.Context(), d.connect(t), d.dialect, "paysocket")
	refused, ok := errors.AsType[*DurabilityError](err)
	require.True(t, ok, "%s: %v", setting, err)
	assert.Equal(t, setting, refused.Setting)
	assert.Empty(t, d.tables(t), "%s: nothing may be written", setting)
}

func TestOpen_RefusesOneConnection(t *testing.T) {
	t.Parallel()
	for name, create := range engines {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := create(t)
			db := d.connect(t)
			db.SetMaxOpenConns(1)
			_, err := Open(t.Context(), db, d.dialect, "paysocket")
			refused, ok := errors.AsType[*ConnectionsError](err)
			require.True(t, ok, "%v", err)
			assert.Equal(t, ConnectionsError{Allowed: 1, Needed: 2}, *refused)
			assert.ErrorContains(t, err, "SetMaxOpenConns")
			assert.Empty(t, d.tables(t), "nothing may be written")
		})
	}
}

// TestMoves_NeedNoMoreConnectionsThanOpenAsksFor has moves that ask for the time, as one of
// each minute does, and reads beside them.
func TestMoves_NeedNoMoreConnectionsThanOpenAsksFor(t *testing.T) {
	t.Parallel()
	for name, create := range engines {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := create(t)
			db := d.connect(t)
			db.SetMaxOpenConns(leastConnections)
			s := open(t, db, d.dialect, "paysocket")
			id := s.addSale(t, "1")
			require.NoError(t, errors.Join(inParallel(12, func(int) error {
				err := s.Do(t.Context(), func(ctx context.Context, tx *Tx) error {
					s.clock.asking <- struct{}{}
					s.clock.base = time.Time{} // the time was asked for long ago
					<-s.clock.asking
					_, err := s.Now(ctx)
					return errors.Join(err, note(id, "x")(ctx, tx))
				})
				_, readErr := s.Sale(t.Context(), id)
				return errors.Join(err, readErr)
			})...))
		})
	}
}

func TestOpen_TakesTheFilesOfSQLiteFromOtherUsers(t *testing.T) {
	t.Parallel()
	d := newSQLite(t, sqliteSettings)
	path := strings.TrimSuffix(strings.TrimPrefix(d.dsn, "file:"), sqliteSettings)
	require.NoError(t, os.WriteFile(path, nil, 0o644)) // as the platform may have made it
	s := d.open(t)
	s.addSale(t, "1")
	for _, suffix := range []string{"", "-wal", "-shm"} {
		info, err := os.Stat(path + suffix)
		require.NoError(t, err)
		assert.Equal(t, os.FileMode(0o600), info.Mode().Perm(), suffix)
	}
}
