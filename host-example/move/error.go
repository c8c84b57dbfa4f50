package move

import (
	"fmt"
	"strings"
)

// NoShopError says that a file is not the database of a shop.
type NoShopError struct{ File, Why string }

func (e *NoShopError) Error() string {
	return fmt.Sprintf("%s is not the database of a shop: %s. Name the file that was --database of host-example serve", e.File, e.Why)
}

// VersionError says that the tables of the file are not those of this release.
type VersionError struct {
	File         string
	Found, Known int64
}

func (e *VersionError) Error() string {
	if e.Found > e.Known {
		return fmt.Sprintf("the tables in %s have version %d, and this program knows %d at most: move them with the release that made them, or a later one",
			e.File, e.Found, e.Known)
	}
	return fmt.Sprintf("the tables in %s have version %d, and those of this program %d: start host-example serve of this release on the file once, "+
		"which brings them up to date, stop it, and move again", e.File, e.Found, e.Known)
}

// SchemaError says that tables are not as this release makes them.
type SchemaError struct {
	Place       string
	Differences []string
}

func (e *SchemaError) Error() string {
	return fmt.Sprintf("the tables in %s are not as this program makes them, and nothing is left out silently: %s. "+
		"Start host-example serve of this release once for what is missing; copy elsewhere what is yours, and remove it", e.Place, strings.Join(e.Differences, "; "))
}

// ValueError says that a value of the file does not fit its column in PostgreSQL.
type ValueError struct{ Table, Column, Row, Why string }

func (e *ValueError) Error() string {
	return fmt.Sprintf("%s of the row %s of %s cannot be stored in PostgreSQL: %s. Nothing was moved; correct the value in the file, or go on with SQLite",
		e.Column, e.Row, e.Table, e.Why)
}

// KeyError says that the key file is not the one of a database.
type KeyError struct {
	KeyFile, Place string
	Target         bool // Place is PostgreSQL
}

func (e *KeyError) Error() string {
	if e.Target {
		return fmt.Sprintf("%s was opened by a host before, with another key file than %s: name a new, empty database", e.Place, e.KeyFile)
	}
	return fmt.Sprintf("the key file %s is not the one that %s was made with: name that one with --key-file", e.KeyFile, e.Place)
}

// NotEmptyError says that the database of PostgreSQL has rows. They were left alone.
type NotEmptyError struct{ Place, Table string }

func (e *NotEmptyError) Error() string {
	return fmt.Sprintf("%s has rows in %s, and sales are moved into an empty database only: make a new one (createdb) and name that", e.Place, e.Table)
}

// InUseError says that others use the database of PostgreSQL.
type InUseError struct{ Place, Why string }

func (e *InUseError) Error() string {
	return fmt.Sprintf("%s is in use: %s. Stop the hosts that use it; if a move or a host was killed a moment ago, "+
		"wait until the server has noticed; then move again", e.Place, e.Why)
}

// CopyError says that what PostgreSQL has read back is not what the file has. It was
// rolled back.
type CopyError struct {
	Table             string
	Rows, Copied      int64
	Digest, ReadAgain string
}

func (e *CopyError) Error() string {
	return fmt.Sprintf("%s has %d rows (digest %s) in the file, and %d (%s) were read back from PostgreSQL: nothing was moved. "+
		"Look for a trigger or a rule on the table there", e.Table, e.Rows, e.Digest, e.Copied, e.ReadAgain)
}

// ChangedError says that another program wrote to the file while its rows were read.
type ChangedError struct {
	File string
	Err  error
}

func (e *ChangedError) Error() string {
	return fmt.Sprintf("another program wrote to %s while its rows were read, and nothing was moved: end it, and move again (%v)", e.File, e.Err)
}

// Unwrap returns the cause.
func (e *ChangedError) Unwrap() error { return e.Err }

// UnfinishedError says that the move was cut off while it was committed. No host starts on
// the file until it is known whether it was.
type UnfinishedError struct {
	File string
	Err  error
}

func (e *UnfinishedError) Error() string {
	return fmt.Sprintf("the move was cut off while it was committed: run the same command again, which finds out whether it was, "+
		"and completes it, or undo it with --back. No host starts on %s until then: %v", e.File, e.Err)
}

// Unwrap returns the cause.
func (e *UnfinishedError) Unwrap() error { return e.Err }

// OtherError says that the sales of a file were moved to another database than the one
// that was named, or that this one knows nothing of it.
type OtherError struct{ File, Other, Named string }

func (e *OtherError) Error() string {
	if e.Other == e.Named {
		return fmt.Sprintf("%s says that its sales are in %s, which knows nothing of that: it is not the database of that time. Bring that one back", e.File, e.Other)
	}
	return fmt.Sprintf("the sales in %s were moved to %s, and not to %s: write that address after --to", e.File, e.Other, e.Named)
}

// NothingToUndoError says that the sales of a file were not moved.
type NothingToUndoError struct{ File string }

func (e *NothingToUndoError) Error() string {
	return fmt.Sprintf("the sales in %s were not moved, or are back already: a host may use it", e.File)
}

// SoldError says that more has happened on PostgreSQL than the file knows, so that the
// sales cannot go back.
type SoldError struct{ Place, What string }

func (e *SoldError) Error() string {
	return fmt.Sprintf("since the move %s has %s more than the file: going back would lose or repeat them. Go on with PostgreSQL", e.Place, e.What)
}
