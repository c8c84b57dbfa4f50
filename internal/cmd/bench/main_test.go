package main

import (
	"encoding/xml"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write the pages that are expected")

// output is what go test prints, with what is no value between.
const output = `goos: linux
pkg: github.com/paysocket/paysocket/plugin
BenchmarkHop/1-2   20   1.17 allocs   1.35 cpu   1.14 cpu-q1   1.48 cpu-q3   0.69 ratio   0.43 ratio-q1   1.41 ratio-q3   115.6 us/call   74.0 floor-us/call
BenchmarkHop/8-2   20   1.05 cpu   0.95 ratio   0.94 ratio-q1   0.96 ratio-q3   91.4 us/call   67.9 floor-us/call
BenchmarkHop/64-2   20   1.02 cpu   0.99 ratio   67.9 us/call   46.9 floor-us/call
--- a line of a test
BenchmarkParseWebhook-2   40   0.7 time   0.65 time-q1   0.74 time-q3
BenchmarkEngine_AmongManySales/Checkout-2   10   2.0 small-ms   2.1 large-ms   1.05 ratio
BenchmarkBroken-2 10
PASS
`

func TestParse_ReadsEveryValueOfEveryBenchmark(t *testing.T) {
	t.Parallel()
	found := parse([]byte(output))
	assert.InDelta(t, 1.48, found["BenchmarkHop/1 cpu-q3"], 0)
	assert.InDelta(t, 46.9, found["BenchmarkHop/64 floor-us/call"], 0, "the number of processors is no part of a name")
	assert.Len(t, found, 9+6+4+3+3)
}

func examplePage() *page {
	return &page{
		machine: machine{processor: "Example CPU", system: "linux/amd64", processors: 2, goVersion: "go1.26.0", loadBefore: "0.10", loadAfter: "1.20"},
		figures: figures(), results: parse([]byte(output)), began: time.Date(2026, 12, 1, 8, 0, 0, 0, time.UTC), took: 3 * time.Minute,
	}
}

func TestPage_IsTheOneThatIsExpected(t *testing.T) {
	t.Parallel()
	for name, content := range examplePage().files() {
		path := filepath.Join("testdata", name)
		if *update {
			require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
		}
		want, err := os.ReadFile(path)
		require.NoError(t, err)
		assert.Equal(t, string(want), content, "go test ./internal/cmd/bench -update writes it")
	}
}

func TestPage_HasARowForEachFigure(t *testing.T) {
	t.Parallel()
	for _, made := range []*page{examplePage(), {figures: figures()}} {
		text := made.text()
		for i := range 14 {
			assert.Equal(t, 1, strings.Count(text, "\n| P"+strconv.Itoa(i+1)+" | "), i)
		}
	}
}

func TestFigure_IsMetIfEachPartIs(t *testing.T) {
	t.Parallel()
	f := figure{parts: []part{atLeast("a", "B", "ratio", 0.9), atMost("b", "B", "cpu", 1.1)}}
	for name, row := range map[string]struct {
		results results
		met     string
	}{
		"both":     {results{"B ratio": 0.9, "B cpu": 1.1}, "yes"},
		"too slow": {results{"B ratio": 0.89, "B cpu": 1}, "no"},
		"too much": {results{"B ratio": 1, "B cpu": 1.11}, "no"},
		"one":      {results{"B ratio": 1}, "no"},
		"none":     {nil, "no"},
	} {
		ratio, _, met := f.read(row.results)
		assert.Equal(t, row.met, met, name)
		assert.Equal(t, len(row.results) < 2, ratio == "not measured", name)
	}
}

func TestChart_IsWellFormed(t *testing.T) {
	t.Parallel()
	charts := examplePage().charts()
	require.NotEmpty(t, charts)
	for _, c := range charts {
		decoder := xml.NewDecoder(strings.NewReader(c.svg()))
		for {
			_, err := decoder.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			require.NoError(t, err, c.name)
		}
		assert.NotContains(t, c.svg(), "NaN", c.name)
	}
}

// Tiny counts: two rounds of one benchmark, as go test runs it.
func TestMeasure_RunsABenchmarkAndWritesThePage(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("SKIPPED: it builds the tests of another package")
	}
	root, err := filepath.Abs("../../..")
	require.NoError(t, err)
	folder := t.TempDir()
	p := &plan{rounds: 2, only: []string{"P4"}, root: root}
	require.NoError(t, measure(t.Context(), p, folder))
	text, err := os.ReadFile(filepath.Join(folder, "benchmarks.md"))
	require.NoError(t, err)
	assert.Regexp(t, `(?m)^\| P4 \| .* \| \d[\d.]* \| \d[\d.]*–\d[\d.]* \| time ≤ 0.75 \| (yes|no) \|$`, string(text))
	assert.Regexp(t, `(?m)^\| P1 \| .* \| not measured \| – \| .* \| no \|$`, string(text))
}
