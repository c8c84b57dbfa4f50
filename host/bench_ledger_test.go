package host_test

import (
	"context"
	"flag"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/host"
)

// benchSales is 1000000 for the whole of what is promised, which takes minutes to fill.
var benchSales = flag.Int("sales", 100_000, "how many sales the large ledger of the benchmarks has")

// BenchmarkEngine_AmongManySales compares what a ledger of many sales costs with what one
// of a thousand does.
func BenchmarkEngine_AmongManySales(b *testing.B) {
	small, large := newBenchWorld(b), newBenchWorld(b)
	due := []string{small.fillEnded(1_000), large.fillEnded(*benchSales)}
	b.Run("Sweep", func(b *testing.B) {
		compare(b, small, large, 1, func(w *world) (time.Duration, error) {
			if w == small {
				return w.sweep(b, due[0])
			}
			return w.sweep(b, due[1])
		})
	})
	n := 0
	b.Run("Checkout", func(b *testing.B) {
		compare(b, small, large, 10, func(w *world) (time.Duration, error) {
			n++
			began := time.Now()
			_, err := w.engine.Checkout(b.Context(), alone("order-"+strconv.Itoa(n)))
			return time.Since(began), err
		})
	})
}

// openSales is how many payments are open in a ledger that is swept through: half of them
// of each provider, of which a sweep takes 64 at most.
const openSales = 100

// fillEnded fills the ledger with sales that have ended, four of five of them paid, and
// some that wait for their payers. It returns the ids of these, as SQL has them.
func (w *world) fillEnded(sales int) (open string) {
	w.t.Helper()
	w.paid("paid")
	w.checkout(alone("expired"))
	w.settle()
	require.Equal(w.t, host.SaleUnpaid, w.sale("expired").Status)
	w.fillLedger(w.db, "paid", 1, sales*4/5)
	w.fillLedger(w.db, "expired", 1, sales/5)
	var scheduled int
	count := "SELECT count(*) FROM " + w.table("attempts") + " WHERE next_check_at IS NOT NULL"
	require.NoError(w.t, w.db.QueryRowContext(w.t.Context(), count).Scan(&scheduled))
	require.Zero(w.t, scheduled, "an ended sale is looked at no more")
	ids := make([]string, openSales)
	for i := range ids {
		o := alone("open-" + strconv.Itoa(i))
		if i%2 == 1 {
			o.Providers = []string{"wallet-b"}
		}
		w.checkout(o)
		ids[i] = "'" + o.ID + "'"
	}
	// What a database does by itself some time after so much was written.
	upkeep := []string{"PRAGMA wal_checkpoint(TRUNCATE)"}
	if *postgres {
		upkeep = []string{"VACUUM ANALYZE", "CHECKPOINT"}
	}
	for _, each := range upkeep {
		_, err := w.db.ExecContext(w.t.Context(), each)
		require.NoError(w.t, err)
	}
	return strings.Join(ids, ", ")
}

// sweep makes the open payments due, and looks after them.
func (w *world) sweep(b *testing.B, open string) (time.Duration, error) {
	b.Helper()
	_, err := w.db.ExecContext(b.Context(), "UPDATE "+w.table("attempts")+" SET next_check_at = $1, checks = 0 WHERE sale_id IN ("+open+")",
		w.clock.Now().UnixMilli())
	if err != nil {
		return 0, err
	}
	before := w.reads()
	began := time.Now()
	err = host.CheckDue(context.WithoutCancel(b.Context()), w.engine)
	took := time.Since(began)
	if read := w.reads() - before; err == nil && read != openSales {
		err = fmt.Errorf("%d payments were read, and not %d", read, openSales)
	}
	return took, err
}

// reads returns how often the gateways were asked for a payment.
func (w *world) reads() int {
	n := 0
	for _, wallet := range w.wallets {
		n += wallet.front.Count("GET /v1/payments/*")
	}
	return n
}

// compare measures an act in two ledgers by turns, some times in a round.
func compare(b *testing.B, small, large *world, times int, act func(*world) (time.Duration, error)) {
	b.Helper()
	var ratios, inSmall, inLarge []float64
	for round := 0; b.Loop(); round++ {
		took := map[*world][]float64{}
		for i := range times {
			measure := func(w *world) func() {
				return func() {
					d, err := act(w)
					require.NoError(b, err)
					took[w] = append(took[w], milliseconds(d))
				}
			}
			inTurn(round+i, measure(small), measure(large))
		}
		inSmall, inLarge = append(inSmall, quantile(took[small], 0.5)), append(inLarge, quantile(took[large], 0.5))
		ratios = append(ratios, inLarge[round]/inSmall[round])
	}
	reportRatios(b, ratios)
	b.ReportMetric(quantile(inSmall, 0.5), "small-ms")
	b.ReportMetric(quantile(inLarge, 0.5), "large-ms")
}
