package host

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"sync"

	"github.com/paysocket/paysocket/host/internal/ledger"
)

// Tx is the transaction of a change. It ends with OnChange: after that, and after two
// seconds, every method fails, and what is written later reaches no commit.
type Tx interface {
	Exec(ctx context.Context, statement string, args ...any) (sql.Result, error)

	// Query executes a query. Its rows are closed when OnChange returns, if not before.
	// SQLite cannot end it while it looks for the next row.
	Query(ctx context.Context, query string, args ...any) (*sql.Rows, error)

	// QueryRow executes a query for one row, and stores its columns in dest as
	// sql.Row.Scan does.
	QueryRow(ctx context.Context, dest []any, query string, args ...any) error
}

// onChangeTx is the Tx of one call of OnChange.
type onChangeTx struct {
	limited context.Context //nolint:containedctx // It bounds every statement, whatever context that has.

	mu    sync.Mutex
	inner *ledger.Tx
	open  []*sql.Rows
	over  bool
}

// ends are statements that would end the engine's transaction, or change the connection
// for the next one.
var ends = regexp.MustCompile(`(?is)(^|;)[\s;]*(begin|start|commit|end|rollback|abort|savepoint|release|prepare|set|reset|discard|pragma|attach|detach|vacuum)\b`)

// quoted is what of a statement is no command: literals, names and comments.
var quoted = regexp.MustCompile(`(?s)'[^']*'|"[^"]*"|--[^\n]*|/\*.*?\*/`)

func permitted(statement string) error {
	if found := ends.FindStringSubmatch(quoted.ReplaceAllString(statement, " ")); found != nil {
		return fmt.Errorf("OnChange may not execute %s: the transaction is the engine's, and nothing was executed", strings.ToUpper(found[2]))
	}
	return nil
}

var errTxOver = errors.New("the time of OnChange is up; nothing was written")

func (t *onChangeTx) Exec(ctx context.Context, statement string, args ...any) (sql.Result, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.over {
		return nil, errTxOver
	}
	if err := permitted(statement); err != nil {
		return nil, err
	}
	ctx, cancel := t.bound(ctx)
	defer cancel()
	return t.inner.ExecContext(ctx, statement, args...)
}

func (t *onChangeTx) Query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.over {
		return nil, errTxOver
	}
	if err := permitted(query); err != nil {
		return nil, err
	}
	rows, err := t.inner.QueryContext(t.limited, query, args...) //nolint:contextcheck,sqlclosecheck // Rows outlive the call.
	if err != nil {
		return nil, errors.Join(err, ctx.Err())
	}
	t.open = append(t.open, rows)
	return rows, nil
}

func (t *onChangeTx) QueryRow(ctx context.Context, dest []any, query string, args ...any) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.over {
		return errTxOver
	}
	if err := permitted(query); err != nil {
		return err
	}
	ctx, cancel := t.bound(ctx)
	defer cancel()
	return t.inner.QueryRowContext(ctx, query, args...).Scan(dest...)
}

// bound returns a context that ends with the caller's and with the time of OnChange.
func (t *onChangeTx) bound(ctx context.Context) (context.Context, context.CancelFunc) {
	bounded, cancel := context.WithCancel(ctx)
	stop := context.AfterFunc(t.limited, cancel)
	return bounded, func() { stop(); cancel() }
}

// end waits for a statement that is under way, which ends with its time, and lets no
// other one begin.
func (t *onChangeTx) end() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.over = true
	for _, rows := range t.open {
		_ = rows.Close()
	}
}
