package plugin

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"reflect"
	"sync"
	"time"

	"github.com/paysocket/paysocket/contract"
)

// keeper keeps one provider of the catalog running. One goroutine, run, starts
// its processes, one at a time; others tell it what happened and what is
// wanted. Whatever may block, a log and a host's function above all, happens
// without the lock, since every call takes it.
type keeper struct {
	supervisor *Supervisor
	name       string
	logger     *slog.Logger

	running context.Context // ends when the entry is removed or the Supervisor closed
	end     context.CancelCauseFunc
	wake    chan struct{}
	others  sync.WaitGroup // the goroutines of its instances

	mu       sync.Mutex
	desired  *Entry      // what the catalog says
	good     *Entry      // the last one that became ready
	wanted   *start      // asked for, and not begun
	underWay *start      // begun
	current  *instance   // takes the calls
	retiring []*instance // take no more

	history    history
	turn       int // of automatic starts since the last process was ready
	generation int
	restarts   int
	nextStart  time.Time // when there is no process
	full       bool      // whether nextStart is that late because there were too many starts
	ended      bool

	problem   error // the latest one
	problemAt time.Time
	stderr    string // of the last process that was lost, or did not become ready
	lastSelf  *contract.Descriptor
	lastWork  *contract.Account
	status    Status
	since     time.Time
}

var (
	errSuperseded = errors.New("it was superseded by a later catalog or restart")
	errRemoved    = errors.New("it was removed from the catalog")
)

func newKeeper(s *Supervisor, name string) *keeper {
	k := &keeper{
		supervisor: s, name: name, logger: s.options.Logger.With(slog.String("provider", name)),
		wake: make(chan struct{}, 1), history: history{pace: s.pace}, status: StatusStarting, since: time.Now(),
	}
	k.running, k.end = context.WithCancelCause(s.running)
	return k
}

// start is one start of a process, wanted or under way.
type start struct {
	entry      *Entry
	asked      bool // by Apply or Restart
	generation int
	began      time.Time

	ctx    context.Context
	cancel context.CancelCauseFunc
	done   chan struct{} // closed when err is set
	err    error
}

func (k *keeper) newStart(entry *Entry, asked bool) *start {
	s := &start{entry: entry, asked: asked, done: make(chan struct{})}
	s.ctx, s.cancel = context.WithCancelCause(k.running)
	return s
}

func (s *start) finish(err error) {
	s.err = err
	s.cancel(nil)
	close(s.done)
}

// wait gives the result, or the context's error if there is none by then.
func (s *start) wait(ctx context.Context) error {
	select {
	case <-s.done:
	case <-ctx.Done():
	}
	select {
	case <-s.done:
		return s.err
	default:
		return context.Cause(ctx)
	}
}

// want asks for a process of this entry, and gives the start that will end in
// one. Without force, one that is ready or on its way is enough.
func (k *keeper) want(entry *Entry, force bool) *start {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.desired != nil && !sameEntry(k.desired, entry) {
		k.problem = nil // it was one of an entry that nobody wants any more
	}
	k.desired = entry
	latest := k.wanted
	if latest == nil && k.underWay != nil && k.underWay.ctx.Err() == nil {
		latest = k.underWay
	}
	if !force && latest != nil && sameEntry(latest.entry, entry) {
		return latest
	}
	k.supersede()
	s := k.newStart(entry, true)
	if k.running.Err() != nil {
		s.finish(context.Cause(k.running))
		return s
	}
	if !force && k.current != nil && sameEntry(k.current.entry, entry) {
		s.finish(nil)
		return s
	}
	k.wanted = s
	k.stir()
	return s
}

// supersede gives up the start that is wanted or under way.
func (k *keeper) supersede() {
	if k.wanted != nil {
		k.wanted.finish(errSuperseded)
		k.wanted = nil
	}
	if k.underWay != nil {
		k.underWay.cancel(errSuperseded)
	}
}

func (k *keeper) stir() {
	select {
	case k.wake <- struct{}{}:
	default:
	}
}

func (k *keeper) entry() *Entry {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.desired
}

// leave lets it end, because its entry was removed.
func (k *keeper) leave() {
	k.end(errRemoved)
	k.mu.Lock()
	defer k.mu.Unlock()
	k.changed()
}

