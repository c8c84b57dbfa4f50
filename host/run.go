package host

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/paysocket/paysocket/host/internal/ledger"
)

const (
	pollInterval = time.Second
	maxAtOnce    = 8  // attempts of one provider that are looked at
	maxDue       = 64 // attempts of one provider that are read at a time
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
	queues := &queues{engine: e, busy: map[string]bool{}}
	defer queues.running.Wait()
	ticker := time.NewTicker(pollInterval)
	defer ticker.Stop()
	e.sightUndecided(ctx)
	for {
		queues.forget(ctx)
		if err := queues.start(ctx); err != nil {
			e.log(ctx, "what is due could not be read", slog.String("error", err.Error()))
		}
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		case <-e.woken:
		}
	}
}

// maxUndecided is how many attempts of unknown result a process begins to wait for as
// soon as it runs. It begins with others when they are due.
const maxUndecided = 1000

// sightUndecided begins to count the time of what other processes, or this one before
// it was started again, have left undecided.
func (e *Engine) sightUndecided(ctx context.Context) {
	undecided, err := e.store.Undecided(ctx, maxUndecided)
	if err != nil {
		e.log(ctx, "what is undecided could not be read", slog.String("error", err.Error()))
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

// queues are the providers that are being looked after.
type queues struct {
	engine  *Engine
	running sync.WaitGroup

	forgot time.Time // when old events were deleted

	mu   sync.Mutex
	busy map[string]bool
}

// eventRetention is for how long the ledger knows a webhook when it sees it again. A
// gateway repeats one for days; after that it would only be a hint to look.
const eventRetention = 180 * 24 * time.Hour

// forget deletes old events, once an hour until none is left, and matches those again
// that were missed.
func (q *queues) forget(ctx context.Context) {
	e := q.engine
	if e.now(ctx).Sub(q.forgot) < time.Hour {
		return
	}
	e.matchMissed(ctx)
	var more bool
	err := e.store.Do(ctx, func(ctx context.Context, tx *ledger.Tx) (err error) {
		more, err = tx.ForgetEvents(ctx, e.now(ctx).Add(-eventRetention))
		return err
	})
	if err != nil {
		e.log(ctx, "old events could not be deleted", slog.String("error", err.Error()))
	}
	if err != nil || !more {
		q.forgot = e.now(ctx)
	}
}

// start looks after every provider that has something due and is not looked after
// already.
func (q *queues) start(ctx context.Context) error {
	names, err := q.engine.store.DueProviders(ctx, q.engine.now(ctx))
	if err != nil {
		return err
	}
	const changes = "\x00" // no provider's name
	for _, name := range append(names, changes) {
		if !q.begin(name) {
			continue
		}
		q.running.Go(func() {
			defer q.end(name)
			if name == changes {
				q.engine.redeliverDue(ctx)
				return
			}
			q.engine.checkDue(ctx, name)
		})
	}
	return nil
}

func (q *queues) begin(name string) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.busy[name] {
		return false
	}
	q.busy[name] = true
	return true
}

func (q *queues) end(name string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	delete(q.busy, name)
}

// checkDue looks after the attempts of a provider that are due.
func (e *Engine) checkDue(ctx context.Context, provider string) {
	due, err := e.store.Due(ctx, provider, e.now(ctx), maxDue)
	if err != nil {
		e.log(ctx, "what is due could not be read", slog.String("provider", provider), slog.String("error", err.Error()))
		return
	}
	slots := make(chan struct{}, maxAtOnce)
	var running sync.WaitGroup
	for _, d := range due {
		if ctx.Err() != nil {
			break
		}
		slots <- struct{}{}
		running.Go(func() {
			defer func() { <-slots }()
			if err := e.check(ctx, d.SaleID, d.Key); err != nil {
				e.log(ctx, "a payment could not be looked after, and is tried again", slog.String("sale", d.SaleID),
					slog.String("provider", provider), slog.String("error", err.Error()))
			}
		})
	}
	running.Wait()
}

func (e *Engine) check(ctx context.Context, saleID, key string) error {
	next, err := e.run(ctx, saleID, key, true)
	if err != nil {
		return err
	}
	return e.drive(ctx, next)
}

// redeliverDue delivers the changes that are due.
func (e *Engine) redeliverDue(ctx context.Context) {
	due, err := e.store.DueChanges(ctx, e.now(ctx), maxDue)
	for i := range due { // one that cannot be delivered keeps no other one waiting
		if ctx.Err() == nil {
			err = errors.Join(err, e.redeliver(ctx, due[i].SaleID))
		}
	}
	if err != nil {
		e.log(ctx, "changes could not be delivered, and are tried again", slog.String("error", err.Error()))
	}
}
