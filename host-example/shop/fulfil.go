package shop

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/paysocket/paysocket/host"
)

// onChange writes what a change of a sale means for the shop's own order. It runs in the
// transaction that makes the change, so there is no moment in which the sale is paid and
// the order is not to be fulfilled.
//
// It writes rows and does nothing else. To ship, or to send a mail, a shop works on the
// orders that are TO_FULFIL after the commit, and looks at refunded_at before: an order
// that is paid back, in part or wholly, stays TO_FULFIL. If it fails, what it wrote is undone, and
// it gets the same change again.
func onChange(ctx context.Context, tx host.Tx, change *host.Change) error {
	var statement string
	switch change.Kind {
	case host.ChangePaid:
		if err := fulfil(ctx, tx, change); err != nil {
			return err
		}
		statement = `UPDATE shop_orders SET status = 'TO_FULFIL', changed_at = $1 WHERE id = $2`
	case host.ChangeUnpaid:
		statement = `UPDATE shop_orders SET status = 'UNPAID', changed_at = $1 WHERE id = $2`
	case host.ChangeRefunded: // in part, it may be
		statement = `UPDATE shop_orders SET refunded_at = $1 WHERE id = $2`
	case host.ChangeAttention: // the engine shows it until a person has decided
		return nil
	default: // of a later release
		return nil
	}
	result, err := tx.Exec(ctx, statement, change.At.UnixMilli(), change.SaleID)
	if err != nil {
		return err
	}
	if n, err := result.RowsAffected(); err != nil || n != 1 {
		return fmt.Errorf("order %q is not among the shop's: %d rows, %v", change.SaleID, n, err) //nolint:errorlint // It may be nil.
	}
	return nil
}

// Fulfilment is a time that the shop was told to act on an order that is paid.
type Fulfilment struct {
	PaymentKey string // of the payment by which it is paid
	At         time.Time
}

// fulfil writes that an order is to be shipped.
func fulfil(ctx context.Context, tx host.Tx, change *host.Change) error {
	_, err := tx.Exec(ctx, `INSERT INTO shop_fulfilments (order_id, payment_key, at) VALUES ($1, $2, $3)`,
		change.SaleID, change.Attempt.Key, change.At.UnixMilli())
	return err
}

// Fulfilments returns how often the shop has acted on an order being paid, oldest first.
func (s *Shop) Fulfilments(ctx context.Context, order string) ([]Fulfilment, error) {
	rows, err := s.db.QueryContext(ctx, `SELECT payment_key, at FROM shop_fulfilments WHERE order_id = $1 ORDER BY at`, order)
	if err != nil {
		return nil, fmt.Errorf("reading the fulfilments: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var all []Fulfilment
	for rows.Next() {
		var one Fulfilment
		var at sql.NullInt64
		if err := rows.Scan(&one.PaymentKey, &at); err != nil {
			return nil, fmt.Errorf("reading a fulfilment: %w", err)
		}
		one.At = moment(at)
		all = append(all, one)
	}
	return all, rows.Err()
}
