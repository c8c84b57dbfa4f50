package move

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/paysocket/paysocket/host"
	"github.com/paysocket/paysocket/host-example/shop"
)

// target is the database of PostgreSQL, while nobody else uses it.
type target struct {
	db   *shop.Database
	shop *shop.Shop // nil before the tables are made
	conn *sql.Conn
	tx   *sql.Tx
}

// openTarget connects to PostgreSQL, and refuses a database that a host uses.
func openTarget(ctx context.Context, o *Options) (*target, error) {
	db, err := shop.OpenDatabase(ctx, o.To, o.Credentials)
	if err != nil {
		return nil, err
	}
	t := &target{db: db}
	if db.Kind != host.Postgres {
		return nil, errors.Join(errors.New("sales are moved to PostgreSQL only: name postgres://USER@HOST/NAME with --to"), t.close())
	}
	if t.conn, err = db.Conn(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("connecting to %s: %w", db.Place, err), t.close())
	}
	var others int
	err = t.conn.QueryRowContext(ctx, `SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
		AND application_name = current_setting('application_name') AND pid <> pg_backend_pid()`).Scan(&others)
	if err == nil && others > 0 {
		err = &InUseError{db.Place, fmt.Sprintf("%d connections of host-example", others)}
	}
	if err != nil {
		return nil, errors.Join(err, t.close())
	}
	return t, nil
}

func (t *target) close() error {
	var err error
	if t.tx != nil {
		_ = t.tx.Rollback() // after a commit it does nothing
	}
	if t.conn != nil {
		err = t.conn.Close()
	}
	if errors.Is(err, sql.ErrConnDone) {
		err = nil
	}
	if t.shop != nil {
		return errors.Join(err, t.shop.Close())
	}
	return errors.Join(err, t.db.Close())
}

// makeTables makes the tables as serve does, or brings them up to date.
func (t *target) makeTables(ctx context.Context, k *keyFile, key string) error {
	there, err := t.key(ctx)
	if err != nil {
		return err
	}
	if there != "" && there != key {
		return &KeyError{KeyFile: k.path, Place: t.db.Place, Target: true}
	}
	opened, err := k.open(ctx, t.db)
	if err != nil {
		return fmt.Errorf("making the tables in %s: %w", t.db.Place, err)
	}
	t.shop = opened
	return nil
}

// key returns the mark of the key with which the database was opened; empty if it was not.
func (t *target) key(ctx context.Context) (string, error) {
	settings := newTable(settingsTable).quotedTarget()
	var there bool
	err := t.conn.QueryRowContext(ctx, "SELECT to_regclass($1) IS NOT NULL", settings).Scan(&there)
	if err != nil || !there {
		return "", err
	}
	var key string
	err = t.conn.QueryRowContext(ctx, "SELECT value FROM "+settings+" WHERE name = 'key'").Scan(&key)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return key, err
}

// begin begins the transaction of the move. A host that is started meanwhile waits for its
// end.
func (t *target) begin(ctx context.Context, tables []*table) (err error) {
	if t.tx, err = t.conn.BeginTx(ctx, nil); err != nil {
		return fmt.Errorf("beginning a transaction in %s: %w", t.db.Place, err)
	}
	// The settings of the role are for requests, and a copy takes longer.
	const settings = `SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0; SET LOCAL lock_timeout = '10s'`
	names := []string{movesTable}
	for _, each := range tables {
		names = append(names, each.quotedTarget())
	}
	for _, statement := range []string{settings, "LOCK TABLE " + strings.Join(names, ", ") + " IN ACCESS EXCLUSIVE MODE"} {
		if _, err := t.tx.ExecContext(ctx, statement); err != nil {
			const lockNotAvailable = "55P03"
			if refused, ok := errors.AsType[*pgconn.PgError](err); ok && refused.Code == lockNotAvailable {
				return &InUseError{t.db.Place, "another transaction holds its tables"}
			}
			return fmt.Errorf("locking the tables in %s: %w", t.db.Place, err)
		}
	}
	return nil
}

// moved returns the move that the database knows; nil if it knows none.
func (t *target) moved(ctx context.Context) (*shop.Move, error) {
	m, err := shop.LatestMove(ctx, t.tx)
	if errors.Is(err, host.ErrNotFound) {
		return nil, nil //nolint:nilnil // There was none.
	}
	return m, err
}

// rowsOfNoSale are tables that have rows as soon as a host has opened the database, by
// their names in SQLite, and which of them say that it was used. The file's take their
// place.
var rowsOfNoSale = map[string]string{settingsTable: "name <> 'key'", probeTable: "false"}

// empty refuses a database with rows.
func (t *target) empty(ctx context.Context, tables []*table) error {
	for _, each := range tables {
		condition, replaced := rowsOfNoSale[each.name]
		if !replaced {
			condition = "true"
		}
		var there bool
		err := t.tx.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM "+each.quotedTarget()+" WHERE "+condition+")").Scan(&there)
		if err != nil {
			return fmt.Errorf("looking for rows in %s: %w", each.quotedTarget(), err)
		}
		if there {
			return &NotEmptyError{t.db.Place, each.quotedTarget()}
		}
		if !replaced {
			continue
		}
		if _, err := t.tx.ExecContext(ctx, each.deleteAll()); err != nil {
			return fmt.Errorf("emptying %s: %w", each.quotedTarget(), err)
		}
	}
	return nil
}
