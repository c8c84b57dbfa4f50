package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"time"
)

// Store is the ledger in the platform's database. It may be used by many goroutines
// at once.
type Store struct {
	db    *sql.DB
	names names

	// On SQLite all moves go through one connection, so that they wait for each
	// other here and not in the file.
	writing sync.Mutex
	writer  *sql.Conn
}

// Open returns the ledger in a database, brought up to date.
func Open(ctx context.Context, db *sql.DB, dialect *Dialect, schema string) (*Store, error) {
	s := &Store{db: db, names: names{dialect: dialect, schema: schema}}
	if err := s.checkDurability(ctx); err != nil {
		return nil, err
	}
	if err := s.migrate(ctx); err != nil {
		return nil, err
	}
	if dialect == SQLite {
		writer, err := db.Conn(ctx)
		if err != nil {
			return nil, fmt.Errorf("opening the connection that writes: %w", err)
		}
		s.writer = writer
		if err := s.restrictFiles(ctx); err != nil {
			return nil, errors.Join(err, writer.Close())
		}
	}
	return s, nil
}

// Close ends the use of the database, which stays open.
func (s *Store) Close() error {
	s.writing.Lock()
	defer s.writing.Unlock()
	if s.writer == nil {
		return nil
	}
	writer := s.writer
	s.writer = nil
	return writer.Close()
}

// querier is a connection or a transaction.
type querier interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// Tx is one transaction of the ledger.
type Tx struct {
	querier

	names *names
}

// Exec executes a statement with names in braces.
func (t *Tx) Exec(ctx context.Context, statement string, args ...any) (sql.Result, error) {
	return t.ExecContext(ctx, t.names.render(statement), args...)
}

func (t *Tx) query(ctx context.Context, statement string, args ...any) (*sql.Rows, error) {
	return t.QueryContext(ctx, t.names.render(statement), args...)
}

func (t *Tx) queryRow(ctx context.Context, statement string, args ...any) *sql.Row {
	return t.QueryRowContext(ctx, t.names.render(statement), args...)
}

const (
	moveTime    = 10 * time.Second // for one transaction, waits included
	maxRepeats  = 8
	repeatPause = 10 * time.Millisecond // before the second time; twice as long before each that follows
)

// Do runs one transaction. If the database refuses it because of another one, it is
// run again as a whole, so do must set whatever it sets anew. The transaction does
// not end with the caller's context: what is begun is committed or rolled back.
func (s *Store) Do(ctx context.Context, do func(context.Context, *Tx) error) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), moveTime)
	defer cancel()
	pause := repeatPause
	for n := 1; ; n++ {
		err := s.once(ctx, do)
		if err == nil || n == maxRepeats || !isConflict(err) {
			return err
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return err
		}
		pause *= 2
	}
}

func (s *Store) once(ctx context.Context, do func(context.Context, *Tx) error) error {
	if s.names.dialect == SQLite {
		return s.onceOnWriter(ctx, do)
	}
	transaction, err := s.db.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelReadCommitted})
	if err != nil {
		return fmt.Errorf("beginning a transaction: %w", err)
	}
	defer func() { _ = transaction.Rollback() }() // after a commit it does nothing
	if err := do(ctx, &Tx{transaction, &s.names}); err != nil {
		return err
	}
	if err := transaction.Commit(); err != nil {
		return fmt.Errorf("committing: %w", err)
	}
	return nil
}

// errClosed is of a store that was closed.
var errClosed = errors.New("the ledger is closed")

// onceOnWriter takes the lock of the file at once: a transaction that reads first and
// writes later is refused if another one has written meanwhile.
func (s *Store) onceOnWriter(ctx context.Context, do func(context.Context, *Tx) error) (err error) {
	s.writing.Lock()
	defer s.writing.Unlock()
	if s.writer == nil {
		return errClosed
	}
	if _, err := s.writer.ExecContext(ctx, "BEGIN IMMEDIATE"); err != nil {
		return fmt.Errorf("beginning a transaction: %w", err)
	}
	committed := false
	defer func() {
		if !committed {
			err = errors.Join(err, s.rollBack(ctx))
		}
	}()
	if err := do(ctx, &Tx{s.writer, &s.names}); err != nil {
		return err
	}
	if _, err := s.writer.ExecContext(ctx, "COMMIT"); err != nil {
		return fmt.Errorf("committing: %w", err)
	}
	committed = true
	return nil
}

// rollBack ends the transaction of the writer also when its time is up, or the next
// one could not begin. SQLite has ended some by itself: then there is nothing to do.
func (s *Store) rollBack(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), moveTime)
	defer cancel()
	if _, err := s.writer.ExecContext(ctx, "ROLLBACK"); err != nil && !isNoTransaction(err) {
		return fmt.Errorf("rolling back: %w", err)
	}
	return nil
}

// read runs queries outside of a transaction.
func (s *Store) read() *Tx { return &Tx{s.db, &s.names} }

// SavepointError says that the transaction itself has ended within a savepoint: SQLite
// undoes all of it if a statement is interrupted. Nothing was stored.
type SavepointError struct {
	Cause error // what do returned
	Err   error
}

func (e *SavepointError) Error() string {
	return fmt.Sprintf("the transaction ended within a savepoint: %v (after: %v)", e.Err, e.Cause)
}

func (e *SavepointError) Unwrap() []error { return []error{e.Err, e.Cause} }

// Savepoint runs do within a part of the transaction that is undone if do fails. The
// transaction itself goes on, unless the error is a *SavepointError.
func (t *Tx) Savepoint(ctx context.Context, do func(*Tx) error) error {
	const name = "paysocket_on_change"
	if _, err := t.ExecContext(ctx, "SAVEPOINT "+name); err != nil {
		return &SavepointError{Err: err}
	}
	failed := do(t)
	if failed != nil {
		if _, err := t.ExecContext(ctx, "ROLLBACK TO SAVEPOINT "+name); err != nil {
			return &SavepointError{Cause: failed, Err: err}
		}
	}
	if _, err := t.ExecContext(ctx, "RELEASE SAVEPOINT "+name); err != nil {
		return &SavepointError{Cause: failed, Err: err}
	}
	return failed
}
