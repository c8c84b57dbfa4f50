package host_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/host"
	"github.com/paysocket/paysocket/internal/faults"
)

// crowd is a provider whose payments take until release is closed.
type crowd struct {
	waiting atomic.Int64
	release chan struct{}
}

func (w *wallet) slow() *crowd {
	c := &crowd{release: make(chan struct{})}
	w.calls = func(inner contract.Handler) contract.Handler {
		return func(ctx context.Context, call contract.Call) (any, error) {
			if call.Operation == contract.OperationCreatePayment {
				c.waiting.Add(1)
				<-c.release
			}
			return inner(ctx, call)
		}
	}
	return c
}

// TestEngine_RefusesACrowdBeforeASlowPlugin has five hundred buyers come to a plugin that
// does not answer.
func TestEngine_RefusesACrowdBeforeASlowPlugin(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.checkout(alone("before"))
	slow := w.wallets["wallet-a"].slow()
	w.db.SetMaxOpenConns(16)
	w.engine = w.openOn(w.db)
	const buyers, room = 500, 64
	var refused, served atomic.Int64
	var all sync.WaitGroup
	for n := range buyers {
		all.Go(func() {
			_, err := w.engine.Checkout(t.Context(), alone(fmt.Sprintf("order-%d", n)))
			if e, ok := errors.AsType[*contract.Error](err); ok && e.Reason == contract.ProviderUnreachable && e.Outcome == contract.NotAttempted {
				refused.Add(1)
				return
			}
			if assert.NoError(t, err) {
				served.Add(1)
			}
		})
	}
	require.Eventually(t, func() bool { return refused.Load() == buyers-room && slow.waiting.Load() == room }, patience, 20*time.Millisecond,
		"the others are refused while it is still slow")
	assert.Zero(t, served.Load())

	other := alone("by another")
	other.Providers = []string{"wallet-b"}
	sale, err := w.engine.Checkout(t.Context(), other)
	require.NoError(t, err)
	assert.Equal(t, host.SaleWaiting, sale.Status, "everything else goes on")
	sale, err = w.engine.Checkout(t.Context(), alone("before"))
	require.NoError(t, err)
	assert.NotNil(t, sale.NextAction, "who has a link gets it")
	differs := alone("before")
	differs.Amount = baht(1)
	_, err = w.engine.Checkout(t.Context(), differs)
	require.ErrorAs(t, err, new(*host.OrderDiffersError))
	_, err = w.engine.PayAgain(t.Context(), alone("before"))
	require.ErrorIs(t, err, contract.ProviderUnreachable)
	assert.Equal(t, 200, w.deliver(w.engine, "wallet-b", w.wallets["wallet-b"].ledger()[0].ID))

	close(slow.release)
	all.Wait()
	assert.EqualValues(t, room, served.Load())
	assert.Len(t, w.wallets["wallet-a"].ledger(), 1+room, "nothing was made for who was refused")
	_, err = w.engine.Checkout(t.Context(), alone("after"))
	require.NoError(t, err, "there is room again")
	faults.Proved(t, faults.Injected{How: "a plugin makes no payment while 500 buyers come", Times: int(slow.waiting.Load()), Engine: stored()}, "HP16")
}

// openOn returns an engine on a handle of the database.
func (w *world) openOn(db *sql.DB) *host.Engine {
	w.t.Helper()
	engine, err := host.Open(w.t.Context(), db, w.engineOf(), w.provider, w.options)
	require.NoError(w.t, err)
	w.t.Cleanup(func() { assert.NoError(w.t, engine.Close()) })
	return engine
}

// TestWebhooks_OfNoPaymentOfOursAreAcknowledged sends genuine webhooks that are about
// nothing of the host's, and a dispute.
func TestWebhooks_OfNoPaymentOfOursAreAcknowledged(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.checkout(alone("3946"))
	w.paidByAlipay()
	id := w.wallets["wallet-a"].ledger()[0].ID
	patched := func(path string, value any) *http.Request {
		return w.webhook("wallet-a", &gateway.WebhookSpec{Event: gateway.EventPaymentUpdated, Payment: id, BodyPatch: []gateway.PatchOp{
			{Op: "replace", Path: "/id", Value: "evt_" + w.clock.Now().Format("150405")}, {Op: "replace", Path: path, Value: value},
		}})
	}
	lines := len(w.sale("3946").Timeline)
	var sent faults.Counter
	for name, c := range map[string]struct {
		request *http.Request
		stored  int
	}{
		"of an unknown kind": {patched("/type", "moon.eclipsed"), 0},
		"of the other mode":  {patched("/live", true), 0},
	} {
		before := w.events()
		if assert.Equal(t, 200, w.send(w.engine, c.request), name) {
			sent.Happened()
		}
		assert.Equal(t, before+c.stored, w.events(), name)
	}
	assert.Len(t, w.sale("3946").Timeline, lines, "nothing is done for them")
	require.Equal(t, 200, w.send(w.engine, w.dispute("1", "chrg_test_of_somebody_else")))
	require.Equal(t, 200, w.send(w.engine, w.dispute("2", w.wallets["alipay"].ledger()[0].ID)))
	o := w.overview()
	assert.Equal(t, 1, o.Unmatched, "that of an unknown payment")
	assert.Len(t, o.NeedAttention, 1, "that of a known one")
	sent.Happened()
	sent.Happened()
	faults.Proved(t, faults.Injected{How: "a webhook is of an unknown kind, of the other mode, a dispute, or about an unknown payment", Times: sent.Times(), Engine: stored()}, "GW10")
}
