package shop

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/paysocket/paysocket/host"
)

// MoveState is what a database has to do with a move of its sales.
type MoveState string

// The states of a move.
const (
	// MoveLeaving says that all rows were copied into the other database, and that
	// nobody has seen yet whether that has committed them.
	MoveLeaving MoveState = "LEAVING"
	MoveLeft    MoveState = "LEFT"    // the sales are in the other database
	MoveArrived MoveState = "ARRIVED" // the sales came from the other database
)

// Move says where the sales of a database went to or came from. It is a row of it, so
// that it is there whatever becomes of the file's name, and is copied with every backup.
type Move struct {
	ID    string // the same in both databases
	State MoveState
	Other string // the other database, for people
	At    time.Time
}

// MovedError says that the sales of a database are, or may be, in another one: a host on
// each of them would take the same payments twice. Nothing was written.
type MovedError struct {
	Move

	Place string // of the database that was opened
}

func (e *MovedError) Error() string {
	if e.State == MoveLeaving {
		return fmt.Sprintf("a move of the sales in %s to %s was cut off while it was committed: run host-example move again with the same --from and --to, "+
			"which finds out whether it was and completes it, or with --back, which undoes it", e.Place, e.Other)
	}
	return fmt.Sprintf("the sales in %s were moved to %s at %s: give the host that one as --database, with the key file of before. "+
		"A host on each would take payments twice; host-example move --back undoes a move", e.Place, e.Other, e.At.Format(time.RFC3339))
}

// Querier is a database, a connection, or a transaction.
type Querier interface {
	ExecContext(ctx context.Context, statement string, args ...any) (sql.Result, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// MovesTable makes the table of moves, which no move copies.
const MovesTable = `CREATE TABLE IF NOT EXISTS shop_moves (
	id    TEXT   PRIMARY KEY,
	state TEXT   NOT NULL,
	other TEXT   NOT NULL,
	at    BIGINT NOT NULL
)`

// Store stores a move in a database that has the table of moves.
func (m *Move) Store(ctx context.Context, db Querier) error {
	_, err := db.ExecContext(ctx, `INSERT INTO shop_moves (id, state, other, at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (id) DO UPDATE SET state = excluded.state, at = excluded.at`, m.ID, string(m.State), m.Other, m.At.UnixMilli())
	if err != nil {
		return fmt.Errorf("storing that the sales are moved: %w", err)
	}
	return nil
}

// LatestMove returns the latest move of a database that has the table of moves;
// host.ErrNotFound if there was none.
func LatestMove(ctx context.Context, db Querier) (*Move, error) {
	var m Move
	var at int64
	err := db.QueryRowContext(ctx, `SELECT id, state, other, at FROM shop_moves ORDER BY at DESC LIMIT 1`).Scan(&m.ID, &m.State, &m.Other, &at)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, host.ErrNotFound
	}
	if err != nil {
		return nil, fmt.Errorf("reading whether the sales were moved: %w", err)
	}
	m.At = time.UnixMilli(at).UTC()
	return &m, nil
}

// refuseMoved returns a *MovedError if the sales of the database are elsewhere.
func (d *Database) refuseMoved(ctx context.Context) error {
	m, err := LatestMove(ctx, d)
	switch {
	case errors.Is(err, host.ErrNotFound):
		return nil
	case err != nil:
		return err
	case m.State == MoveArrived:
		return nil
	}
	return &MovedError{Move: *m, Place: d.Place}
}
