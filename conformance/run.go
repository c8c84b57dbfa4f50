package conformance

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/paysocket/paysocket/conformance/internal/harness"
	"github.com/paysocket/paysocket/conformance/internal/manifest"
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
	r.conclude(ctx, r.requiredGroups())
	return r.report, nil
}

// run is one run of the suite about a provider.
type run struct {
	*judged

	manifest *manifest.Manifest
	subject  harness.Subject
	variants []*selection // of the manifest's variants
	required []string     // capabilities of the profile
	suite    *harness.Suite
	suites   map[string]*harness.Suite // by variant; "" is suite
	bounds   map[string]bound          // by clause
	least    time.Duration             // that a run usually takes
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
	variants, variantNames := make([]*selection, len(m.Variants)), make([]string, len(m.Variants))
	for i := range m.Variants {
		variantNames[i] = m.Variants[i].Name
		if variants[i], err = newSelection(catalogue, m.Variants[i].Run, ""); err != nil {
			return nil, misuse("variant %s of %s: %w", m.Variants[i].Name, m.File, err)
		}
	}
	for _, word := range m.ExpectCapabilities {
		if words := catalogue.capabilityWords(); !slices.Contains(words, word) {
			return nil, misuse("expectCapabilities of %s has the unknown capability %q; the capabilities are %s", m.File, word, strings.Join(words, ", "))
		}
	}
	shared, err := newJudged(catalogue, o, m.Profile, m.KnownFailing, variantNames)
	if err != nil {
		return nil, err
	}
	shared.limit, shared.command = m.Timeouts.Check, commandOf(m, o)
	shared.report.Implementation, shared.report.Provider = Implementation(m.Implementation), factsOf(subject.subject)
	return &run{
		judged: shared, manifest: m, subject: subject.subject, variants: variants, required: catalogue.Profiles[shared.report.Profile],
		bounds: bounds, least: leastBudget,
	}, nil
}

// commandOf is the command that checks the provider again.
func commandOf(m *manifest.Manifest, o *Options) string {
	command := "paysocket conformance run -f " + cmp.Or(o.Manifest, m.File)
	if o.Provider != "" {
		command += " --provider " + o.Provider
	}
	if o.Profile != "" {
		command += " --profile " + o.Profile
	}
	return command
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
	r.broken(ctx)
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
