package host

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/paysocket/paysocket/host/internal/ledger"
)

// ChangeKind says what happened to a sale.
type ChangeKind string

// The kinds of changes.
const (
	ChangePaid      ChangeKind = "PAID"      // the sale is paid
	ChangeUnpaid    ChangeKind = "UNPAID"    // nothing is left that could be paid; PayAgain may begin another payment
	ChangeRefunded  ChangeKind = "REFUNDED"  // money was paid back, here or at the gateway
	ChangeAttention ChangeKind = "ATTENTION" // a person should look at it, such as at a second payment
)

// Change is one thing that happened to a sale. Options.OnChange gets it in the
// transaction that commits it, so that the platform's rows and the ledger never
// disagree: what OnChange writes with its Tx is committed with the change, or neither is.
//
// OnChange cannot prevent the change. If it fails, panics or takes longer than two
// seconds, what it wrote is undone, the change is committed, and OnChange gets it again
// later: every change of a sale in its order, and again until it returns nil. After the
// third failure a person is shown it. OnChange writes rows and nothing else: what is to
// be done beside, it writes as a row, too.
type Change struct {
	SaleID   string // the order's ID
	Sequence int    // counts the changes of the sale from 1
	Kind     ChangeKind
	At       time.Time

	// Attempt is what it is about, as it is now. For ChangeRefunded that is the refund,
	// or the payment if it was refunded at the gateway.
	Attempt Attempt
}

const (
	onChangeTime    = 2 * time.Second
	redeliverPause  = 10 * time.Second
	failuresToShow  = 3
	longestRedelive = time.Hour
)

// inOnChange marks the context of OnChange.
type inOnChange struct{}

// mayUse refuses a context of OnChange.
func (e *Engine) mayUse(ctx context.Context) error {
	if ctx.Value(inOnChange{}) != nil {
		return errInOnChange
	}
	return nil
}

// deliverNew delivers what the move changed, unless an earlier change of the sale is
// still to be delivered, or OnChange has ended the transaction of the time before.
func (e *Engine) deliverNew(ctx context.Context, tx *ledger.Tx, sale *ledger.Sale, broken error) error {
	changes := sale.NewChanges()
	if len(changes) == 0 {
		return nil
	}
	waiting, err := tx.Undelivered(ctx, sale.ID)
	if err != nil {
		return err
	}
	if len(waiting) > 0 {
		return nil
	}
	for i := range changes {
		err := broken
		if err == nil {
			err = e.deliver(ctx, tx, sale, &changes[i])
		}
		if _, lost := errors.AsType[*ledger.SavepointError](err); lost && broken == nil {
			return err
		}
		if err != nil {
			e.failedDelivery(ctx, sale, &changes[i], err)
			return nil
		}
		changes[i].Delivered = true
	}
	return nil
}

// failedDelivery records that OnChange has failed, and when it is tried again.
func (e *Engine) failedDelivery(ctx context.Context, sale *ledger.Sale, c *ledger.Change, err error) {
	c.Failures++
	pause := min(redeliverPause<<min(c.Failures-1, 10), longestRedelive)
	c.NextAt = e.now(ctx).Add(pause)
	e.redeliverIn(pause)
	sale.Note(e.now(ctx), c.Key, "undelivered", sprintf("OnChange failed for change %d, %s: %s", c.Sequence, c.Kind, err))
	if a := sale.Attempt(c.Key); c.Failures >= failuresToShow && a != nil && a.Attention == "" {
		a.Attention = sprintf("the platform could not be told of change %d, %s: %s", c.Sequence, c.Kind, err)
	}
}

// deliver calls OnChange within a savepoint.
func (e *Engine) deliver(ctx context.Context, tx *ledger.Tx, sale *ledger.Sale, c *ledger.Change) error {
	if e.options.OnChange == nil {
		return nil
	}
	change := &Change{SaleID: sale.ID, Sequence: c.Sequence, Kind: ChangeKind(c.Kind), At: c.At}
	if a := sale.Attempt(c.Key); a != nil {
		change.Attempt = attemptView(a)
	}
	return tx.Savepoint(ctx, func(inner *ledger.Tx) error {
		limited, cancel := context.WithTimeout(context.WithValue(ctx, inOnChange{}, true), onChangeTime)
		defer cancel()
		handle := &onChangeTx{inner: inner, limited: limited}
		returned := make(chan error, 1)
		go func() {
			err := errors.New("OnChange did not return")
			defer func() {
				if bug := recover(); bug != nil {
					err = fmt.Errorf("OnChange panicked: %v", bug)
				}
				returned <- err
			}()
			err = e.options.OnChange(limited, handle, change)
		}()
		defer handle.end()
		select {
		case err := <-returned:
			return err
		case <-limited.Done():
			return fmt.Errorf("OnChange took longer than %s", onChangeTime)
		}
	})
}

// redeliver delivers the changes of a sale that OnChange has not taken yet, in order, and
// each in a transaction of its own: many that take long would take longer than one may.
func (e *Engine) redeliver(ctx context.Context, saleID string) error {
	for goesOn := true; goesOn; {
		var err error
		if goesOn, err = e.redeliverNext(ctx, saleID); err != nil {
			return err
		}
	}
	return nil
}

// redeliverNext reports whether the change after the one that it has delivered may be, too.
func (e *Engine) redeliverNext(ctx context.Context, saleID string) (goesOn bool, err error) {
	var broken error
	once := func(ctx context.Context, tx *ledger.Tx) error {
		sale, err := tx.Lock(ctx, saleID)
		if err != nil {
			return err
		}
		waiting, err := tx.Undelivered(ctx, saleID)
		if goesOn = false; err != nil || len(waiting) == 0 {
			return err
		}
		if goesOn, err = e.redeliverOne(ctx, tx, sale, &waiting[0], broken); err != nil {
			return err
		}
		return tx.Save(ctx, sale)
	}
	err = e.store.Do(ctx, once)
	if lost, ok := errors.AsType[*ledger.SavepointError](err); ok {
		broken = lost
		err = e.store.Do(ctx, once)
	}
	return goesOn && err == nil, err
}

// redeliverOne reports whether the next change may be delivered, too.
func (e *Engine) redeliverOne(ctx context.Context, tx *ledger.Tx, sale *ledger.Sale, c *ledger.Change, broken error) (goesOn bool, err error) {
	if c.NextAt.After(e.now(ctx)) {
		return false, nil
	}
	failed := broken
	if failed == nil {
		failed = e.deliver(ctx, tx, sale, c)
	}
	if _, lost := errors.AsType[*ledger.SavepointError](failed); lost && broken == nil {
		return false, failed
	}
	if c.Delivered = failed == nil; failed != nil {
		e.failedDelivery(ctx, sale, c, failed)
	}
	return c.Delivered, tx.SaveDelivery(ctx, c)
}
