package conformance

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/paysocket/paysocket/conformance/internal/harness"
	"github.com/paysocket/paysocket/conformance/internal/hostchecks"
	"github.com/paysocket/paysocket/conformance/internal/hostproc"
)

// RunHost checks the host that the manifest describes, as Run checks a provider. The suite
// plays the provider: Options.Provider is the path of payment-provider-scripted; empty for
// the one beside the program that runs, or in PATH. Options.Parallel is how many hosts run
// at the same time.
func RunHost(ctx context.Context, m *HostManifest, options *Options) (*Report, error) {
	if options == nil {
		options = &Options{}
	}
	r, err := newHostRun(m.content, options)
	if err != nil {
		return nil, err
	}
	began := time.Now()
	if err := r.all(ctx); err != nil {
		return nil, err
	}
	r.report.DurationMS = time.Since(began).Milliseconds()
	r.conclude(ctx, r.requiredGroups())
	return r.report, nil
}

// hostRun is one run of the suite about a host.
type hostRun struct {
	*judged

	manifest *hostproc.Manifest
	required []string // capabilities of the profile
	settings hostchecks.Settings
	met      bool // the host has said what it can do

	held map[string]*found // what the machine explains, by clause; to be repeated
}

func newHostRun(m *hostproc.Manifest, o *Options) (*hostRun, error) {
	catalogue, err := LoadHostCatalogue()
	if err != nil {
		return nil, err
	}
	shared, err := newJudged(catalogue, o, m.Profile, m.KnownFailing, nil)
	if err != nil {
		return nil, err
	}
	binary, err := scriptedBinary(o.Provider)
	if err != nil {
		return nil, err
	}
	shared.limit, shared.command = hostchecks.Limit(&m.Pace), hostCommand(cmp.Or(o.Manifest, m.File), o)
	shared.report.Kind, shared.report.Host = hostReportKind, hostFactsOf(m)
	shared.report.Implementation = Implementation(m.Implementation)
	r := &hostRun{
		judged: shared, manifest: m, required: catalogue.Profiles[shared.report.Profile], held: make(map[string]*found),
		settings: hostchecks.Settings{
			Manifest: m, Binary: binary, Seed: shared.report.Seed, Parallel: o.Parallel, Canaries: shared.canaries,
		},
	}
	for i := range catalogue.Clauses {
		r.add(&catalogue.Clauses[i], "")
	}
	return r, nil
}

// all checks what can be checked, so that every clause has a result. Its error is a
// misuse, found before anything was checked.
func (r *hostRun) all(ctx context.Context) error {
	watching, watched := context.WithCancel(ctx)
	defer watched()
	r.settings.Machine = harness.WatchMachine(watching)
	suite, err := hostchecks.Open(ctx, &r.settings)
	if err != nil {
		r.failRest(err)
		return nil
	}
	defer func() {
		if err := suite.Close(); err != nil {
			r.report.Warnings = append(r.report.Warnings, "the run left something behind: "+err.Error())
		}
	}()
	if err := r.meet(ctx, suite); err != nil {
		r.failRest(err)
		return nil
	}
	if err := r.idleExcuse(); err != nil {
		return err
	}
	r.budget = &budget{usual: hostchecks.Usual(&r.manifest.Pace), machine: r.settings.Machine}
	r.report.UsualMS = r.budget.usual.Milliseconds()
	if r.options.Progress != nil {
		r.options.Progress(Progress{Preflight: r.report, Left: r.left})
	}
	r.checkAll(ctx, suite)
	return nil
}

// meet starts the host once, and finds out what can be checked.
func (r *hostRun) meet(ctx context.Context, suite *hostchecks.Suite) error {
	hello, err := suite.Hello(ctx)
	switch {
	case hello == nil:
		return fmt.Errorf("the host does not start: %w", err)
	case err != nil:
		return err
	}
	r.met, r.report.Host.Name = true, hello.Name
	r.declare(hostCapabilities(r.manifest, hello, r.catalogue.capabilityWords()))
	checked := hostchecks.Clauses()
	for _, key := range r.order {
		result := r.results[key]
		clause, _ := r.catalogue.clause(result.ID)
		lacks := ""
		if !slices.Contains(checked, clause.ID) {
			lacks = "this version of the suite has no check for it"
		}
		r.decide(result, clause, r.report.Capabilities.Declared, lacks)
		if result.Status == NotApplied {
			suite.Without = append(suite.Without, clause.ID)
		}
		if missing := r.lacksOfProfile(clause); result.Status == NotApplied && missing != "" {
			result.Status = Unverified
			result.Reason = fmt.Sprintf("the profile %s requires %s, which the host does not have", r.report.Profile, missing)
		}
	}
	return nil
}

// lacksOfProfile returns a capability of the clause which the profile requires and the
// host does not have; empty if there is none.
func (r *hostRun) lacksOfProfile(clause *Clause) string {
	for _, word := range clause.gates() {
		if slices.Contains(r.required, word) && !slices.Contains(r.report.Capabilities.Declared, word) {
			return word
		}
	}
	return ""
}

// checkAll checks the clauses without a status, and those once more that the machine's
// trouble explains.
func (r *hostRun) checkAll(ctx context.Context, suite *hostchecks.Suite) {
	ctx, end := context.WithCancelCause(ctx)
	defer end(nil)
	go r.budget.watch(ctx, end)
	var clauses []string
	for _, key := range r.order {
		if result := r.results[key]; result.Status == "" {
			clauses = append(clauses, result.ID)
		}
	}
	began := func(id string) { r.tell(r.clauseOf(id), id+"/", nil) }
	suite.Run(ctx, clauses, began, func(id string, o *hostchecks.Outcome) { r.take(ctx, id, o, false) })
	if len(r.held) > 0 && ctx.Err() == nil {
		var again []string
		for id := range r.held {
			again = append(again, id)
		}
		slices.Sort(again)
		suite.Run(ctx, again, func(string) {}, func(id string, o *hostchecks.Outcome) { r.take(ctx, id, o, true) })
	}
	r.broken(ctx)
}

func (r *hostRun) clauseOf(id string) *Clause {
	clause, _ := r.catalogue.clause(id)
	return clause
}

// take records what was found of a clause, or holds it until it was checked once more.
func (r *hostRun) take(ctx context.Context, id string, o *hostchecks.Outcome, again bool) {
	if ctx.Err() != nil && (len(o.Failures) == 0 || o.Trouble() != "") {
		return // what an interrupted check found means nothing
	}
	now := &found{outcome: o.Result, evidence: o.Evidence, took: o.Took}
	clause := r.clauseOf(id)
	if cause := o.Trouble(); cause != "" && !again {
		now.repeated = r.repetition(clause, &o.Result, cause)
		r.held[id] = now
		return
	}
	if again {
		now.repeated = r.held[id].repeated
	}
	r.tell(clause, id+"/", r.record(clause, id+"/", now))
}

// requiredGroups are the groups in which something must have been checked.
func (r *hostRun) requiredGroups() []string {
	if r.options.Run != "" || r.options.Skip != "" || !r.met {
		return nil // what was left out is in the verdict as it is
	}
	return r.catalogue.ungated()
}
