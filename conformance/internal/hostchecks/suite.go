package hostchecks

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/paysocket/paysocket/conformance/internal/harness"
	"github.com/paysocket/paysocket/conformance/internal/hostctl"
	"github.com/paysocket/paysocket/conformance/internal/hostproc"
	"github.com/paysocket/paysocket/conformance/internal/scripted"
	"github.com/paysocket/paysocket/internal/ownfolder"
)

// Suite is a run of the suite about a host. Make it with Open.
type Suite struct {
	Settings

	environment *hostproc.Environment
	server      *scripted.Server
	ours        *ownfolder.Folder
	folder      string
	context     context.Context //nolint:containedctx // of the run: worlds start hosts again in it
}

// Settings are those of a run.
type Settings struct {
	Manifest *hostproc.Manifest
	Binary   string // of payment-provider-scripted
	Seed     uint64
	Parallel int // worlds at the same time; 0 means the suite's choice

	// Without are clauses that do not hold for the host. Their checks do not run, also
	// not to feed monitors: they ask of it what it cannot do.
	Without []string

	// Canaries get the secrets of the run.
	Canaries *harness.Canaries

	// Machine is watched while the checks go on; it may be nil.
	Machine *harness.Machine
}

// folderPrefix begins the names of the folders with plugins of runs.
const folderPrefix = "paysocket-plugins-"

// Open prepares a run. Close it.
func Open(ctx context.Context, settings *Settings) (*Suite, error) {
	s := &Suite{Settings: *settings, context: ctx}
	var err error
	if s.environment, err = hostproc.New(s.Manifest); err != nil {
		return nil, err
	}
	if s.ours, err = ownfolder.New(folderPrefix); err != nil {
		return nil, errors.Join(err, s.environment.Close())
	}
	s.folder = s.ours.Path
	if s.server, err = scripted.NewServer(); err != nil { //nolint:contextcheck // it ends with Close
		return nil, errors.Join(err, s.environment.Close(), s.ours.Remove())
	}
	return s, nil
}

// Close ends everything that was started.
func (s *Suite) Close() error {
	err := s.environment.Close()
	s.server.Close()
	return errors.Join(err, s.ours.Remove())
}

// Hello starts a host with one provider, and returns what it says of itself. With that host
// the suite also shows that it can fail; if it cannot, that is an error.
func (s *Suite) Hello(ctx context.Context) (*hostctl.Hello, error) {
	w, err := s.newWorld(ctx, "hello", Calm, 0, []placed{{kind: Lookup}})
	if err != nil {
		return nil, err
	}
	defer w.close()
	hello, err := w.client(0).Hello(ctx)
	if err != nil {
		return nil, err
	}
	return hello, s.checkCanary(ctx, w)
}

// Outcome is what was found of a clause.
type Outcome struct {
	harness.Result

	Evidence *harness.Evidence
	Took     time.Duration
}

// Limit returns the longest that a check takes.
func Limit(p *hostproc.Pace) time.Duration {
	return 4*patience(p) + 2*p.Quiet + 2*(p.Start+p.Stop)
}

// Usual returns what a run usually takes, however many checks it runs: they run at
// the same time.
func Usual(p *hostproc.Pace) time.Duration {
	return 2*p.Notice + 2*p.CallTimeout + 2*p.Quiet + 30*time.Second
}

// Run runs the checks of the clauses, and calls done once for each of them, by one
// goroutine at a time, until ctx ends.
func (s *Suite) Run(ctx context.Context, clauses []string, began func(clause string), done func(clause string, o *Outcome)) {
	tally := newTally(clauses, began, done)
	worlds := s.plan(clauses)
	for i := range worlds {
		for _, check := range worlds[i].checks {
			tally.expect(check.Clause)
		}
	}
	for _, monitor := range Monitors() {
		tally.expect(monitor.Clause)
	}
	watched := slices.ContainsFunc(Monitors(), func(m Monitor) bool { return slices.Contains(clauses, m.Clause) })
	var observed []*world
	var all sync.WaitGroup
	var mu sync.Mutex
	slots := make(chan struct{}, s.parallel())
	for i := range worlds {
		all.Go(func() {
			select {
			case slots <- struct{}{}:
			case <-ctx.Done():
				return
			}
			defer func() { <-slots }()
			w := s.runAll(ctx, &worlds[i], tally, watched)
			mu.Lock()
			defer mu.Unlock()
			if w != nil {
				observed = append(observed, w)
			}
		})
	}
	all.Wait()
	if ctx.Err() == nil {
		s.judge(ctx, observed, clauses, tally)
	}
}

