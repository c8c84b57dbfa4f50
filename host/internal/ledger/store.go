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

	clock *clock

	moveTime time.Duration // for one transaction, waits included
	readTime time.Duration // for what is read at once outside of one, likewise
	moves    chan struct{} // has room for the moves at once: see maxMoves

	// On SQLite all moves go through one connection, so that they wait for each
	// other here and not in the file.
	writing sync.Mutex
	writer  *sql.Conn
}

const (
	moveTime = 10 * time.Second
	readTime = 5 * time.Second
)

// Open returns the ledger in a database, brought up to date.
func Open(ctx context.Context, db *sql.DB, dialect *Dialect, schema string) (_ *Store, err error) {
	if most := db.Stats().MaxOpenConnections; most != 0 && most < leastConnections { // 0 is without a limit
		return nil, &ConnectionsError{Allowed: most, Needed: leastConnections}
	}
	s := &Store{db: db, names: names{dialect: dialect, schema: schema}, moveTime: moveTime, readTime: readTime}
	s.moves = make(chan struct{}, maxMoves(db.Stats().MaxOpenConnections))
	s.clock = newClock(nil)
	if dialect == Postgres {
		s.clock.ask = timeOfPostgres(db)
	} else if err := s.openWriter(ctx); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.Close())
		}
	}()
	if err := s.checkConnection(ctx); err != nil {
		return nil, err
	}
	if err := s.migrate(ctx); err != nil {
		return nil, err
	}
	if _, err := s.Now(ctx); err != nil {
		if _, wrong := errors.AsType[*ClockError](err); !wrong {
			return nil, err // a wrong clock may be set meanwhile, and Now says so
		}
	}
	if dialect == SQLite {
		return s, s.restrictFiles(ctx)
	}
	return s, nil
}

// leastConnections is how many connections a move needs at once. On SQLite the ledger holds
// one for what it writes, and reads through another. On PostgreSQL a transaction holds one,
// and once a minute asks the database for its time through another.
const leastConnections = 2

// ConnectionsError says that the platform lets the database open too few connections.
// Nothing was written.
type ConnectionsError struct {
	Allowed, Needed int
}

func (e *ConnectionsError) Error() string {
	return fmt.Sprintf("the database may open %d connection at once, and the ledger needs %d for one sale, beside those that the platform uses: "+
		"call SetMaxOpenConns with %d or more, or not at all", e.Allowed, e.Needed, e.Needed)
}

func (s *Store) openWriter(ctx context.Context) (err error) {
	if s.writer, err = s.db.Conn(ctx); err != nil {
		return fmt.Errorf("opening the connection that writes: %w", err)
	}
	return nil
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
