package ledger

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/contract"
)

// useEverything makes the ledger execute each of its statements once.
func useEverything(t *testing.T, s *Store) {
	t.Helper()
	id := s.addSale(t, "used")
	ctx := t.Context()
	require.NoError(t, s.Do(ctx, func(ctx context.Context, tx *Tx) error {
		sale, err := tx.Lock(ctx, "used")
		require.NoError(t, err)
		a := sale.Attempts[0]
		a.GatewayID = "pay_used"
		a.Tries = append(a.Tries, contract.Try{N: 1, Began: noon, Deadline: noon})
		sale.Change(noon, a.Key, "change")
		require.NoError(t, tx.Save(ctx, sale))
		_, err = tx.AddEvent(ctx, &Event{Provider: "omise", DedupeKey: "used", ReceivedAt: noon})
		require.NoError(t, err)
		_, _, err = tx.Match(ctx, &Event{Provider: "omise", Key: "none", RefundID: "none", PaymentID: "pay_used"})
		require.NoError(t, err)
		_, err = tx.Named(ctx, "omise", []string{"pay_used"})
		require.NoError(t, err)
		_, err = tx.MatchEvents(ctx, a)
		require.NoError(t, err)
		_, err = tx.MatchEvents(ctx, &Attempt{Key: a.Key, Provider: "omise", Of: "k", GatewayID: "ref"})
		require.NoError(t, err)
		undelivered, err := tx.Undelivered(ctx, id)
		require.NoError(t, err)
		require.NoError(t, tx.SaveDelivery(ctx, &undelivered[0]))
		require.NoError(t, tx.AddAccount(ctx, "omise", "fingerprint", "account", noon))
		_, err = tx.ForgetEvents(ctx, time.UnixMilli(1))
		require.NoError(t, err)
		stray := &Stray{Provider: "omise", PaymentID: "pay_stray", Key: "none", Reference: "used", Amount: baht(1), CreatedAt: noon}
		require.NoError(t, tx.AddStray(ctx, stray))
		require.NoError(t, tx.RemoveStray(ctx, stray))
		require.NoError(t, tx.SetSetting(ctx, "name", "value"))
		_, err = tx.Setting(ctx, "name", "value")
		return err
	}))
	require.NoError(t, s.Do(ctx, note(id, "used")))
	useReads(t, s, id)
	useOverview(t, s)
}

// useReads executes what reads sales and what is due.
func useReads(t *testing.T, s *Store, id string) {
	t.Helper()
	ctx := t.Context()
	ignoreMissing := func(_ any, err error) {
		if err != nil {
			require.ErrorIs(t, err, ErrNotFound)
		}
	}
	_, err := s.Due(ctx, "omise", noon, 10)
	require.NoError(t, err)
	_, err = s.DueProviders(ctx, noon)
	require.NoError(t, err)
	_, err = s.Undecided(ctx, 10)
	require.NoError(t, err)
	_, err = s.Missed(ctx, noon, 10)
	require.NoError(t, err)
	_, err = s.Accounts(ctx, "omise")
	require.NoError(t, err)
	_, err = s.DueChanges(ctx, noon, 10)
	require.NoError(t, err)
	_, err = s.HasAttempts(ctx, "omise")
	require.NoError(t, err)
	ignoreMissing(s.Sale(ctx, id))
	ignoreMissing(s.Timeline(ctx, id))
	ignoreMissing(s.Witness(ctx, "omise"))
	ignoreMissing(s.Stray(ctx, "used"))
	ignoreMissing(s.Newest(ctx))
	ignoreMissing(s.SaleOfRefund(ctx, "used"))
}

