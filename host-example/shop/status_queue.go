package shop

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/paysocket/paysocket/contract"
)

// statusQueue holds the sales that wait for a look-up, in a queue for each
// provider. A sale that waits already is not added again, so that a flood of
// webhooks causes no flood of look-ups, and no queue is longer than the store.
type statusQueue struct {
	mu         sync.Mutex
	byProvider map[string]*providerQueue
	wake       chan struct{} // holds one token while a queue may need a worker
}

type providerQueue struct {
	hints   map[string]string // by sale id
	saleIDs []string
	active  bool // a worker processes it
}

func newStatusQueue() *statusQueue {
	return &statusQueue{byProvider: map[string]*providerQueue{}, wake: make(chan struct{}, 1)}
}

// add requests a look-up of a sale. The hint is the payment's id; empty if it is
// not known.
func (q *statusQueue) add(sale *Sale, hint string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	queue := q.byProvider[sale.Provider]
	if queue == nil {
		queue = &providerQueue{hints: map[string]string{}}
		q.byProvider[sale.Provider] = queue
	}
	if known, waits := queue.hints[sale.ID]; !waits {
		queue.saleIDs = append(queue.saleIDs, sale.ID)
		queue.hints[sale.ID] = hint
	} else if known == "" {
		queue.hints[sale.ID] = hint
	}
	select {
	case q.wake <- struct{}{}:
	default:
	}
}

// activate returns the queues that have sales and no worker, and marks them as
// having one.
func (q *statusQueue) activate() []*providerQueue {
	q.mu.Lock()
	defer q.mu.Unlock()
	var activated []*providerQueue
	for _, queue := range q.byProvider {
		if !queue.active && len(queue.saleIDs) > 0 {
			queue.active = true
			activated = append(activated, queue)
		}
	}
	return activated
}

// next removes the next sale from a queue and returns it. If the queue is empty,
// next returns false, and the queue no longer has a worker.
func (q *statusQueue) next(queue *providerQueue) (saleID, hint string, ok bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(queue.saleIDs) == 0 {
		queue.active = false
		return "", "", false
	}
	saleID, queue.saleIDs = queue.saleIDs[0], queue.saleIDs[1:]
	hint = queue.hints[saleID]
	delete(queue.hints, saleID)
	return saleID, hint, true
}

// Run looks sales up until ctx ends: those that webhooks and returning buyers
// request, and at intervals every open one. Each provider has a worker of its
// own, so that one that does not answer delays no other. A look-up that fails is
// repeated after Options.RetryDelays; after the last of them the sale waits for
// the next request or the next sweep.
func (s *Shop) Run(ctx context.Context) {
	var workers sync.WaitGroup
	defer workers.Wait()
	timer := time.NewTimer(s.sweepDelay())
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-s.statusQueue.wake:
		case <-timer.C:
			s.sweep()
			timer.Reset(s.sweepDelay())
		}
		for _, queue := range s.statusQueue.activate() {
			workers.Go(func() { s.processQueue(ctx, queue) })
		}
	}
}

// sweepDelay returns Options.SweepInterval, a fifth more or less by chance, so
// that hosts that were started together do not sweep together.
func (s *Shop) sweepDelay() time.Duration {
	interval := s.options.SweepInterval
	return interval - interval/5 + rand.N(interval*2/5+1) //nolint:gosec // It spreads load and guards no secret.
}

// sweep requests a look-up of every open sale that has not changed for half a
// SweepInterval. A webhook that came while the provider was unavailable may never
// come again, and without the sweep its order would look unpaid for good. A real
// shop looks up less and less often, until the gateway's status is final.
func (s *Shop) sweep() {
	before := s.now().Add(-s.options.SweepInterval / 2)
	for _, sale := range s.store.all() {
		if sale.State.Open() && sale.UpdatedAt.Before(before) {
			s.statusQueue.add(&sale, "")
		}
	}
}

// processQueue looks up the sales of a queue until it is empty.
func (s *Shop) processQueue(ctx context.Context, queue *providerQueue) {
	for ctx.Err() == nil {
		saleID, hint, ok := s.statusQueue.next(queue)
		if !ok {
			return
		}
		s.lookUp(ctx, saleID, hint)
	}
}

func (s *Shop) lookUp(ctx context.Context, saleID, hint string) {
	var sale Sale
	err := s.retry(ctx, func() (outcome contract.Outcome, err error) {
		sale, err = s.confirm(ctx, saleID, hint)
		if _, failed := errors.AsType[*contract.Error](err); failed {
			return contract.Indeterminate, err // a look-up moves no money and may be repeated
		}
		return contract.Rejected, err
	})
	if err == nil {
		sale, err = s.confirmRefunds(ctx, saleID)
	}
	s.observe(Observation{Provider: sale.Provider, Sale: &sale, LookUp: &LookUp{Err: err}})
}
