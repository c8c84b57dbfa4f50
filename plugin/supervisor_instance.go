package plugin

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/paysocket/paysocket/contract"
)

// instance is one process of a provider that has become ready. The keeper's
// lock guards what changes.
type instance struct {
	entry      *Entry
	generation int
	client     *Client
	call       contract.Handler // the client's
	readyAt    time.Time

	flying    int           // the calls that it has
	missed    int           // health checks
	retiredAt time.Time     // zero while it takes calls
	retired   chan struct{} // closed when it takes no more calls
	idle      chan struct{} // closed when, besides, it has none
	doubted   chan struct{} // asks for a health check at once
}

func newInstance(s *start, client *Client) *instance {
	return &instance{
		entry: s.entry, generation: s.generation, client: client, call: client.Handler(), readyAt: time.Now(),
		retired: make(chan struct{}), idle: make(chan struct{}), doubted: make(chan struct{}, 1),
	}
}

func (i *instance) pid() int {
	if p := i.client.Process(); p != nil {
		return p.PID
	}
	return 0
}

// LostError says how a process was lost that was ready before.
type LostError struct {
	// PID was its process id.
	PID int

	// Err is what was noticed.
	Err error

	// Stderr is the end of what it printed, up to 2 KiB, with the secrets
	// struck out.
	Stderr string
}

// Error gives it in one line, with the last line of the output, or the one with
// which a program in Go panicked.
func (e *LostError) Error() string {
	text := fmt.Sprintf("its process %d was lost: %v", e.PID, e.Err)
	if last := lastLine(e.Stderr); last != "" {
		text += fmt.Sprintf("; it last printed %q", excerpt(last))
	}
	return text
}

// Unwrap gives the cause.
func (e *LostError) Unwrap() error { return e.Err }

// acquire gives the instance that a new call goes to. It counts the call under
// the lock under which instances are exchanged, so that none is sent to an
// instance that is about to be stopped.
func (k *keeper) acquire() (*instance, *contract.Error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if !k.takesCalls() {
		return nil, k.refusal()
	}
	k.current.flying++
	return k.current, nil
}

// takesCalls reports whether there is a process to send calls to. The lock is
// held.
func (k *keeper) takesCalls() bool {
	return k.current != nil && k.running.Err() == nil && !k.current.client.isDone()
}

// release ends a call. A process that is about to end refuses calls, in the
// words of one whose gateway cannot be reached, so it is asked which it is.
func (k *keeper) release(i *instance, err error) {
	if errors.Is(err, contract.ProviderUnreachable) {
		select {
		case i.doubted <- struct{}{}:
		default:
		}
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	i.flying--
	i.tellIdle()
}

func (i *instance) tellIdle() {
	if i.flying == 0 && !i.retiredAt.IsZero() {
		close(i.idle)
	}
}

// retire lets an instance that is not, or no more, the current one come to its
// end. The lock is held.
func (k *keeper) retire(i *instance) {
	i.retiredAt = time.Now()
	close(i.retired)
	i.tellIdle()
	k.retiring = append(k.retiring, i)
	k.others.Go(func() { k.drain(i) })
}

// drain waits for the calls of a retired instance and ends its process.
func (k *keeper) drain(i *instance) {
	timer := time.NewTimer(k.supervisor.options.DrainTimeout)
	defer timer.Stop()
	select {
	case <-i.idle:
	case <-i.client.Done(): // its calls end by themselves
	case <-k.supervisor.cut:
	case <-timer.C:
	}
	k.mu.Lock()
	left := i.flying
	k.mu.Unlock()
	err := i.client.Close()
	k.mu.Lock()
	k.retiring = slices.DeleteFunc(k.retiring, func(other *instance) bool { return other == i })
	k.changed()
	k.mu.Unlock()
	k.logStopped(i, left, err)
}

// watch waits for the loss of an instance, and asks it now and then whether it
// is healthy, for as long as it takes calls.
func (k *keeper) watch(i *instance) {
	ticker := time.NewTicker(k.supervisor.options.HealthInterval)
	defer ticker.Stop()
	var checked time.Time
	for {
		select {
		case <-i.retired:
			return
		case <-i.client.Done():
			k.mourn(i)
			return
		case <-ticker.C:
		case <-i.doubted:
			if time.Since(checked) < doubtPause {
				continue
			}
		}
		k.check(i)
		checked = time.Now()
	}
}

// doubtPause is how long a health check counts when calls cast doubt on it:
// while a gateway cannot be reached, each call does.
const doubtPause = 100 * time.Millisecond

// mourn finds out what became of an instance whose process or connection is
// gone, and takes it out of service. It has got no calls since.
func (k *keeper) mourn(i *instance) {
	lost := &LostError{PID: i.pid(), Err: errors.New("the connection to it broke")}
	// A process that lives on will be killed, and that would look like its end.
	if how, ended := i.client.howItEnded(outputGrace); ended {
		lost.Err = fmt.Errorf("it ended: %s", how)
	}
	lost.Stderr = i.client.lastWords()
	if !k.lost(i, lost) {
		return
	}
	_ = i.client.Close() // after which all that it has printed is read
	k.explain(lost, &LostError{PID: lost.PID, Err: lost.Err, Stderr: i.client.lastWords()})
}

// explain replaces a problem by what is known of it later.
func (k *keeper) explain(before, after *LostError) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.stderr = after.Stderr
	if errors.Is(k.problem, before) {
		k.problem = after
	}
}

// maxMissed is how many health checks may fail, one after the other.
const maxMissed = 3

// check asks for an instance's health once.
func (k *keeper) check(i *instance) {
	ctx, cancel := context.WithTimeout(k.running, k.supervisor.options.HealthInterval)
	defer cancel()
	openErr := i.client.checkHealth(ctx)
	if k.running.Err() != nil || i.client.isDone() {
		return
	}
	missed := k.missed(i, openErr != nil)
	if openErr == nil {
		return
	}
	k.log(slog.LevelWarn, "the provider missed a health check", append(i.attrs(),
		slog.Int("missed", missed), slog.String("error", openErr.Err.Error()))...)
	lost := &LostError{PID: i.pid(), Stderr: i.client.lastWords(), Err: openErr.Err}
	switch {
	case errors.Is(openErr.Err, errNotServing):
		k.lost(i, lost)
	case missed >= maxMissed:
		lost.Err = fmt.Errorf("it missed %d health checks in a row: %w", missed, openErr.Err)
		k.lost(i, lost)
	}
}

// missed counts the checks that failed in a row.
func (k *keeper) missed(i *instance, failed bool) int {
	k.mu.Lock()
	defer k.mu.Unlock()
	if failed {
		i.missed++
	} else {
		i.missed = 0
	}
	return i.missed
}
