package host_test

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/host"
)

// TestTx_LeavesTheTransactionToTheEngine has an OnChange that ends the transaction, and
// one whose query does not end.
func TestTx_LeavesTheTransactionToTheEngine(t *testing.T) {
	onSQLite(t)
	t.Parallel()
	const endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
	for name, spoil := range map[string]func(context.Context, host.Tx) error{
		"COMMIT": func(ctx context.Context, tx host.Tx) error {
			_, err := tx.Exec(ctx, "/* done */ COMMIT")
			return err
		},
		"ROLLBACK after another statement": func(ctx context.Context, tx host.Tx) error {
			_, err := tx.Exec(ctx, "SELECT ';'; rollback")
			return err
		},
		"PRAGMA": func(ctx context.Context, tx host.Tx) error {
			return tx.QueryRow(ctx, []any{new(string)}, "PRAGMA synchronous = OFF")
		},
		"rows that stay open": func(ctx context.Context, tx host.Tx) error {
			rows, err := tx.Query(ctx, "SELECT 1 UNION SELECT 2")
			if err == nil {
				rows.Next()
				err = errors.New("left open")
			}
			return err
		},
		"an endless query": func(ctx context.Context, tx host.Tx) error {
			return tx.QueryRow(ctx, []any{new(int)}, endless)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var mu sync.Mutex
			var failed []error
			w := newWorld(t, func(o *host.Options) {
				o.OnChange = func(ctx context.Context, tx host.Tx, _ *host.Change) error {
					err := spoil(ctx, tx)
					mu.Lock()
					defer mu.Unlock()
					failed = append(failed, err)
					return err
				}
			})
			w.paid("3947")
			mu.Lock()
			defer mu.Unlock()
			require.NotEmpty(t, failed)
			assert.Error(t, failed[0])
		})
	}
}

// TestEngine_DeliversManySlowChanges has more changes than a transaction has time for.
func TestEngine_DeliversManySlowChanges(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var slow bool
	taken := map[int]int{}
	w := newWorld(t, func(o *host.Options) {
		o.OnChange = func(_ context.Context, _ host.Tx, change *host.Change) error {
			mu.Lock()
			defer mu.Unlock()
			if !slow {
				return errors.New("not yet")
			}
			<-time.After(1500 * time.Millisecond)
			taken[change.Sequence]++
			return nil
		}
	})
	sale := w.paid("3947")
	a := w.wallets["wallet-a"]
	for n := range 7 {
		refund, err := w.engine.Refund(t.Context(), sale.ID, &host.RefundOrder{ID: "r" + strconv.Itoa(n), Amount: baht(100)})
		require.NoError(t, err)
		require.NoError(t, a.scope.TransitionRefund(t.Context(), refund.GatewayID, &gateway.Transition{To: gateway.StateSucceeded}))
	}
	w.pass(time.Minute)
	mu.Lock()
	slow = true
	mu.Unlock()
	w.pass(2 * time.Hour)
	for _, r := range w.sale("3947").Refunds {
		assert.Equal(t, contract.PaymentSucceeded, r.Status)
	}
	assert.Len(t, taken, 8)
	for sequence, times := range taken {
		assert.Equal(t, 1, times, "change %d", sequence)
	}
}