// useOverview executes what counts, with something to be found.
func useOverview(t *testing.T, s *Store) {
	t.Helper()
	ctx := t.Context()
	require.NoError(t, s.Do(ctx, func(ctx context.Context, tx *Tx) error {
		sale, err := tx.Lock(ctx, "used")
		require.NoError(t, err)
		sale.Attempts[0].Attention = "look"
		return tx.Save(ctx, sale)
	}))
	_, _, err := s.Unknown(ctx)
	require.NoError(t, err)
	_, _, err = s.Queue(ctx, noon)
	require.NoError(t, err)
	_, _, err = s.UndeliveredChanges(ctx)
	require.NoError(t, err)
	_, err = s.Open(ctx)
	require.NoError(t, err)
	_, err = s.Begun(ctx, noon, noon)
	require.NoError(t, err)
	n, _, err := s.Attention(ctx, 10)
	require.NoError(t, err)
	require.NotZero(t, n, "or its list is not read")
	n, _, err = s.Unmatched(ctx, 10)
	require.NoError(t, err)
	require.NotZero(t, n, "or its list is not read")
}

// fillTables adds what a shop has after some time: of few attempts the next check is
// due, and few events are not matched.
func fillTables(t *testing.T, s *Store) {
	t.Helper()
	const sales = 5000
	many := fmt.Sprintf("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d) ", sales)
	sales1 := many + `INSERT INTO {sales} SELECT 's' || i, 'THB', 100, 'alipay', 'PAID', 'k' || i, 0, 1, 1, 1, i FROM n`
	attempts := many + `INSERT INTO {attempts} (key, sale_id, operation, n, order_id, provider, fallbacks, account, method, payer_action, currency, amount,
		refunded, gateway_id, status, request, shown, released, cleared, checks, hints, next_check_at, created_at)
		SELECT 'k' || i, 's' || i, 'CREATE_PAYMENT', 1, 'o' || i, 'omise', '[]', 'a', 'alipay', 'REDIRECT', 'THB', 100,
		0, 'pay_' || i, 'SUCCEEDED', '{}', 1, 0, 0, 0, 0, CASE WHEN i % 500 = 0 THEN i END, i FROM n`
	tries := many + `INSERT INTO {tries} SELECT 'k' || i, 1, i, i, i, 1, '', '', 0, 0, 'LOOKUP', 0, 0, 1, 'a' FROM n`
	events := many + `INSERT INTO {events} SELECT 'omise', 'd' || i, 0, 'payment', 'pay_' || i, '', 'k' || i, CASE WHEN i % 10 > 0 THEN 'k' || i END, i, i, 0 FROM n`
	timeline := many + `INSERT INTO {timeline} SELECT 's' || i, 1, i, '', 'order', '' FROM n`
	changes := many + `INSERT INTO {changes} SELECT 's' || i, 1, 'paid', 'k' || i, i, 0, CASE WHEN i % 500 = 0 THEN i END FROM n`
	for _, statement := range []string{sales1, attempts, tries, events, timeline, changes} {
		s.exec(t, statement)
	}
	s.exec(t, "ANALYZE")
}

// statements returns what the ledger has executed.
func (s *Store) statements() []string {
	var all []string
	s.names.rendered.Range(func(_, rendered any) bool {
		statement := rendered.(string) //nolint:forcetypeassert // Only strings are stored.
		if regexp.MustCompile(`^(SELECT|INSERT|UPDATE|DELETE)`).MatchString(statement) && !strings.Contains(statement, "RECURSIVE") {
			all = append(all, statement)
		}
		return true
	})
	slices.Sort(all)
	return all
}

var parameter = regexp.MustCompile(`\$\d+`)

