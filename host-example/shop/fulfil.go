package shop

import (
	"context"
	"fmt"

	"github.com/paysocket/paysocket/host"
)

// onChange writes what a change of a sale means for the shop's own order. It runs in the
// transaction that makes the change, so there is no moment in which the sale is paid and
// the order is not to be fulfilled.
//
// It writes rows and does nothing else. To ship, or to send a mail, a shop works on the
// orders that are TO_FULFIL after the commit. If it fails, what it wrote is undone, and
// it gets the same change again.
func onChange(ctx context.Context, tx host.Tx, change *host.Change) error {
	var statement string
	switch change.Kind {
	case host.ChangePaid:
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
