package host

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/paysocket/paysocket/host/internal/jobs"
	"github.com/paysocket/paysocket/host/internal/ledger"
)

const (
	maxAtOnce = 8  // attempts of one provider that are looked at
	maxDue    = 64 // attempts of one provider that wait for that
)

// queues are the providers that are being looked after. Each has a queue of its own, so
// that one that hangs keeps nobody else waiting.
type queues struct {
	engine  *Engine
	ctx     context.Context // Run's: timers and River's jobs begin work that ends with it
	running sync.WaitGroup

	mu         sync.Mutex
	ended      bool
	queues     map[string]*queue
	delivering bool
	matching   bool
}

// queue are the attempts of one provider that are due, or were when they came. Those of
// unknown result come first: a buyer may be waiting for them, and reads of payments that
// hang must not delay them.
type queue struct {
	waiting []ledger.Due
	again   map[string]bool // by the key of what waits or is looked at: whether it was due again meanwhile
	workers int
}

func newQueues(ctx context.Context, e *Engine) *queues {
	return &queues{engine: e, ctx: ctx, queues: map[string]*queue{}}
}

// end waits for what was begun. Nothing is begun any more.
func (q *queues) end() {
	q.mu.Lock()
	q.ended = true
	q.mu.Unlock()
	q.running.Wait()
}

// look takes what a job or a timer says is due. The clocks of two processes differ by
// some milliseconds.
func (q *queues) look(l *jobs.Look) {
	due := ledger.Due{SaleID: l.SaleID, Key: l.Key, At: l.At, Unknown: l.Unknown}
	wait := l.At.Sub(q.engine.now(q.ctx))
	if wait <= 0 {
		q.add(l.Provider, due)
		return
	}
	time.AfterFunc(min(wait, time.Second), func() { q.add(l.Provider, due) })
}

// add adds attempts to a provider's queue. What has no room is found by the next sweep.
func (q *queues) add(provider string, due ...ledger.Due) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.ended || q.ctx.Err() != nil {
		return
	}
	of := q.queues[provider]
	if of == nil {
		of = &queue{again: map[string]bool{}}
		q.queues[provider] = of
	}
	for _, d := range due {
		if _, known := of.again[d.Key]; known {
			of.again[d.Key] = true
			continue
		}
		if !of.hasRoom(&d) {
			continue
		}
		of.again[d.Key] = false
		of.insert(d)
		if of.workers < maxAtOnce {
			of.workers++
			q.running.Go(func() { q.work(provider, of) })
		}
	}
}

// hasRoom reports whether an attempt may wait. One of unknown result takes the place of
// the last one that is none; if some were due again, more than maxDue wait.
func (of *queue) hasRoom(d *ledger.Due) bool {
	if len(of.waiting) < maxDue {
		return true
	}
	last := of.waiting[len(of.waiting)-1]
	if !d.Unknown || last.Unknown {
		return false
	}
	of.waiting = of.waiting[:len(of.waiting)-1]
	delete(of.again, last.Key)
	return true
}

func (of *queue) insert(d ledger.Due) {
	at := len(of.waiting)
	if d.Unknown {
		for at > 0 && !of.waiting[at-1].Unknown {
			at--
		}
	}
	of.waiting = slices.Insert(of.waiting, at, d)
}

// work looks at attempts of a queue until none waits.
func (q *queues) work(provider string, of *queue) {
	for {
		d, ok := q.next(provider, of)
		if !ok {
			return
		}
		if err := q.engine.check(q.ctx, d.SaleID, d.Key); err != nil {
			q.engine.fail(q.ctx, "a payment could not be looked after, and is tried again", remedyDatabase, err,
				slog.String("sale", d.SaleID), slog.String("provider", provider))
		}
		q.looked(of, d)
	}
}

func (q *queues) next(provider string, of *queue) (next ledger.Due, ok bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(of.waiting) == 0 || q.ctx.Err() != nil {
		of.workers--
		if of.workers == 0 && q.queues[provider] == of {
			delete(q.queues, provider)
		}
		return next, false
	}
	next, of.waiting = of.waiting[0], of.waiting[1:]
	of.again[next.Key] = false
	return next, true
}

func (q *queues) looked(of *queue, d ledger.Due) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if !of.again[d.Key] {
		delete(of.again, d.Key)
		return
	}
	of.insert(d)
}

// sweep looks after what is due at a time, and reports whether more may be than it has
// read.
func (q *queues) sweep(at time.Time) (more bool, err error) {
	names, err := q.engine.store.DueProviders(q.ctx, at)
	if err != nil {
		return false, err
	}
	for _, name := range names {
		due, err := q.engine.store.Due(q.ctx, name, at, maxDue)
		if err != nil {
			return false, err
		}
		more = more || len(due) == maxDue
		q.add(name, due...)
	}
	return more, nil
}

// deliver delivers the changes that are due, unless that is being done.
func (q *queues) deliver() { q.once(&q.delivering, q.engine.redeliverDue) }

// match matches events again that were missed, unless that is being done.
func (q *queues) match() { q.once(&q.matching, q.engine.matchMissed) }

// once begins some work, unless it is being done.
func (q *queues) once(doing *bool, work func(context.Context)) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if *doing || q.ended {
		return
	}
	*doing = true
	q.running.Go(func() {
		work(q.ctx)
		q.mu.Lock()
		defer q.mu.Unlock()
		*doing = false
	})
}
