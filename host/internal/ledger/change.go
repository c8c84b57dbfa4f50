package ledger

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

const changeColumns = `sale_id, sequence, kind, key, at, failures, next_at`

// DueChanges returns, of each sale, the first change that was not delivered, if it is
// due.
func (s *Store) DueChanges(ctx context.Context, at time.Time, limit int) (_ []Change, err error) {
	t, ctx, done := s.read(ctx)
	defer done(&err)
	return t.changes(ctx, `SELECT `+changeColumns+` FROM {changes} c WHERE next_at IS NOT NULL AND next_at <= $1
		AND NOT EXISTS (SELECT 1 FROM {changes} b WHERE b.sale_id = c.sale_id AND b.sequence < c.sequence AND b.next_at IS NOT NULL)
		ORDER BY next_at LIMIT $2`, at.UnixMilli(), limit)
}

// Undelivered returns the changes of a sale that were not delivered, in their order.
func (t *Tx) Undelivered(ctx context.Context, saleID string) ([]Change, error) {
	return t.changes(ctx, `SELECT `+changeColumns+` FROM {changes} WHERE sale_id = $1 AND next_at IS NOT NULL ORDER BY sequence`, saleID)
}

func (t *Tx) changes(ctx context.Context, statement string, args ...any) ([]Change, error) {
	rows, err := t.query(ctx, statement, args...)
	if err != nil {
		return nil, fmt.Errorf("reading changes: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var found []Change
	for rows.Next() {
		var c Change
		var at, next sql.NullInt64
		if err := rows.Scan(&c.SaleID, &c.Sequence, &c.Kind, &c.Key, &at, &c.Failures, &next); err != nil {
			return nil, fmt.Errorf("reading changes: %w", err)
		}
		c.At, c.NextAt, c.Delivered = timeOf(at), timeOf(next), !next.Valid
		found = append(found, c)
	}
	return found, rows.Err()
}

// SaveDelivery stores what became of the delivery of a change.
func (t *Tx) SaveDelivery(ctx context.Context, c *Change) error {
	_, err := t.Exec(ctx, `UPDATE {changes} SET failures = $3, next_at = $4 WHERE sale_id = $1 AND sequence = $2`,
		c.SaleID, c.Sequence, c.Failures, c.nextAt())
	if err != nil {
		return fmt.Errorf("storing the delivery of a change: %w", err)
	}
	return nil
}
