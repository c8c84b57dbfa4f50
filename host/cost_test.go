package host_test

import (
	"database/sql"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/host"
	"github.com/paysocket/paysocket/provider/kit/kittest"
)

// cost is what one act costs the database.
type cost struct {
	Statements   int // those that begin and end a transaction included
	Transactions int
	Commits      int // to disk
}

// costs are those of the acts of a host, exactly. A sale may have as many neighbors as
// it likes.
var costs = map[string]cost{
	"checkout": {24, 2, 2},
	"webhook":  {11, 1, 1},
	"read":     {19, 1, 1},
	"look-up":  {16, 1, 1},
	"refund":   {42, 3, 3},
}

// jobs is how many of the statements are about jobs of River.
var jobs = map[string]int{"webhook": 1, "refund": 1}

// most is how many transactions an act may have at most: one before a call and one after
// it. A refund reads its payment first, for what was refunded at the gateway.
var most = map[string]int{"checkout": 2, "webhook": 1, "read": 1, "look-up": 1}

// TestEngine_CostsTheSameAmongManySales counts what each act costs in a ledger of ten
// sales and in one of ten thousand, and has SQLite say that no statement reads a table.
func TestEngine_CostsTheSameAmongManySales(t *testing.T) {
	onSQLite(t)
	t.Parallel()
	many := 10_000
	if testing.Short() {
		many = 1_000
	}
	for _, sales := range []int{10, many} {
		t.Run(strconv.Itoa(sales), func(t *testing.T) {
			t.Parallel()
			found := costsAmong(t, sales)
			for name, n := range jobs {
				if c := found[name]; !*river {
					c.Statements += n
					found[name] = c
				}
			}
			assert.Equal(t, costs, found)
			for name, limit := range most {
				assert.LessOrEqual(t, found[name].Transactions, limit, name)
			}
		})
	}
}

// costsAmong returns what each act costs in a ledger of so many sales.
func costsAmong(tb testing.TB, sales int) map[string]cost {
	tb.Helper()
	w := newWorld(tb)
	counted, db := newCounting(tb, w.database)
	engine, err := host.Open(tb.Context(), db, host.SQLite, w.provider, w.options)
	require.NoError(tb, err)
	tb.Cleanup(func() { assert.NoError(tb, engine.Close()) })
	w.engine = engine
	w.paid("seed")
	w.fillLedger(db, "seed", 1, sales)
	var stored int
	require.NoError(tb, w.db.QueryRowContext(tb.Context(), "SELECT count(*) FROM paysocket_sales").Scan(&stored))
	require.Equal(tb, sales+1, stored)
	found := map[string]cost{}
	w.act(counted, found)
	return found
}

// BenchmarkEngine_Costs reports the transactions and statements of each act, for the page of benchmarks.
func BenchmarkEngine_Costs(b *testing.B) {
	var found map[string]cost
	for b.Loop() {
		found = costsAmong(b, 10)
	}
	b.ReportMetric(0, "ns/op")
	for name, c := range found {
		b.ReportMetric(float64(c.Transactions), name+"-tx")
		b.ReportMetric(float64(c.Statements), name+"-statements")
	}
}

// act does everything that has a cost.
func (w *world) act(counted *counting, found map[string]cost) {
	w.t.Helper()
	a := w.wallets["wallet-a"]
	only := func(id string) *host.Order {
		o := order(id)
		o.Providers = []string{"wallet-a"}
		return o
	}
	measure := func(name string, do func()) {
		counted.take()
		before := commits(w.t, w.database)
		do()
		statements := counted.take()
		c := cost{Statements: len(statements), Commits: commits(w.t, w.database) - before}
		for i := range statements {
			if strings.HasPrefix(statements[i].text, "BEGIN") {
				c.Transactions++
			}
			w.planned(&statements[i])
		}
		found[name] = c
	}
	measure("checkout", func() {
		_, err := w.engine.Checkout(w.t.Context(), only("3947"))
		require.NoError(w.t, err)
	})
	id := w.sale("3947").Payments[0].GatewayID
	a.pay(id)
	measure("webhook", func() { require.Equal(w.t, 200, w.deliver(w.engine, "wallet-a", id)) })
	measure("read", func() { require.NoError(w.t, host.CheckDue(w.t.Context(), w.engine)) })
	require.Equal(w.t, host.SalePaid, w.sale("3947").Status)
	measure("refund", func() {
		_, err := w.engine.Refund(w.t.Context(), "3947", &host.RefundOrder{ID: "r1", Amount: baht(100)})
		require.NoError(w.t, err)
	})
	a.front.Set(kittest.On(creates, kittest.Executed(kittest.HangUp)))
	sale, err := w.engine.Checkout(w.t.Context(), only("3948"))
	a.front.Set()
	require.NoError(w.t, err)
	require.Equal(w.t, host.SaleOpen, sale.Status)
	w.pass(0) // the payment of the refund
	measure("look-up", func() { w.pass(10 * time.Second) })
	require.Equal(w.t, host.SaleWaiting, w.sale("3948").Status)
}

