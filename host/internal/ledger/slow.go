package ledger

import (
	"context"
	"errors"
	"fmt"
)

// SlowError says that the database has not answered in time: somebody holds a lock that
// is needed, or it has too much to do. What was to be done is not stored.
type SlowError struct{ Err error }

func (e *SlowError) Error() string {
	return fmt.Sprintf("the database has not answered in time: %v", e.Err)
}

func (e *SlowError) Unwrap() error { return e.Err }

// read returns what runs queries outside of a transaction, with a context in which they
// end: PostgreSQL has a reader wait as long as somebody holds a lock that excludes it, such
// as for ALTER TABLE. done ends the time, and makes the error a *SlowError if it was up.
func (s *Store) read(caller context.Context) (t *Tx, ctx context.Context, done func(*error)) {
	ctx, cancel := context.WithTimeout(caller, s.readTime)
	return &Tx{s.db, &s.names}, ctx, func(err *error) {
		if *err != nil && caller.Err() == nil {
			*err = asSlow(ctx, *err)
		}
		cancel()
	}
}

// asSlow returns a *SlowError for what has failed because the time of ctx, or that of a
// statement, was up.
func asSlow(ctx context.Context, err error) error {
	if _, unknown := errors.AsType[*CommitUnknownError](err); unknown {
		return err
	}
	if _, known := errors.AsType[*SlowError](err); !known && (ctx.Err() != nil || isTooLate(err)) {
		return &SlowError{err}
	}
	return err
}
