package conformance

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/paysocket/paysocket/conformance/internal/harness"
	"github.com/paysocket/paysocket/conformance/internal/manifest"
	"github.com/paysocket/paysocket/contract"
)

// Run checks the provider that the manifest describes. It returns a report whatever
// the provider, the sandbox or ctx do. Its error is a [*UsageError], and then nothing
// was checked. If ctx ends, the clauses that were not checked yet have the status
// error in the report.
func Run(ctx context.Context, m *Manifest, subject Subject, options *Options) (*Report, error) {
	if options == nil {
		options = &Options{}
	}
	r, err := newRun(m, subject, options)
	if err != nil {
		return nil, err
	}
	return r.whole(ctx)
}

// whole does the run.
func (r *run) whole(ctx context.Context) (*Report, error) {
	began := time.Now()
	if err := r.all(ctx); err != nil {
		return nil, err
	}
	r.report.DurationMS = time.Since(began).Milliseconds()
	r.conclude(ctx)
	return r.report, nil
}

// run is one run of the suite.
type run struct {
	manifest  *manifest.Manifest
	subject   harness.Subject
	options   *Options
	catalogue *Catalogue
	selection *selection
	variants  []*selection      // of the manifest's variants
	required  []string          // capabilities of the profile
	excuses   map[string]excuse // by clause and variant
	canaries  *harness.Canaries
	report    *Report
	suite     *harness.Suite
	suites    map[string]*harness.Suite // by variant; "" is suite
	end       context.CancelCauseFunc   // of the checks; nil before the first
	bounds    map[string]bound          // by clause
	least     time.Duration             // that a run usually takes
	budget    *budget                   // nil before the first check

	mu      sync.Mutex
	results map[string]*ClauseResult // by clause and variant
	order   []string
	left    int
}

func newRun(described *Manifest, subject Subject, o *Options) (*run, error) {
	m := described.content
	if subject.subject == nil {
		return nil, misuse("the subject is empty; make it with Binary or InProcess")
	}
	catalogue, err := LoadCatalogue()
	if err != nil {
		return nil, err
	}
	bounds, err := loadBounds()
	if err != nil {
		return nil, err
	}
	selected, err := newSelection(catalogue, o.Run, o.Skip)
	if err != nil {
		return nil, &UsageError{Err: err}
	}
	variants, variantNames := make([]*selection, len(m.Variants)), make([]string, len(m.Variants))
	for i := range m.Variants {
		variantNames[i] = m.Variants[i].Name
		if variants[i], err = newSelection(catalogue, m.Variants[i].Run, ""); err != nil {
			return nil, misuse("variant %s of %s: %w", m.Variants[i].Name, m.File, err)
		}
	}
	today := time.Now().UTC()
	if o.Now != nil {
		today = o.Now().UTC()
	}
	for _, word := range m.ExpectCapabilities {
		if words := catalogue.capabilityWords(); !slices.Contains(words, word) {
			return nil, misuse("expectCapabilities of %s has the unknown capability %q; the capabilities are %s", m.File, word, strings.Join(words, ", "))
		}
	}
	excuses, err := readExcuses(m.KnownFailing, catalogue, variantNames, today)
	if err != nil {
		return nil, err
	}
	profile := cmp.Or(o.Profile, m.Profile)
	required, ok := catalogue.Profiles[profile]
	if !ok {
		return nil, misuse("the profile %q is unknown; write one of %s", profile, names(catalogue.Profiles))
	}
	seed := o.Seed
	for seed == 0 {
		seed = uint64(rand.Uint32N(1_000_000)) //nolint:gosec // it has to be short, not secret
	}
	canaries := &harness.Canaries{}
	return &run{
		manifest: m, subject: subject.subject, options: o, catalogue: catalogue, selection: selected, variants: variants, required: required, excuses: excuses, bounds: bounds, least: leastBudget,
		canaries: canaries, results: make(map[string]*ClauseResult),
		report: &Report{
			APIVersion: ReportVersion, Kind: ReportKind, Tool: Tool{Name: "paysocket", Version: o.Version},
			Spec: contract.SpecVersion, Seed: seed, Date: today.Truncate(time.Second),
			Capabilities:   Capabilities{Declared: []string{}, Undeclared: []string{}},
			Implementation: Implementation(m.Implementation), Provider: factsOf(subject.subject), Profile: profile, canaries: canaries,
		},
	}, nil
}

// all checks what can be checked, so that every clause has a result. Its error is a
// misuse, found before anything was checked.
func (r *run) all(ctx context.Context) error {
	r.addAll()
	end, err := r.prepare(ctx)
	defer end()
	defer r.endLeftovers()
	if misused, ok := errors.AsType[*UsageError](err); ok {
		return misused
	}
	if err != nil {
		r.failRest(err)
		return nil
	}
	r.decideUpFront()
	if err := r.idleExcuse(); err != nil {
		return err
	}
	watching, watched := context.WithCancel(ctx)
	defer watched()
	r.watchMachine(watching)
	r.measurePace(ctx)
	r.budget = r.newBudget(r.workers())
	r.report.UsualMS = r.budget.usual.Milliseconds()
	if r.options.Progress != nil {
		r.options.Progress(Progress{Preflight: r.report, Left: r.left})
	}
	r.checkAll(ctx)
	return nil
}

// endLeftovers ends processes that the provider left behind, which the plugin runtime
// cannot reach.
func (r *run) endLeftovers() {
	if r.suite == nil {
		return
	}
	if left := r.suite.ProcessTag.End(); left > 0 {
		r.report.Warnings = append(r.report.Warnings, fmt.Sprintf("the provider left %d processes behind, which were ended", left))
	}
}