// bounded is the scan of an index that has only what is still to be done, or of the jobs
// that a statement is to insert.
var bounded = regexp.MustCompile(`USING (COVERING )?INDEX paysocket_(attempts_due|attempts_undecided|changes_undelivered)|^SCAN json_each VIRTUAL TABLE`)

// leadingComment is what River's statements have before them.
var leadingComment = regexp.MustCompile(`^(--.*\n\s*)*`)

// planned has SQLite say how it would execute a statement.
func (w *world) planned(s *statement) {
	w.t.Helper()
	text := leadingComment.ReplaceAllString(s.text, "")
	if word, _, _ := strings.Cut(text, " "); !strings.Contains("SELECT INSERT UPDATE DELETE WITH", word) {
		return
	}
	args := make([]any, len(s.args))
	for i := range s.args {
		args[i] = s.args[i].Value
	}
	rows, err := w.db.QueryContext(w.t.Context(), "EXPLAIN QUERY PLAN "+s.text, args...)
	require.NoError(w.t, err, s.text)
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var id, parent, unused int
		var detail string
		require.NoError(w.t, rows.Scan(&id, &parent, &unused, &detail))
		if strings.HasPrefix(detail, "SCAN") && !bounded.MatchString(detail) {
			assert.Fail(w.t, detail, s.text)
		}
	}
	require.NoError(w.t, rows.Err())
}

// fillLedger copies a sale, with all that belongs to it. The copies are numbered from a
// number on, and each is a second older than the one before.
func (w *world) fillLedger(db *sql.DB, sale string, from, times int) {
	w.t.Helper()
	tx, err := db.BeginTx(w.t.Context(), nil)
	require.NoError(w.t, err)
	defer func() { _ = tx.Rollback() }()
	for _, table := range []string{"sales", "attempts", "tries", "timeline", "changes", "events"} {
		rows, err := tx.QueryContext(w.t.Context(), "SELECT * FROM "+w.table(table)+" WHERE 1 = 0")
		require.NoError(w.t, err)
		columns, err := rows.Columns()
		require.NoError(w.t, errors.Join(err, errorsOf(rows)))
		values := make([]string, len(columns))
		for i, column := range columns {
			values[i] = "s." + column
			switch column {
			case "id", "sale_id", "order_id", "key", "attempt", "paid_by", "gateway_id", "payment_id", "dedupe_key":
				values[i] += " || '-' || c.n"
			case "created_at", "received_at":
				values[i] += " - c.n * 1000"
			}
		}
		where := "s.sale_id = $3"
		switch table {
		case "sales":
			where = "s.id = $3"
		case "tries":
			where = "s.key IN (SELECT key FROM " + w.table("attempts") + " WHERE sale_id = $3)"
		case "events":
			where = "s.attempt IN (SELECT key FROM " + w.table("attempts") + " WHERE sale_id = $3)"
		}
		_, err = tx.ExecContext(w.t.Context(), fmt.Sprintf(`WITH RECURSIVE c (n) AS
			(SELECT CAST($1 AS BIGINT) UNION ALL SELECT n + 1 FROM c WHERE n + 1 < CAST($1 AS BIGINT) + CAST($2 AS BIGINT))
			INSERT INTO %s (%s) SELECT %s FROM %s s, c WHERE %s`,
			w.table(table), strings.Join(columns, ", "), strings.Join(values, ", "), w.table(table), where), from, times, sale)
		require.NoError(w.t, err, table)
	}
	require.NoError(w.t, tx.Commit())
}

func errorsOf(rows *sql.Rows) error {
	defer func() { _ = rows.Close() }()
	return rows.Err()
}
