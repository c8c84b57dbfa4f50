package host_test

import (
	"bufio"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/host"
	"github.com/paysocket/paysocket/internal/faults"
	"github.com/paysocket/paysocket/internal/pgtest"
	"github.com/paysocket/paysocket/provider/kit/kittest"
)

// lockedDatabase is the variable that makes this program one that holds the lock of a
// database until its input ends.
const lockedDatabase = "PAYSOCKET_TEST_LOCK"

// lock is that program.
func lock(database string) error {
	mode, database, _ := strings.Cut(database, "@")
	driver, statements := "pgx", []string{"BEGIN", "LOCK TABLE paysocket.sales, paysocket.attempts, paysocket.events IN " + mode + " MODE"}
	if strings.HasPrefix(database, "file:") {
		driver, statements = "sqlite", []string{"BEGIN EXCLUSIVE"}
	}
	db, err := sql.Open(driver, database)
	if err != nil {
		return err
	}
	conn, err := db.Conn(context.Background())
	if err != nil {
		return err
	}
	for _, statement := range statements {
		if _, err := conn.ExecContext(context.Background(), statement); err != nil {
			return err
		}
	}
	_, _ = fmt.Fprintln(os.Stdout, "locked")
	_, err = io.Copy(io.Discard, os.Stdin)
	return errors.Join(err, conn.Close(), db.Close())
}

// The locks of PostgreSQL: one that excludes writers, and that of ALTER TABLE, which
// excludes readers as well. SQLite has one, which excludes writers.
const excludesWriters, excludesReaders = "EXCLUSIVE", "ACCESS EXCLUSIVE"

// locks has another process lock the database, and returns its process and what ends it.
func (w *world) locks(mode string) (pid int, end func()) {
	w.t.Helper()
	self, err := os.Executable()
	require.NoError(w.t, err)
	database := w.database
	if !*postgres {
		database = "file:" + w.database + durable
	}
	command := exec.CommandContext(w.t.Context(), self)
	command.Env, command.Stderr = append(os.Environ(), lockedDatabase+"="+mode+"@"+database), os.Stderr
	input, err := command.StdinPipe()
	require.NoError(w.t, err)
	output, err := command.StdoutPipe()
	require.NoError(w.t, err)
	require.NoError(w.t, command.Start())
	line, err := bufio.NewReader(output).ReadString('\n')
	require.NoError(w.t, err)
	require.Equal(w.t, "locked\n", line)
	return command.Process.Pid, func() {
		assert.NoError(w.t, input.Close())
		assert.NoError(w.t, command.Wait())
	}
}

// TestEngine_EndsInTimeWhileItsDatabaseIsLocked has another process hold the lock.
func TestEngine_EndsInTimeWhileItsDatabaseIsLocked(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.checkout(alone("before"))
	a := w.wallets["wallet-a"]
	before := a.front.Count("POST")
	pid, end := w.locks(excludesWriters)
	began := time.Now()
	_, err := w.engine.Checkout(t.Context(), alone("3947"))
	w.isBusy(err, false)
	assert.Less(t, time.Since(began), 30*time.Second)
	status := w.deliver(w.engine, "wallet-a", a.ledger()[0].ID)
	assert.Equal(t, 503, status)
	locked := faults.Observed(syscall.Kill(pid, 0) == nil, status == 503)
	end()
	assert.Equal(t, before, a.front.Count("POST"), "nothing was sent")
	_, err = w.engine.Sale(t.Context(), "3947")
	require.ErrorIs(t, err, host.ErrNotFound, "nothing was stored")
	sale, err := w.engine.Checkout(t.Context(), alone("3947"))
	require.NoError(t, err)
	assert.Equal(t, host.SaleWaiting, sale.Status)
	faults.Proved(t, faults.Injected{How: "another process holds the lock", Times: locked, Engine: stored()}, "HD04", "GW11")
}

// isBusy asserts that an error says that the database has not answered, and whether what
// was asked for is stored.
func (w *world) isBusy(err error, stored bool) {
	w.t.Helper()
	busy, ok := errors.AsType[*contract.Error](err)
	if assert.True(w.t, ok, "%v", err) {
		assert.Equal(w.t, contract.DeadlineTooShort, busy.Reason, "%v", err)
		assert.Equal(w.t, stored, busy.Outcome == contract.Indeterminate, "%v", err)
	}
}

