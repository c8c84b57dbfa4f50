package conformance

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestVerdictIsTheWorstThatTheResultsAllow(t *testing.T) {
	t.Parallel()
	pass := ClauseResult{ID: "CRE-001", Level: must, Status: Pass}
	with := func(level string, status Status) []ClauseResult {
		return []ClauseResult{pass, {ID: "IDM-001", Level: level, Status: status}}
	}
	tests := map[string]struct {
		results  []ClauseResult
		required []string
		strict   bool
		want     Verdict
	}{
		"all passed":                      {results: []ClauseResult{pass}, want: Conformant},
		"one does not apply":              {results: with(must, NotApplied), want: Conformant},
		"one failed":                      {results: with(must, Fail), want: NonConformant},
		"one passed that was excused":     {results: with(must, XPass), want: NonConformant},
		"one could not be checked":        {results: with(must, Errored), want: Inconclusive},
		"one is unverified":               {results: with(must, Unverified), want: Partial},
		"one was skipped":                 {results: with(must, Skipped), want: Partial},
		"one is excused":                  {results: with(must, XFail), want: Partial},
		"a SHOULD failed":                 {results: with("SHOULD", Fail), want: Conformant},
		"a SHOULD failed, strictly":       {results: with("SHOULD", Fail), strict: true, want: NonConformant},
		"a failure outweighs an error":    {results: append(with(must, Errored), ClauseResult{ID: "STS-001", Level: must, Status: Fail}), want: NonConformant},
		"a required group checked nought": {results: []ClauseResult{pass}, required: []string{"CRE", "IDM"}, want: Partial},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			verdict, reason := judge(test.results, test.required, test.strict)
			assert.Equal(t, test.want, verdict)
			assert.Equal(t, test.want == Conformant, reason == "")
		})
	}
}

func TestNothingCheckedIsNeverASuccess(t *testing.T) {
	t.Parallel()
	tests := []struct {
		verdict      Verdict
		executed     int
		allowPartial bool
		want         int
	}{
		{Conformant, 10, false, ExitConformant},
		{Conformant, 0, false, ExitPartial},
		{Conformant, 0, true, ExitPartial},
		{Partial, 10, false, ExitPartial},
		{Partial, 10, true, ExitConformant},
		{Partial, 0, true, ExitPartial},
		{NonConformant, 10, true, ExitNonConformant},
		{Inconclusive, 10, true, ExitInconclusive},
	}
	for _, test := range tests {
		report := &Report{Verdict: test.verdict, Counts: Counts{Executed: test.executed}}
		assert.Equal(t, test.want, report.ExitCode(test.allowPartial), "%+v", test)
	}
}

func TestWriteText_SaysWhereToBeginIfManyFailAlike(t *testing.T) {
	t.Parallel()
	text := func(reasons ...string) string {
		r := &Report{}
		for i, reason := range reasons {
			r.Clauses = append(r.Clauses, ClauseResult{
				ID: fmt.Sprintf("CRE-%03d", i+1), Status: Fail, Reason: reason, Failures: []Failure{{What: reason}, {What: reason}},
			})
		}
		var b strings.Builder
		require.NoError(t, WriteText(&b, r, false))
		return b.String()
	}
	assert.Contains(t, text("no refund", "no payment", "no payment", "no payment"), `BEGIN with CRE-002: 3 of 4 failed clauses say the same first, "no payment"`)
	few := text("no payment", "no payment", "no refund")
	assert.NotContains(t, few, "BEGIN")
	assert.Equal(t, 2, strings.Count(few, "no payment"), "what is found twice in a clause is said once")
}
