package host_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"encoding/binary"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// counting opens connections of SQLite, and writes down what is executed on them.
type counting struct {
	inner driver.Driver
	name  string

	mu         sync.Mutex
	statements []statement
}

// statement is one that was executed.
type statement struct {
	text string
	args []driver.NamedValue
}

func (c *counting) Connect(context.Context) (driver.Conn, error) {
	conn, err := c.inner.Open(c.name)
	if err != nil {
		return nil, err
	}
	return &countingConn{conn.(sqliteConn), c}, nil //nolint:forcetypeassert // It is modernc's.
}

func (c *counting) Driver() driver.Driver { return c.inner }

func (c *counting) executed(text string, args []driver.NamedValue) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.statements = append(c.statements, statement{strings.TrimSpace(text), args})
}

// take returns what was executed since the last call.
func (c *counting) take() []statement {
	c.mu.Lock()
	defer c.mu.Unlock()
	taken := c.statements
	c.statements = nil
	return taken
}

// sqliteConn is what database/sql uses of a connection of modernc's driver.
type sqliteConn interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.QueryerContext
	driver.SessionResetter
	driver.Validator
}

type countingConn struct {
	sqliteConn

	counting *counting
}

func (c *countingConn) BeginTx(ctx context.Context, options driver.TxOptions) (driver.Tx, error) {
	c.counting.executed("BEGIN", nil)
	return c.sqliteConn.BeginTx(ctx, options)
}

func (c *countingConn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	c.counting.executed(query, args)
	return c.sqliteConn.ExecContext(ctx, query, args)
}

func (c *countingConn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	c.counting.executed(query, args)
	return c.sqliteConn.QueryContext(ctx, query, args)
}

// newCounting returns a database whose statements are written down, and whose log of
// commits is never emptied, so that it can be counted.
func newCounting(tb testing.TB, file string) (*counting, *sql.DB) {
	tb.Helper()
	plain, err := sql.Open("sqlite", "file:"+file)
	require.NoError(tb, err)
	require.NoError(tb, plain.Close())
	c := &counting{inner: plain.Driver(), name: "file:" + file + durable + "&_pragma=wal_autocheckpoint(0)"}
	db := sql.OpenDB(c)
	tb.Cleanup(func() { _ = db.Close() })
	return c, db
}

// commits counts the commits in SQLite's log: a frame has the size of the database after
// a commit, or 0 if more of the transaction follows. Each is one fsync.
func commits(tb testing.TB, file string) int {
	tb.Helper()
	log, err := os.ReadFile(file + "-wal")
	require.NoError(tb, err)
	const header, frameHeader = 32, 24
	page := int(binary.BigEndian.Uint32(log[8:]))
	n := 0
	for at := header; at+frameHeader <= len(log); at += frameHeader + page {
		if binary.BigEndian.Uint32(log[at+4:]) != 0 {
			n++
		}
	}
	return n
}