// TestEngine_ReadsInTimeWhileReadersAreExcluded has another process hold the lock of ALTER
// TABLE.
func TestEngine_ReadsInTimeWhileReadersAreExcluded(t *testing.T) {
	t.Parallel()
	if !*postgres {
		t.Skip("no lock of SQLite excludes readers of a log")
	}
	w := newWorld(t)
	w.paid("before")
	a := w.wallets["wallet-a"]
	before := a.front.Count("POST")
	pid, end := w.locks(excludesReaders)
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	calls := map[string]func() error{
		"Checkout":        func() error { _, err := w.engine.Checkout(ctx, alone("3947")); return err },
		"Checkout, again": func() error { _, err := w.engine.Checkout(ctx, alone("before")); return err },
		"PayAgain":        func() error { _, err := w.engine.PayAgain(ctx, alone("before")); return err },
		"Cancel":          func() error { _, err := w.engine.Cancel(ctx, "before"); return err },
		"Sale":            func() error { _, err := w.engine.Sale(ctx, "before"); return err },
		"Overview":        func() error { _, err := w.engine.Overview(ctx); return err },
		"Refund": func() error {
			_, err := w.engine.Refund(ctx, "before", &host.RefundOrder{ID: "r", Amount: baht(1)})
			return err
		},
		"Resolve": func() error {
			_, err := w.engine.Resolve(ctx, "before", "k", &host.Resolution{By: "Ann", Why: "x"})
			return err
		},
	}
	var busy faults.Counter
	var all sync.WaitGroup
	for name, call := range calls {
		all.Go(func() {
			err := call()
			assert.NoError(t, ctx.Err(), name)
			w.isBusy(err, false)
			busy.Happened()
		})
	}
	all.Go(func() { assert.Equal(t, 503, w.deliver(w.engine, "wallet-a", a.ledger()[0].ID)) })
	all.Wait()
	assert.NoError(t, syscall.Kill(pid, 0), "it is still locked")
	end()
	assert.Equal(t, before, a.front.Count("POST"), "nothing was sent")
	_, err := w.engine.Sale(t.Context(), "3947")
	require.ErrorIs(t, err, host.ErrNotFound, "nothing was stored")
	w.checkout(alone("3947"))
	faults.Proved(t, faults.Injected{How: "another process holds a lock that excludes readers", Times: busy.Times(), Engine: stored()}, "HD04")
}

// TestEngine_SaysThatAnOrderIsStoredWhileItsDatabaseIsLocked has another process take the
// lock while the provider is called.
func TestEngine_SaysThatAnOrderIsStoredWhileItsDatabaseIsLocked(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.wallets["wallet-a"]
	w.checkout(alone("before")) // and the account is known
	var locked faults.Counter
	var end func()
	a.calls = func(inner contract.Handler) contract.Handler {
		return func(ctx context.Context, call contract.Call) (any, error) {
			answer, err := inner(ctx, call)
			if call.Operation == contract.OperationCreatePayment && locked.Times() == 0 {
				locked.Happened()
				_, end = w.locks(excludesReaders) //nolint:contextcheck // The lock outlives the call.
			}
			return answer, err
		}
	}
	_, err := w.engine.Checkout(t.Context(), alone("3947"))
	w.isBusy(err, true)
	require.NotNil(t, end)
	end()
	for range 3 {
		w.pass(time.Minute)
	}
	sale := w.sale("3947")
	require.Len(t, sale.Payments, 1)
	assert.Equal(t, host.SaleWaiting, sale.Status)
	assert.Len(t, a.ledger(), 2)
	faults.Proved(t, faults.Injected{How: "another process takes the lock while the provider is called", Times: locked.Times(), Engine: stored()}, "HD04")
}

// TestEngine_GoesOnAfterPostgreSQLHasRecovered kills a process of PostgreSQL, which then
// ends all connections and recovers, as after a restart at once.
func TestEngine_GoesOnAfterPostgreSQLHasRecovered(t *testing.T) {
	t.Parallel()
	if !*postgres {
		t.Skip("it is about PostgreSQL")
	}
	w := newWorld(t, func(o *host.Options) { o.OnChange = tellTable })
	server := pgtest.Start(t, "")
	w.database = server.Database(t)
	w.db = w.openDatabase()
	_, err := w.db.ExecContext(t.Context(), "CREATE TABLE told (sale TEXT, kind TEXT)")
	require.NoError(t, err)
	w.engine = w.open()
	w.run(w.engine)
	var killed atomic.Int64
	const sales = 9
	for n := range sales {
		id := fmt.Sprintf("order-%d", n)
		if n%3 == 1 {
			killed.Add(w.killsBackend())
		}
		var sale *host.Sale
		require.Eventually(t, func() (sold bool) {
			sale, err = w.engine.Checkout(t.Context(), alone(id))
			return err == nil && len(sale.Payments) > 0 && sale.Payments[0].GatewayID != ""
		}, patience, 20*time.Millisecond, id)
		if n%3 == 2 {
			killed.Add(w.killsBackend())
		}
		payment := sale.Payments[0].GatewayID
		w.wallets["wallet-a"].pay(payment)
		require.Eventually(t, func() bool { return w.deliver(w.engine, "wallet-a", payment) == 200 }, patience, 20*time.Millisecond)
	}
	for n := range sales {
		id := fmt.Sprintf("order-%d", n)
		require.Eventually(t, func() bool {
			w.clock.Advance(time.Second)
			sale, err := w.engine.Sale(t.Context(), id)
			return err == nil && sale.Status == host.SalePaid
		}, patience, 20*time.Millisecond)
		var told int
		require.NoError(t, w.db.QueryRowContext(t.Context(), "SELECT count(*) FROM told WHERE kind = 'PAID' AND sale = $1", id).Scan(&told))
		assert.Equal(t, 1, told, id)
	}
	assert.Len(t, w.wallets["wallet-a"].ledger(), sales)
	faults.Proved(t, faults.Injected{How: "PostgreSQL loses a process, ends all connections and recovers", Times: int(killed.Load()), Engine: faults.Postgres}, "HD06")
}

