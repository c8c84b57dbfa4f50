package move

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"modernc.org/sqlite"

	"github.com/paysocket/paysocket/host"
	"github.com/paysocket/paysocket/host-example/shop"
)

// source is the file that the sales leave. No host uses it meanwhile.
type source struct {
	db *shop.Database

	// tx has all that is read of the file, as of one moment.
	tx     *sql.Tx
	tables []*table
	moved  *shop.Move // nil if it has not been moved
}

// openSource opens a file that is there, and keeps hosts off it.
func openSource(ctx context.Context, path string) (*source, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("the file cannot be read: %w", err)
	}
	if !info.Mode().IsRegular() {
		return nil, &NoShopError{path, "it is no file"}
	}
	s := &source{}
	if s.db, err = shop.OpenDatabase(ctx, path, nil); err != nil {
		return nil, err
	}
	if s.db.Kind != host.SQLite {
		return nil, errors.Join(&NoShopError{path, "it is no file of SQLite"}, s.db.Close())
	}
	if err := s.begin(ctx); err != nil {
		return nil, errors.Join(err, s.close())
	}
	return s, nil
}

func (s *source) begin(ctx context.Context) (err error) {
	if s.tx, err = s.db.BeginTx(ctx, nil); err != nil {
		return &NoShopError{s.db.Place, err.Error()}
	}
	if s.tables, err = readTables(ctx, s.tx); err != nil {
		return &NoShopError{s.db.Place, err.Error()}
	}
	var moves int
	if err := s.tx.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_schema WHERE name = $1", movesTable).Scan(&moves); err != nil || moves == 0 {
		return err
	}
	s.moved, err = shop.LatestMove(ctx, s.tx)
	if errors.Is(err, host.ErrNotFound) {
		return nil
	}
	return err
}

func (s *source) close() error {
	if s.tx != nil {
		_ = s.tx.Rollback() // after a commit it does nothing
	}
	return s.db.Close()
}

// check refuses a file that is not as this release makes it.
func (s *source) check(ctx context.Context, made *made, keyFile string) error {
	if find(s.tables, settingsTable) == nil {
		return &NoShopError{s.db.Place, "it has no table " + settingsTable}
	}
	version, key, err := readState(ctx, s.tx)
	if err != nil {
		return fmt.Errorf("reading the version of the file's tables: %w", err)
	}
	if version != made.version {
		return &VersionError{File: s.db.Place, Found: version, Known: made.version}
	}
	if differences := compareTables(made.tables, s.tables); len(differences) > 0 {
		return &SchemaError{s.db.Place, differences}
	}
	if key != made.key {
		return &KeyError{KeyFile: keyFile, Place: s.db.Place}
	}
	return nil
}

// mark ends the transaction in which the file was read with a row that keeps hosts off
// it. It fails if the file has changed since.
func (s *source) mark(ctx context.Context, m *shop.Move) error {
	err := s.record(ctx, s.tx, m)
	if err == nil {
		err = s.tx.Commit()
	}
	const busy, code = 5, 0xff // SQLite's own
	if refused, ok := errors.AsType[*sqlite.Error](err); ok && refused.Code()&code == busy {
		return &ChangedError{s.db.Place, err}
	}
	return err
}

func (s *source) record(ctx context.Context, db shop.Querier, m *shop.Move) error {
	if _, err := db.ExecContext(ctx, shop.MovesTable); err != nil {
		return err
	}
	if _, err := db.ExecContext(ctx, "DELETE FROM shop_moves"); err != nil {
		return err
	}
	if m == nil {
		return nil
	}
	return m.Store(ctx, db)
}

// readState returns the version of the tables of a file, and the mark of its key.
func readState(ctx context.Context, db querier) (version int64, key string, err error) {
	err = db.QueryRowContext(ctx, "SELECT max(version_id) FROM "+quoted(versionsTable)).Scan(&version)
	if err != nil {
		return 0, "", err
	}
	err = db.QueryRowContext(ctx, "SELECT value FROM "+quoted(settingsTable)+" WHERE name = 'key'").Scan(&key)
	return version, key, err
}

// made is what this release makes of an empty file.
type made struct {
	version int64
	key     string // the mark of the key file
	tables  []*table
}

// make makes a shop in an empty file, to know what the tables of this release are.
func (k *keyFile) make(ctx context.Context) (_ *made, err error) {
	db, err := shop.OpenDatabase(ctx, filepath.Join(k.folder, "empty.db"), nil)
	if err != nil {
		return nil, err
	}
	empty, err := k.open(ctx, db)
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	defer func() { err = errors.Join(err, empty.Close()) }()
	m := &made{}
	if m.version, m.key, err = readState(ctx, db); err != nil {
		return nil, err
	}
	m.tables, err = readTables(ctx, db)
	return m, err
}

// keyFile is the key file under another name, where it has no mark beside it: the mark is
// about the rows of the file, and the engine would miss them in a database that is still
// empty.
type keyFile struct{ path, folder string }

func linkKeyFile(path string) (*keyFile, error) {
	absolute, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	info, err := os.Stat(absolute)
	if err != nil {
		return nil, fmt.Errorf("the key file cannot be read; name it with --key-file: %w", err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("the key file %s can be read by others: chmod 600 %s", path, path)
	}
	folder, err := os.MkdirTemp("", "host-example-move-")
	if err != nil {
		return nil, err
	}
	k := &keyFile{path, folder}
	if err := os.Symlink(absolute, k.name()); err != nil {
		return nil, errors.Join(err, k.remove())
	}
	return k, nil
}

func (k *keyFile) name() string { return filepath.Join(k.folder, "key") }

func (k *keyFile) remove() error { return os.RemoveAll(k.folder) }

// open opens a shop as serve does, which makes its tables.
func (k *keyFile) open(ctx context.Context, db *shop.Database) (*shop.Shop, error) {
	return shop.Open(ctx, db, func(string) (host.Provider, bool) { return nil, false }, &shop.Options{
		BaseURL: "http://move.invalid", KeyFile: k.name(),
	})
}
