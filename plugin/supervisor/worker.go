package supervisor

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"reflect"
	"sync"
	"time"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/internal/flood"
	"github.com/paysocket/paysocket/plugin"
)

// worker keeps one provider of the catalog running. One goroutine, run, starts its
// processes, one at a time; others tell it what happened and what is wanted.
// Whatever may block, such as a log or a function of the host, happens without the
// lock, since every call takes it.
type worker struct {
	supervisor *Supervisor
	name       string
	logger     *slog.Logger
	output     flood.Budget // of what all its processes print

	running context.Context // ends when the entry is removed or the Supervisor closed
	end     context.CancelCauseFunc
	woken   chan struct{}
	others  sync.WaitGroup // the goroutines of its instances

	mu       sync.Mutex
	desired  *Entry      // what the catalog says
	good     *Entry      // the last one with which a process became ready
	wanted   *start      // asked for and not begun
	underWay *start      // begun
	current  *instance   // takes the calls
	retiring []*instance // take no more calls

	history    restartHistory
	turn       int // counts automatic starts since the last process was ready
	generation int
	restarts   int
	nextStart  time.Time // when there is no process
	full       bool      // whether nextStart is that late because there were too many starts
	awaited    awaited   // a binary with which to start earlier
	ended      bool

	problem        error // the latest one
	problemAt      time.Time
	stderr         string // of the last process that was lost or did not become ready
	lastDescriptor *contract.Descriptor
	lastAccount    *contract.Account
	status         Status
	since          time.Time
}

var (
	errSuperseded = errors.New("it was superseded by a later catalog or restart")
	errRemoved    = errors.New("it was removed from the catalog")
)