// addAll adds the results of all clauses: one for each clause, and one for each
// variant that names it.
func (r *run) addAll() {
	for i := range r.catalogue.Clauses {
		clause := &r.catalogue.Clauses[i]
		r.add(clause, "")
		for j := range r.manifest.Variants {
			if r.variants[j].takes(clause.ID) {
				r.add(clause, r.manifest.Variants[j].Name)
			}
		}
	}
}

// add adds a result without a status.
func (r *run) add(clause *Clause, variant string) {
	key := clause.ID + "/" + variant
	r.results[key] = &ClauseResult{
		ID: clause.ID, Level: clause.Level, Gate: clause.Gate, Title: clause.Title, Variant: variant,
	}
	r.order = append(r.order, key)
}

// failRest returns the status error to every clause without one, after a run that could
// not begin or was interrupted.
func (r *run) failRest(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.report.Problem = r.canaries.Redact(err.Error())
	for _, key := range r.order {
		result := r.results[key]
		if result.Status != "" {
			continue
		}
		result.Status, result.Reason = Errored, r.report.Problem
		if !r.selection.takes(result.ID) {
			result.Status, result.Reason = Skipped, "left out by --run or --skip"
		}
	}
}

// task is one check to run.
type task struct {
	clause *Clause
	suite  *harness.Suite
	key    string
}

// checkAll runs the checks that may run at the same time, then the serial ones.
func (r *run) checkAll(ctx context.Context) {
	var parallel, serial []task
	for _, key := range r.order {
		result := r.results[key]
		clause, _ := r.catalogue.clause(result.ID)
		switch {
		case result.Status != "":
		case clause.Serial:
			serial = append(serial, task{clause: clause, suite: r.suites[result.Variant], key: key})
		default:
			parallel = append(parallel, task{clause: clause, suite: r.suites[result.Variant], key: key})
		}
	}
	ctx, end := context.WithCancelCause(ctx)
	defer end(nil)
	r.end = end
	go r.budget.watch(ctx, end)
	r.checkSome(ctx, parallel, r.workers())
	r.checkSome(ctx, serial, 1)
	switch cause := context.Cause(ctx); {
	case errors.Is(cause, errLost):
		r.failRest(cause)
	case errors.Is(cause, errOverBudget):
		r.giveUp()
	case cause != nil:
		r.failRest(errInterrupted)
	}
}

// workers returns how many checks run at once: more than there are processors, because
// they wait most of the time.
func (r *run) workers() int {
	return cmp.Or(r.options.Parallel, min(8, 4*runtime.GOMAXPROCS(0)))
}

// errLost ends a run whose sandbox has stopped.
var errLost = errors.New("the gateway's sandbox does not answer any more")

// checkSandbox ends the run if the sandbox does not answer any more. Otherwise each
// remaining check would wait for it.
func (r *run) checkSandbox(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, r.manifest.Timeouts.RPC)
	defer cancel()
	if _, err := r.suite.Gateway.Hello(ctx); err != nil {
		r.end(fmt.Errorf("%w: %w", errLost, err))
	}
}

func (r *run) checkSome(ctx context.Context, tasks []task, workers int) {
	queue := make(chan task)
	var running sync.WaitGroup
	for range min(workers, len(tasks)) {
		running.Go(func() {
			workers := make(map[*harness.Suite]*harness.Worker)
			for next := range queue {
				if workers[next.suite] == nil {
					workers[next.suite] = next.suite.NewWorker()
				}
				r.checkOne(ctx, workers[next.suite], next)
			}
			for _, worker := range workers {
				worker.Close()
			}
		})
	}
	for _, next := range tasks {
		select {
		case queue <- next:
		case <-ctx.Done():
		}
	}
	close(queue)
	running.Wait()
}

// reproduce is the command that checks a clause again.
func (r *run) reproduce(id string) string {
	command := "paysocket conformance run -f " + cmp.Or(r.options.Manifest, r.manifest.File)
	if r.options.Provider != "" {
		command += " --provider " + r.options.Provider
	}
	if r.options.Profile != "" {
		command += " --profile " + r.options.Profile
	}
	return fmt.Sprintf("%s --run %s --seed %d", command, id, r.report.Seed)
}

// tell reports progress. The lock makes sure that one goroutine does so at a time.
func (r *run) tell(next task, result *ClauseResult) {
	if r.options.Progress == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	variant := r.results[next.key].Variant
	r.options.Progress(Progress{Clause: next.clause, Variant: variant, Result: result, Left: r.left})
}

// conclude completes the report with its counts and verdict.
func (r *run) conclude(ctx context.Context) {
	for _, key := range r.order {
		r.report.Clauses = append(r.report.Clauses, *r.results[key])
	}
	r.report.Counts = count(r.report.Clauses)
	r.report.Verdict, r.report.Reason = judge(r.report.Clauses, r.requiredGroups(), r.options.Strict)
	if r.report.Counts.Executed == 0 && r.report.Verdict == Conformant {
		r.report.Verdict, r.report.Reason = Partial, "nothing was checked"
	}
	if r.options.Strict && r.report.Verdict == Conformant && len(r.report.Warnings) > 0 {
		r.report.Verdict, r.report.Reason = Inconclusive, "warnings: "+r.report.Warnings[0]
	}
	switch {
	case ctx.Err() != nil:
		r.report.Verdict, r.report.Reason = Inconclusive, errInterrupted.Error()
	case r.report.Problem == "":
	case r.report.Verdict == Inconclusive:
		r.report.Reason = r.report.Problem
	case r.report.Verdict == NonConformant:
		r.report.Reason += "; the rest could not be checked: " + r.report.Problem
	}
}
