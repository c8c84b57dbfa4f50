package ledger

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"testing/fstest"

	"github.com/pressly/goose/v3"
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

// migrateTimes is how often the tables of SQLite are brought up to date before that has
// failed: SQLite has no lock for it, and of two processes that begin with the same
// version one is refused, as a whole.
const migrateTimes = 3

// migrate brings the tables up to date. Each version is a transaction of its own, so
// that what was interrupted goes on where it stopped.
func (s *Store) migrate(ctx context.Context) error {
	if s.names.dialect == Postgres {
		if _, err := s.db.ExecContext(ctx, "CREATE SCHEMA IF NOT EXISTS "+s.names.schema); err != nil {
			return fmt.Errorf("creating the schema %s: %w", s.names.schema, err)
		}
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
		_, err = provider.Up(ctx) // another process may have made the tables meanwhile
	}
	if err != nil {
		return fmt.Errorf("bringing the tables of the ledger up to date: %w", err)
	}
	return nil
}

func (s *Store) migrator() (*goose.Provider, error) {
	files, err := s.renderedMigrations()
	if err != nil {
		return nil, err
	}
	options := []goose.ProviderOption{
		goose.WithTableName(s.names.render("{versions}")), goose.WithDisableGlobalRegistry(true), goose.WithLogger(goose.NopLogger()),
	}
	if s.names.dialect == SQLite {
		return goose.NewProvider(goose.DialectSQLite3, s.db, files, options...)
	}
	locker, err := lock.NewPostgresSessionLocker()
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(goose.DialectPostgres, s.db, files, append(options, goose.WithSessionLocker(locker))...)
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
