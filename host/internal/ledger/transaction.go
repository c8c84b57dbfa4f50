package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

const (
	maxRepeats  = 8
	repeatPause = 10 * time.Millisecond // before the second time; twice as long before each that follows
)

// maxMoves returns how many moves are made at once. A move holds a connection while it
// waits for another one of its sale, and must not hold all that the platform has.
func maxMoves(maxOpen int) int {
	const most = 8
	if maxOpen == 0 {
		return most
	}
	return max(1, min(most, maxOpen/2))
}

// CommitUnknownError says that the database was lost while it committed, so that the
// transaction may be stored or not. Whoever gets it reads the rows again.
type CommitUnknownError struct{ Err error }

func (e *CommitUnknownError) Error() string {
	return fmt.Sprintf("whether the database has committed is not known: %v", e.Err)
}

func (e *CommitUnknownError) Unwrap() error { return e.Err }

// Do runs one transaction. If the database refuses it because of another one, it is
// run again as a whole, so do must set whatever it sets anew. The transaction does
// not end with the caller's context: what is begun is committed or rolled back.
//
// After an error nothing is stored, unless it is a *CommitUnknownError. It is a *SlowError
// if the time was up.
func (s *Store) Do(ctx context.Context, do func(context.Context, *Tx) error) error {
	return s.DoWithin(ctx, s.moveTime, do)
}

// DoWithin is Do for a transaction that has another time.
func (s *Store) DoWithin(ctx context.Context, limit time.Duration, do func(context.Context, *Tx) error) (err error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), limit)
	defer cancel()
	defer func() {
		if err != nil {
			err = asSlow(ctx, err)
		}
	}()
	select {
	case s.moves <- struct{}{}:
		defer func() { <-s.moves }()
	case <-ctx.Done():
		return fmt.Errorf("waiting for other transactions of the ledger: %w", ctx.Err())
	}
	pause := repeatPause
	var refused error
	for n := 1; ; n++ {
		err := s.once(ctx, do)
		if err != nil && refused != nil && ctx.Err() != nil {
			return errors.Join(err, refused) // its time was up, and this is why
		}
		if err == nil || n == maxRepeats || !mayRepeat(err) {
			return err
		}
		refused = err
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
	transaction, err := s.begin(ctx)
	if err != nil {
		return fmt.Errorf("beginning a transaction: %w", err)
	}
	defer func() { _ = transaction.Rollback() }() // after a commit it does nothing
	if err := do(ctx, &Tx{transaction, &s.names}); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("before committing: %w", err)
	}
	return committed(transaction.Commit())
}

// begin begins a transaction of PostgreSQL, whatever the settings are that somebody has
// made on its connection.
func (s *Store) begin(ctx context.Context) (*sql.Tx, error) {
	transaction, err := s.db.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelReadCommitted})
	if err != nil {
		return nil, err
	}
	// Who waits for a row longer is told so and keeps the connection. A process that
	// is stopped in mid-move, as a machine that sleeps, must not hold a sale for hours.
	const set = `SELECT set_config('lock_timeout', $1, true), set_config('idle_in_transaction_session_timeout', $2, true),
		set_config('synchronous_commit', replace(current_setting('synchronous_commit'), 'off', 'on'), true)`
	var ignored string
	lockTime, idleTime := s.moveTime*8/10, s.moveTime*3/2
	err = transaction.QueryRowContext(ctx, set, milli(lockTime), milli(idleTime)).Scan(&ignored, &ignored, &ignored)
	if err != nil {
		return nil, errors.Join(err, transaction.Rollback())
	}
	return transaction, nil
}

func milli(d time.Duration) string { return fmt.Sprintf("%dms", d.Milliseconds()) }

// committed returns the error of a commit as what it says.
func committed(err error) error {
	switch {
	case err == nil:
		return nil
	case isRolledBack(err):
		return fmt.Errorf("committing: %w", err)
	default:
		return &CommitUnknownError{err}
	}
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
	ended := false
	defer func() {
		if !ended {
			err = errors.Join(err, s.rollBack(ctx))
		}
	}()
	if err := do(ctx, &Tx{s.writer, &s.names}); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("before committing: %w", err)
	}
	// A driver may say of a commit that has succeeded that its context ended.
	_, err = s.writer.ExecContext(context.WithoutCancel(ctx), "COMMIT")
	ended = err == nil
	return committed(err)
}

// rollBack ends the transaction of the writer also when its time is up, or the next
// one could not begin. SQLite has ended some by itself: then there is nothing to do.
func (s *Store) rollBack(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.moveTime)
	defer cancel()
	if _, err := s.writer.ExecContext(ctx, "ROLLBACK"); err != nil && !isNoTransaction(err) {
		return fmt.Errorf("rolling back: %w", err)
	}
	return nil
}
