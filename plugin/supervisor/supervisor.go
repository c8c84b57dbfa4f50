package supervisor

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/plugin"
)

// Options change how providers are supervised. Nil means the defaults.
type Options struct {
	// Logger gets what plugin.OpenOptions.Logger gets, with the provider's name,
	// and a record of each start, loss, swap and stop. Nil discards them.
	Logger *slog.Logger

	// Configure returns what an entry's provider is configured with. It is called
	// at every start, so that a secret that was rotated is read again, and only
	// after the provider was admitted. It must return when its context ends,
	// which is after 30 s. Nil means Entry.Configuration(nil, nil): no
	// sandboxes, and no secrets from the environment.
	//
	// A Configuration that asks for a probe makes each start depend on the
	// gateway: if that is down, so is the provider, and with it look-ups and
	// webhooks. Probe when a person is watching, and at every restart only to sell
	// with a method that an account has by a probe alone; see Entry.Probe.
	Configure func(ctx context.Context, entry *Entry) (*contract.Configuration, error)

	// Admit decides whether a provider may have the entry's secrets and payments.
	// It is called at every start, when the provider has described itself and has
	// not been configured. If it returns an error the provider is not configured.
	// It must return when its context ends, which is after 30 s. Nil admits all
	// entries except those that require a conformance report, since nothing would
	// read the report.
	Admit func(ctx context.Context, admission *Admission) error

	// Observe gets a record of each call through a [Provider] when it has ended,
	// with the call's own context. It runs on the caller's goroutine before the
	// caller gets its answer, so it must not block. Many goroutines may call it
	// at once. Nil observes nothing.
	Observe func(ctx context.Context, call CallRecord)

	// Interceptors run around every call of a process; see
	// plugin.OpenOptions.Interceptors.
	Interceptors []contract.Interceptor

	// Env are variables for the process of every provider; see
	// plugin.OpenOptions.Env.
	Env []string

	// SocketFolder, StartTimeout and CloseTimeout are as in [plugin.OpenOptions].
	SocketFolder               string
	StartTimeout, CloseTimeout time.Duration

	// DrainTimeout is how long a process that was replaced may finish the calls in
	// flight, 70 s by default. It must be longer than the longest deadline of a
	// call: calls that it aborts end with [contract.ConnectionLost]; whether they
	// were executed is unknown.
	DrainTimeout time.Duration

	// HealthInterval is the time between two health checks of a process, and the
	// most that one may take, 5 s by default. A process that misses three in a
	// row is replaced.
	HealthInterval time.Duration
}

const (
	defaultDrainTimeout   = 70 * time.Second // a plugin bounds calls by a minute
	defaultHealthInterval = 5 * time.Second
)

// Supervisor runs the providers of a catalog, each in a process of its own, and
// replaces processes that are lost. Trouble with one provider does not affect
// others.
//
// A new Supervisor runs nothing until [Supervisor.Apply]. A host must call
// [Supervisor.Close] or [Supervisor.Shutdown] in the end. A Supervisor may be
// used by many goroutines at once.
//
// # Restarts
//
// When a process ends, its connection breaks, or it misses three health checks, it
// takes no more calls and another one is started: after half a second, then twice
// as long each time, up to 30 s, varied at random by up to a fifth. Each is
// checked, admitted and configured like the first. After five starts within ten
// minutes the provider is FAILED until the first of them is ten minutes ago. Apply
// and Restart start it at once and forget the earlier starts.
//
// A start that failed on the host's side is not one of the five: there was no such
// binary, it could not be executed or was not the approved one, the file of a secret
// was not there, or the host lacked file descriptors, processes or memory. It is
// tried again after 36 seconds at most, and soon after a binary has come back or
// was exchanged.
//
// In the meantime calls fail at once with [contract.ProviderUnreachable]. They were
// not attempted. If the result of an earlier call with the same key is unknown, it
// stays unknown.
//
// # Swaps
//
// When its entry has changed, or on Restart, a provider is started anew beside the
// old process. When the new process is ready it takes all calls; the old one
// finishes those in flight and ends. A call is never moved to another process and
// never repeated. If the new process does not become ready, the old one stays, and
// [State] says why; if the old one is lost then, the starts alternate between the
// old entry and the new one. To stop an old version for good, remove its entry from
// the catalog.
//
// Two calls with one idempotency key must never be in flight at once. During a swap
// there are two processes, so it is the host that must keep such calls apart.
type Supervisor struct {
	options Options
	open    func(context.Context, string, *plugin.OpenOptions) (*plugin.Client, error)
	backoff backoff

	running   context.Context // of all workers; ends with Close
	end       context.CancelCauseFunc
	aborted   chan struct{} // closed when nothing waits for calls in flight any more
	abortOnce sync.Once

	mu      sync.RWMutex
	closed  bool
	applied *Catalog
	workers map[string]*worker
	leaving map[*worker]struct{} // whose entries were removed
	left    sync.WaitGroup       // of all workers
}

