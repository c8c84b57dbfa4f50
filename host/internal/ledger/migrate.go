package ledger

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"testing/fstest"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/database"
	"github.com/pressly/goose/v3/lock"
)

//go:embed migrations/*.sql
var migrations embed.FS

// NewerError says that the tables are those of a later release. Nothing was written.
type NewerError struct {
	Found, Known int64 // versions of the tables
}

func (e *NewerError) Error() string {
	return fmt.Sprintf("the tables of the ledger have version %d, and this program knows %d at most: run the release that made them, or a later one",
		e.Found, e.Known)
}

// migrateTimes is how often the tables of SQLite are brought up to date from one version
// before that has failed: SQLite has no lock for it, and of two processes that begin with
// the same version one is refused, as a whole.
const migrateTimes = 3

// migrate brings the tables up to date. Each version is a transaction of its own, so
// that what was interrupted goes on where it stopped.
func (s *Store) migrate(ctx context.Context) error {
	if err := s.makeSchema(ctx); err != nil {
		return fmt.Errorf("creating the schema %s: %w", s.names.schema, err)
	}
	provider, err := s.migrator()
	if err != nil {
		return fmt.Errorf("preparing the tables of the ledger: %w", err)
	}
	found, known, err := provider.GetVersions(ctx)
	if err != nil {
		return fmt.Errorf("reading the version of the ledger's tables: %w", err)
	}
	if found > known {
		return &NewerError{Found: found, Known: known}
	}
	_, err = provider.Up(ctx)
	for n := 1; err != nil && s.names.dialect == SQLite && n < migrateTimes; n++ {
		if version, _, _ := provider.GetVersions(ctx); version > found {
			found, n = version, 0 // another process has made these tables meanwhile
		}
		_, err = provider.Up(ctx)
	}
	if err != nil {
		return fmt.Errorf("bringing the tables of the ledger up to date: %w", err)
	}
	return nil
}

// makeSchema makes the schema of PostgreSQL, if it is not there. IF NOT EXISTS alone
// needs the right to make schemas also where there is nothing to do, and fails in one of
// two that make it at once.
func (s *Store) makeSchema(ctx context.Context) error {
	if !s.names.dialect.hasSchemas {
		return nil
	}
	for {
		var there bool
		err := s.db.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM pg_namespace WHERE nspname = $1)", s.names.schema).Scan(&there)
		if err != nil || there {
			return err
		}
		_, err = s.db.ExecContext(ctx, "CREATE SCHEMA IF NOT EXISTS "+quoted(s.names.schema))
		if err != nil && !isConflict(err) {
			return err
		}
	}
}

func (s *Store) migrator() (*goose.Provider, error) {
	files, err := s.renderedMigrations()
	if err != nil {
		return nil, err
	}
	dialect, exists := goose.DialectSQLite3, `SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE type = 'table' AND '"' || name || '"' = $1)`
	if s.names.dialect == Postgres {
		dialect, exists = goose.DialectPostgres, "SELECT to_regclass($1) IS NOT NULL"
	}
	table := s.names.render("{versions}")
	store, err := database.NewStore(dialect, table)
	if err != nil {
		return nil, err
	}
	options := []goose.ProviderOption{
		goose.WithStore(&versions{store, exists, table}), goose.WithDisableGlobalRegistry(true), goose.WithLogger(goose.NopLogger()),
	}
	if s.names.dialect == Postgres {
		// The platform's own migrations, if goose makes them, have another lock.
		const id, attempts = 0x70617973, 300
		locker, err := lock.NewPostgresSessionLocker(lock.WithLockID(id), lock.WithLockTimeout(1, attempts))
		if err != nil {
			return nil, err
		}
		options = append(options, goose.WithSessionLocker(locker))
	}
	return goose.NewProvider(goose.DialectCustom, s.db, files, options...)
}

// versions is the table of versions. That of goose does not find a quoted name.
type versions struct {
	database.Store

	exists, name string
}

// TableExists is looked for by goose.
func (v *versions) TableExists(ctx context.Context, db database.DBTxConn) (exists bool, err error) {
	err = db.QueryRowContext(ctx, v.exists, v.name).Scan(&exists)
	return exists, err
}

func (s *Store) renderedMigrations() (fs.FS, error) {
	const folder = "migrations"
	entries, err := migrations.ReadDir(folder)
	if err != nil {
		return nil, err
	}
	rendered := fstest.MapFS{}
	for _, entry := range entries {
		text, err := migrations.ReadFile(folder + "/" + entry.Name())
		if err != nil {
			return nil, err
		}
		rendered[entry.Name()] = &fstest.MapFile{Data: []byte(s.names.render(string(text)))}
	}
	return rendered, nil
}
