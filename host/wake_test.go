package host_test

import (
	"context"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/host"
	"github.com/paysocket/paysocket/host/internal/ledger"
	"github.com/paysocket/paysocket/provider/kit/kittest"
)

// withRiver skips a test that is about River.
func withRiver(t *testing.T) {
	t.Helper()
	if !*river {
		t.Skip("it is about River")
	}
}

// run runs an engine until the test ends.
func (w *world) run(engine *host.Engine) {
	w.t.Helper()
	ctx, end := context.WithCancel(w.t.Context())
	var running sync.WaitGroup
	running.Go(func() { assert.NoError(w.t, engine.Run(ctx)) })
	w.t.Cleanup(func() { end(); running.Wait() })
}

// awaitPaid waits until a sale is paid.
func (w *world) awaitPaid(orderID string) {
	w.t.Helper()
	require.Eventually(w.t, func() bool { return w.sale(orderID).Status == host.SalePaid }, patience, 10*time.Millisecond, orderID)
}

// sell sells an order through a provider, and has the payer pay. It returns the id of the
// payment.
func (w *world) sell(orderID, provider string) string {
	w.t.Helper()
	o := order(orderID)
	o.Providers = []string{provider}
	sale, err := w.engine.Checkout(w.t.Context(), o)
	require.NoError(w.t, err)
	id := sale.Payments[0].GatewayID
	w.wallets[provider].pay(id)
	return id
}

// TestEngine_TellsOtherProcessesWhatIsDue has a process that takes webhooks and does not
// run. The clock stands still, so that no sweep of the other one takes what is due: it
// gives River its time.
func TestEngine_TellsOtherProcessesWhatIsDue(t *testing.T) {
	t.Parallel()
	withRiver(t)
	w := newWorld(t)
	first := w.sell("first", "wallet-a")
	w.deliver(w.engine, "wallet-a", first)
	if *postgres {
		pool, err := pgxpool.New(t.Context(), w.database)
		require.NoError(t, err)
		t.Cleanup(pool.Close)
		w.options.Pool = pool
	}
	w.run(w.open())
	w.awaitPaid("first") // and the first sweep, which gives River no time, is over if there was no job

	for n := range 3 {
		id := "order-" + strconv.Itoa(n)
		w.deliver(w.engine, "wallet-a", w.sell(id, "wallet-a"))
		w.awaitPaid(id)
	}
}

// TestEngine_LooksByItself has a process that has made a payment due look at it by
// itself.
func TestEngine_LooksByItself(t *testing.T) {
	t.Parallel()
	w := newWorld(t, host.WithoutJobs)
	w.run(w.engine)
	w.deliver(w.engine, "wallet-a", w.sell("3947", "wallet-a"))
	w.awaitPaid("3947")
}

// TestEngine_GoesOnWithoutRiversTable has the table of jobs lost while payments are made.
// The clock stands still, so that no sweep takes what is due but the first one.
func TestEngine_GoesOnWithoutRiversTable(t *testing.T) {
	t.Parallel()
	withRiver(t)
	w := newWorld(t)
	w.run(w.engine)
	first := w.sell("first", "wallet-a")
	_, err := w.db.ExecContext(t.Context(), "ALTER TABLE "+jobTable()+" RENAME TO lost")
	require.NoError(t, err)
	require.Equal(t, 200, w.deliver(w.engine, "wallet-a", first))
	w.awaitPaid("first")

	require.Equal(t, 200, w.deliver(w.engine, "wallet-a", w.sell("second", "wallet-a")))
	w.awaitPaid("second")
	_, err = w.engine.Refund(t.Context(), "second", &host.RefundOrder{ID: "back", Amount: baht(100)})
	require.NoError(t, err)
	assert.NotEmpty(t, w.sale("second").Refunds[0].GatewayID)
}

// jobTable returns the name of River's table of jobs.
func jobTable() string {
	if *postgres {
		return "paysocket.river_job"
	}
	return "river_job"
}

// TestEngine_LooksAtOthersWhileAProviderHangs has more payments due of a provider that
// does not answer than are looked at at once.
func TestEngine_LooksAtOthersWhileAProviderHangs(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.wallets["wallet-a"]
	const sales = 12
	ids := make([]string, sales)
	for n := range sales {
		ids[n] = w.sell("a-"+strconv.Itoa(n), "wallet-a")
	}
	held, release := make(chan struct{}, sales), make(chan struct{})
	a.front.Set(kittest.On("GET /v1/payments/*", kittest.Hold(held, release)))
	w.run(w.engine)
	for _, id := range ids {
		w.deliver(w.engine, "wallet-a", id)
	}
	for range 8 {
		<-held
	}
	w.deliver(w.engine, "wallet-b", w.sell("b", "wallet-b"))
	w.awaitPaid("b")
	assert.Empty(t, held, "no more at once")
	close(release)
}

// TestEngine_MakesOneJobOfManyWebhooks sends a webhook again and again before anybody
// looks.
func TestEngine_MakesOneJobOfManyWebhooks(t *testing.T) {
	t.Parallel()
	withRiver(t)
	w := newWorld(t)
	id := w.sell("3947", "wallet-a")
	count := func() (n int) {
		require.NoError(t, w.db.QueryRowContext(t.Context(), "SELECT count(*) FROM "+jobTable()).Scan(&n))
		return n
	}
	assert.Zero(t, count(), "a sweep sees in time what is due later")
	hint := func(n int) {
		event := gateway.PatchOp{Op: "replace", Path: "/id", Value: "evt_" + strconv.Itoa(n)}
		spec := &gateway.WebhookSpec{Event: gateway.EventPaymentUpdated, Payment: id, BodyPatch: []gateway.PatchOp{event}}
		require.Equal(t, 200, w.send(w.engine, w.webhook("wallet-a", spec)))
		w.clock.Advance(time.Second)
	}
	for n := range 5 {
		hint(n)
	}
	assert.Equal(t, 1, count())
	w.pass(0)
	require.Equal(t, host.SalePaid, w.sale("3947").Status)
	hint(5)
	assert.Equal(t, 2, count(), "a new one for what comes after the look")
}

// TestEngine_BoundsWhatWaits fills a queue beyond its room, which what is due again may do.
func TestEngine_BoundsWhatWaits(t *testing.T) {
	t.Parallel()
	assert.Equal(t, host.Waiting(t.Context(), 0), host.Waiting(t.Context(), 100))
}

// A queue is full of payments whose reads hang. What may have moved money does not wait
// for them.
func TestQueue_TakesUnknownResultsFirst(t *testing.T) {
	t.Parallel()
	keys, waiting := host.NextOf(t.Context(), ledger.Due{Key: "a", Unknown: true}, ledger.Due{Key: "pending"}, ledger.Due{Key: "b", Unknown: true})
	assert.Equal(t, []string{"a", "b", "0"}, keys)
	assert.Equal(t, host.Waiting(t.Context(), 0)-1-len(keys), waiting, "those that had to wait are found again by a sweep")
}

func TestEngine_RunsOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, end := context.WithCancel(t.Context())
	first := make(chan error, 2)
	for range 2 {
		go func() { first <- w.engine.Run(ctx) }()
	}
	require.ErrorContains(t, <-first, "runs already")
	end()
	assert.NoError(t, <-first)
}
