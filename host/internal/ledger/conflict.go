package ledger

import (
	"database/sql"
	"database/sql/driver"
	"errors"
	"slices"
	"strings"
)

// Both drivers are the platform's own, and their errors are known by what they say of
// themselves.
type (
	sqliteError interface { // of modernc.org/sqlite
		error
		Code() int // an extended result code
	}
	postgresError interface { // of pgx and of lib/pq
		error
		SQLState() string
	}
	unsentError interface { // of pgx
		error
		SafeToRetry() bool // whether nothing was sent
	}
)

const (
	sqliteGeneric = 1
	sqliteBusy    = 5
	sqliteLocked  = 6
	sqliteIO      = 10
	primaryResult = 0xff // of an extended result code

	serializationFailure = "40001"
	commitUnknown        = "40003"
	deadlockDetected     = "40P01"
	uniqueViolation      = "23505" // another transaction has made the row, and is found the next time
	idleTransaction      = "25P03"
	lockNotAvailable     = "55P03"
	queryCanceled        = "57014" // such as by statement_timeout
	operatorClass        = "57P"   // somebody has ended the connection, or the server
)

// mayRepeat reports whether a transaction that has failed as a whole may succeed if it
// is run again.
func mayRepeat(err error) bool {
	if _, unknown := errors.AsType[*CommitUnknownError](err); unknown {
		return false
	}
	if e, ok := errors.AsType[unsentError](err); errors.Is(err, driver.ErrBadConn) || ok && e.SafeToRetry() {
		return true // the connection was lost before the commit
	}
	if e, ok := errors.AsType[postgresError](err); ok && strings.HasPrefix(e.SQLState(), operatorClass) {
		return true
	}
	return isConflict(err)
}

// isConflict reports whether a transaction was refused because of another one, and
// may succeed if it is run again.
func isConflict(err error) bool {
	if e, ok := errors.AsType[sqliteError](err); ok {
		code := e.Code() & primaryResult
		return code == sqliteBusy || code == sqliteLocked
	}
	if e, ok := errors.AsType[postgresError](err); ok {
		return slices.Contains([]string{serializationFailure, deadlockDetected, uniqueViolation}, e.SQLState())
	}
	return false
}

// isTooLate reports whether a statement has waited as long as it may, for a lock or for
// its end.
func isTooLate(err error) bool {
	if e, ok := errors.AsType[sqliteError](err); ok {
		return e.Code()&primaryResult == sqliteBusy
	}
	e, ok := errors.AsType[postgresError](err)
	return ok && slices.Contains([]string{lockNotAvailable, queryCanceled}, e.SQLState())
}

// isRolledBack reports whether a commit that failed has stored nothing, for certain.
func isRolledBack(err error) bool {
	if errors.Is(err, sql.ErrTxDone) {
		return true
	}
	if e, ok := errors.AsType[sqliteError](err); ok {
		return e.Code()&primaryResult != sqliteIO // the file may have it all the same
	}
	if e, ok := errors.AsType[postgresError](err); ok {
		state := e.SQLState()
		// What ends the connection may have come after the commit: classes of lost
		// connections, of operators, of the server's system and of its own defects.
		ends := []string{"08", operatorClass, "58", "XX", commitUnknown, idleTransaction}
		return state != "" && !slices.ContainsFunc(ends, func(class string) bool { return strings.HasPrefix(state, class) })
	}
	// An unsentError proves nothing here: pgx returns one, "conn closed", also where the
	// connection is lost after COMMIT was sent. This is pgx as well: a statement has
	// failed, and whoever ran it did not say so.
	return strings.Contains(err.Error(), "commit unexpectedly resulted in rollback")
}

// isNoTransaction reports whether SQLite says that there is nothing to roll back.
func isNoTransaction(err error) bool {
	e, ok := errors.AsType[sqliteError](err)
	return ok && e.Code()&primaryResult == sqliteGeneric && strings.Contains(err.Error(), "no transaction is active")
}
