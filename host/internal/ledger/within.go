package ledger

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
)

// Within runs do with the transaction as one of database/sql, for a library that writes
// its rows in the same commit. do must neither commit it nor roll it back.
func (t *Tx) Within(ctx context.Context, do func(*sql.Tx) error) error {
	switch q := t.querier.(type) {
	case *sql.Tx:
		return do(q)
	case *sql.Conn:
		return q.Raw(func(conn any) error { return doOn(ctx, conn, do) })
	default:
		return fmt.Errorf("%T is no transaction", t.querier)
	}
}

// doOn runs do with a transaction of database/sql on a connection on which one has
// begun: the writer of SQLite begins its own, since database/sql has no BEGIN IMMEDIATE.
func doOn(ctx context.Context, conn any, do func(*sql.Tx) error) error {
	begun, ok := conn.(begunConn)
	if !ok {
		return fmt.Errorf("%T, a connection of the database's driver, takes no statements", conn)
	}
	db := sql.OpenDB(borrowed{begun})
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return errors.Join(err, db.Close())
	}
	return errors.Join(do(tx), tx.Rollback(), db.Close()) // Rollback does nothing
}

// begunConn is what database/sql needs of a connection to execute statements.
type begunConn interface {
	driver.Conn
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.QueryerContext
}

// borrowed is a connection whose transaction somebody else begins and ends, and the
// connector that returns it.
type borrowed struct{ begunConn }

func (b borrowed) Connect(context.Context) (driver.Conn, error) { return b, nil }

func (b borrowed) Driver() driver.Driver { return nil }

// BeginTx begins nothing.
func (b borrowed) BeginTx(context.Context, driver.TxOptions) (driver.Tx, error) { return b, nil }

// Commit commits nothing.
func (b borrowed) Commit() error { return nil }

// Rollback undoes nothing.
func (b borrowed) Rollback() error { return nil }

// Close leaves the connection open.
func (b borrowed) Close() error { return nil }
