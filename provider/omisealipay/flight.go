package omisealipay

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/paysocket/paysocket/contract"
)

// flights makes calls with one key meet: one of them does the work, in a
// goroutine of its own, and all that ask for the same wait for its answer. The
// work does not end with the first caller, since another may be waiting for it
// and since a request that moves money should be seen to its end. It is given
// up only if every caller has left before such a request was begun.
type flights[T any] struct {
	now func() time.Time

	mu      sync.Mutex
	running map[string]*flight[T]
	memory  *keyMemory
}

func newFlights[T any](now func() time.Time) *flights[T] {
	return &flights[T]{now: now, running: map[string]*flight[T]{}, memory: newKeyMemory(maxRemembered)}
}

// A wish is what a call asks for: the key, and everything about the request
// that a repetition must repeat.
type wish struct {
	key     string
	account accountID
	terms   string
	attempt contract.Attempt
}

// A flight is one piece of work under way.
type flight[T any] struct {
	all    *flights[T]
	wish   wish
	ctx    context.Context // its own: the flight outlives the calls that it serves
	cancel context.CancelFunc
	done   chan struct{}

	// answer and err are written before done is closed.
	answer *T
	err    *contract.Error

	// These are guarded by all.mu.
	waiting   int
	deadline  time.Time // of the most patient caller; zero if one has none
	committed bool      // a request that moves money was begun
	begun     time.Time // when that was
}

// do answers a call by the flight for its wish, a new one if there is none.
// joined says that the flight was another call's.
func (f *flights[T]) do(
	ctx context.Context, w wish, timeout time.Duration, work func(*flight[T]) (*T, *contract.Error),
) (answer *T, joined bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	for {
		if ended := contract.FromContext(ctx); ended != nil {
			return nil, false, asError(ended).ForAttempt(&w.attempt)
		}
		current, first, fits := f.board(ctx, w, timeout)
		if first {
			go current.fly(work)
		}
		if current.wish.account != w.account {
			return nil, false, elsewhere()
		}
		if !fits {
			select { // its result is needed before this call can go on
			case <-current.done:
			case <-ctx.Done():
			}
			continue
		}
		answer, err = current.wait(ctx, &w.attempt)
		return answer, !first, err
	}
}

// board gives the flight that is under way for the key, or begins one. fits is
// false for a flight that asks for something else, that works with other
// credentials, or that does not know of an earlier call that this one knows of:
// its caller has to wait and ask again.
func (f *flights[T]) board(ctx context.Context, w wish, timeout time.Duration) (current *flight[T], first, fits bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	deadline, _ := ctx.Deadline()
	if current = f.running[w.key]; current != nil {
		if current.wish.account != w.account || current.wish.terms != w.terms || w.attempt.Repeated() && !current.wish.attempt.Repeated() {
			return current, false, false
		}
		current.waiting++
		if deadline.After(current.deadline) {
			current.deadline = deadline
		}
		return current, false, true
	}
	current = &flight[T]{all: f, wish: w, done: make(chan struct{}), waiting: 1, deadline: deadline}
	current.ctx, current.cancel = context.WithTimeout(context.WithoutCancel(ctx), timeout) //nolint:gosec // land calls it
	f.running[w.key] = current
	return current, true, true
}

// fly does the work. A panic in it would end the process past every guard that
// stands around the calls, so it becomes the error that those would make.
func (f *flight[T]) fly(work func(*flight[T]) (*T, *contract.Error)) {
	defer f.land()
	defer func() {
		if recovered := recover(); recovered != nil {
			f.answer = nil
			f.err = contract.NewError(contract.ProviderBug, "the provider panicked; report it to its author").
				WithCause(fmt.Errorf("panic: %v", recovered))
		}
	}()
	if f.answer, f.err = work(f); f.answer == nil && f.err == nil {
		panic("neither an answer nor an error")
	}
}

// land notes what the key led to and wakes the callers.
func (f *flight[T]) land() {
	f.all.mu.Lock()
	defer f.all.mu.Unlock()
	if f.all.running[f.wish.key] == f {
		delete(f.all.running, f.wish.key)
	}
	if f.committed {
		f.remember()
	}
	f.cancel()
	close(f.done)
}

