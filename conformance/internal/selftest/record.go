package selftest

import (
	"context"
	"fmt"
	"os"
)

// baseList is where the list was in the source that it had its old form in.
const baseList = "conformance/selftest/mutants.yaml"

// Record is how a list of mutants stands to what is told of the source.
type Record struct {
	// Same is how many mutants build what the moves lead to.
	Same int

	// Problems say what is wrong with others.
	Problems []error

	// Gaps are declarations that the subjects were built from, which are no more
	// and of which no move tells. A list of someone else's can have a mutant there.
	Gaps []string
}

// CheckRecord compares the mutants of a list with those that the moves lead to
// from the list of old, in the source in the root. A mutant that is new is none of
// them.
func CheckRecord(ctx context.Context, corpus *Corpus, root string, moves []Move) (*Record, error) {
	tree, err := Committed(ctx, root, Base)
	if err != nil {
		return nil, err
	}
	base, today := NewSource(tree), NewSource(os.DirFS(root))
	text, err := base.read(baseList)
	if err != nil {
		return nil, err
	}
	list, err := ReadOldList([]byte(text))
	if err != nil {
		return nil, err
	}
	migration, err := Migrate(ctx, list, base, &MigrateOptions{Moves: moves, Root: root})
	if err != nil {
		return nil, err
	}
	record := &Record{Problems: migration.Lost}
	record.compare(corpus, migration, today)
	return record, record.findGaps(base, today, list.Subjects, moves)
}

func (r *Record) findGaps(base, today *Source, subjects map[string]Subject, moves []Move) error {
	steps, err := readSteps(moves)
	if err != nil {
		return err
	}
	module, err := moduleOf(base)
	if err != nil {
		return err
	}
	found, err := gaps(base, today, module, subjects, steps)
	for _, g := range found {
		r.Gaps = append(r.Gaps, g.String())
	}
	return err
}

// compare notes which mutants build the same.
func (r *Record) compare(corpus *Corpus, migration *Migration, today *Source) {
	mutants := make(map[string]*Mutant)
	for i := range corpus.Mutants {
		mutants[corpus.Mutants[i].Name] = &corpus.Mutants[i]
	}
	for i := range migration.Mutants {
		led := &migration.Mutants[i]
		is := mutants[led.Name]
		if is == nil {
			r.Problems = append(r.Problems, fmt.Errorf("mutant %s is no more", led.Name))
		} else if err := led.buildsAs(is, today); err != nil {
			r.Problems = append(r.Problems, err)
		} else {
			r.Same++
		}
	}
	r.Problems = once(r.Problems)
}

// buildsAs compares what two mutants do to the source.
func (m *Mutant) buildsAs(other *Mutant, s *Source) error {
	one, err := m.changed(s)
	if err != nil {
		return err
	}
	two, err := other.changed(s)
	if err != nil {
		return err
	}
	difference, err := sameResult(s, one, two)
	if err != nil {
		return fmt.Errorf("mutant %s: %w", m.Name, err)
	}
	if difference != "" {
		return fmt.Errorf("mutant %s: the record leads to another %s", m.Name, difference)
	}
	return nil
}