// ErrClosed is the error of Apply and Restart after Close or Shutdown, and of a
// start that they canceled.
var ErrClosed = errors.New("the supervisor is closed")

// EntryError is the error of a provider that did not become ready. It wraps a
// [*plugin.OpenError] if the provider was started and failed.
type EntryError struct {
	// Provider is the entry's name.
	Provider string

	// Err is the cause.
	Err error
}

// Error returns the name and the cause.
func (e *EntryError) Error() string { return "provider " + e.Provider + ": " + e.Err.Error() }

// Unwrap returns the cause.
func (e *EntryError) Unwrap() error { return e.Err }

// New returns a Supervisor that runs nothing yet.
func New(options *Options) *Supervisor {
	var o Options
	if options != nil {
		o = *options
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	o.DrainTimeout = durationOr(o.DrainTimeout, defaultDrainTimeout)
	o.HealthInterval = durationOr(o.HealthInterval, defaultHealthInterval)
	if o.Configure == nil {
		o.Configure = func(_ context.Context, entry *Entry) (*contract.Configuration, error) {
			return entry.Configuration(nil, nil)
		}
	}
	s := &Supervisor{
		options: o, open: plugin.Open, backoff: defaultBackoff(),
		aborted: make(chan struct{}), workers: map[string]*worker{}, leaving: map[*worker]struct{}{},
	}
	s.running, s.end = context.WithCancelCause(context.Background())
	return s
}

// Apply makes the catalog the one to run: it starts new entries, swaps those that
// have changed, stops those that are gone when their calls have ended, and does
// not touch the others, except that it immediately starts those that are not
// ready.
//
// Apply returns when each provider that it started is ready or has failed once, and
// at the latest when the context ends, which ends only the wait. The error joins an
// [*EntryError] for each that did not become ready. Those are tried again all the
// same, and the others run. A catalog that contradicts itself is refused as a
// whole. The catalog must not be modified afterwards.
func (s *Supervisor) Apply(ctx context.Context, catalog *Catalog) error {
	if err := catalog.check(); err != nil {
		return err
	}
	starts, err := s.reconcile(catalog) //nolint:contextcheck // What it starts outlives the context.
	if err != nil {
		return err
	}
	var problems []error
	for _, name := range slices.Sorted(maps.Keys(starts)) {
		if err := starts[name].wait(ctx); err != nil {
			problems = append(problems, &EntryError{Provider: name, Err: err})
		}
	}
	return errors.Join(problems...)
}

// reconcile tells every worker what to run, and returns the starts to wait for.
func (s *Supervisor) reconcile(catalog *Catalog) (map[string]*start, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, ErrClosed
	}
	s.applied = catalog
	for name, w := range s.workers {
		if _, ok := catalog.Entry(name); !ok {
			delete(s.workers, name)
			s.leaving[w] = struct{}{}
			w.leave()
		}
	}
	starts := make(map[string]*start, len(catalog.Entries))
	for i := range catalog.Entries {
		entry := &catalog.Entries[i]
		w, ok := s.workers[entry.Name]
		if !ok {
			w = newWorker(s, entry.Name)
			s.workers[entry.Name] = w
		}
		starts[entry.Name] = w.setDesired(entry, false)
		if !ok { // now that it knows what to start
			s.left.Go(func() { s.keep(w) })
		}
	}
	return starts, nil
}

