package supervisor

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/plugin"
)

// instance is one process of a provider that has become ready. The worker's lock
// guards what changes.
type instance struct {
	entry      *Entry
	generation int
	client     *plugin.Client
	pinned     *plugin.Pinned // the client's
	readyAt    time.Time

	inFlight  int           // calls
	missed    int           // health checks, in a row
	retiredAt time.Time     // zero while it takes calls
	retired   chan struct{} // closed when it takes no more calls
	idle      chan struct{} // closed when, besides, it has none
	checkNow  chan struct{} // asks for a health check at once
}

func newInstance(s *start, client *plugin.Client, pinned *plugin.Pinned) *instance {
	return &instance{
		entry: s.entry, generation: s.generation, client: client, pinned: pinned, readyAt: time.Now(),
		retired: make(chan struct{}), idle: make(chan struct{}), checkNow: make(chan struct{}, 1),
	}
}

// isDone reports whether a process takes no more calls.
func isDone(client *plugin.Client) bool {
	select {
	case <-client.Done():
		return true
	default:
		return false
	}
}

func (i *instance) pid() int {
	if p := i.client.Process(); p != nil {
		return p.PID
	}
	return 0
}

// acquire returns the instance for a new call, which must be the pinned one if that
// is not nil. It counts the call under the lock under which instances are swapped, so
// that none is sent to an instance that is about to be stopped, nor to another one
// than was pinned.
func (w *worker) acquire(pinned *instance) (*instance, *contract.Error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case !w.takesCalls():
		return nil, w.refusal()
	case pinned != nil && w.current != pinned:
		return nil, contract.NewError(contract.ProviderUnreachable,
			"nothing was sent: another process of the provider "+w.name+" takes the calls now; pin it, and decide again")
	}
	w.current.inFlight++
	return w.current, nil
}

// ready returns the instance that takes the calls now.
func (w *worker) ready() (*instance, *contract.Error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.takesCalls() {
		return nil, w.refusal()
	}
	return w.current, nil
}

// takesCalls reports whether there is a process to send calls to. The lock must be
// held.
func (w *worker) takesCalls() bool {
	return w.current != nil && w.running.Err() == nil && !isDone(w.current.client)
}

// release ends a call. A process that is about to end refuses calls with the reason
// that also means that its gateway cannot be reached, so a health check finds out
// which it is.
func (w *worker) release(i *instance, err error) {
	if errors.Is(err, contract.ProviderUnreachable) {
		select {
		case i.checkNow <- struct{}{}:
		default:
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	i.inFlight--
	i.closeIfIdle()
}

func (i *instance) closeIfIdle() {
	if i.inFlight == 0 && !i.retiredAt.IsZero() {
		close(i.idle)
	}
}

// retire ends an instance that is not the current one, or no longer. The lock must
// be held.
func (w *worker) retire(i *instance) {
	i.retiredAt = time.Now()
	close(i.retired)
	i.closeIfIdle()
	w.retiring = append(w.retiring, i)
	w.others.Go(func() { w.drain(i) })
}

// drain waits for the calls of a retired instance and then ends its process.
func (w *worker) drain(i *instance) {
	timer := time.NewTimer(w.supervisor.options.DrainTimeout)
	defer timer.Stop()
	select {
	case <-i.idle:
	case <-i.client.Done(): // its calls end by themselves
	case <-w.supervisor.aborted:
	case <-timer.C:
	}
	w.mu.Lock()
	aborted := i.inFlight
	w.mu.Unlock()
	err := i.client.Close()
	w.mu.Lock()
	w.retiring = slices.DeleteFunc(w.retiring, func(other *instance) bool { return other == i })
	w.changed()
	w.mu.Unlock()
	w.logStopped(i, aborted, err)
}

// watch waits for the loss of an instance, and checks its health, for as long as it
// takes calls.
func (w *worker) watch(i *instance) {
	ticker := time.NewTicker(w.supervisor.options.HealthInterval)
	defer ticker.Stop()
	var checked time.Time
	for {
		select {
		case <-i.retired:
			return
		case <-i.client.Done():
			w.recordLoss(i)
			return
		case <-ticker.C:
		case <-i.checkNow:
			if time.Since(checked) < checkPause {
				continue
			}
		}
		w.check(i)
		checked = time.Now()
	}
}

// checkPause is the least time between health checks that calls ask for: while a
// gateway cannot be reached, every call does.
const checkPause = 100 * time.Millisecond

// recordLoss takes an instance out of service whose process or connection is gone.
// It has got no calls since.
func (w *worker) recordLoss(i *instance) {
	lost := i.client.Err()
	if !w.lost(i, lost) {
		return
	}
	_ = i.client.Close() // all of its output has been read after it
	w.explain(lost, i.client.Err())
}

// explain replaces an error by one that is known later.
func (w *worker) explain(before, after error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.stderr = stderrOf(after)
	if errors.Is(w.problem, before) {
		w.problem = after
	}
}

// maxMissed is how many health checks in a row mean that a process is lost.
const maxMissed = 3

// check checks the health of an instance once.
func (w *worker) check(i *instance) {
	ctx, cancel := context.WithTimeout(w.running, w.supervisor.options.HealthInterval)
	defer cancel()
	err := i.client.Health(ctx)
	if w.running.Err() != nil || isDone(i.client) {
		return
	}
	if errors.Is(err, plugin.ErrMemoryLimit) {
		w.lost(i, &plugin.LostError{PID: i.pid(), Stderr: i.client.Stderr(), Err: err})
		return
	}
	missed := w.missed(i, err != nil)
	if err == nil {
		return
	}
	w.log(slog.LevelWarn, "the provider missed a health check", append(i.attrs(),
		slog.Int("missed", missed), slog.String("error", err.Error()))...)
	lost := &plugin.LostError{PID: i.pid(), Stderr: i.client.Stderr(), Err: err}
	switch {
	case errors.Is(err, plugin.ErrNotServing):
		w.lost(i, lost)
	case missed >= maxMissed:
		lost.Err = fmt.Errorf("it missed %d health checks in a row: %w", missed, err)
		w.lost(i, lost)
	}
}

// missed counts the health checks that failed in a row.
func (w *worker) missed(i *instance, failed bool) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	if failed {
		i.missed++
	} else {
		i.missed = 0
	}
	return i.missed
}
