package conformance

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/paysocket/paysocket/conformance/internal/harness"
)

// judged is what every run has, whatever its subject is: the clauses, what was found of
// them, and the report.
type judged struct {
	options   *Options
	catalogue *Catalogue
	selection *selection
	excuses   map[string]excuse // by clause and variant
	canaries  *harness.Canaries
	report    *Report
	command   string                  // that checks again, without the clause and the seed
	limit     time.Duration           // of a check
	budget    *budget                 // nil before the first check
	end       context.CancelCauseFunc // of the checks; nil before the first

	mu      sync.Mutex
	results map[string]*ClauseResult // by clause and variant
	order   []string
	left    int
}

// newJudged returns a run that nothing is known of. The report is completed by the
// caller with what its subject is.
func newJudged(catalogue *Catalogue, o *Options, profile, knownFailing string, variants []string) (*judged, error) {
	selected, err := newSelection(catalogue, o.Run, o.Skip)
	if err != nil {
		return nil, &UsageError{Err: err}
	}
	today := time.Now().UTC()
	if o.Now != nil {
		today = o.Now().UTC()
	}
	excuses, err := readExcuses(knownFailing, catalogue, variants, today)
	if err != nil {
		return nil, err
	}
	profile = cmp.Or(o.Profile, profile)
	if _, ok := catalogue.Profiles[profile]; !ok {
		return nil, misuse("the profile %q is unknown; write one of %s", profile, names(catalogue.Profiles))
	}
	seed := o.Seed
	for seed == 0 {
		seed = uint64(rand.Uint32N(1_000_000)) //nolint:gosec // it has to be short, not secret
	}
	report := newReport(o, profile, seed, today)
	report.canaries = &harness.Canaries{}
	return &judged{
		options: o, catalogue: catalogue, selection: selected, excuses: excuses, canaries: report.canaries,
		results: make(map[string]*ClauseResult), report: report,
	}, nil
}

// add adds a result without a status.
func (r *judged) add(clause *Clause, variant string) {
	key := clause.ID + "/" + variant
	r.results[key] = &ClauseResult{
		ID: clause.ID, Level: clause.Level, Gate: clause.Gate, Title: clause.Title, Variant: variant,
	}
	r.order = append(r.order, key)
}

// declare stores which capabilities the subject has.
func (r *judged) declare(declared []string) {
	r.report.Capabilities = Capabilities{Declared: declared, Undeclared: []string{}}
	for _, word := range r.catalogue.capabilityWords() {
		if !slices.Contains(declared, word) {
			r.report.Capabilities.Undeclared = append(r.report.Capabilities.Undeclared, word)
		}
	}
}

// decide sets the status of a clause that will not be checked: capabilities are those of
// the subject, and lacks is what is missing to check it.
func (r *judged) decide(result *ClauseResult, clause *Clause, capabilities []string, lacks string) {
	switch {
	case !open(clause, capabilities): // so that the same clauses apply whatever is selected
		result.Status, result.Reason = NotApplied, "not declared: "+clause.Gate
	case !r.selection.takes(clause.ID):
		result.Status, result.Reason = Skipped, "left out by --run or --skip"
	case lacks != "":
		result.Status, result.Reason = Unverified, lacks
	default:
		r.left++
	}
}

