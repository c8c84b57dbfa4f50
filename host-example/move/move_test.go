package move

import (
	"context"
	"database/sql"
	"errors"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/host-example/shop"
)

func TestRun_CopiesEveryValueOfEveryTableAndKeepsHostsOffTheFile(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	report, err := Run(t.Context(), f.options())
	require.NoError(t, err)
	assert.Equal(t, f.file, report.From)

	file, err := sql.Open("sqlite", f.file)
	require.NoError(t, err)
	defer func() { assert.NoError(t, file.Close()) }()
	tables, err := readTables(t.Context(), file)
	require.NoError(t, err)
	assert.Len(t, report.Tables, len(tables))
	for _, table := range tables {
		before := dump(t, file, quoted(table.name), table.columnNames())
		require.NotEmpty(t, before, "%s has no row to be copied", table.name)
		assert.Equal(t, before, dump(t, f.db, table.quotedTarget(), table.columnNames()), table.name)
	}
	moved, ok := errors.AsType[*shop.MovedError](f.open(f.file))
	require.True(t, ok)
	assert.Equal(t, shop.MoveLeft, moved.State)
	assert.Contains(t, moved.Error(), report.To)
	f.mustOpen(f.to)
	require.ErrorAs(t, second(Run(t.Context(), f.options())), new(*shop.MovedError), "it is moved once")
}

func second[T any](_ T, err error) error { return err }

// refusals are causes for which nothing may change.
var refusals = map[string]struct {
	spoil func(f *fixture, o *Options)
	want  any // a pointer to the type of the error; nil for any
	says  string
}{
	"an older release's tables": {
		func(f *fixture, _ *Options) {
			f.write(`DELETE FROM paysocket_versions WHERE version_id = (SELECT max(version_id) FROM paysocket_versions)`)
		},
		new(*VersionError), "start host-example serve of this release on the file once",
	},
	"a later release's tables": {
		func(f *fixture, _ *Options) {
			f.write(`INSERT INTO paysocket_versions (version_id, is_applied) VALUES (9999, 1)`)
		},
		new(*VersionError), "move them with the release that made them",
	},
	"a later release's tables in PostgreSQL": {
		func(f *fixture, _ *Options) {
			f.mustOpen(f.to)
			f.execute(`INSERT INTO paysocket.versions (version_id, is_applied) VALUES (9999, true)`)
		},
		nil, "version 9999, and this program knows",
	},
	"a table that nobody knows": {func(f *fixture, _ *Options) { f.write(`CREATE TABLE shipments (id TEXT)`) }, new(*SchemaError), "shipments is not known"},
	"another type in PostgreSQL": {
		func(f *fixture, _ *Options) {
			f.mustOpen(f.to)
			f.execute(`ALTER TABLE paysocket.sales ALTER COLUMN amount TYPE numeric`)
		},
		new(*SchemaError), "the column amount of \"paysocket\".\"sales\" is numeric and not BIGINT",
	},
	"a text as a number": {func(f *fixture, _ *Options) { f.write(`UPDATE paysocket_sales SET version = 'x' WHERE id = 'second'`) }, new(*ValueError), `version of the row "second" of paysocket_sales`},
	"rows in PostgreSQL": {
		func(f *fixture, _ *Options) {
			f.mustOpen(f.to)
			f.execute(`INSERT INTO paysocket.accounts VALUES ('wallet-th', 'f', 'a', 1)`)
		},
		new(*NotEmptyError), `has rows in "paysocket"."accounts"`,
	},
	"rows that PostgreSQL changes": {
		func(f *fixture, _ *Options) {
			f.mustOpen(f.to)
			f.execute(`CREATE FUNCTION change() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN NEW.text = NEW.text || ' '; RETURN NEW; END$$`,
				`CREATE TRIGGER change BEFORE INSERT ON paysocket.timeline FOR EACH ROW EXECUTE FUNCTION change()`)
		},
		new(*CopyError), "paysocket_timeline has 1 rows",
	},
	"another key file": {
		func(f *fixture, o *Options) {
			o.KeyFile = f.key + ".other"
			require.NoError(f.t, os.WriteFile(o.KeyFile, []byte(strings.Repeat("k", 32)), 0o600))
		},
		new(*KeyError), "name that one with --key-file",
	},
	"a key file that others read": {func(f *fixture, _ *Options) { require.NoError(f.t, os.Chmod(f.key, 0o644)) }, nil, "chmod 600"},
	"no key file":                 {func(_ *fixture, o *Options) { o.KeyFile = "nowhere" }, nil, "name it with --key-file"},
	"a database of another key": {
		func(f *fixture, _ *Options) {
			other := *f
			other.key = f.key + ".other"
			require.NoError(f.t, os.WriteFile(other.key, []byte(strings.Repeat("k", 32)), 0o600))
			other.mustOpen(f.to)
		},
		new(*KeyError), "with another key file than",
	},
	"no file":        {func(_ *fixture, o *Options) { o.From = "nowhere.db" }, new(*os.PathError), "nowhere.db"},
	"another file":   {func(f *fixture, o *Options) { o.From = f.key }, new(*NoShopError), "not the database of a shop"},
	"another target": {func(f *fixture, o *Options) { o.To = filepath.Join(f.t.TempDir(), "x.db") }, nil, "PostgreSQL only"},
	"a password":     {func(_ *fixture, o *Options) { o.To = "postgres://shop:s3cret@h/x" }, nil, "--database-password-file"},
}

