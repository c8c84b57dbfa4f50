package shop

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"syscall"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/paysocket/paysocket/host"
)

// FileError says that a file of SQLite cannot be used.
type FileError struct {
	Path   string
	What   string // is wrong
	Remedy string // what to do
	Err    error
}

func (e *FileError) Error() string {
	return fmt.Sprintf("the database %s cannot be used: %s: %s (%v)", e.Path, e.What, e.Remedy, e.Err)
}

// Unwrap returns the cause.
func (e *FileError) Unwrap() error { return e.Err }

// beside is a remedy for files that cannot be made.
func beside(path string) string {
	return "SQLite keeps files beside it, so the host's user must own it and its folder: chown both to that user, and chmod 700 " + filepath.Dir(path)
}

// fileError returns why a file of a database, which is the database or is beside it, cannot
// be opened by the system.
func fileError(database, path string, err error) error {
	e := &FileError{Path: database, Err: err}
	folder := filepath.Dir(database)
	switch {
	case errors.Is(err, syscall.ENOENT) || errors.Is(err, syscall.ENOTDIR):
		e.What, e.Remedy = "its folder does not exist", "make it for the host's user first (install -d -m 700 "+folder+"), or name another file with --database"
	case errors.Is(err, syscall.EISDIR):
		e.What, e.Remedy = "it is a folder", "name a file in it with --database"
	case errors.Is(err, syscall.EROFS):
		e.What, e.Remedy = "its file system is mounted for reading only", "mount it for writing, or name a file elsewhere with --database"
	case errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT):
		e.What, e.Remedy = "the disk is full", "make room on it, and start the host again"
	case errors.Is(err, fs.ErrPermission):
		e.What, e.Remedy = "the host's user may not write to "+path, beside(database)
	default:
		e.What, e.Remedy = path+" cannot be opened", "do what the system says"
	}
	return e
}

// startError returns why a database cannot be used, for what the engine or SQLite said when
// it was used first. On PostgreSQL that names the server already.
func (d *Database) startError(err error) error {
	if err == nil || d.Kind != host.SQLite {
		return err
	}
	if refused, ok := errors.AsType[*FileError](err); ok {
		return refused
	}
	refused, ok := errors.AsType[*sqlite.Error](err)
	if !ok {
		return fmt.Errorf("the database %s cannot be used: %w", d.Place, err)
	}
	e := &FileError{Path: d.Place, Err: err}
	const primary = 0xff // of an extended result code
	switch refused.Code() & primary {
	case sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT:
		e.What = "it is no database of SQLite, or it is damaged"
		e.Remedy = "name another file with --database, or restore a backup as docs/operating.md says; do not remove it, since it may have sales"
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		e.What, e.Remedy = "another program has locked it", "end that program, such as sqlite3 or a backup, and start the host again; fuser "+d.Place+" names its process"
	case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH:
		e.What, e.Remedy = "the host's user may not write to it, or to files beside it", beside(d.Place)
	case sqlite3.SQLITE_FULL:
		e.What, e.Remedy = "the disk is full", "make room on it, and start the host again"
	case sqlite3.SQLITE_IOERR:
		e.What, e.Remedy = "it cannot be read or written to", "look at the disk and its file system; it must be on this machine and not on a network's"
	default:
		e.What, e.Remedy = "SQLite refuses it", "do what SQLite says, or restore a backup as docs/operating.md says"
	}
	return e
}
