package omisealipay

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit"
	"github.com/paysocket/paysocket/provider/omise"
)

// sharedCalls lets concurrent calls with one key share one piece of work, which
// runs in a goroutine of its own. The work does not end with its first caller,
// because others may wait for it, and because a request that moves money should
// be seen to its end. It is abandoned only if every caller has left before such a
// request was begun. Package kit makes sure that all callers are of one account,
// and remembers what the work led to.
type sharedCalls[T any] struct {
	mu      sync.Mutex
	running map[string]*sharedCall[T]
}

func newSharedCalls[T any]() *sharedCalls[T] {
	return &sharedCalls[T]{running: map[string]*sharedCall[T]{}}
}

// A keyedRequest is the key of a call, and everything that a call which repeats
// it must repeat.
type keyedRequest struct {
	key     string
	terms   string
	attempt contract.Attempt
}

// A sharedCall is one piece of work under way.
type sharedCall[T any] struct {
	all     *sharedCalls[T]
	request keyedRequest
	ctx     context.Context // not a caller's: the work outlives the calls that it serves
	cancel  context.CancelFunc
	done    chan struct{}

	// attempt and known are what kit.HoldKey returned when the work began: with
	// what became of earlier calls, and the id that they led to.
	attempt contract.Attempt
	known   string
	end     func(made string, sent bool, e *contract.Error) *contract.Error

	// made, answer and err are written before done is closed. made is the id of
	// what the key led to, and may be known although there is no answer.
	made   string
	answer *T
	err    *contract.Error

	// These are guarded by all.mu.
	waiting   int
	deadline  time.Time // the latest of the callers'
	committed bool      // a request that moves money was begun
}

// do returns the answer of the shared call for the request, and begins one if
// there is none. joined reports whether another caller began it. The context must
// have a deadline, as [kit.Run] sets it; the work takes no longer than timeout.
func (c *sharedCalls[T]) do(
	ctx context.Context, request keyedRequest, timeout time.Duration, work func(*sharedCall[T]) (*T, *contract.Error),
) (answer *T, joined bool, err *contract.Error) {
	for {
		if err := kit.TimeLeft(ctx, 0); err != nil {
			return nil, false, err.ForAttempt(&request.attempt)
		}
		current, first, fits := c.join(ctx, request, timeout)
		if first {
			go current.run(work)
		}
		if !fits {
			select { // its result is needed before this call can go on
			case <-current.done:
			case <-ctx.Done():
			}
			continue
		}
		answer, err = current.wait(ctx, &request.attempt)
		return answer, !first, err
	}
}

// join returns the shared call that is under way for the key, or begins one. fits
// is false for a call that asks for something else, or that does not know of an
// earlier call that this one knows of: its caller has to wait and ask again.
func (c *sharedCalls[T]) join(ctx context.Context, request keyedRequest, timeout time.Duration) (current *sharedCall[T], first, fits bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	deadline, _ := ctx.Deadline()
	if current = c.running[request.key]; current != nil {
		if current.request.terms != request.terms ||
			request.attempt.Repeated() && !current.request.attempt.Repeated() {
			return current, false, false
		}
		current.waiting++
		if deadline.After(current.deadline) {
			current.deadline = deadline
		}
		return current, false, true
	}
	current = &sharedCall[T]{
		all: c, request: request, done: make(chan struct{}), waiting: 1, deadline: deadline,
	}
	current.attempt, current.known, current.end = kit.HoldKey(ctx)
	work, cancel := context.WithTimeout(context.WithoutCancel(ctx), timeout) //nolint:gosec // finish calls cancel
	current.ctx, current.cancel = omise.WithUntil(work, current.awaited), cancel
	c.running[request.key] = current
	return current, true, true
}