// killsBackend kills the process of PostgreSQL that serves another connection, and
// returns how many it has killed.
func (w *world) killsBackend() int64 {
	w.t.Helper()
	var pid int
	require.Eventually(w.t, func() bool {
		return w.db.QueryRowContext(w.t.Context(), "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() LIMIT 1").Scan(&pid) == nil
	}, patience, 20*time.Millisecond)
	require.NoError(w.t, syscall.Kill(pid, syscall.SIGKILL))
	return 1
}

// TestEngine_NeedsNoJob loses the jobs that would wake a host.
func TestEngine_NeedsNoJob(t *testing.T) {
	t.Parallel()
	withRiver(t)
	w := newWorld(t)
	require.Equal(t, 200, w.deliver(w.engine, "wallet-a", w.sell("3947", "wallet-a")))
	result, err := w.db.ExecContext(t.Context(), "DELETE FROM "+jobTable())
	require.NoError(t, err)
	lost, err := result.RowsAffected()
	require.NoError(t, err)
	w.pass(0)
	assert.Equal(t, host.SalePaid, w.sale("3947").Status)
	faults.Proved(t, faults.Injected{How: "the jobs are deleted", Times: int(lost), Engine: stored()}, "HD11")
}

// TestEngine_ExpiresNothingByItsOwnClock sets the clock an hour forth, beyond the life of
// a link, and back.
func TestEngine_ExpiresNothingByItsOwnClock(t *testing.T) {
	t.Parallel()
	var shift atomic.Int64
	steady := kittest.NewClock(time.Date(2026, 2, 3, 4, 5, 6, 0, time.UTC))
	w := newWorld(t, func(o *host.Options) {
		host.WithClocks(o, func() time.Time { return steady.Now().Add(time.Duration(shift.Load())) }, steady.Now)
	})
	pass := func(d time.Duration) { steady.Advance(d); w.pass(d) }
	var jumps faults.Counter
	for n, by := range []time.Duration{time.Hour, -time.Hour} {
		shift.Store(0)
		id := fmt.Sprintf("order-%d", n)
		w.checkout(alone(id))
		shift.Store(int64(by))
		at := w.sale(id)
		jumps.Happened()
		for range 3 {
			pass(time.Minute)
		}
		sale := w.sale(id)
		assert.Equal(t, host.SaleWaiting, sale.Status, by)
		assert.Equal(t, at.Payments[0].GatewayID, sale.Payments[0].GatewayID)
		shift.Store(0)
		a := w.wallets["wallet-a"]
		a.pay(sale.Payments[0].GatewayID)
		for range 5 {
			pass(20 * time.Minute)
		}
		assert.Equal(t, host.SalePaid, w.sale(id).Status, by)
	}
	faults.Proved(t, faults.Injected{How: "the host's clock is set by an hour while a payment is pending", Times: jumps.Times(), Engine: stored()}, "HD13")
}

// TestEngine_KeepsACorruptedRowToItsSale spoils a row of one sale of two.
func TestEngine_KeepsACorruptedRowToItsSale(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		set       string
		status    contract.PaymentStatus
		attention string
	}{
		"status": {"status = 'NONSENSE'", contract.PaymentSucceeded, ""}, // as the gateway says
		"amount": {"amount = -5", contract.PaymentPending, "another payment"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			spoilt, good := w.sell("spoilt", "wallet-a"), w.sell("good", "wallet-a")
			result, err := w.db.ExecContext(t.Context(), "UPDATE "+w.table("attempts")+" SET "+c.set+" WHERE sale_id = 'spoilt'")
			require.NoError(t, err)
			rows, err := result.RowsAffected()
			require.NoError(t, err)
			require.Equal(t, 200, w.deliver(w.engine, "wallet-a", spoilt))
			require.Equal(t, 200, w.deliver(w.engine, "wallet-a", good))
			w.pass(time.Minute)
			assert.Equal(t, host.SalePaid, w.sale("good").Status)
			payment := w.sale("spoilt").Payments[0]
			assert.Equal(t, c.status, payment.Status)
			assert.Contains(t, payment.Attention, c.attention)
			faults.Proved(t, faults.Injected{How: "a row has a nonsensical " + name, Times: int(rows), Engine: stored()}, "HD16")
		})
	}
}
