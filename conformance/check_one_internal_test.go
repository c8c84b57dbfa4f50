package conformance

import (
	"context"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/paysocket/paysocket/conformance/internal/harness"
)

func TestRepeatOnce_RepeatsWhatTheMachineExplainsAndNothingElse(t *testing.T) {
	t.Parallel()
	late := harness.Result{Failures: []harness.Failure{{What: "it came late", Late: true}}, Starved: time.Second}
	wrong := harness.Result{Failures: []harness.Failure{{What: "two payments"}}, Starved: time.Second}
	broken := harness.Result{SetupErr: syscall.EADDRINUSE}
	for what, c := range map[string]struct {
		found    []harness.Result
		last     harness.Result
		repeated bool
	}{
		"it passed":                   {[]harness.Result{{}}, harness.Result{}, false},
		"late, and then not":          {[]harness.Result{late, {}}, harness.Result{}, true},
		"late, and late again":        {[]harness.Result{late, late}, late, true},
		"late, and then wrong":        {[]harness.Result{late, wrong}, wrong, true},
		"wrong, and then it may pass": {[]harness.Result{wrong, {}}, wrong, false},
		"an address that was in use":  {[]harness.Result{broken, {}}, harness.Result{}, true},
	} {
		checked, renewed := 0, 0
		first, last, cause := repeatOnce(context.Background(), func() harness.Result {
			checked++
			return c.found[checked-1]
		}, func() { renewed++ })
		assert.Equal(t, c.found[0], first, what)
		assert.Equal(t, c.last, last, what)
		assert.Equal(t, c.repeated, cause != "", what)
		assert.Equal(t, c.repeated, checked == 2 && renewed == 1, what)
	}
}

func TestRun_SaysThatAClauseWasRepeated(t *testing.T) {
	t.Parallel()
	r := &judged{report: &Report{}}
	result := &ClauseResult{ID: "DLN-001", Status: Pass}
	r.tellRepetition(result, nil)
	assert.Empty(t, r.report.Warnings)
	r.tellRepetition(result, &Repetition{Cause: "no processor for 1s", First: "it came late"})
	assert.Equal(t, []string{"DLN-001 failed once, passed when repeated: FLAKY; no processor for 1s; the first time: it came late"}, r.report.Warnings)
	assert.Equal(t, 1, count([]ClauseResult{*result, {Status: Pass}}).Flaky)
	result.Status = Fail
	assert.Zero(t, count([]ClauseResult{*result}).Flaky)
}
