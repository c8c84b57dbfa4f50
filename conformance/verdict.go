package conformance

import (
	"fmt"
	"strings"
)

// Verdict is the overall result of a run.
type Verdict string

// The verdicts, the strongest first.
const (
	NonConformant Verdict = "NON-CONFORMANT"
	Inconclusive  Verdict = "INCONCLUSIVE"
	Partial       Verdict = "PARTIAL"
	Conformant    Verdict = "CONFORMANT"
)

// The exit codes that [Report.ExitCode] returns.
const (
	ExitConformant    = 0
	ExitNonConformant = 1
	ExitPartial       = 3 // also when nothing was checked
	ExitInconclusive  = 4
)

// judge returns the verdict, and why it is not CONFORMANT. A clause that failed decides
// the verdict even if others could not be checked.
func judge(results []ClauseResult, required []string, strict bool) (Verdict, string) {
	var failed, excused, errored, open []string
	executed := make(map[string]int)
	for i := range results {
		r := &results[i]
		binding := r.Level == must || strict
		switch r.Status {
		case Fail:
			if binding {
				failed = append(failed, r.ID)
			}
			executed[group(r.ID)]++
		case XPass:
			if binding {
				excused = append(excused, r.ID)
			}
			executed[group(r.ID)]++
		case Errored:
			errored = append(errored, r.ID)
		case Unverified, Skipped, XFail:
			if binding {
				open = append(open, r.ID)
			}
		case Pass:
			executed[group(r.ID)]++
		case NotApplied:
		}
	}
	for _, name := range required {
		if executed[name] == 0 {
			open = append(open, name+"-*")
		}
	}
	var reasons []string
	if len(failed) > 0 {
		reasons = append(reasons, "failed: "+listed(failed))
	}
	if len(excused) > 0 {
		reasons = append(reasons, "passed, but still on the list of known failures: "+listed(excused))
	}
	switch {
	case len(reasons) > 0:
		return NonConformant, strings.Join(reasons, "; ")
	case len(errored) > 0:
		return Inconclusive, "could not be checked: " + listed(errored)
	case len(open) > 0:
		return Partial, "not proven: " + listed(open)
	default:
		return Conformant, ""
	}
}

func group(id string) string {
	name, _, _ := strings.Cut(id, "-")
	return name
}

const maxListed = 12

func listed(ids []string) string {
	if len(ids) <= maxListed {
		return strings.Join(ids, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(ids[:maxListed], ", "), len(ids)-maxListed)
}

// ExitCode returns the exit code for a run with this report. With allowPartial, a
// PARTIAL verdict is a success, unless nothing was checked.
func (r *Report) ExitCode(allowPartial bool) int {
	switch r.Verdict {
	case NonConformant:
		return ExitNonConformant
	case Inconclusive:
		return ExitInconclusive
	case Conformant:
		if r.Counts.Executed > 0 {
			return ExitConformant
		}
	case Partial:
		if allowPartial && r.Counts.Executed > 0 {
			return ExitConformant
		}
	}
	return ExitPartial
}
