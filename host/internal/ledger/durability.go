package ledger

import (
	"context"
	"errors"
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
	{"fsync", "SHOW fsync", "the server loses data when its machine does; turn it on", []string{"on"}},
	{
		"synchronous_commit", "SHOW synchronous_commit", "set it for the role or the database, or remove it from the connection's options",
		[]string{"on", "local", "remote_write", "remote_apply"},
	},
}

// checkDurability reads back what the connections write with. All connections of a
// *sql.DB are opened alike, so one of them is as good as any.
func (s *Store) checkDurability(ctx context.Context) error {
	settings := durablePostgres
	if s.names.dialect == SQLite {
		settings = durableSQLite
		if s.db.Stats().MaxOpenConnections == 1 {
			return errors.New("the database may open one connection only, which the ledger would hold: allow two or more (SetMaxOpenConns)")
		}
	}
	conn, err := s.db.Conn(ctx)
	if err != nil {
		return fmt.Errorf("opening the database: %w", err)
	}
	defer func() { _ = conn.Close() }()
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
