package conformance

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/paysocket/paysocket/conformance/internal/checks"
	"github.com/paysocket/paysocket/conformance/internal/harness"
)

// Repetition says that a check found something the first time that the machine explains,
// and was made a second time. What it found then counts.
type Repetition struct {
	// Cause is what the suite itself met.
	Cause string `json:"cause"`

	// First is what was found the first time.
	First string `json:"first"`
}

// watchMachine lets the checks of all variants know how busy the machine is.
func (r *run) watchMachine(ctx context.Context) {
	r.suite.Machine = harness.WatchMachine(ctx)
	for _, suite := range r.suites {
		suite.Machine = r.suite.Machine
	}
}

// checkAndRepeat checks a clause, and once more with a new process if the machine
// explains what was found.
func (r *run) checkAndRepeat(ctx context.Context, worker *harness.Worker, next task) (harness.Result, *harness.Evidence, *Repetition) {
	var evidence *harness.Evidence
	check := func() harness.Result {
		var found harness.Result
		found, evidence = worker.Check(ctx, next.clause.ID, r.manifest.Timeouts.Check, checks.All()[next.clause.ID]) //nolint:contextcheck // a check has a context of its own
		return found
	}
	first, last, cause := repeatOnce(ctx, check, worker.Close) // the process has used the keys
	if cause == "" {
		return last, evidence, nil
	}
	var told ClauseResult
	r.settle(&told, next.clause, &first, &harness.Evidence{})
	return last, evidence, &Repetition{Cause: r.canaries.Redact(cause), First: told.Reason}
}

// repeatOnce checks, and again after renew if trouble of the machine explains all that
// was found. It returns the trouble, and what was found first and last. A finding that it
// does not explain counts at once: one that comes and goes is the provider's.
func repeatOnce(ctx context.Context, check func() harness.Result, renew func()) (first, last harness.Result, cause string) {
	first = check()
	cause = first.Trouble()
	if cause == "" || ctx.Err() != nil {
		return first, first, ""
	}
	renew()
	return first, check(), cause
}

// tellRepetition records that a clause was checked twice. The lock is held.
func (r *run) tellRepetition(result *ClauseResult, repeated *Repetition) {
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

func (r *run) checkOne(ctx context.Context, worker *harness.Worker, next task) {
	if ctx.Err() != nil {
		return
	}
	r.tell(next, nil)
	began := time.Now()
	outcome, evidence, repeated := r.checkAndRepeat(ctx, worker, next)
	if ctx.Err() != nil {
		return // what an interrupted check found means nothing
	}
	r.mu.Lock()
	result := r.results[next.key]
	r.settle(result, next.clause, &outcome, evidence)
	r.tellRepetition(result, repeated)
	r.excuse(next.key, result)
	took := time.Since(began)
	result.DurationMS = took.Milliseconds()
	if result.Status == Pass {
		r.budget.note(took, r.boundOf(result.ID))
	}
	r.left--
	status := result.Status
	r.mu.Unlock()
	r.tell(next, result)
	if status == Errored && r.end != nil {
		r.checkSandbox(ctx)
	}
}

// settle turns the end of a check into a result.
func (r *run) settle(result *ClauseResult, clause *Clause, outcome *harness.Result, evidence *harness.Evidence) {
	switch {
	case len(outcome.Failures) > 0:
		result.Status, result.Reason = Fail, outcome.Failures[0].String()
		result.Failures = failuresOf(outcome.Failures, r.canaries.Redact)
	case outcome.SetupErr != nil && (!outcome.TimedOut || !ended(outcome.SetupErr)):
		result.Status, result.Reason = Errored, outcome.SetupErr.Error()
	case outcome.TimedOut: // and what it was about to do then failed for that
		result.Status, result.Reason = Fail, fmt.Sprintf("the check was not done within %s", r.manifest.Timeouts.Check)
		result.Failures = []Failure{{What: result.Reason}}
	case outcome.Unverified != "":
		result.Status, result.Reason = Unverified, outcome.Unverified
	default:
		result.Status = Pass
		result.Evidence = &Evidence{Faults: evidenceOf(evidence).Faults}
		return
	}
	result.Text = clause.Text
	result.Reason = r.canaries.Redact(result.Reason)
	for _, note := range outcome.Notes {
		result.Notes = append(result.Notes, r.canaries.Redact(note))
	}
	result.Evidence = evidenceOf(evidence)
	result.Reproduce = r.reproduce(clause.ID)
}

// ended reports whether an error only says that a check's time was up.
func ended(err error) bool {
	return errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled)
}
