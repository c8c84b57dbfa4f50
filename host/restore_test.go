package host_test

import (
	"context"
	"os"
	"regexp"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/host"
	"github.com/paysocket/paysocket/internal/faults"
	"github.com/paysocket/paysocket/provider/kit/kittest"
)

// restored sells two orders, of which the second is made after the backup that the
// database is then restored from.
func restored(t *testing.T) *world {
	t.Helper()
	w := newWorld(t)
	_, err := w.engine.Checkout(t.Context(), order("3946"))
	require.NoError(t, err)
	backup := w.backup()
	w.clock.Advance(2 * time.Hour)
	_, err = w.engine.Checkout(t.Context(), order("3947"))
	require.NoError(t, err)
	require.Len(t, w.wallets["wallet-a"].ledger(), 2)
	require.NoError(t, w.engine.Close())
	w.database = backup
	w.db = w.openDatabase()
	if !*postgres {
		_, err = w.db.ExecContext(t.Context(), "PRAGMA journal_mode = WAL")
		require.NoError(t, err)
	}
	return w
}

// backup returns a copy of the database, made while nobody uses it.
func (w *world) backup() (database string) {
	w.t.Helper()
	if !*postgres {
		_, err := w.db.ExecContext(w.t.Context(), "VACUUM INTO $1", w.database+".backup")
		require.NoError(w.t, err)
		return w.database + ".backup"
	}
	name := regexp.MustCompile(`dbname=(\w+)`)
	of := name.FindStringSubmatch(w.database)[1]
	all, err := pgx.Connect(w.t.Context(), name.ReplaceAllString(w.database, "dbname=postgres"))
	require.NoError(w.t, err)
	defer func() { assert.NoError(w.t, all.Close(context.WithoutCancel(w.t.Context()))) }()
	_, err = all.Exec(w.t.Context(), "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = $1", of)
	require.NoError(w.t, err)
	_, err = all.Exec(w.t.Context(), "CREATE DATABASE "+of+"backup TEMPLATE "+of)
	require.NoError(w.t, err)
	w.db = w.openDatabase() // with other connections than those that were ended
	w.engine = w.open()
	return name.ReplaceAllString(w.database, "dbname="+of+"backup")
}

func TestEngine_FindsAPaymentThatARestoredDatabaseHasLost(t *testing.T) {
	t.Parallel()
	w := restored(t)
	var known int
	require.NoError(t, w.db.QueryRowContext(t.Context(), "SELECT count(*) FROM "+w.table("attempts")).Scan(&known))
	lost := len(w.wallets["wallet-a"].ledger()) - known
	w.engine = w.open()
	sale, err := w.engine.Checkout(t.Context(), order("3947"))
	require.NoError(t, err)
	assert.Equal(t, host.SaleWaiting, sale.Status)
	assert.NotNil(t, sale.NextAction)
	a := w.wallets["wallet-a"]
	require.Len(t, a.ledger(), 2)
	assert.Empty(t, w.wallets["wallet-b"].ledger())
	last := sale.Payments[len(sale.Payments)-1]
	assert.Equal(t, a.ledger()[1].ID, last.GatewayID)
	a.pay(last.GatewayID)
	w.deliver(w.engine, "wallet-a", last.GatewayID)
	w.pass(0)
	assert.Equal(t, host.SalePaid, w.sale("3947").Status)

	// Others go on as ever, also after the next start.
	w.engine = w.open()
	_, err = w.engine.Checkout(t.Context(), order("3948"))
	require.NoError(t, err)
	assert.Len(t, a.ledger(), 3)
	faults.Proved(t, faults.Injected{How: "a database from before a payment was made", Times: lost, Engine: stored()}, "HD15")
}

func TestEngine_MakesNothingNewBeforeARestoredDatabaseIsCompared(t *testing.T) {
	t.Parallel()
	w := restored(t)
	a, b := w.wallets["wallet-a"], w.wallets["wallet-b"]
	a.front.Set(kittest.On("GET /v1/payments", kittest.Answer(500, "")))
	w.engine = w.open()
	for _, id := range []string{"3947", "3948"} {
		sale, err := w.engine.Checkout(t.Context(), order(id))
		require.NoError(t, err)
		assert.Equal(t, host.SaleOpen, sale.Status)
	}
	assert.Len(t, a.ledger(), 2)
	assert.Empty(t, b.ledger(), "the first provider may have the payment")
	a.front.Set()
	w.pass(time.Minute)
	w.pass(time.Minute)
	assert.Equal(t, host.SaleWaiting, w.sale("3947").Status)
	assert.Equal(t, host.SaleWaiting, w.sale("3948").Status)
	assert.Equal(t, 3, len(a.ledger())+len(b.ledger()), "one new payment")
}

// TestEngine_SellsWhileAProviderThatIsComparedHangs has a gateway that does not answer:
// only what is sold by that provider waits.
func TestEngine_SellsWhileAProviderThatIsComparedHangs(t *testing.T) {
	t.Parallel()
	w := restored(t)
	a, b := w.wallets["wallet-a"], w.wallets["wallet-b"]
	held, release := make(chan struct{}), make(chan struct{})
	a.front.Set(kittest.On("GET /v1/payments", kittest.Hold(held, release)))
	w.engine = w.open()
	compared := make(chan error, 1)
	go func() {
		_, err := w.engine.Checkout(t.Context(), alone("3947"))
		compared <- err
	}()
	<-held
	other := order("3948")
	other.Providers = []string{"wallet-b"}
	sale, err := w.engine.Checkout(t.Context(), other)
	require.NoError(t, err)
	assert.Equal(t, host.SaleWaiting, sale.Status)
	assert.Len(t, b.ledger(), 1)
	sale, err = w.engine.Checkout(t.Context(), alone("3949"))
	require.NoError(t, err)
	assert.Equal(t, host.SaleOpen, sale.Status)
	assert.Len(t, a.ledger(), 2, "nothing new before the comparison")
	close(release)
	require.NoError(t, <-compared)
	assert.Equal(t, host.SaleWaiting, w.sale("3947").Status)
	w.pass(time.Minute)
	assert.Equal(t, host.SaleWaiting, w.sale("3949").Status)
}

func TestOpen_RefusesAMarkThatSaysNoTime(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	require.NoError(t, os.WriteFile(w.key+".mark", []byte("soon"), 0o600))
	_, err := host.Open(t.Context(), w.db, w.engineOf(), w.provider, w.options)
	require.ErrorContains(t, err, "says no time")
}
