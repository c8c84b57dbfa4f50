package omisealipay

import (
	"context"
	"sync"
)

// turns lets one refund of a charge be made at a time: what is left of it is
// read first, and two that read the same remainder would give back too much.
type turns struct {
	mu      sync.Mutex
	byID    map[string]chan struct{} // holds one token while it is nobody's turn
	waiting map[string]int
}

func newTurns() *turns {
	return &turns{byID: map[string]chan struct{}{}, waiting: map[string]int{}}
}

// take waits for the turn, and gives the function that ends it. It fails with
// the context's error if that ends first.
func (t *turns) take(ctx context.Context, id string) (end func(), err error) {
	t.mu.Lock()
	turn, known := t.byID[id]
	if !known {
		turn = make(chan struct{}, 1)
		turn <- struct{}{}
		t.byID[id] = turn
	}
	t.waiting[id]++
	t.mu.Unlock()

	select {
	case <-turn:
		return func() { turn <- struct{}{}; t.forget(id) }, nil
	case <-ctx.Done():
		t.forget(id)
		return nil, ctx.Err()
	}
}

// forget drops the charge when nobody waits for it any more.
func (t *turns) forget(id string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.waiting[id]--; t.waiting[id] == 0 {
		delete(t.waiting, id)
		delete(t.byID, id)
	}
}
