package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance"
	"github.com/paysocket/paysocket/internal/faults"
)

func TestProving_FindsTheTestsThatProve(t *testing.T) {
	t.Parallel()
	names, err := proving("x_test.go", []byte("package x\nfunc TestA(t *testing.T) { t.Run(\"\", func() { faults.Proved(t) }) }\nfunc TestB() {}\n"))
	require.NoError(t, err)
	assert.Equal(t, []string{"TestA"}, names)
	_, err = proving("x_test.go", []byte("package x\nfunc helper() { faults.Proved(t) }\n"))
	require.ErrorContains(t, err, "helper calls faults.Proved")
}

const events = `{"Action":"attr","Package":"github.com/paysocket/paysocket/host","Test":"TestA/one","Key":"fault.HD05","Value":"{\"how\":\"full\",\"times\":2,\"engine\":\"sqlite\"}"}
{"Action":"attr","Package":"github.com/paysocket/paysocket/host","Test":"TestA/one","Key":"other","Value":"x"}
{"Action":"pass","Package":"github.com/paysocket/paysocket/host","Test":"TestA/one"}
{"Action":"attr","Package":"github.com/paysocket/paysocket/host","Test":"TestB","Key":"fault.HD06","Value":"{\"how\":\"full\",\"times\":2,\"engine\":\"sqlite\"}"}
`

func TestReadEvents_TakesWhatPassed(t *testing.T) {
	t.Parallel()
	tests := found{"host": {{"TestA", "host/a_test.go"}, {"TestB", "host/a_test.go"}}}
	proofs, err := readEvents(strings.NewReader(events), tests)
	require.NoError(t, err)
	full := faults.Injected{How: "full", Times: 2, Engine: faults.SQLite}
	assert.Equal(t, []proof{{fault: "HD05", by: "TestA", link: "../host/a_test.go", Injected: full}}, proofs)
	_, err = readEvents(strings.NewReader(events+`{"Action":"fail","Package":"github.com/paysocket/paysocket/host","Test":"TestB"}`), tests)
	require.ErrorContains(t, err, "TestB failed")
}

func TestInjected_CountsWhatFits(t *testing.T) {
	t.Parallel()
	records := []conformance.FaultRecord{
		{ID: "f1", Fault: "f1 create#1 after_commit/reset: fired 1/1", Fired: 1}, {Fault: "create#2 after_commit/reset", Fired: 2}, {Fault: "get#1 after_commit/reset"},
	}
	for pattern, want := range map[string]int{"create#* after_commit/reset": 3, "create#1 after_commit/reset": 1, "get#* after_commit/reset": 0, "create#* after_commit/html": 0} {
		got, err := injected(records, []string{pattern})
		require.NoError(t, err)
		assert.Equal(t, want, got, pattern)
	}
	got, err := injected(records, []string{"create#* after_commit/reset", "create#* after_commit/html"})
	require.NoError(t, err)
	assert.Zero(t, got, "each pattern must fit something")
}

func TestReport_OfAnotherBinaryIsRefused(t *testing.T) {
	t.Parallel()
	binary := filepath.Join(t.TempDir(), "provider")
	require.NoError(t, os.WriteFile(binary, []byte("new"), 0o600))
	require.ErrorContains(t, isOfToday(&conformance.ProviderFacts{Path: binary, SHA256: strings.Repeat("0", 64)}), "run make conformance")
}

func TestJudge_WantsAProofOnEachEngine(t *testing.T) {
	t.Parallel()
	groups := []faults.Group{{ID: "HD", Faults: []faults.Fault{
		{ID: "HD01", Fault: "f", Engines: []faults.Engine{faults.SQLite, faults.Postgres}}, {ID: "HD02", Fault: "f"}, {ID: "HD03", Fault: "f", Unproven: "no"},
	}}}
	on := func(id string, engine faults.Engine) proof {
		return proof{fault: id, by: "T", Injected: faults.Injected{How: "h", Times: 1, Engine: engine}}
	}
	require.NoError(t, judge(groups, []proof{on("HD01", faults.SQLite), on("HD01", faults.Postgres), on("HD02", faults.NoEngine)}))
	for want, proofs := range map[string][]proof{
		"HD01 is not proved on postgres": {on("HD01", faults.SQLite), on("HD02", faults.NoEngine)},
		"HD02 has no proof":              {on("HD01", faults.SQLite), on("HD01", faults.Postgres)},
		"HD03 is proved":                 {on("HD03", faults.SQLite)},
		"does not have":                  {on("HD99", faults.SQLite)},
	} {
		require.ErrorContains(t, judge(groups, proofs), want)
	}
}

func TestRender_TellsHowOftenAndComparesWithout(t *testing.T) {
	t.Parallel()
	groups := []faults.Group{{ID: "HD", Title: "t", Faults: []faults.Fault{{ID: "HD01", Fault: "f", Required: "r", Open: "the rest"}}}}
	with := func(times int) string {
		return render(groups, []proof{{fault: "HD01", by: "TestA", link: "../a", Injected: faults.Injected{How: "h", Times: times, Engine: faults.SQLite}}})
	}
	assert.Contains(t, with(3), "| HD01 | f | r | [TestA](../a): h (3×, on sqlite)<br>**Open**: the rest |")
	assert.NotEqual(t, with(3), with(4))
	assert.Equal(t, withoutCounts(with(3)), withoutCounts(with(4)))
}
