package selftest

import (
	"bufio"
	"bytes"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/paysocket/paysocket/conformance"
)

// Matrix says which clauses each mutant fails.
type Matrix struct {
	failed map[string][]string // clauses by mutant
}

// NewMatrix takes the cells from outcomes with all clauses.
func NewMatrix(outcomes []Outcome) *Matrix {
	m := &Matrix{failed: make(map[string][]string)}
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
	m.failed[o.Mutant.Name] = failed
}

const matrixHead = `# Which clauses each mutant of mutants.yaml fails, all clauses run but for the
# random walk of PRP-001, which is run for its own defects and for legal oddities.
# Written by "make selftest-matrix-write"; compared by "make selftest-matrix".
`

// Bytes returns the matrix as text, a line for each mutant.
func (m *Matrix) Bytes() []byte {
	var b bytes.Buffer
	b.WriteString(matrixHead)
	for _, name := range slices.Sorted(maps.Keys(m.failed)) {
		fmt.Fprintf(&b, "%s: %s\n", name, strings.Join(m.failed[name], " "))
	}
	return b.Bytes()
}

// ReadMatrix reads what Bytes gave.
func ReadMatrix(file string) (*Matrix, error) {
	text, err := os.ReadFile(file) //nolint:gosec // the file is the person's own choice
	if err != nil {
		return nil, err
	}
	m := &Matrix{failed: make(map[string][]string)}
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
	}
	return m, scanner.Err()
}

// Keep takes over the lines of mutants that were not run.
func (m *Matrix) Keep(before *Matrix) {
	for name, failed := range before.failed {
		if _, run := m.failed[name]; !run {
			m.failed[name] = failed
		}
	}
}

// Missing names the mutants that were run and have no line to be compared with.
func (m *Matrix) Missing(before *Matrix) []string {
	var missing []string
	for _, name := range slices.Sorted(maps.Keys(m.failed)) {
		if _, ok := before.failed[name]; !ok {
			missing = append(missing, name)
		}
	}
	return missing
}

// Compare returns a sentence for every cell that has changed. Mutants that
// were not run, or have no line yet, are not compared.
func (m *Matrix) Compare(before *Matrix) []string {
	var differences []string
	for _, name := range slices.Sorted(maps.Keys(m.failed)) {
		was, ok := before.failed[name]
		if !ok {
			continue
		}
		for _, id := range m.failed[name] {
			if !slices.Contains(was, id) {
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