func newWorker(s *Supervisor, name string) *worker {
	w := &worker{
		supervisor: s, name: name, logger: s.options.Logger.With(slog.String("provider", name)),
		woken: make(chan struct{}, 1), history: restartHistory{backoff: s.backoff}, status: StatusStarting, since: time.Now(),
	}
	w.running, w.end = context.WithCancelCause(s.running)
	return w
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

func (w *worker) newStart(entry *Entry, asked bool) *start {
	s := &start{entry: entry, asked: asked, done: make(chan struct{})}
	s.ctx, s.cancel = context.WithCancelCause(w.running)
	return s
}

func (s *start) finish(err error) {
	s.err = err
	s.cancel(nil)
	close(s.done)
}

// wait returns the result, or the context's error if that ends first.
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

// setDesired asks for a process of this entry, and returns its start. Without force
// a process that is ready or being started will do.
func (w *worker) setDesired(entry *Entry, force bool) *start {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.desired != nil && !sameEntry(w.desired, entry) {
		w.problem = nil // it was that of an entry which is no longer wanted
	}
	w.desired = entry
	latest := w.wanted
	if latest == nil && w.underWay != nil && w.underWay.ctx.Err() == nil {
		latest = w.underWay
	}
	if !force && latest != nil && sameEntry(latest.entry, entry) {
		return latest
	}
	w.supersede()
	s := w.newStart(entry, true)
	if w.running.Err() != nil {
		s.finish(context.Cause(w.running))
		return s
	}
	if !force && w.current != nil && sameEntry(w.current.entry, entry) {
		s.finish(nil)
		return s
	}
	w.wanted = s
	w.wake()
	return s
}

// supersede cancels the start that is wanted or under way.
func (w *worker) supersede() {
	if w.wanted != nil {
		w.wanted.finish(errSuperseded)
		w.wanted = nil
	}
	if w.underWay != nil {
		w.underWay.cancel(errSuperseded)
	}
}

func (w *worker) wake() {
	select {
	case w.woken <- struct{}{}:
	default:
	}
}

func (w *worker) entry() *Entry {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.desired
}

// leave ends the worker, because its entry was removed.
func (w *worker) leave() {
	w.end(errRemoved)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.changed()
}

// run makes one start after the other until the end, and leaves nothing behind.
func (w *worker) run() {
	for s := w.next(); s != nil; s = w.next() {
		instance, err := w.open(s)
		w.opened(s, instance, err)
	}
	w.stop()
	w.others.Wait()
	w.mu.Lock()
	w.changed()
	w.mu.Unlock()
}

// next waits for the next start to make; nil means that the worker has to end.
func (w *worker) next() *start {
	for {
		s, wait := w.due()
		if s != nil {
			return s
		}
		timer := time.NewTimer(wait)
		select {
		case <-w.running.Done():
		case <-w.woken:
		case <-timer.C:
			w.look()
		}
		timer.Stop()
		if w.running.Err() != nil {
			return nil
		}
	}
}

// look makes the next start an early one if the binary that was awaited is there.
func (w *worker) look() {
	w.mu.Lock()
	a := w.awaited
	w.mu.Unlock()
	if !a.changed() {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	early := time.Now().Add(w.history.backoff.first) // when it has been written
	if w.awaited == a && early.Before(w.nextStart) {
		w.nextStart = early
	}
	w.awaited = awaited{}
}

// due returns the start to make now, or how long to wait for one.
func (w *worker) due() (*start, time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	const long = time.Hour // something wakes it before
	now := time.Now()
	switch {
	case w.running.Err() != nil:
		return nil, 0
	case w.wanted != nil:
		w.underWay, w.wanted = w.wanted, nil
		w.history.forget()
	case w.current != nil:
		return nil, long
	case now.Before(w.nextStart) && w.awaited.path != "":
		return nil, min(w.nextStart.Sub(now), lookEvery)
	case now.Before(w.nextStart):
		return nil, w.nextStart.Sub(now)
	default:
		w.underWay = w.newStart(w.candidate(), false)
		w.restarts++
	}
	w.generation++
	w.underWay.generation, w.underWay.began = w.generation, now
	w.history.started(now)
	w.changed()
	return w.underWay, 0
}

// candidate returns the entry for an automatic start: the one that worked last, in
// turn with the one that the catalog has now. The binary of the former may have
// been overwritten by that of the latter.
func (w *worker) candidate() *Entry {
	w.turn++
	if w.good != nil && w.turn%2 == 1 {
		return w.good
	}
	return w.desired
}

// opened handles the result of a start.
func (w *worker) opened(s *start, i *instance, err error) {
	stderr, missing := stderrOf(err), await(s.entry, err)
	unwanted := i
	w.mu.Lock()
	w.underWay = nil
	switch {
	case s.ctx.Err() != nil: // it is no longer wanted
		err = context.Cause(s.ctx)
	case err == nil:
		w.take(i, s.asked)
		unwanted = nil
	default:
		w.problem, w.problemAt = err, time.Now()
		if isHosts(err) {
			w.history.uncount()
		}
		if w.current == nil {
			w.awaited = missing
			w.stderr = stderr
			w.schedule(time.Now())
		}
	}
	w.changed()
	w.mu.Unlock()

	if unwanted != nil {
		_ = unwanted.client.Close()
	}
	if err == nil {
		w.logReady(s, i)
	} else {
		w.logNotReady(s, err)
	}
	s.finish(err)
}

// take makes an instance take the calls, and the previous one finish its own.
func (w *worker) take(i *instance, asked bool) {
	if w.current != nil {
		w.retire(w.current)
	}
	w.current, w.good, w.turn, w.nextStart, w.full, w.awaited = i, i.entry, 0, time.Time{}, false, awaited{}
	w.lastDescriptor, w.lastAccount = i.client.Descriptor(), i.client.Account()
	if asked {
		w.problem = nil
	}
	w.others.Go(func() { w.watch(i) })
}

// schedule sets the time of the next automatic start.
func (w *worker) schedule(now time.Time) {
	w.nextStart, w.full = w.history.next(now, rand.Float64()) //nolint:gosec // It spreads the starts of hosts; nothing is secret.
}

// lost takes an instance out of service, if it is in service.
func (w *worker) lost(i *instance, err error) bool {
	now := time.Now()
	w.mu.Lock()
	if w.current != i {
		w.mu.Unlock()
		return false
	}
	w.current = nil
	w.problem, w.problemAt, w.stderr = err, now, stderrOf(err)
	w.history.served(now.Sub(i.readyAt))
	switch {
	case errors.Is(err, plugin.ErrMemoryLimit):
		w.history.uncount() // another process has less; the delays keep the starts few
	case errors.Is(err, plugin.ErrNotServing) && now.Sub(i.readyAt) >= w.history.backoff.stable:
		w.history.uncount() // it asked for another process, and did not crash
	}
	w.schedule(now)
	w.retire(i)
	w.changed()
	next := w.nextStart
	w.mu.Unlock()
	w.wake()
	w.logLost(i, err, next)
	return true
}

// stop ends what is left when the worker ends.
func (w *worker) stop() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.ended = true
	if w.wanted != nil {
		w.wanted.finish(context.Cause(w.running))
		w.wanted = nil
	}
	if w.current != nil {
		i := w.current
		w.current = nil
		w.retire(i)
	}
	w.changed()
}

func (w *worker) descriptor() *contract.Descriptor {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.lastDescriptor
}

func (w *worker) account() *contract.Account {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.lastAccount
}

func sameEntry(a, b *Entry) bool { return reflect.DeepEqual(a, b) }
