package host_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"sync"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/host"
)

// tap is between an engine and the rest of the world: it counts what the engine does
// there, and ends it all at one of these operations, as the death of its process would.
// What was committed stays, and a transaction that was open is undone.
type tap struct {
	connector driver.Connector

	mu      sync.Mutex
	armed   bool
	count   int // operations since it was armed
	dieAt   int // 0: never
	dead    bool
	down    bool // the database fails, and nothing else
	refused int  // operations of a database that is down
}

var (
	errDead = errors.New("the process is dead")
	errDown = errors.New("the database is down")
)

// newTap returns an engine of a world's database, its tap, and what closes both.
func (w *world) newTap() (engine *host.Engine, tapped *tap, end func()) {
	w.t.Helper()
	t := &tap{}
	if *postgres {
		config, err := pgx.ParseConfig(w.database)
		require.NoError(w.t, err)
		t.connector = stdlib.GetConnector(*config)
	} else {
		t.connector = &counting{inner: w.db.Driver(), name: "file:" + w.database + durable}
	}
	db := sql.OpenDB(t)
	engine, err := host.Open(w.t.Context(), db, w.engineOf(), w.provider, w.options)
	require.NoError(w.t, err)
	end = sync.OnceFunc(func() { _, _ = engine.Close(), db.Close() })
	w.t.Cleanup(end)
	return engine, t, end
}

// arm has the process die at its nth operation from now on; 0: never.
func (t *tap) arm(n int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.armed, t.count, t.dieAt = true, 0, n
}

// set has the database fail from now on, or work again.
func (t *tap) set(down bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.down = down
}

func (t *tap) timesRefused() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.refused
}

func (t *tap) isDead() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.dead
}

// step counts an operation that is about to be done. After an error it must not be.
func (t *tap) step() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.armed && !t.dead {
		t.count++
		t.dead = t.count == t.dieAt
	}
	if t.dead {
		return errDead
	}
	return nil
}

func (t *tap) statement() error {
	if err := t.step(); err != nil {
		return err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.down {
		t.refused++
		return errDown
	}
	return nil
}

// calls are a provider's, before and after which the process may die.
func (t *tap) calls(inner contract.Handler) contract.Handler {
	return func(ctx context.Context, call contract.Call) (any, error) {
		lost := contract.NewError(contract.ConnectionLost, errDead.Error())
		if call.Operation.MovesMoney() {
			lost.Outcome = contract.Indeterminate
		}
		if t.step() != nil {
			return nil, lost
		}
		answer, err := inner(ctx, call)
		if t.step() != nil {
			return nil, lost
		}
		return answer, err
	}
}

func (t *tap) Connect(ctx context.Context) (driver.Conn, error) {
	if err := t.statement(); err != nil {
		return nil, err
	}
	conn, err := t.connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	return &tappedConn{driverConn: conn.(driverConn), tap: t}, nil //nolint:forcetypeassert // It is modernc's or pgx's.
}

func (t *tap) Driver() driver.Driver { return t.connector.Driver() }

// driverConn is what database/sql uses of a connection of either driver.
type driverConn interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.QueryerContext
	driver.SessionResetter
}

type tappedConn struct {
	driverConn

	tap    *tap
	closed sync.Once
}

// step closes the connection with the process, so that the database undoes what was begun.
func (c *tappedConn) step() error {
	err := c.tap.statement()
	if errors.Is(err, errDead) {
		_ = c.Close()
	}
	return err
}

func (c *tappedConn) Close() (err error) {
	c.closed.Do(func() { err = c.driverConn.Close() })
	return err
}

func (c *tappedConn) CheckNamedValue(value *driver.NamedValue) error {
	if checker, ok := c.driverConn.(driver.NamedValueChecker); ok {
		return checker.CheckNamedValue(value)
	}
	return driver.ErrSkip
}

func (c *tappedConn) ResetSession(ctx context.Context) error {
	if c.tap.isDead() {
		_ = c.Close()
		return errDead
	}
	return c.driverConn.ResetSession(ctx)
}

func (c *tappedConn) BeginTx(ctx context.Context, options driver.TxOptions) (driver.Tx, error) {
	if err := c.step(); err != nil {
		return nil, err
	}
	tx, err := c.driverConn.BeginTx(ctx, options)
	return &tappedTx{tx, c}, err
}

func (c *tappedConn) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	if err := c.step(); err != nil {
		return nil, err
	}
	return c.driverConn.PrepareContext(ctx, query)
}

func (c *tappedConn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	if err := c.step(); err != nil {
		return nil, err
	}
	return c.driverConn.ExecContext(ctx, query, args)
}

func (c *tappedConn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	if err := c.step(); err != nil {
		return nil, err
	}
	return c.driverConn.QueryContext(ctx, query, args)
}

type tappedTx struct {
	driver.Tx

	conn *tappedConn
}

func (t *tappedTx) Commit() error {
	if err := t.conn.step(); err != nil {
		return err
	}
	return t.Tx.Commit()
}

func (t *tappedTx) Rollback() error {
	if err := t.conn.step(); err != nil {
		return err
	}
	return t.Tx.Rollback()
}
