package host

import (
	"context"
	"errors"
	"time"
)

// missedFor is for how long the engine looks for the attempt of an event again and again.
// Later only an id that becomes known can tell it.
const missedFor = 26 * time.Hour

// matchMissed assigns events to attempts that they were not assigned to when they came,
// and looks at these soon.
func (e *Engine) matchMissed(ctx context.Context) {
	missed, err := e.store.Missed(ctx, e.now(ctx).Add(-missedFor), maxDue)
	for _, each := range missed { // one that cannot be stored keeps no other one waiting
		if ctx.Err() == nil {
			err = errors.Join(err, e.matchAgain(ctx, each.SaleID, each.Key))
		}
	}
	if err != nil {
		e.fail(ctx, "webhooks that were not matched could not be matched again", remedyDatabase, err)
	}
}

func (e *Engine) matchAgain(ctx context.Context, saleID, key string) error {
	sale, err := e.store.Sale(ctx, saleID)
	if err != nil {
		return err
	}
	_, err = e.move(ctx, saleID, e.presentsFor(ctx, namesOf(sale)...), func(m *move) (*step, error) {
		m.learned = append(m.learned, m.sale.Attempt(key))
		return nil, nil //nolint:nilnil // Run looks.
	})
	return err
}
