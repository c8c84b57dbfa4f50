package ledger

import (
	"regexp"
	"strings"
	"sync"
)

// Dialect is an engine's way of what differs between the two.
type Dialect struct {
	name       string
	bytes      string // the type of a column of bytes
	hasSchemas bool   // or else a schema is the beginning of the names of its tables
}

// The engines.
var (
	SQLite   = &Dialect{name: "SQLite", bytes: "BLOB"}
	Postgres = &Dialect{name: "PostgreSQL", bytes: "BYTEA", hasSchemas: true}
)

// String returns the engine's name for people.
func (d *Dialect) String() string { return d.name }

// names renders the names in braces of a statement: {table}, {index:name} and {bytes}.
type names struct {
	dialect *Dialect
	schema  string

	rendered sync.Map // string to string
}

var braces = regexp.MustCompile(`\{[a-z_:]+\}`)

func (n *names) render(statement string) string {
	if known, ok := n.rendered.Load(statement); ok {
		return known.(string) //nolint:forcetypeassert // Only strings are stored.
	}
	rendered := braces.ReplaceAllStringFunc(statement, n.name)
	n.rendered.Store(statement, rendered)
	return rendered
}

func (n *names) name(inBraces string) string {
	name := inBraces[1 : len(inBraces)-1]
	if name == "bytes" {
		return n.dialect.bytes
	}
	index, isIndex := strings.CutPrefix(name, "index:")
	switch {
	case isIndex && n.dialect.hasSchemas:
		return quoted(index) // it is in the schema of its table by itself
	case isIndex:
		return quoted(n.schema + "_" + index)
	case n.dialect.hasSchemas:
		return quoted(n.schema) + "." + quoted(name)
	default:
		return quoted(n.schema + "_" + name)
	}
}

// quoted returns a name that may be a word of SQL as well, such as "order".
func quoted(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }
