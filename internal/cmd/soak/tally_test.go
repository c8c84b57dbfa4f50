package main

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/paysocket/paysocket/conformance"
)

func TestTally_CountsWhatDidNotPassAtOnce(t *testing.T) {
	t.Parallel()
	found := newTally()
	assert.Empty(t, found.add(&conformance.Report{Clauses: []conformance.ClauseResult{
		{ID: "CRE-001", Status: conformance.Pass}, {ID: "LST-001", Status: conformance.NotApplied}, {ID: "LST-002", Status: conformance.Skipped},
	}}))
	assert.Equal(t, "1 clauses checked, and all passed at once", found.String())
	findings := found.add(&conformance.Report{Clauses: []conformance.ClauseResult{
		{ID: "DLN-001", Status: conformance.Pass, Repeated: &conformance.Repetition{Cause: "no processor", First: "it came late"}},
		{ID: "HSK-002", Status: conformance.Fail, Reason: "it did not end"},
		{ID: "SEC-003", Status: conformance.Errored, Reason: "no port"},
	}})
	assert.Equal(t, []string{"DLN-001 FLAKY: it came late (no processor)", "HSK-002 fail: it did not end", "SEC-003 error: no port"}, findings)
	assert.Equal(t, "4 clauses checked, 1 × DLN-001 FLAKY, 1 × HSK-002 fail, 1 × SEC-003 error", found.String())
	assert.Equal(t, 2, found.unexpected, "a flake that the machine explains is expected")
}
