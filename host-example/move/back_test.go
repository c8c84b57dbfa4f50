package move

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/host-example/shop"
)

func TestBack_LetsAHostUseTheFileAndKeepsHostsOffPostgreSQL(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	_, err := Back(t.Context(), f.options())
	require.ErrorAs(t, err, new(*NothingToUndoError))
	_, err = Run(t.Context(), f.options())
	require.NoError(t, err)
	f.mustOpen(f.to)
	// What the host has found out meanwhile it finds out again.
	f.execute(`UPDATE paysocket.attempts SET status = 'SUCCEEDED' WHERE key = 'key-2'`, `UPDATE paysocket.sales SET version = 99`,
		`INSERT INTO paysocket.timeline VALUES ('3947', 2, 5, 'key-1', 'status', 'SUCCEEDED')`)

	running, err := shop.OpenDatabase(t.Context(), f.to, nil)
	require.NoError(t, err)
	require.NoError(t, running.PingContext(t.Context()))
	_, err = Back(t.Context(), f.options())
	require.ErrorAs(t, err, new(*InUseError))
	require.NoError(t, running.Close())

	other := newFixture(t)
	other.mustOpen(other.to)
	_, err = Back(t.Context(), &Options{From: f.file, To: other.to})
	require.ErrorAs(t, err, new(*OtherError))

	_, err = Back(t.Context(), f.options())
	require.NoError(t, err)
	f.mustOpen(f.file)
	require.ErrorAs(t, f.open(f.to), new(*shop.MovedError))
	_, err = Back(t.Context(), f.options())
	require.ErrorAs(t, err, new(*NothingToUndoError))
	_, err = Run(t.Context(), f.options())
	require.ErrorAs(t, err, new(*shop.MovedError), "the next move is into a new database")
}

// TestBack_RefusesToForget has one thing after another happen since the move, and undone
// again.
func TestBack_RefusesToForget(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	_, err := Run(t.Context(), f.options())
	require.NoError(t, err)
	for what, statements := range map[string][2]string{
		"1 sales": {`INSERT INTO paysocket.sales VALUES ('new', 'THB', 1, 'wallet', 'OPEN', NULL, 0, 0, 0, 0, 0)`, `DELETE FROM paysocket.sales WHERE id = 'new'`},
		"1 payments or refunds": {`INSERT INTO paysocket.attempts SELECT (jsonb_populate_record(a, '{"key": "new", "order_id": "new", "n": 2}')).*
			FROM paysocket.attempts a WHERE key = 'a-refund'`, `DELETE FROM paysocket.attempts WHERE key = 'new'`},
		"1 calls that move money":                       {`INSERT INTO paysocket.tries SELECT (jsonb_populate_record(a, '{"n": 2}')).* FROM paysocket.tries a`, `DELETE FROM paysocket.tries WHERE n = 2`},
		"1 payments, failures or refunds that the shop": {`INSERT INTO paysocket.changes VALUES ('3947', 2, 'REFUNDED', 'key-1', 5, 2, 6)`, `DELETE FROM paysocket.changes WHERE sequence = 2`},
		"1 sales that are canceled":                     {`UPDATE paysocket.sales SET cancel_wanted = 1 WHERE id = 'second'`, `UPDATE paysocket.sales SET cancel_wanted = 0`},
		"1 decisions of persons":                        {`INSERT INTO paysocket.timeline VALUES ('3947', 2, 5, 'key-1', 'person', 'released')`, `DELETE FROM paysocket.timeline WHERE n = 2`},
		"1 changes that the shop has taken":             {`UPDATE paysocket.changes SET next_at = NULL`, `UPDATE paysocket.changes SET next_at = 6`},
		"1 fulfilments":                                 {`INSERT INTO shop_fulfilments VALUES ('new', 'key', 1)`, `DELETE FROM shop_fulfilments WHERE order_id = 'new'`},
		"1 requests of the staff":                       {`INSERT INTO shop_staff_log VALUES ('new', 1, 'ann', 'refund', '3947', '')`, `DELETE FROM shop_staff_log WHERE id = 'new'`},
		"1 orders":                                      {`INSERT INTO shop_orders VALUES ('new', 'new', 'PLACED', 1, NULL, NULL)`, `DELETE FROM shop_orders WHERE id = 'new'`},
	} {
		f.execute(statements[0])
		_, err = Back(t.Context(), f.options())
		require.ErrorAs(t, err, new(*SoldError), what)
		require.ErrorContains(t, err, what)
		f.execute(statements[1])
	}
	f.mustOpen(f.to)
	require.ErrorAs(t, f.open(f.file), new(*shop.MovedError))
	_, err = Back(t.Context(), f.options())
	require.NoError(t, err)
}

// TestBack_GoesOnAfterItWasCutOff has PostgreSQL left, and the file not taken again.
func TestBack_GoesOnAfterItWasCutOff(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	_, err := Run(t.Context(), f.options())
	require.NoError(t, err)
	f.execute(`UPDATE shop_moves SET state = 'LEFT'`)
	require.ErrorAs(t, f.open(f.to), new(*shop.MovedError))
	require.ErrorAs(t, f.open(f.file), new(*shop.MovedError))
	_, err = Back(t.Context(), f.options())
	require.NoError(t, err)
	f.mustOpen(f.file)
}

func TestCopier_HasSequencesGoOnAfterTheRows(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.write(`CREATE TABLE lines (id INTEGER, n BIGINT)`, `INSERT INTO lines VALUES (7, 40), (3, 41)`)
	f.execute(`CREATE TABLE lines (id INTEGER GENERATED ALWAYS AS IDENTITY, n BIGSERIAL)`)
	ctx, m, err := open(t.Context(), f.options())
	require.NoError(t, err)
	require.NoError(t, m.connect(ctx))
	lines := find(m.source.tables, "lines")
	m.target.tx, err = m.target.conn.BeginTx(t.Context(), nil)
	require.NoError(t, err)
	c := &copier{from: m.source.tx, to: m.target.tx, conn: m.target.conn, progress: m.progress}
	_, err = c.copy(t.Context(), lines)
	require.NoError(t, err)
	require.NoError(t, m.target.tx.Commit())
	require.NoError(t, m.close())
	var id, n int
	require.NoError(t, f.db.QueryRowContext(t.Context(), `INSERT INTO lines DEFAULT VALUES RETURNING id, n`).Scan(&id, &n))
	assert.Equal(t, []int{8, 42}, []int{id, n})
}

func TestDigest_TellsRowsApartAndNotTheirOrder(t *testing.T) {
	t.Parallel()
	of := func(rows ...[]any) string {
		d := newDigest()
		for _, row := range rows {
			require.NoError(t, d.add(row))
		}
		return fmt.Sprint(d.rows, d.sum)
	}
	a, b := []any{"ab", "c"}, []any{int64(1), nil}
	assert.Equal(t, of(a, b), of(b, a))
	seen := map[string]bool{}
	for _, rows := range [][][]any{
		{},
		{a},
		{b},
		{a, a},
		{a, b},
		{a, a, b, b},
		{{"a", "bc"}},
		{{"abc", ""}},
		{{"a\x02b", "c"}},
		{{"a", "b\x02c"}},
		{{nil, nil}},
		{{"", nil}},
		{{[]byte{}, nil}},
		{{[]byte("ab"), "c"}},
		{{int64(0), nil}},
		{{int64(-1), nil}},
		{{strings.Repeat("x", 1<<20), nil}},
	} {
		assert.False(t, seen[of(rows...)], "%.40v", rows)
		seen[of(rows...)] = true
	}
	require.Error(t, newDigest().add([]any{1.5}))
}
