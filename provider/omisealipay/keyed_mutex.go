package omisealipay

import (
	"context"
	"sync"
)

// keyedMutex is a mutex for each key. It lets one refund of a charge be made at a
// time: what is left of the charge is read first, and two refunds that read the
// same remainder would return too much.
type keyedMutex struct {
	mu      sync.Mutex
	byKey   map[string]chan struct{} // holds one token while it is unlocked
	waiting map[string]int           // who holds the lock among them
}

func newKeyedMutex() *keyedMutex {
	return &keyedMutex{byKey: map[string]chan struct{}{}, waiting: map[string]int{}}
}

// Lock waits for the key's lock and returns the function that unlocks it, or the
// context's error if that ends first.
func (m *keyedMutex) Lock(ctx context.Context, key string) (unlock func(), err error) {
	m.mu.Lock()
	token, known := m.byKey[key]
	if !known {
		token = make(chan struct{}, 1)
		token <- struct{}{}
		m.byKey[key] = token
	}
	m.waiting[key]++
	m.mu.Unlock()

	select {
	case <-token:
		return func() { token <- struct{}{}; m.release(key) }, nil
	case <-ctx.Done():
		m.release(key)
		return nil, ctx.Err()
	}
}

// release drops the key's lock when nobody needs it any more.
func (m *keyedMutex) release(key string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.waiting[key]--; m.waiting[key] == 0 {
		delete(m.waiting, key)
		delete(m.byKey, key)
	}
}
