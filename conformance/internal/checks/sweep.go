package checks

import (
	"slices"

	"github.com/paysocket/paysocket/conformance/internal/harness"
)

// A sweep crosses the rows of a table with its columns, so that no member of a family is
// forgotten: every field with every answer that has it, every fault with every request.
// A check written by hand looks at the member that its author thought of.
//
// Each cell belongs to a clause, whose check runs it, or is left out for a reason.
type sweep struct {
	name  string
	cells []cell

	// check returns the check of a clause: it runs the clause's cells.
	check func(clause string) Check
}

// cell is one crossing of a row and a column.
type cell struct {
	row, column string

	clause string // under which a failure is reported; empty: the cell is left out
	left   string // why it is left out
}

// sweeps returns every sweep.
func sweeps() []sweep {
	return []sweep{paymentAnswers(), refundAnswers(), faults(), echoes(), requests(), states(), ages(), tardiness(), zones(), configurations(), pairs(), counts()}
}

// clauses returns the clauses that the sweep has cells of.
func (s *sweep) clauses() []string {
	var ids []string
	for i := range s.cells {
		if id := s.cells[i].clause; id != "" && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids
}

// then returns a check that does two things, the second also if the first could not be
// verified. Either may be nil.
func then(first, second Check) Check {
	if first == nil {
		return second
	}
	return func(t *harness.T, e *harness.Env) {
		if part := t.Part(func(t *harness.T) { first(t, e) }); part.SetupErr != nil {
			t.FailNow()
		}
		second(t, e)
	}
}
