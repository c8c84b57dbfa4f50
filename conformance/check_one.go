package conformance

import (
	"context"
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
	return last, evidence, r.repetition(next.clause, &first, cause)
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

func (r *run) checkOne(ctx context.Context, worker *harness.Worker, next task) {
	if ctx.Err() != nil {
		return
	}
	r.tell(next.clause, next.key, nil)
	began := time.Now()
	outcome, evidence, repeated := r.checkAndRepeat(ctx, worker, next)
	if ctx.Err() != nil && !proven(&outcome) {
		return
	}
	took := time.Since(began)
	result := r.record(next.clause, next.key, &found{outcome: outcome, evidence: evidence, repeated: repeated, took: took})
	if result.Status == Pass {
		r.budget.note(took, r.boundOf(result.ID))
	}
	r.tell(next.clause, next.key, result)
	if result.Status == Errored && r.end != nil {
		r.checkSandbox(ctx)
	}
}

// proven reports whether a check that was broken off had found a failure that nothing
// explains: it counts, whatever the rest of the check would have found.
func proven(outcome *harness.Result) bool {
	return len(outcome.Failures) > 0 && outcome.Trouble() == ""
}