// run does the work. A panic in it would end the process, because the guards
// around the calls are in other goroutines, so it becomes the error that they
// would make of it.
func (c *sharedCall[T]) run(work func(*sharedCall[T]) (*T, *contract.Error)) {
	defer c.finish()
	defer func() {
		if recovered := recover(); recovered != nil {
			c.answer = nil
			c.err = contract.NewError(contract.ProviderBug, "the provider panicked; report it to its author").
				WithCause(fmt.Errorf("panic: %v", recovered))
		}
	}()
	if c.answer, c.err = work(c); c.answer == nil && c.err == nil {
		panic("neither an answer nor an error")
	}
}

// finish ends the use of the key and wakes the callers.
func (c *sharedCall[T]) finish() {
	c.all.mu.Lock()
	defer c.all.mu.Unlock()
	if c.all.running[c.request.key] == c {
		delete(c.all.running, c.request.key)
	}
	c.err = c.end(c.made, c.committed, c.err)
	c.cancel()
	close(c.done)
}

// checkTime returns an error unless a caller still waits and has at least so much
// of its time left.
func (c *sharedCall[T]) checkTime(least time.Duration) *contract.Error {
	c.all.mu.Lock()
	defer c.all.mu.Unlock()
	return c.checkTimeLocked(least)
}

// commit is called right before a request that moves money. It decides whether
// the request may be begun, under the lock under which callers leave.
func (c *sharedCall[T]) commit(least time.Duration) *contract.Error {
	c.all.mu.Lock()
	defer c.all.mu.Unlock()
	if err := c.checkTimeLocked(least); err != nil {
		return err
	}
	c.committed = true
	return nil
}

// awaited returns until when the result is waited for: by a caller, or, once a
// request that moves money was begun, by the memory of the keys.
func (c *sharedCall[T]) awaited() time.Time {
	c.all.mu.Lock()
	defer c.all.mu.Unlock()
	if end, _ := c.ctx.Deadline(); c.committed {
		return end
	}
	return c.endLocked()
}

func (c *sharedCall[T]) endLocked() time.Time {
	end, _ := c.ctx.Deadline()
	if c.deadline.Before(end) {
		return c.deadline
	}
	return end
}

func (c *sharedCall[T]) checkTimeLocked(least time.Duration) *contract.Error {
	end := c.endLocked()
	switch {
	case c.waiting == 0:
		return contract.NewError(contract.DeadlineTooShort, "the call ended before a request that moves money was sent")
	case time.Until(end) < least:
		return contract.Errorf(contract.DeadlineTooShort,
			"less than %s was left to begin a request that moves money; give the call more time, or lower min_time_left", least)
	default:
		return nil
	}
}

// wait returns the shared call's answer, or leaves when the caller's time is up.
func (c *sharedCall[T]) wait(ctx context.Context, attempt *contract.Attempt) (*T, *contract.Error) {
	select {
	case <-c.done:
	case <-ctx.Done():
		if err := c.leave(ctx); err != nil {
			return nil, err.ForAttempt(attempt)
		}
	}
	if c.err != nil {
		if attempt.LastUnknownAt.After(c.request.attempt.LastUnknownAt) {
			return nil, c.err.ForAttempt(attempt) // the work did not know of this caller's earlier call
		}
		return nil, c.err
	}
	answer := *c.answer
	return &answer, nil
}

// leave returns the error of a caller whose time is up, and nil if the answer
// came at the last moment. The last caller to leave ends work that has not moved
// money.
func (c *sharedCall[T]) leave(ctx context.Context) *contract.Error {
	c.all.mu.Lock()
	defer c.all.mu.Unlock()
	select {
	case <-c.done:
		return nil
	default:
	}
	c.waiting--
	if c.waiting == 0 && !c.committed {
		delete(c.all.running, c.request.key)
		c.cancel()
		return c.end("", false, kit.TimeLeft(ctx, 0).ForAttempt(&c.request.attempt))
	}
	message := "Omise did not answer in time; repeat the call with the same key"
	if errors.Is(ctx.Err(), context.Canceled) {
		message = "the call was canceled before Omise answered; repeat it with the same key"
	}
	return contract.NewError(contract.ProviderTimeout, message).WithCause(ctx.Err())
}
