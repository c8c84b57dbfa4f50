package selftest

import (
	"bufio"
	"bytes"
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/paysocket/paysocket/conformance"
)

// Matrix says which clauses each mutant fails.
type Matrix struct {
	failed map[string][]string // clauses by mutant
	tried  map[string]int      // how many clauses were run; 0: not known, and not all
}

func emptyMatrix() *Matrix {
	return &Matrix{failed: make(map[string][]string), tried: make(map[string]int)}
}

// NewMatrix takes the cells from outcomes with all clauses.
func NewMatrix(outcomes []Outcome) *Matrix {
	m := emptyMatrix()
	for i := range outcomes {
		m.Take(&outcomes[i])
	}
	return m
}

// Take takes the cells of one outcome more. A mutant that could not be run has
// none.
func (m *Matrix) Take(o *Outcome) {
	if o.Err != nil {
		return
	}
	failed := []string{}
	for _, id := range slices.Sorted(maps.Keys(o.Statuses)) {
		if !o.Mutant.cell(id) {
			continue
		}
		switch o.Statuses[id] {
		case conformance.Fail, conformance.Errored:
			failed = append(failed, id)
		case conformance.Pass, conformance.NotApplied, conformance.Unverified, conformance.Skipped,
			conformance.XFail, conformance.XPass:
		}
	}
	m.failed[o.Mutant.Name], m.tried[o.Mutant.Name] = failed, o.tried()
}

// tried returns how many clauses were run.
func (o *Outcome) tried() int {
	tried := 0
	for _, status := range o.Statuses {
		if status != conformance.Skipped {
			tried++
		}
	}
	return tried
}

const matrixHead = `# Which clauses each mutant of mutants.yaml fails, all clauses run but for the
# random walk of PRP-001, which is run for its own defects and for legal oddities.
# The number after the stroke is how many were run. A line without it may lack some.
# Written by "make selftest-matrix-write"; compared by "make selftest-matrix".
`

// Bytes returns the matrix as text, a line for each mutant.
func (m *Matrix) Bytes() []byte {
	var b bytes.Buffer
	b.WriteString(matrixHead)
	for _, name := range slices.Sorted(maps.Keys(m.failed)) {
		cells := m.failed[name]
		if tried := m.tried[name]; tried > 0 {
			cells = append(slices.Clone(cells), "/"+strconv.Itoa(tried))
		}
		fmt.Fprintf(&b, "%s: %s\n", name, strings.Join(cells, " "))
	}
	return b.Bytes()
}

// ReadMatrix reads what Bytes gave.
func ReadMatrix(file string) (*Matrix, error) {
	text, err := os.ReadFile(file) //nolint:gosec // the file is the person's own choice
	if err != nil {
		return nil, err
	}
	m := emptyMatrix()
	scanner := bufio.NewScanner(bytes.NewReader(text))
	for line := 1; scanner.Scan(); line++ {
		text := strings.TrimSpace(scanner.Text())
		if text == "" || strings.HasPrefix(text, "#") {
			continue
		}
		name, clauses, ok := strings.Cut(text, ":")
		if !ok {
			return nil, fmt.Errorf("%s:%d: a line is a mutant, a colon and clauses", file, line)
		}
		m.failed[name] = strings.Fields(clauses)
		if cells, number, ok := strings.Cut(clauses, "/"); ok {
			tried, err := strconv.Atoi(strings.TrimSpace(number))
			if err != nil || tried <= 0 {
				return nil, fmt.Errorf("%s:%d: after the stroke is how many clauses were run", file, line)
			}
			m.failed[name], m.tried[name] = strings.Fields(cells), tried
		}
	}
	return m, scanner.Err()
}

// Keep takes over the lines of mutants that were not run.
func (m *Matrix) Keep(before *Matrix) {
	for name, failed := range before.failed {
		if _, run := m.failed[name]; !run {
			m.failed[name], m.tried[name] = failed, before.tried[name]
		}
	}
}

// Missing names the mutants that were run and have no line of a whole run to be
// compared with.
func (m *Matrix) Missing(before *Matrix) []string {
	var missing []string
	for _, name := range slices.Sorted(maps.Keys(m.failed)) {
		if before.tried[name] == 0 {
			missing = append(missing, name)
		}
	}
	return missing
}

// Stale returns the corpus with the mutants whose line is not of a run of so many
// clauses. Those come first of which only the clauses that they name were ever run.
func (m *Matrix) Stale(corpus *Corpus, clauses int) *Corpus {
	stale := *corpus
	stale.Mutants = nil
	var rest []Mutant
	for i := range corpus.Mutants {
		mutant := &corpus.Mutants[i]
		all := clauses
		if !mutant.Legal() && !slices.Contains(mutant.Kills, chanceClause) {
			all--
		}
		switch tried := m.tried[mutant.Name]; {
		case tried >= all:
		case tried == 0 && len(m.failed[mutant.Name]) <= len(mutant.Kills):
			stale.Mutants = append(stale.Mutants, *mutant)
		default:
			rest = append(rest, *mutant)
		}
	}
	stale.Mutants = append(stale.Mutants, rest...)
	return &stale
}

// Compare returns a sentence for every cell that has changed. Mutants that
// were not run, or have no line yet, are not compared. A line that is not of a whole
// run is compared in the cells that it has.
func (m *Matrix) Compare(before *Matrix) []string {
	var differences []string
	for _, name := range slices.Sorted(maps.Keys(m.failed)) {
		was, ok := before.failed[name]
		if !ok {
			continue
		}
		for _, id := range m.failed[name] {
			if before.tried[name] > 0 && !slices.Contains(was, id) {
				differences = append(differences, name+" fails "+id+" now")
			}
		}
		for _, id := range was {
			if !slices.Contains(m.failed[name], id) {
				differences = append(differences, name+" no longer fails "+id)
			}
		}
	}
	return differences
}
