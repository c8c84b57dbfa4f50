package move

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/paysocket/paysocket/host-example/shop"
)

// Back undoes a move, so that a host may use the file again and none the database of
// PostgreSQL. It fails with a *SoldError if more has happened there than the file can
// learn from the gateways. What is in PostgreSQL stays.
func Back(ctx context.Context, options *Options) (_ *Report, err error) {
	ctx, m, err := open(ctx, options)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, m.close()) }()
	left := m.source.moved
	if left == nil {
		return nil, &NothingToUndoError{m.source.db.Place}
	}
	if err := m.connect(ctx); err != nil {
		return nil, err
	}
	other := &OtherError{File: m.source.db.Place, Other: left.Other, Named: m.target.db.Place}
	const undefinedTable = "42P01"
	err = m.target.begin(ctx, m.source.tables)
	if refused, ok := errors.AsType[*pgconn.PgError](err); ok && refused.Code == undefinedTable {
		return nil, other
	}
	if err != nil {
		return nil, err
	}
	known, err := m.target.moved(ctx)
	if err != nil {
		return nil, err
	}
	arrived := known != nil && known.ID == left.ID
	if !arrived && left.State == shop.MoveLeft {
		return nil, other
	}
	if arrived && known.State == shop.MoveArrived {
		if err := m.leave(ctx, known); err != nil {
			return nil, err
		}
	}
	if err := m.source.mark(ctx, nil); err != nil {
		return nil, err
	}
	return &Report{From: m.target.db.Place, To: m.source.db.Place}, nil
}

// leave makes sure that the file knows what matters, and keeps hosts off PostgreSQL.
func (m *mover) leave(ctx context.Context, known *shop.Move) error {
	m.progress.begin("comparing the databases", 0)
	for _, each := range happenings {
		before, err := countOf(ctx, m.source.tx, &each, func(t *table) string { return quoted(t.name) })
		if err != nil {
			return err
		}
		now, err := countOf(ctx, m.target.tx, &each, (*table).quotedTarget)
		if err != nil {
			return err
		}
		if now != before {
			return &SoldError{Place: m.target.db.Place, What: fmt.Sprintf(each.what, now-before)}
		}
	}
	known.State, known.At = shop.MoveLeft, time.Now()
	if err := known.Store(ctx, m.target.tx); err != nil {
		return err
	}
	if err := m.target.tx.Commit(); err != nil {
		return fmt.Errorf("recording in PostgreSQL that the sales are gone; run the same command again: %w", err)
	}
	return nil
}

// happening is something that a host must not forget.
type happening struct{ what, table, count string }

// happenings are what the host that had the file would do again, or never learn: what it
// asked gateways to make, what the shop acted upon, and what people decided. Everything
// else it finds out by asking the gateways, as after a crash.
var happenings = []happening{
	{"%d sales", "paysocket_sales", "count(*)"},
	{"%d payments or refunds", "paysocket_attempts", "count(*)"},
	{"%d calls that move money", "paysocket_tries", "count(*)"},
	{"%d payments, failures or refunds that the shop was told of", "paysocket_changes", "count(*)"},
	{"%d sales that are canceled", "paysocket_sales", "count(CASE WHEN cancel_wanted <> 0 THEN 1 END)"},
	{"%d decisions of persons", "paysocket_timeline", "count(CASE WHEN kind = 'person' THEN 1 END)"},
	{"%d changes that the shop has taken", "paysocket_changes", "count(CASE WHEN next_at IS NULL THEN 1 END)"},
	{"%d orders", "shop_orders", "count(*)"},
	{"%d fulfilments", "shop_fulfilments", "count(*)"},
	{"%d requests of the staff", "shop_staff_log", "count(*)"},
}

func countOf(ctx context.Context, db querier, h *happening, name func(*table) string) (n int64, err error) {
	t := newTable(h.table)
	if err := db.QueryRowContext(ctx, "SELECT "+h.count+" FROM "+name(t)).Scan(&n); err != nil {
		return 0, fmt.Errorf("counting the rows of %s: %w", name(t), err)
	}
	return n, nil
}
