package move

import (
	"context"
	"database/sql"
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

// copier copies tables from a transaction of SQLite into one of PostgreSQL.
type copier struct {
	from     *sql.Tx
	to       *sql.Tx
	conn     *sql.Conn // the one on which the transaction of PostgreSQL is
	progress *progress
}

// copy copies a table, reads it back, and compares.
func (c *copier) copy(ctx context.Context, t *table) (*Table, error) {
	var rows int64
	if err := c.from.QueryRowContext(ctx, "SELECT count(*) FROM "+quoted(t.name)).Scan(&rows); err != nil {
		return nil, fmt.Errorf("counting the rows of %s: %w", t.name, err)
	}
	c.progress.begin("copying "+t.name, rows)
	sent, err := c.send(ctx, t)
	if err != nil {
		return nil, fmt.Errorf("copying %s: %w", t.name, err)
	}
	c.progress.begin("reading back "+t.name, rows)
	back, err := c.readBack(ctx, t)
	if err != nil {
		return nil, fmt.Errorf("reading back %s: %w", t.name, err)
	}
	if sent.rows != rows || !sent.equal(back) {
		return nil, &CopyError{Table: t.name, Rows: rows, Digest: sent.String(), Copied: back.rows, ReadAgain: back.String()}
	}
	if err := c.finish(ctx, t); err != nil {
		return nil, fmt.Errorf("finishing %s: %w", t.name, err)
	}
	return &Table{Name: t.name, Rows: rows, Digest: sent.String()}, nil
}

// send sends all rows of a table in one statement, which reads the next row when it has
// sent the one before, and returns the digest of what the file has.
func (c *copier) send(ctx context.Context, t *table) (*digest, error) {
	rows, err := c.from.QueryContext(ctx, t.selectFrom(quoted(t.name)))
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	source := &copying{rows: newReader(rows, t), table: t, digest: newDigest(), progress: c.progress}
	err = c.conn.Raw(func(driver any) error {
		conn, ok := driver.(*stdlib.Conn)
		if !ok {
			return fmt.Errorf("%T is no connection of pgx", driver)
		}
		into := pgx.Identifier{t.target}
		if t.schema != "" {
			into = pgx.Identifier{t.schema, t.target}
		}
		_, err := conn.Conn().CopyFrom(ctx, into, t.columnNames(), source)
		return err
	})
	if source.err != nil {
		return nil, source.err // it is why PostgreSQL was told to stop
	}
	return source.digest, err
}

// readBack returns the digest of what PostgreSQL has.
func (c *copier) readBack(ctx context.Context, t *table) (*digest, error) {
	rows, err := c.to.QueryContext(ctx, t.selectFrom(t.quotedTarget()))
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	read, d := newReader(rows, t), newDigest()
	for rows.Next() {
		row, err := read.row()
		if err != nil {
			return nil, err
		}
		if err := d.add(row); err != nil {
			return nil, err
		}
		c.progress.add()
	}
	return d, rows.Err()
}

// finish has what PostgreSQL counts by itself go on after the rows, and has it look at the
// table, of which it would otherwise plan as if it were empty.
func (c *copier) finish(ctx context.Context, t *table) error {
	var counted []string
	err := each(ctx, c.to, func(text []string) { counted = append(counted, text[0]) },
		`SELECT attname FROM pg_attribute WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped
			AND pg_get_serial_sequence($1, attname) IS NOT NULL`, t.quotedTarget())
	if err != nil {
		return err
	}
	for _, name := range counted {
		_, err := c.to.ExecContext(ctx, fmt.Sprintf("SELECT setval(pg_get_serial_sequence($1, $2), (SELECT max(%s) FROM %s))", quoted(name), t.quotedTarget()),
			t.quotedTarget(), name)
		if err != nil {
			return err
		}
	}
	_, err = c.to.ExecContext(ctx, "ANALYZE "+t.quotedTarget())
	return err
}

// reader reads rows into values that are used again for the next row.
type reader struct {
	rows   *sql.Rows
	values []any
	into   []any
}

func newReader(rows *sql.Rows, t *table) *reader {
	r := &reader{rows: rows, values: make([]any, len(t.columns)), into: make([]any, len(t.columns))}
	for i := range r.into {
		r.into[i] = &r.values[i]
	}
	return r
}

func (r *reader) row() ([]any, error) {
	err := r.rows.Scan(r.into...)
	return r.values, err
}

// copying is what pgx sends: see pgx.CopyFromSource.
type copying struct {
	rows     *reader
	table    *table
	digest   *digest
	progress *progress
	values   []any
	err      error
}

// Next reads the next row.
func (c *copying) Next() bool {
	if c.err != nil || !c.rows.rows.Next() {
		return false
	}
	if c.values, c.err = c.rows.row(); c.err == nil {
		c.err = c.table.check(c.values)
	}
	if c.err == nil {
		c.err = c.digest.add(c.values)
	}
	c.progress.add()
	return c.err == nil
}

// Values returns the row.
func (c *copying) Values() ([]any, error) { return c.values, nil }

// Err returns why there is no next row.
func (c *copying) Err() error {
	if c.err == nil {
		c.err = c.rows.rows.Err()
	}
	return c.err
}

// check refuses a row with a value that PostgreSQL would not have, or have otherwise:
// SQLite stores any value in any column.
func (t *table) check(row []any) error {
	for i, value := range row {
		if b, ok := value.([]byte); ok && b == nil {
			row[i] = []byte{} // pgx sends nil as NULL
		}
		if why := misfit(t.columns[i].kind, value); why != "" {
			return &ValueError{Table: t.name, Column: t.columns[i].name, Row: nameOf(row), Why: why}
		}
	}
	return nil
}

func misfit(kind string, value any) string {
	switch v := value.(type) {
	case nil:
		return ""
	case string:
		switch {
		case kind != "TEXT":
			return "it is a text, and the column is " + kind
		case !utf8.ValidString(v):
			return "it is not valid UTF-8"
		case strings.Contains(v, "\x00"):
			return "it has a byte 0"
		}
		return ""
	case int64:
		if kind == "BIGINT" || kind == "INTEGER" && v >= math.MinInt32 && v <= math.MaxInt32 {
			return ""
		}
		return "it is the number " + strconv.FormatInt(v, 10) + ", and the column is " + kind
	case []byte:
		if kind == "BLOB" {
			return ""
		}
		return "it is bytes, and the column is " + kind
	default:
		return fmt.Sprintf("it is of type %T", value)
	}
}

// nameOf returns the beginning of the first value of a row, which is its key or the
// beginning of it.
func nameOf(row []any) string {
	const longest = 80
	name := fmt.Sprintf("%q", fmt.Sprint(row[0]))
	return name[:min(len(name), longest)]
}
