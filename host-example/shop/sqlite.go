package shop

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"syscall"

	"modernc.org/sqlite"

	"github.com/paysocket/paysocket/host"
)

// openSQLite opens a file as the engine needs it: what was committed survives a loss of
// power, and a writer waits for another one.
func openSQLite(path string) (*Database, error) {
	absolute, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("the path of the database: %w", err)
	}
	// SQLite would make it readable for all, until the engine sees it.
	file, err := os.OpenFile(absolute, os.O_RDWR|os.O_CREATE, 0o600) //nolint:gosec // The operator chose the path.
	if err != nil {
		return nil, fileError(absolute, absolute, err)
	}
	opened, err := file.Stat()
	if err := errors.Join(err, file.Close()); err != nil {
		return nil, fileError(absolute, absolute, err)
	}
	lock, err := lockSQLite(absolute)
	if err != nil {
		return nil, err
	}
	address := url.URL{
		Scheme: "file", Path: absolute,
		RawQuery: "mode=rw&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=foreign_keys(1)&_pragma=busy_timeout(5000)",
	}
	connector := &sqliteFile{path: absolute, opened: opened, address: address.String(), lock: lock}
	db := sql.OpenDB(connector)
	db.SetMaxOpenConns(maxConnections)
	return &Database{DB: db, Kind: host.SQLite, Place: absolute, file: connector}, nil
}

// sqliteFile connects to a file of SQLite as long as its path names the file that was
// opened first, and commits nothing when that has changed.
type sqliteFile struct {
	path    string
	opened  os.FileInfo
	address string
	driver  sqlite.Driver
	lock    *os.File // held until the database is closed
}

// lockSQLite locks the file beside a database that keeps a second process out of it, and
// returns that file. The kernel releases the lock when the process ends, however it does.
func lockSQLite(path string) (*os.File, error) {
	resolved, err := filepath.EvalSymlinks(path) // two links to one database have one lock
	if err != nil {
		return nil, fmt.Errorf("the path of the database: %w", err)
	}
	lock, err := os.OpenFile(resolved+".lock", os.O_RDWR|os.O_CREATE, 0o600) //nolint:gosec // The operator chose the path.
	if err != nil {
		return nil, fileError(resolved, resolved+".lock", err)
	}
	err = syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) // children do not inherit it
	if errors.Is(err, syscall.EWOULDBLOCK) {
		err = &FileError{
			Path: resolved, What: "another host uses it", Err: err,
			Remedy: "end that one first; fuser " + resolved + ".lock names its process. A host of several processes needs PostgreSQL",
		}
	} else if err != nil {
		err = fileError(resolved, resolved+".lock", err)
	}
	if err != nil {
		return nil, errors.Join(err, lock.Close())
	}
	return lock, nil
}

// check returns an error if the path does not name the file that was opened.
func (f *sqliteFile) check() error {
	now, err := os.Stat(f.path)
	if err == nil && os.SameFile(now, f.opened) {
		return nil
	}
	if err == nil {
		err = errors.New("it was replaced")
	}
	return fmt.Errorf("the file of the database is not the one that the host opened, and nothing is stored: put %s back, "+
		"or stop the host and restore a backup: %w", f.path, err)
}

// Connect implements driver.Connector.
func (f *sqliteFile) Connect(context.Context) (driver.Conn, error) {
	if err := f.check(); err != nil {
		return nil, err
	}
	conn, err := f.driver.Open(f.address)
	if err != nil {
		return nil, err
	}
	hooks, ok := conn.(sqlite.HookRegisterer)
	if !ok {
		return nil, errors.Join(errors.New("the driver of SQLite has no commit hooks"), conn.Close())
	}
	hooks.RegisterCommitHook(func() int32 {
		if f.check() != nil {
			return 1 // rolls back
		}
		return 0
	})
	return conn, nil
}

// Driver implements driver.Connector.
func (f *sqliteFile) Driver() driver.Driver { return &f.driver }

// Close implements io.Closer, for sql.DB, which has closed all connections before.
func (f *sqliteFile) Close() error { return f.lock.Close() }
