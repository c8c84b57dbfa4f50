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

// waitTimeout bounds the wait for one observation.
const waitTimeout = 20 * time.Second

// recorder keeps what the shop observes until a step of the demo waits for it.
type recorder struct {
	mu           sync.Mutex
	observations []shop.Observation
	wake         chan struct{} // holds one token while there is a new observation
}

func newRecorder() *recorder { return &recorder{wake: make(chan struct{}, 1)} }

// record adds an observation. The shop calls it, so it never blocks.
func (r *recorder) record(observation shop.Observation) {
	r.mu.Lock()
	r.observations = append(r.observations, observation)
	r.mu.Unlock()
	select {
	case r.wake <- struct{}{}:
	default:
	}
}

// remove removes the first observation that match accepts and returns it; nil if there
// is none. An error of match is returned as it is.
func (r *recorder) remove(match func(*shop.Observation) (bool, error)) (*shop.Observation, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i := range r.observations {
		wanted, err := match(&r.observations[i])
		if err != nil {
			return nil, err
		}
		if wanted {
			observation := r.observations[i]
			r.observations = slices.Delete(r.observations, i, i+1)
			return &observation, nil
		}
	}
	return nil, nil
}

// errProcessEnded is the error of a provider whose process ended during the demo.
var errProcessEnded = errors.New("the provider's process ended by itself")

// await waits for an observation until waitTimeout has passed or ended is closed.
func (r *recorder) await(ctx context.Context, what string, ended <-chan struct{}, match func(*shop.Observation) (bool, error)) (*shop.Observation, error) {
	timer := time.NewTimer(waitTimeout)
	defer timer.Stop()
	for {
		observation, err := r.remove(match)
		if err != nil || observation != nil {
			return observation, err
		}
		select {
		case <-r.wake:
		case <-ended:
			return nil, fmt.Errorf("waiting for %s: %w", what, errProcessEnded)
		case <-timer.C:
			return nil, fmt.Errorf("no %s within %s", what, waitTimeout)
		case <-ctx.Done():
			return nil, fmt.Errorf("waiting for %s: %w", what, context.Cause(ctx))
		}
	}
}