// remember keeps since when the key's fate is unknown, or forgets it once the
// gateway's refusal is certain. What it led to is kept by learnt.
func (f *flight[T]) remember() {
	before := f.all.memory.recall(f.wish.key)
	switch {
	case f.err == nil:
	case f.err.Outcome == contract.Indeterminate:
		before = before.under(f.wish.account)
		f.all.memory.keep(f.wish.key, recollection{
			account: f.wish.account, id: before.id, firstAt: f.firstAt(before), unknownAt: f.all.now(),
		})
	case before.account == f.wish.account: // what other credentials led to is not refuted
		f.all.memory.forget(f.wish.key)
	}
}

// firstAt gives the earliest time at which what the key led to can have been
// made, as far as that is known here.
func (f *flight[T]) firstAt(before recollection) time.Time {
	first := f.begun
	for _, earlier := range []time.Time{before.firstAt, f.wish.attempt.FirstAt} {
		if first.IsZero() || !earlier.IsZero() && earlier.Before(first) {
			first = earlier
		}
	}
	return first
}

// recall gives what is remembered of the flight's key.
func (f *flight[T]) recall() recollection { return f.all.recall(f.wish.key, f.wish.account) }

// learnt keeps the id of what the key led to.
func (f *flight[T]) learnt(id string) {
	f.all.mu.Lock()
	defer f.all.mu.Unlock()
	before := f.all.memory.recall(f.wish.key)
	f.all.memory.keep(f.wish.key, recollection{account: f.wish.account, id: id, firstAt: f.firstAt(before)})
}

// timeFor fails unless some caller still waits and has at least least of its
// time left.
func (f *flight[T]) timeFor(least time.Duration) *contract.Error {
	f.all.mu.Lock()
	defer f.all.mu.Unlock()
	return f.timeLeft(least)
}

// commit is called right before a request that moves money, and decides in one
// step with the leaving of callers whether it may be begun.
func (f *flight[T]) commit(least time.Duration) *contract.Error {
	f.all.mu.Lock()
	defer f.all.mu.Unlock()
	if err := f.timeLeft(least); err != nil {
		return err
	}
	f.committed, f.begun = true, f.all.now()
	return nil
}

func (f *flight[T]) timeLeft(least time.Duration) *contract.Error {
	end, _ := f.ctx.Deadline()
	if f.deadline.Before(end) {
		end = f.deadline
	}
	switch {
	case f.waiting == 0:
		return contract.NewError(contract.DeadlineTooShort, "the call ended before anything that moves money was sent")
	case time.Until(end) < least:
		return tooShort(least)
	default:
		return nil
	}
}

func tooShort(least time.Duration) *contract.Error {
	return contract.Errorf(contract.DeadlineTooShort,
		"less than %s of the call's time is left, too little to move money: repeat it with more time", least)
}

// wait gives the flight's answer, or leaves it when the caller's time is up.
func (f *flight[T]) wait(ctx context.Context, attempt *contract.Attempt) (*T, error) {
	select {
	case <-f.done:
	case <-ctx.Done():
		if err := f.leave(ctx); err != nil {
			return nil, err.ForAttempt(attempt)
		}
	}
	if f.err != nil {
		if attempt.LastUnknownAt.After(f.wish.attempt.LastUnknownAt) {
			return nil, f.err.ForAttempt(attempt) // the flight did not know of this caller's earlier call
		}
		return nil, f.err
	}
	answer := *f.answer
	return &answer, nil
}

// leave gives the error of a caller whose time is up; nil if the answer came
// at the last moment. The last to leave gives up work that has not moved money.
func (f *flight[T]) leave(ctx context.Context) *contract.Error {
	f.all.mu.Lock()
	defer f.all.mu.Unlock()
	select {
	case <-f.done:
		return nil
	default:
	}
	f.waiting--
	if f.waiting == 0 && !f.committed {
		delete(f.all.running, f.wish.key)
		f.cancel()
		return asError(contract.FromContext(ctx))
	}
	message := "the time was up before Omise had answered: ask again with the same key"
	if errors.Is(ctx.Err(), context.Canceled) {
		message = "the call was canceled before Omise had answered: ask again with the same key"
	}
	return contract.NewError(contract.ProviderTimeout, message).WithCause(ctx.Err())
}

// open reports whether a call with the key is under way.
func (f *flights[T]) open(key string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.running[key] != nil
}

// recall gives what is remembered of a key, as far as it is true of the account.
func (f *flights[T]) recall(key string, account accountID) recollection {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.memory.recall(key).under(account)
}
