package move

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
)

// querier is a database or a transaction.
type querier interface {
	ExecContext(ctx context.Context, statement string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// table is a table that is copied. Its columns have the order of the file.
type table struct {
	name    string // in SQLite
	schema  string // in PostgreSQL
	target  string // in that schema
	columns []column
	parents []string // tables that its rows refer to
}

type column struct{ name, kind string }

// The tables of the engine have the beginning of their names in SQLite that is their
// schema in PostgreSQL.
const (
	engineSchema  = "paysocket"
	settingsTable = engineSchema + "_settings"
	versionsTable = engineSchema + "_versions"
	probeTable    = "shop_probe"
	movesTable    = "shop_moves"
)

// isCopied reports whether a table of SQLite is one that is copied, or else one that
// each database has of its own.
func isCopied(name string) bool {
	return name != versionsTable && name != movesTable && !strings.HasPrefix(name, "river_") && !strings.HasPrefix(name, "sqlite_")
}

// types are those of PostgreSQL that hold what a type of SQLite does.
var types = map[string][]string{"TEXT": {"text"}, "BIGINT": {"bigint"}, "INTEGER": {"bigint", "integer"}, "BLOB": {"bytea"}}

// readTables returns the tables of a file that are copied, those first that others refer
// to.
func readTables(ctx context.Context, db querier) ([]*table, error) {
	const query = `SELECT m.name, c.name, c.type FROM sqlite_schema m JOIN pragma_table_xinfo(m.name) c
		WHERE m.type = 'table' ORDER BY m.name, c.cid`
	var tables []*table
	err := each(ctx, db, func(text []string) {
		if !isCopied(text[0]) {
			return
		}
		if len(tables) == 0 || tables[len(tables)-1].name != text[0] {
			tables = append(tables, newTable(text[0]))
		}
		last := tables[len(tables)-1]
		last.columns = append(last.columns, column{text[1], strings.ToUpper(text[2])})
	}, query)
	if err != nil {
		return nil, fmt.Errorf("reading the tables of the file: %w", err)
	}
	err = each(ctx, db, func(text []string) {
		if t := find(tables, text[0]); t != nil && text[0] != text[1] {
			t.parents = append(t.parents, text[1])
		}
	}, `SELECT m.name, f."table" FROM sqlite_schema m JOIN pragma_foreign_key_list(m.name) f WHERE m.type = 'table'`)
	if err != nil {
		return nil, fmt.Errorf("reading what the tables of the file refer to: %w", err)
	}
	return parentsFirst(tables), nil
}

func newTable(name string) *table {
	if target, ok := strings.CutPrefix(name, engineSchema+"_"); ok {
		return &table{name: name, schema: engineSchema, target: target}
	}
	return &table{name: name, target: name}
}

func find(tables []*table, name string) *table {
	if i := slices.IndexFunc(tables, func(t *table) bool { return t.name == name }); i >= 0 {
		return tables[i]
	}
	return nil
}

// parentsFirst sorts tables so that those come first that others refer to. Tables that
// refer to each other stay as they are, and PostgreSQL refuses them.
func parentsFirst(tables []*table) []*table {
	sorted := make([]*table, 0, len(tables))
	seen := map[string]bool{}
	var visit func(t *table)
	visit = func(t *table) {
		if t == nil || seen[t.name] {
			return
		}
		seen[t.name] = true
		for _, parent := range t.parents {
			visit(find(tables, parent))
		}
		sorted = append(sorted, t)
	}
	for _, t := range tables {
		visit(t)
	}
	return sorted
}

// compareTables says how tables differ from those that are expected.
func compareTables(expected, found []*table) []string {
	var differences []string
	for _, t := range expected {
		f := find(found, t.name)
		if f == nil {
			differences = append(differences, "the table "+t.name+" is missing")
			continue
		}
		differences = append(differences, compareColumns(t.name, t.columns, f.columns, func(a, b string) bool { return a == b })...)
	}
	for _, f := range found {
		if find(expected, f.name) == nil {
			differences = append(differences, "the table "+f.name+" is not known")
		}
	}
	return differences
}

func compareColumns(name string, expected, found []column, fits func(expected, found string) bool) []string {
	var differences []string
	for _, c := range expected {
		i := slices.IndexFunc(found, func(f column) bool { return f.name == c.name })
		switch {
		case i < 0:
			differences = append(differences, fmt.Sprintf("the column %s of %s is missing", c.name, name))
		case !fits(c.kind, found[i].kind):
			differences = append(differences, fmt.Sprintf("the column %s of %s is %s and not %s", c.name, name, found[i].kind, c.kind))
		}
	}
	for _, f := range found {
		if !slices.ContainsFunc(expected, func(c column) bool { return f.name == c.name }) {
			differences = append(differences, fmt.Sprintf("the column %s of %s is not known", f.name, name))
		}
	}
	return differences
}

// compareTarget says how the tables of PostgreSQL differ from those of the file.
func compareTarget(ctx context.Context, db querier, tables []*table) ([]string, error) {
	var differences []string
	for _, t := range tables {
		var found []column
		err := each(ctx, db, func(text []string) { found = append(found, column{text[0], text[1]}) },
			`SELECT attname, format_type(atttypid, NULL) FROM pg_attribute WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped`,
			t.quotedTarget())
		if err != nil {
			return nil, fmt.Errorf("reading the columns of %s: %w", t.quotedTarget(), err)
		}
		if len(found) == 0 {
			differences = append(differences, "the table "+t.quotedTarget()+" is missing")
			continue
		}
		differences = append(differences, compareColumns(t.quotedTarget(), t.columns, found, func(of, is string) bool { return slices.Contains(types[of], is) })...)
	}
	return differences, nil
}

// quotedTarget returns the name of the table in statements for PostgreSQL.
func (t *table) quotedTarget() string {
	if t.schema == "" {
		return quoted(t.target)
	}
	return quoted(t.schema) + "." + quoted(t.target)
}

// selectFrom returns the query for all rows of the table under a name.
func (t *table) selectFrom(name string) string {
	names := make([]string, len(t.columns))
	for i, c := range t.columns {
		names[i] = quoted(c.name)
	}
	return "SELECT " + strings.Join(names, ", ") + " FROM " + name
}

func (t *table) columnNames() []string {
	names := make([]string, len(t.columns))
	for i, c := range t.columns {
		names[i] = c.name
	}
	return names
}

// deleteAll returns the statement that empties the table in PostgreSQL.
func (t *table) deleteAll() string { return "DELETE FROM " + t.quotedTarget() }

func quoted(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

// each hands over the rows of a query whose columns are texts.
func each(ctx context.Context, db querier, row func([]string), query string, args ...any) error {
	rows, err := db.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	names, err := rows.Columns()
	if err != nil {
		return err
	}
	text, into := make([]string, len(names)), make([]any, len(names))
	for i := range text {
		into[i] = &text[i]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		row(text)
	}
	return rows.Err()
}
