package host_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/host"
	"github.com/paysocket/paysocket/internal/faults"
)

var errLost = errors.New("the connection was lost")

// losing opens connections of SQLite of which the next one that commits, once armed, is
// lost: after the commit, or before it.
type losing struct {
	*counting

	armed, commits atomic.Bool
	lost           atomic.Int64
}

func (l *losing) times() int { return int(l.lost.Load()) }

func (l *losing) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := l.counting.Connect(ctx)
	if err != nil {
		return nil, err
	}
	return &losingConn{conn.(*countingConn), l}, nil //nolint:forcetypeassert // It is one.
}

type losingConn struct {
	*countingConn

	losing *losing
}

func (c *losingConn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	if query != "COMMIT" || !c.losing.armed.CompareAndSwap(true, false) {
		return c.countingConn.ExecContext(ctx, query, args)
	}
	c.losing.lost.Add(1)
	if c.losing.commits.Load() {
		if _, err := c.countingConn.ExecContext(ctx, query, args); err != nil {
			return nil, err
		}
	}
	return nil, errLost
}

// TestEngine_ReadsACommitAgainOfWhichNobodyWasTold loses the connection in the commit of a
// call that is about to be made.
func TestEngine_ReadsACommitAgainOfWhichNobodyWasTold(t *testing.T) {
	onSQLite(t)
	t.Parallel()
	for name, committed := range map[string]bool{"committed": true, "not committed": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			counted, _ := newCounting(t, w.database)
			l := &losing{counting: counted}
			l.commits.Store(committed)
			db := sql.OpenDB(l)
			t.Cleanup(func() { assert.NoError(t, db.Close()) })
			engine, err := host.Open(t.Context(), db, host.SQLite, w.provider, w.options)
			require.NoError(t, err)
			t.Cleanup(func() { assert.NoError(t, engine.Close()) })
			_, err = engine.Checkout(t.Context(), order("before")) // the account is established
			require.NoError(t, err)

			l.armed.Store(true)
			sale, err := engine.Checkout(t.Context(), order("3947"))
			require.False(t, l.armed.Load(), "nothing was committed")
			if committed {
				require.NoError(t, err)
				assert.Equal(t, host.SaleWaiting, sale.Status)
				assert.Len(t, w.wallets["wallet-a"].ledger(), 2)
				faults.Proved(t, faults.Injected{How: "the connection is lost after a commit", Times: l.times(), Engine: faults.SQLite}, "HD03")
				return
			}
			require.ErrorIs(t, err, errLost)
			assert.Len(t, w.wallets["wallet-a"].ledger(), 1, "nothing was sent")
			faults.Proved(t, faults.Injected{How: "the connection is lost before a commit", Times: l.times(), Engine: faults.SQLite}, "HD03")
		})
	}
}