// parallel is how many worlds there are at the same time: their hosts wait most of it.
func (s *Suite) parallel() int {
	if s.Parallel > 0 {
		return s.Parallel
	}
	return defaultParallel
}

const defaultParallel = 3

// runAll runs the checks of a world, and returns it when they have ended. It is closed.
func (s *Suite) runAll(ctx context.Context, planned *plannedWorld, tally *tally, watched bool) *world {
	for _, check := range planned.checks {
		tally.begin(check.Clause)
	}
	w, err := s.newWorld(ctx, planned.name, planned.fault, 0, planned.wallets)
	if err != nil {
		for _, check := range planned.checks {
			tally.end(check.Clause, notStarted(err))
		}
		return nil
	}
	defer w.close()
	for range planned.checks {
		w.join()
	}
	var all sync.WaitGroup
	for _, check := range planned.checks {
		all.Go(func() {
			defer w.leave()
			tally.end(check.Clause, s.check(ctx, w, check))
		})
	}
	all.Wait()
	if watched && ctx.Err() == nil {
		w.look(ctx)
	}
	return w
}

// notStarted is the outcome of a check whose host does not start.
func notStarted(err error) *Outcome {
	o := &Outcome{Result: harness.Result{SetupErr: fmt.Errorf("start the host: %w", err)}, Evidence: &harness.Evidence{}}
	if none, ok := errors.AsType[*hostproc.DatabaseError](err); ok {
		o.Result = harness.Result{Unverified: none.Error()}
	}
	return o
}

// check runs one check.
func (s *Suite) check(ctx context.Context, w *world, check *Check) *Outcome {
	t := &T{check: check, world: w, wallets: w.of(check), began: time.Now()}
	waited := s.Machine.Waited()
	result := harness.Run(ctx, Limit(&s.Manifest.Pace), nil, func(inner *harness.T) {
		t.T = inner
		check.Run(t)
	})
	result.Starved = s.Machine.Waited() - waited
	outcome := &Outcome{Result: result, Evidence: &harness.Evidence{}, Took: time.Since(t.began)}
	if len(result.Failures) > 0 || result.SetupErr != nil || result.TimedOut {
		outcome.Evidence = t.evidence()
	}
	return outcome
}

// tally collects how the checks of each clause end.
type tally struct {
	began func(string)
	done  func(string, *Outcome)

	mu       sync.Mutex
	selected map[string]bool
	left     map[string]int // checks of each clause
	begun    map[string]bool
	outcomes map[string]*Outcome
}

func newTally(clauses []string, began func(string), done func(string, *Outcome)) *tally {
	t := &tally{
		began: began, done: done, selected: make(map[string]bool), left: make(map[string]int), begun: make(map[string]bool),
		outcomes: make(map[string]*Outcome),
	}
	for _, id := range clauses {
		t.selected[id] = true
	}
	return t
}

func (t *tally) expect(clause string) { t.left[clause]++ }

func (t *tally) begin(clause string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.selected[clause] && !t.begun[clause] {
		t.begun[clause] = true
		t.began(clause)
	}
}

// end records how a check ended, and reports its clause if it was the last. Checks that
// only feed a monitor are not reported.
func (t *tally) end(clause string, o *Outcome) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.left[clause]--
	if whole := t.outcomes[clause]; whole != nil {
		o = whole.with(o)
	}
	t.outcomes[clause] = o
	if t.left[clause] == 0 && t.selected[clause] {
		t.done(clause, o)
	}
}

// with returns the outcome of a clause that has two checks.
func (o *Outcome) with(other *Outcome) *Outcome {
	both := *o
	both.Failures = append(slices.Clone(o.Failures), other.Failures...)
	both.Notes = append(slices.Clone(o.Notes), other.Notes...)
	both.TimedOut = o.TimedOut || other.TimedOut
	both.Starved, both.Took = max(o.Starved, other.Starved), max(o.Took, other.Took)
	if both.SetupErr == nil {
		both.SetupErr = other.SetupErr
	}
	if both.Unverified == "" {
		both.Unverified = other.Unverified
	}
	both.Evidence = &harness.Evidence{Timeline: append(slices.Clone(o.Evidence.Timeline), other.Evidence.Timeline...), Log: o.Evidence.Log + other.Evidence.Log}
	return &both
}
