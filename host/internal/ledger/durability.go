package ledger

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// DurabilityError says that the database may lose what it has committed. Nothing was
// written.
type DurabilityError struct {
	Setting string // of the database
	Value   string // as it is
	Needed  string
	Remedy  string // what to do
}

func (e *DurabilityError) Error() string {
	return fmt.Sprintf("the database has %s=%s, and a payment needs %s: %s", e.Setting, e.Value, e.Needed, e.Remedy)
}

// durable is one setting of a connection.
type durable struct {
	setting, query, remedy string
	needed                 []string // the first one is named
}

const dsn = `open it with "file:NAME?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=foreign_keys(1)&_pragma=busy_timeout(5000)"`

var durableSQLite = []durable{
	{"journal_mode", "PRAGMA journal_mode", dsn, []string{"wal"}},
	{"synchronous", "PRAGMA synchronous", dsn, []string{"2", "3"}}, // FULL and EXTRA
	{"foreign_keys", "PRAGMA foreign_keys", dsn, []string{"1"}},
}

var durablePostgres = []durable{
	{"transaction_read_only", "SHOW transaction_read_only", "connect to the primary, as a role that may write", []string{"off"}},
	{"fsync", "SHOW fsync", "the server loses data when its machine does; turn it on", []string{"on"}},
	{"full_page_writes", "SHOW full_page_writes", "the server's data is damaged when its machine fails; turn it on", []string{"on"}},
	{
		"synchronous_commit", "SHOW synchronous_commit", "set it for the role or the database, or remove it from the connection's options",
		[]string{"on", "local", "remote_write", "remote_apply"},
	},
}

// checkConnection refuses a database that may lose what it commits, or a connection
// that others can read. On SQLite it asks the connection that writes. On PostgreSQL all
// connections of a *sql.DB are opened alike, and what one of them changes later is set
// again in each transaction: see begin.
func (s *Store) checkConnection(ctx context.Context) error {
	conn, settings := s.writer, durableSQLite
	if s.names.dialect == Postgres {
		opened, err := s.db.Conn(ctx)
		if err != nil {
			return fmt.Errorf("opening the database: %w", err)
		}
		defer func() { _ = opened.Close() }()
		conn, settings = opened, durablePostgres
		if err := checkTransport(ctx, conn); err != nil {
			return err
		}
	}
	for _, d := range settings {
		var value string
		if err := conn.QueryRowContext(ctx, d.query).Scan(&value); err != nil {
			return fmt.Errorf("reading %s of the database: %w", d.setting, err)
		}
		if !slices.Contains(d.needed, strings.ToLower(value)) {
			return &DurabilityError{Setting: d.setting, Value: value, Needed: d.needed[0], Remedy: d.remedy}
		}
	}
	return nil
}