// failRest returns the status error to every clause without one, after a run that could
// not begin or was interrupted.
func (r *judged) failRest(err error) {
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

// broken sets the status of the clauses that are not done, if ctx ended before they were.
func (r *judged) broken(ctx context.Context) {
	switch cause := context.Cause(ctx); {
	case errors.Is(cause, errLost):
		r.failRest(cause)
	case errors.Is(cause, errOverBudget):
		r.giveUp()
	case cause != nil:
		r.failRest(errInterrupted)
	}
}

// tell reports progress. The lock makes sure that one goroutine does so at a time.
func (r *judged) tell(clause *Clause, key string, result *ClauseResult) {
	if r.options.Progress == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	variant := r.results[key].Variant
	r.options.Progress(Progress{Clause: clause, Variant: variant, Result: result, Left: r.left})
}

// found is how the check of a clause ended.
type found struct {
	outcome  harness.Result
	evidence *harness.Evidence
	repeated *Repetition // nil: it was checked once
	took     time.Duration
}

// record stores how the check of a clause ended, and returns its result.
func (r *judged) record(clause *Clause, key string, f *found) *ClauseResult {
	r.mu.Lock()
	defer r.mu.Unlock()
	result := r.results[key]
	r.settle(result, clause, &f.outcome, f.evidence)
	r.tellRepetition(result, f.repeated)
	r.excuse(key, result)
	result.DurationMS, result.Calls = f.took.Milliseconds(), f.outcome.Calls
	r.left--
	return result
}

// settle turns the end of a check into a result.
func (r *judged) settle(result *ClauseResult, clause *Clause, outcome *harness.Result, evidence *harness.Evidence) {
	switch {
	case len(outcome.Failures) > 0:
		result.Status, result.Reason = Fail, outcome.Failures[0].String()
		result.Failures = failuresOf(outcome.Failures, r.canaries.Redact)
	case outcome.SetupErr != nil && (!outcome.TimedOut || !ended(outcome.SetupErr)):
		result.Status, result.Reason = Errored, outcome.SetupErr.Error()
	case outcome.TimedOut: // and what it was about to do then failed for that
		result.Status, result.Reason = Fail, fmt.Sprintf("the check was not done within %s", r.limit)
		result.Failures = []Failure{{What: result.Reason}}
	case outcome.Unverified != "":
		result.Status, result.Reason = Unverified, outcome.Unverified
	default:
		result.Status = Pass
		result.Evidence = &Evidence{Faults: append(recordsOf(evidence.Faults), recordsOf(evidence.Discarded)...)}
		return
	}
	result.Text = clause.Text
	result.Reason = r.canaries.Redact(result.Reason)
	for _, note := range outcome.Notes {
		result.Notes = append(result.Notes, r.canaries.Redact(note))
	}
	result.Evidence = evidenceOf(evidence)
	result.Reproduce = fmt.Sprintf("%s --run %s --seed %d", r.command, clause.ID, r.report.Seed)
}

// repetition describes a check that was made twice: cause is the trouble of the machine
// that explains what was found first.
func (r *judged) repetition(clause *Clause, first *harness.Result, cause string) *Repetition {
	var told ClauseResult
	r.settle(&told, clause, first, &harness.Evidence{})
	return &Repetition{Cause: r.canaries.Redact(cause), First: told.Reason}
}

// tellRepetition records that a clause was checked twice. The lock is held.
func (r *judged) tellRepetition(result *ClauseResult, repeated *Repetition) {
	if repeated == nil {
		return
	}
	result.Repeated = repeated
	again := "did not pass when repeated"
	if result.Status == Pass {
		again = "passed when repeated: FLAKY"
	}
	r.report.Warnings = append(r.report.Warnings, fmt.Sprintf("%s failed once, %s; %s; the first time: %s", name(result), again, repeated.Cause, repeated.First))
}

// giveUp leaves the clauses unverified that were not done when the time was over.
func (r *judged) giveUp() {
	r.mu.Lock()
	defer r.mu.Unlock()
	var given []string
	for _, key := range r.order {
		if result := r.results[key]; result.Status == "" {
			result.Status = Unverified
			result.Reason = fmt.Sprintf("given up, because the run took more than twice the %s that it usually takes", r.budget.usual)
			given = append(given, name(result))
		}
	}
	r.report.Warnings = append(r.report.Warnings, fmt.Sprintf("the run took more than twice the %s that it usually takes; given up: %s",
		r.budget.usual, strings.Join(given, ", ")))
}

// conclude completes the report with its counts and verdict. required are the groups in
// which something must have been checked.
func (r *judged) conclude(ctx context.Context, required []string) {
	for _, key := range r.order {
		r.report.Clauses = append(r.report.Clauses, *r.results[key])
	}
	r.report.Counts = count(r.report.Clauses)
	r.report.Verdict, r.report.Reason = judge(r.report.Clauses, required, r.options.Strict)
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

// ungated are the groups that have a MUST clause for every subject, so that something
// must have been checked in them.
func (c *Catalogue) ungated() []string {
	var groups []string
	for i := range c.Clauses {
		clause := &c.Clauses[i]
		if clause.Level == must && clause.Gate == "" && !slices.Contains(groups, clause.group()) {
			groups = append(groups, clause.group())
		}
	}
	return groups
}

// ended reports whether an error only says that a check's time was up.
func ended(err error) bool {
	return errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled)
}