// keep runs a worker until its end.
func (s *Supervisor) keep(w *worker) {
	w.run()
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.leaving, w)
}

// Restart starts the provider with this name again and configures it anew: beside
// the old process if there is one, as in a swap, and at once if it is waiting or
// FAILED. It returns when Apply would. The error is an [*EntryError] or
// [ErrClosed].
func (s *Supervisor) Restart(ctx context.Context, name string) error {
	s.mu.RLock()
	w, closed := s.workers[name], s.closed
	s.mu.RUnlock()
	switch {
	case closed:
		return ErrClosed
	case w == nil:
		return &EntryError{Provider: name, Err: errors.New("the catalog has no such provider; see States for those it has")}
	}
	if err := w.setDesired(w.entry(), true).wait(ctx); err != nil {
		return &EntryError{Provider: name, Err: err}
	}
	return nil
}

// Provider returns the provider with this name, whatever process serves it now or
// later, and false if the catalog has none. It can be kept for as long as the
// Supervisor lives: while the catalog has no such entry its calls fail.
func (s *Supervisor) Provider(name string) (*Provider, bool) {
	if s.worker(name) == nil {
		return nil, false
	}
	return newProvider(s, name), true
}

func (s *Supervisor) worker(name string) *worker {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.workers[name]
}

// States returns the states of all providers, sorted by name: for each the current
// process first and then the others, new ones first. So the first State of a name
// says whether its calls are served.
func (s *Supervisor) States() []State {
	s.mu.RLock()
	workers := slices.Concat(slices.Collect(maps.Values(s.workers)), slices.Collect(maps.Keys(s.leaving)))
	s.mu.RUnlock()
	var states []State
	for _, w := range workers {
		states = append(states, w.states()...)
	}
	slices.SortStableFunc(states, compareStates)
	return states
}

// State returns the first of a provider's States, and false if the catalog has no
// provider with this name.
func (s *Supervisor) State(name string) (State, bool) {
	w := s.worker(name)
	if w == nil {
		return State{}, false
	}
	return w.states()[0], true
}

// Shutdown takes no more calls, waits until those in flight have ended or the
// context has, and then does what Close does. The error wraps that of the context
// if calls were aborted.
func (s *Supervisor) Shutdown(ctx context.Context) error {
	s.stop()
	left := make(chan struct{})
	go func() {
		defer close(left)
		s.left.Wait()
	}()
	select {
	case <-left:
		return nil
	case <-ctx.Done():
		inFlight := 0
		for _, state := range s.States() {
			inFlight += state.InFlight
		}
		s.abortCalls()
		<-left
		if inFlight == 0 {
			return nil
		}
		return fmt.Errorf("%d calls were aborted: %w", inFlight, context.Cause(ctx))
	}
}

// Close ends every process, and returns when nothing is left: no process, no folder,
// no goroutine. Calls in flight end with [contract.ConnectionLost]; whether they
// were executed is unknown. Use Shutdown to let them finish. Close takes at most
// twice as long as that of a plugin.Client. The error is always nil.
func (s *Supervisor) Close() error {
	s.stop()
	s.abortCalls()
	s.left.Wait()
	return nil
}

func (s *Supervisor) stop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	s.end(ErrClosed)
}

func (s *Supervisor) abortCalls() { s.abortOnce.Do(func() { close(s.aborted) }) }

func durationOr(d, byDefault time.Duration) time.Duration {
	if d > 0 {
		return d
	}
	return byDefault
}