// run makes one start after the other until the end, and leaves nothing.
func (k *keeper) run() {
	for s := k.next(); s != nil; s = k.next() {
		instance, err := k.open(s)
		k.opened(s, instance, err)
	}
	k.stop()
	k.others.Wait()
	k.mu.Lock()
	k.changed()
	k.mu.Unlock()
}

// next waits for the next start to make; nil means that this is the end.
func (k *keeper) next() *start {
	for {
		s, wait := k.due()
		if s != nil {
			return s
		}
		timer := time.NewTimer(wait)
		select {
		case <-k.running.Done():
		case <-k.wake:
		case <-timer.C:
		}
		timer.Stop()
		if k.running.Err() != nil {
			return nil
		}
	}
}

// due gives the start to make now, or how long there is none.
func (k *keeper) due() (*start, time.Duration) {
	k.mu.Lock()
	defer k.mu.Unlock()
	const long = time.Hour // something will wake it
	now := time.Now()
	switch {
	case k.running.Err() != nil:
		return nil, 0
	case k.wanted != nil:
		k.underWay, k.wanted = k.wanted, nil
		k.history.forget()
	case k.current != nil:
		return nil, long
	case now.Before(k.nextStart):
		return nil, k.nextStart.Sub(now)
	default:
		k.underWay = k.newStart(k.candidate(), false)
		k.restarts++
	}
	k.generation++
	k.underWay.generation, k.underWay.began = k.generation, now
	k.history.started(now)
	k.changed()
	return k.underWay, 0
}

// candidate gives the entry for an automatic start: the one that worked last,
// in turn with the one that the catalog has now. The binary of the former may
// have been overwritten by that of the latter.
func (k *keeper) candidate() *Entry {
	k.turn++
	if k.good != nil && k.turn%2 == 1 {
		return k.good
	}
	return k.desired
}

// opened takes the result of a start.
func (k *keeper) opened(s *start, i *instance, err error) {
	stderr := stderrOf(err)
	unwanted := i
	k.mu.Lock()
	k.underWay = nil
	switch {
	case s.ctx.Err() != nil: // nobody wants it any more
		err = context.Cause(s.ctx)
	case err == nil:
		k.take(i, s.asked)
		unwanted = nil
	default:
		k.problem, k.problemAt = err, time.Now()
		if k.current == nil {
			k.stderr = stderr
			k.schedule(time.Now())
		}
	}
	k.changed()
	k.mu.Unlock()

	if unwanted != nil {
		_ = unwanted.client.Close()
	}
	if err == nil {
		k.logReady(s, i)
	} else {
		k.logNotReady(s, err)
	}
	s.finish(err)
}

// take lets an instance take the calls, and the one before finish its own.
func (k *keeper) take(i *instance, asked bool) {
	if k.current != nil {
		k.retire(k.current)
	}
	k.current, k.good, k.turn, k.nextStart, k.full = i, i.entry, 0, time.Time{}, false
	k.lastSelf, k.lastWork = i.client.Descriptor(), i.client.Account()
	if asked {
		k.problem = nil
	}
	k.others.Go(func() { k.watch(i) })
}

// schedule sets the time of the next automatic start.
func (k *keeper) schedule(now time.Time) {
	k.nextStart, k.full = k.history.next(now, rand.Float64()) //nolint:gosec // Chance keeps hosts apart; nothing is to be kept secret.
}

// lost takes an instance out of service, if it is in it.
func (k *keeper) lost(i *instance, err *LostError) bool {
	now := time.Now()
	k.mu.Lock()
	if k.current != i {
		k.mu.Unlock()
		return false
	}
	k.current = nil
	k.problem, k.problemAt, k.stderr = err, now, err.Stderr
	k.history.served(now.Sub(i.readyAt))
	k.schedule(now)
	k.retire(i)
	k.changed()
	next := k.nextStart
	k.mu.Unlock()
	k.stir()
	k.logLost(i, err, next)
	return true
}

// stop ends what is left at the end.
func (k *keeper) stop() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.ended = true
	if k.wanted != nil {
		k.wanted.finish(context.Cause(k.running))
		k.wanted = nil
	}
	if k.current != nil {
		i := k.current
		k.current = nil
		k.retire(i)
	}
	k.changed()
}

func (k *keeper) descriptor() *contract.Descriptor {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.lastSelf
}

func (k *keeper) account() *contract.Account {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.lastWork
}

func sameEntry(a, b *Entry) bool { return reflect.DeepEqual(a, b) }