func TestRun_RefusesWhatItCannotMove(t *testing.T) {
	t.Parallel()
	for name, c := range refusals {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t)
			o := f.options()
			c.spoil(f, o)
			_, err := Run(t.Context(), o)
			require.ErrorContains(t, err, c.says)
			if c.want != nil {
				assert.ErrorAs(t, err, c.want)
			}
			assert.NotContains(t, err.Error(), "s3cret")
			assert.NoFileExists(t, "nowhere")
			assert.NoFileExists(t, "nowhere.db")
			f.unmoved()
		})
	}
}

// unmoved makes sure that the file is not marked, and that PostgreSQL has no sale.
func (f *fixture) unmoved() {
	f.t.Helper()
	db, err := sql.Open("sqlite", f.file)
	require.NoError(f.t, err)
	defer func() { assert.NoError(f.t, db.Close()) }()
	var n int
	require.NoError(f.t, db.QueryRowContext(f.t.Context(), `SELECT count(*) FROM shop_moves`).Scan(&n))
	assert.Zero(f.t, n)
	var there bool
	require.NoError(f.t, f.db.QueryRowContext(f.t.Context(), `SELECT to_regclass('paysocket.sales') IS NOT NULL`).Scan(&there))
	if there {
		require.NoError(f.t, f.db.QueryRowContext(f.t.Context(), `SELECT count(*) FROM paysocket.sales`).Scan(&n))
		assert.Zero(f.t, n)
	}
}

func TestTable_RefusesValuesThatPostgreSQLHasNot(t *testing.T) {
	t.Parallel()
	for kind, of := range map[string]struct{ fit, misfit []any }{
		"TEXT":    {[]any{"", "สวัสดี", nil}, []any{"\xff", "a\x00b", int64(1), []byte("x"), 1.5}},
		"BIGINT":  {[]any{int64(math.MaxInt64), nil}, []any{"1", []byte("1"), 1.5, true}},
		"INTEGER": {[]any{int64(math.MaxInt32), int64(math.MinInt32)}, []any{int64(math.MaxInt32) + 1, int64(math.MinInt32) - 1, "1"}},
		"BLOB":    {[]any{[]byte(nil), []byte{0}, nil}, []any{"x", int64(1)}},
		"REAL":    {nil, []any{"x", int64(1), 1.5, []byte("x")}},
	} {
		one := &table{name: "t", columns: []column{{"key", "TEXT"}, {"c", kind}}}
		for _, value := range of.fit {
			require.NoError(t, one.check([]any{"k", value}), "%s %#v", kind, value)
		}
		for _, value := range of.misfit {
			refused, ok := errors.AsType[*ValueError](one.check([]any{"k", value}))
			require.True(t, ok, "%s %#v", kind, value)
			assert.Equal(t, [3]string{"t", "c", `"k"`}, [3]string{refused.Table, refused.Column, refused.Row})
		}
	}
	none := []any{"k", []byte(nil)}
	require.NoError(t, (&table{columns: []column{{"key", "TEXT"}, {"c", "BLOB"}}}).check(none))
	assert.NotNil(t, none[1], "no bytes are not NULL")
}

func TestCompareTables_FindsEveryDifference(t *testing.T) {
	t.Parallel()
	of := func(columns ...column) []*table { return []*table{{name: "t", columns: columns}} }
	id, n := column{"id", "TEXT"}, column{"n", "BIGINT"}
	assert.Empty(t, compareTables(of(id, n), of(n, id)))
	for want, c := range map[string][2][]*table{
		"the table t is missing":                   {of(id), nil},
		"the table t is not known":                 {nil, of(id)},
		"the column n of t is missing":             {of(id, n), of(id)},
		"the column n of t is not known":           {of(id), of(id, n)},
		"the column n of t is TEXT and not BIGINT": {of(n), of(column{"n", "TEXT"})},
	} {
		assert.Equal(t, []string{want}, compareTables(c[0], c[1]))
	}
}

