package host

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/paysocket/paysocket/host/internal/ledger"
)

// Run looks after what is due until ctx ends: results that are unknown, payments that
// nobody reports, changes that OnChange has not taken. It returns when what it has
// begun has ended. Run it once in each process of the host.
//
// Each provider has a queue of its own, so that one that hangs keeps nobody else
// waiting.
func (e *Engine) Run(ctx context.Context) error {
	if err := e.mayUse(ctx); err != nil {
		return err
	}
	queues := newQueues(ctx, e)
	if !e.queues.CompareAndSwap(nil, queues) {
		return errors.New("host: Run runs already")
	}
	defer queues.end()
	defer e.queues.Store(nil)
	var river sync.WaitGroup
	defer river.Wait()
	if e.jobs != nil {
		e.jobsRun.Store(true)
		river.Go(func() { e.runJobs(ctx) })
	}
	e.sightUndecided(ctx)
	var forgot time.Time
	for first := true; ctx.Err() == nil; first = false {
		forgot = e.forget(ctx, forgot, queues)
		pause, grace := e.rhythm()
		if first { // others may have ended, and their jobs with them
			grace = 0
		}
		more, err := queues.sweep(e.now(ctx).Add(-grace))
		if err != nil {
			e.fail(ctx, "what is due could not be read", remedyDatabase, err)
		}
		queues.deliver()
		if more {
			pause = sweepIntervalWithout
		}
		select {
		case <-ctx.Done():
		case <-time.After(pause):
		}
	}
	return nil
}

// maxUndecided is how many attempts of unknown result a process begins to wait for as
// soon as it runs. It begins with others when they are due.
const maxUndecided = 1000

// sightUndecided begins to count the time of what other processes, or this one before
// it was started again, have left undecided.
func (e *Engine) sightUndecided(ctx context.Context) {
	undecided, err := e.store.Undecided(ctx, maxUndecided)
	if err != nil {
		e.fail(ctx, "what is undecided could not be read", remedyDatabase, err)
	}
	for _, d := range undecided {
		sale, err := e.store.Sale(ctx, d.SaleID)
		if err != nil {
			continue // it is due later, and says so then
		}
		m := &move{engine: e, sale: sale, at: e.now(ctx)}
		m.sight(sale.Attempt(d.Key))
	}
}

// eventRetention is for how long the ledger knows a webhook when it sees it again. A
// gateway repeats one for days; after that it would only be a hint to look.
const eventRetention = 180 * 24 * time.Hour

// forget deletes old events, once an hour until none is left. It returns when it has done
// so. Beside it those are matched again that were missed, which asks providers.
func (e *Engine) forget(ctx context.Context, forgot time.Time, queues *queues) time.Time {
	if e.now(ctx).Sub(forgot) < time.Hour {
		return forgot
	}
	queues.match()
	var more bool
	err := e.store.Do(ctx, func(ctx context.Context, tx *ledger.Tx) (err error) {
		more, err = tx.ForgetEvents(ctx, e.now(ctx).Add(-eventRetention))
		return err
	})
	if err != nil {
		e.fail(ctx, "old events could not be deleted", remedyDatabase, err)
	}
	if err == nil && more {
		return forgot
	}
	return e.now(ctx)
}

// check looks at an attempt if it is due.
func (e *Engine) check(ctx context.Context, saleID, key string) error {
	next, err := e.run(ctx, saleID, key, ifDue)
	if err != nil {
		return err
	}
	return e.drive(ctx, next)
}

// redeliverDue delivers the changes that are due.
func (e *Engine) redeliverDue(ctx context.Context) {
	for more := true; more; {
		due, err := e.store.DueChanges(ctx, e.now(ctx), maxDue)
		for i := range due { // one that cannot be delivered keeps no other one waiting
			if ctx.Err() == nil {
				err = errors.Join(err, e.redeliver(ctx, due[i].SaleID))
			}
		}
		if err != nil {
			e.fail(ctx, "changes could not be delivered, and are tried again", remedyDatabase, err)
		}
		more = err == nil && len(due) == maxDue && ctx.Err() == nil
	}
}
