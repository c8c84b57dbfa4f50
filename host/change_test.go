package host_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/host"
)

func TestEngine_TellsThePlatformUntilItListens(t *testing.T) {
	t.Parallel()
	failures := map[string]func(context.Context, host.Tx) error{
		"fails":  func(context.Context, host.Tx) error { return errors.New("no") },
		"panics": func(context.Context, host.Tx) error { panic("no") },
		"writes and fails": func(ctx context.Context, tx host.Tx) error {
			_, err := tx.Exec(ctx, "INSERT INTO orders VALUES ('x')")
			return errors.Join(errors.New("no"), err)
		},
		"blocks": func(ctx context.Context, tx host.Tx) error {
			<-ctx.Done()
			<-time.After(50 * time.Millisecond)
			_, err := tx.Exec(context.WithoutCancel(ctx), "INSERT INTO orders VALUES ('late')")
			return err
		},
	}
	for name, fail := range failures {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var times atomic.Int32
			w := newWorld(t, func(o *host.Options) {
				o.OnChange = func(ctx context.Context, tx host.Tx, change *host.Change) error {
					if times.Add(1) <= 3 {
						return fail(ctx, tx)
					}
					_, err := tx.Exec(ctx, "INSERT INTO orders VALUES ($1)", change.SaleID)
					return err
				}
			})
			_, err := w.db.ExecContext(t.Context(), "CREATE TABLE orders (id TEXT PRIMARY KEY)")
			require.NoError(t, err)
			w.paid("3947") // the sale is paid at once, whatever the platform does
			for range 3 {
				w.pass(time.Hour)
			}
			var n int
			require.NoError(t, w.db.QueryRowContext(t.Context(), "SELECT count(*) FROM orders WHERE id = '3947'").Scan(&n))
			assert.Equal(t, 1, n)
			require.NoError(t, w.db.QueryRowContext(t.Context(), "SELECT count(*) FROM orders").Scan(&n))
			assert.Equal(t, 1, n)
			assert.NotEmpty(t, w.sale("3947").Payments[0].Attention)
		})
	}
}

func TestEngine_CannotBeUsedWithinOnChange(t *testing.T) {
	t.Parallel()
	var w *world
	refused := make(chan error, 1)
	w = newWorld(t, func(o *host.Options) {
		o.OnChange = func(ctx context.Context, _ host.Tx, change *host.Change) error {
			_, err := w.engine.Refund(ctx, change.SaleID, &host.RefundOrder{ID: "r", Amount: baht(1)})
			refused <- err
			return nil
		}
	})
	w.paid("3947")
	assert.ErrorContains(t, <-refused, "within OnChange")
}
