package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/paysocket/paysocket/conformance"
)

// tally counts what did not pass at once, over many runs.
type tally struct {
	checked    int            // clauses, in all runs
	counts     map[string]int // by clause and what happened to it
	unexpected int            // of those, what was not explained by the machine
}

func newTally() *tally { return &tally{counts: make(map[string]int)} }

// add counts the clauses of a report, and returns what did not pass at once.
func (t *tally) add(r *conformance.Report) []string {
	var findings []string
	note := func(c *conformance.ClauseResult, what, why string) {
		t.counts[c.ID+" "+what]++
		findings = append(findings, fmt.Sprintf("%s %s: %s", c.ID, what, why))
	}
	for i := range r.Clauses {
		switch c := &r.Clauses[i]; c.Status {
		case conformance.Pass:
			t.checked++
			if c.Repeated != nil {
				note(c, "FLAKY", c.Repeated.First+" ("+c.Repeated.Cause+")")
			}
		case conformance.Fail, conformance.Errored, conformance.Unverified, conformance.XPass:
			t.checked++
			t.unexpected++
			note(c, string(c.Status), c.Reason)
		case conformance.NotApplied, conformance.Skipped, conformance.XFail:
		}
	}
	return findings
}

// String returns the counts in one line.
func (t *tally) String() string {
	if len(t.counts) == 0 {
		return fmt.Sprintf("%d clauses checked, and all passed at once", t.checked)
	}
	parts := []string{fmt.Sprintf("%d clauses checked", t.checked)}
	for _, what := range slices.Sorted(maps.Keys(t.counts)) {
		parts = append(parts, fmt.Sprintf("%d × %s", t.counts[what], what))
	}
	return strings.Join(parts, ", ")
}