func TestRun_RefusesDatabasesThatHostsUse(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	running, err := shop.OpenDatabase(t.Context(), f.file, nil)
	require.NoError(t, err)
	_, err = Run(t.Context(), f.options())
	require.ErrorAs(t, err, new(*shop.FileError))
	require.NoError(t, running.Close())

	running, err = shop.OpenDatabase(t.Context(), f.to, nil)
	require.NoError(t, err)
	require.NoError(t, running.PingContext(t.Context()))
	_, err = Run(t.Context(), f.options())
	require.ErrorAs(t, err, new(*InUseError))
	require.NoError(t, running.Close())
	f.unchanged()

	f.mustOpen(f.to)
	tx, err := f.db.BeginTx(t.Context(), nil)
	require.NoError(t, err)
	_, err = tx.ExecContext(t.Context(), `INSERT INTO paysocket.accounts VALUES ('wallet-th', 'f', 'a', 1)`)
	require.NoError(t, err)
	_, err = Run(t.Context(), f.options())
	require.ErrorAs(t, err, new(*InUseError))
	require.NoError(t, tx.Rollback())
	_, err = Run(t.Context(), f.options())
	require.NoError(t, err)
}

func TestRun_LeavesBothAsTheyWereIfItIsInterrupted(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	gate := f.shut("paysocket.timeline", inMidCopy)
	ctx, interrupt := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- second(Run(ctx, f.options())) }()
	gate.await()
	require.ErrorAs(t, f.open(f.file), new(*shop.FileError), "no host starts meanwhile")
	interrupt()
	require.Error(t, <-ended)
	gate.open()
	f.unchanged()
	f.retry()
}

// retry moves when what the server still does for the move before has ended.
func (f *fixture) retry() {
	f.t.Helper()
	require.EventuallyWithT(f.t, func(c *assert.CollectT) {
		_, err := Run(f.t.Context(), f.options())
		assert.NoError(c, err)
	}, time.Minute, 50*time.Millisecond)
	f.mustOpen(f.to)
}

func TestRun_NoticesThatTheFileChangesMeanwhile(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	gate := f.shut("paysocket.timeline", inMidCopy)
	ended := make(chan error)
	go func() { ended <- second(Run(t.Context(), f.options())) }()
	gate.await()
	f.write(`INSERT INTO paysocket_sales VALUES ('third', 'THB', 1, 'wallet', 'OPEN', NULL, 0, 0, 0, 0, 0)`)
	gate.open()
	require.ErrorAs(t, <-ended, new(*ChangedError))
	f.unchanged()
	f.retry()
}

// TestRun_IsCompletedAfterACommitThatFailed ends the connection while PostgreSQL commits.
func TestRun_IsCompletedAfterACommitThatFailed(t *testing.T) {
	t.Parallel()
	for name, again := range map[string]func(f *fixture){
		"by another move": func(f *fixture) { f.retry() },
		"by going back": func(f *fixture) {
			_, err := Back(f.t.Context(), f.options())
			require.NoError(f.t, err)
			f.unchanged()
			f.retry()
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t)
			gate := f.shut("shop_moves", atTheCommit)
			ctx, interrupt := context.WithCancel(t.Context())
			ended := make(chan error)
			go func() { ended <- second(Run(ctx, f.options())) }()
			pid := gate.await()
			interrupt() // is too late
			f.execute(`SELECT pg_terminate_backend(` + strconv.Itoa(pid) + `)`)
			require.ErrorAs(t, <-ended, new(*UnfinishedError))
			gate.open()
			moved, ok := errors.AsType[*shop.MovedError](f.open(f.file))
			require.True(t, ok)
			assert.Equal(t, shop.MoveLeaving, moved.State)
			assert.Contains(t, moved.Error(), "run host-example move again")
			elsewhere := &Options{From: f.file, To: newFixture(t).to}
			require.ErrorAs(t, second(Run(t.Context(), elsewhere)), new(*OtherError))
			require.ErrorAs(t, second(Back(t.Context(), elsewhere)), new(*OtherError))
			again(f)
		})
	}
}

func TestRun_GoesOnIfItIsInterruptedWhileItCommits(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	gate := f.shut("shop_moves", atTheCommit)
	ctx, interrupt := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- second(Run(ctx, f.options())) }()
	gate.await()
	interrupt()
	gate.open()
	require.NoError(t, <-ended)
	moved, ok := errors.AsType[*shop.MovedError](f.open(f.file))
	require.True(t, ok)
	assert.Equal(t, shop.MoveLeft, moved.State)
	f.mustOpen(f.to)
}

func TestRun_SaysWhereItIs(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	gate := f.shut("paysocket.timeline", inMidCopy)
	lines := make(chan string, 100)
	o := f.options()
	o.Progress = func(line string) { lines <- line }
	ended := make(chan error)
	go func() { ended <- second(Run(t.Context(), o)) }()
	gate.await()
	require.Eventually(t, func() bool { return strings.HasPrefix(<-lines, "copying paysocket_timeline: 1 of 1 rows") }, time.Minute, time.Millisecond)
	gate.open()
	require.NoError(t, <-ended)
}
