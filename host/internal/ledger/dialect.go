package ledger

import (
	"regexp"
	"sync"
)

// Dialect is an engine's way of what differs between the two.
type Dialect struct {
	name      string
	bytes     string // the type of a column of bytes
	separator string // between the schema and the table
	inSchema  bool   // whether an index is in the schema of its table by itself
}

// The engines.
var (
	SQLite   = &Dialect{name: "SQLite", bytes: "BLOB", separator: "_"}
	Postgres = &Dialect{name: "PostgreSQL", bytes: "BYTEA", separator: ".", inSchema: true}
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
	const index = "index:"
	name := inBraces[1 : len(inBraces)-1]
	switch {
	case name == "bytes":
		return n.dialect.bytes
	case len(name) > len(index) && name[:len(index)] == index:
		if n.dialect.inSchema {
			return name[len(index):]
		}
		return n.schema + n.dialect.separator + name[len(index):]
	default:
		return n.schema + n.dialect.separator + name
	}
}
