package ledger

import (
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
)

const (
	sqliteGeneric = 1
	sqliteBusy    = 5
	sqliteLocked  = 6
	primaryResult = 0xff // of an extended result code

	serializationFailure = "40001"
	deadlockDetected     = "40P01"
	uniqueViolation      = "23505" // another transaction has made the row, and is found the next time
)

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

// isNoTransaction reports whether SQLite says that there is nothing to roll back.
func isNoTransaction(err error) bool {
	e, ok := errors.AsType[sqliteError](err)
	return ok && e.Code()&primaryResult == sqliteGeneric && strings.Contains(err.Error(), "no transaction is active")
}