// plan returns how a statement is executed, whatever its parameters are.
func (s *Store) plan(t *testing.T, statement string) string {
	t.Helper()
	ctx := t.Context()
	conn, err := s.db.Conn(ctx)
	require.NoError(t, err)
	defer func() { require.NoError(t, conn.Close()) }()
	parameters := map[string]bool{}
	for _, each := range parameter.FindAllString(statement, -1) {
		parameters[each] = true
	}
	query, arguments := "EXPLAIN QUERY PLAN "+statement, make([]any, len(parameters))
	columns := []any{new(int), new(int), new(int), new(string)}
	if s.names.dialect == Postgres {
		nulls := ""
		if n := len(parameters); n > 0 {
			nulls = "(" + strings.TrimSuffix(strings.Repeat("NULL, ", n), ", ") + ")"
		}
		// Of what is deleted in the background PostgreSQL guesses a tenth of all, of which
		// a scan is right. That an index can be used is enough.
		scans := map[bool]string{true: "off", false: "on"}[strings.HasPrefix(statement, "DELETE")]
		for _, each := range []string{"SET enable_seqscan = " + scans, "SET plan_cache_mode = force_generic_plan", "PREPARE looked_at AS " + statement} {
			_, err := conn.ExecContext(ctx, each)
			require.NoError(t, err, statement)
		}
		query, arguments, columns = "EXPLAIN EXECUTE looked_at"+nulls, nil, []any{new(string)}
	}
	rows, err := conn.QueryContext(ctx, query, arguments...)
	require.NoError(t, err, statement)
	defer func() { require.NoError(t, rows.Close()) }()
	var lines []string
	for rows.Next() {
		require.NoError(t, rows.Scan(columns...))
		lines = append(lines, *columns[len(columns)-1].(*string)) //nolint:forcetypeassert // It is one.
	}
	require.NoError(t, rows.Err())
	if s.names.dialect == Postgres {
		_, err := conn.ExecContext(ctx, "DEALLOCATE looked_at")
		require.NoError(t, err)
	}
	return strings.Join(lines, "\n")
}

// whole matches the reading of a whole table, or of a whole index of it, that is not
// one of few rows.
var whole = map[*Dialect]*regexp.Regexp{
	Postgres: regexp.MustCompile(`Seq Scan on (sales|attempts|tries|events|timeline|changes)`),
	SQLite:   regexp.MustCompile(`SCAN (paysocket_\w+|[abct])( USING .*)?$`),
}

func TestStatements_ReadNoTableThatGrowsWhole(t *testing.T) {
	t.Parallel()
	for name, create := range engines {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := create(t)
			s := d.open(t)
			fillTables(t, s)
			s.names.rendered.Clear()
			useEverything(t, s)
			all := s.statements()
			require.Greater(t, len(all), 20, "the statements of the ledger must be known")
			for _, statement := range all {
				plan := s.plan(t, statement)
				for line := range strings.SplitSeq(plan, "\n") {
					assert.NotRegexp(t, whole[d.dialect], line, "%s\n\n%s", statement, plan)
				}
			}
		})
	}
}

func TestDue_IsThoseOfUnknownResultFirst(t *testing.T) {
	t.Parallel()
	for name, create := range engines {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := create(t)
			s := d.open(t)
			for i, status := range []contract.PaymentStatus{contract.PaymentPending, "", contract.PaymentPending, ""} {
				id := s.addSale(t, strconv.Itoa(i))
				require.NoError(t, s.Do(t.Context(), func(ctx context.Context, tx *Tx) error {
					sale, err := tx.Lock(ctx, id)
					if err != nil {
						return err
					}
					sale.Attempts[0].Status, sale.Attempts[0].NextCheckAt = status, noon.Add(time.Duration(i)*time.Second)
					return tx.Save(ctx, sale)
				}))
			}
			due, err := s.Due(t.Context(), "omise", noon.Add(2*time.Second), 10)
			require.NoError(t, err)
			assert.Equal(t, []Due{
				{"1", "k-1", noon.Add(time.Second), true}, {"0", "k-0", noon, false}, {"2", "k-2", noon.Add(2 * time.Second), false},
			}, due)
			names, err := s.DueProviders(t.Context(), noon)
			require.NoError(t, err)
			assert.Equal(t, []string{"omise"}, names)
			names, err = s.DueProviders(t.Context(), noon.Add(-time.Second))
			require.NoError(t, err)
			assert.Empty(t, names)
		})
	}
}
