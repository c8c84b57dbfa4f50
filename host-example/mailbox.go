package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/paysocket/paysocket/host-example/shop"
)

// patience is how long the demo waits for one thing to happen.
const patience = 20 * time.Second

// mailbox holds the shop's notices until a step of the demo asks for them.
type mailbox struct {
	mu      sync.Mutex
	notices []shop.Observation
	some    chan struct{} // holds one token when a notice came
}

func newMailbox() *mailbox { return &mailbox{some: make(chan struct{}, 1)} }

// put takes a notice. It never blocks, since the shop calls it.
func (m *mailbox) put(notice shop.Observation) {
	m.mu.Lock()
	m.notices = append(m.notices, notice)
	m.mu.Unlock()
	select {
	case m.some <- struct{}{}:
	default:
	}
}

// take removes the first notice that match wants. An error of match ends the
// waiting.
func (m *mailbox) take(match func(*shop.Observation) (bool, error)) (*shop.Observation, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for i := range m.notices {
		wanted, err := match(&m.notices[i])
		if err != nil {
			return nil, err
		}
		if wanted {
			notice := m.notices[i]
			m.notices = slices.Delete(m.notices, i, i+1)
			return &notice, nil
		}
	}
	return nil, nil
}

// errEnded says that a process of the demo's ended by itself.
var errEnded = errors.New("it ended by itself")

// await waits for a notice, at most for the demo's patience, and no longer than
// the processes live that it depends on.
func (m *mailbox) await(ctx context.Context, what string, ended <-chan struct{}, match func(*shop.Observation) (bool, error)) (*shop.Observation, error) {
	timer := time.NewTimer(patience)
	defer timer.Stop()
	for {
		notice, err := m.take(match)
		if err != nil || notice != nil {
			return notice, err
		}
		select {
		case <-m.some:
		case <-ended:
			return nil, fmt.Errorf("waiting for %s: the provider's process: %w", what, errEnded)
		case <-timer.C:
			return nil, fmt.Errorf("no %s within %s", what, patience)
		case <-ctx.Done():
			return nil, fmt.Errorf("waiting for %s: %w", what, context.Cause(ctx))
		}
	}
}
