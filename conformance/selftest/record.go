package selftest

import (
	"context"
	"fmt"
	"os"
)

// baseList is where the list was in the source that it had its old form in.
const baseList = "conformance/selftest/mutants.yaml"

// CheckRecord compares the mutants of a list with those that the moves lead to
// from the list of old, in the source in the root. It returns how many build the
// same, and what is wrong with the others. A mutant that is new is none of them.
func CheckRecord(ctx context.Context, corpus *Corpus, root string, moves []Move) (same int, problems []error, err error) {
	tree, err := Committed(ctx, root, Base)
	if err != nil {
		return 0, nil, err
	}
	base, today := NewSource(tree), NewSource(os.DirFS(root))
	text, err := base.read(baseList)
	if err != nil {
		return 0, nil, err
	}
	list, err := ReadOldList([]byte(text))
	if err != nil {
		return 0, nil, err
	}
	migration, err := Migrate(ctx, list, base, &MigrateOptions{Moves: moves, Root: root})
	if err != nil {
		return 0, nil, err
	}
	mutants := make(map[string]*Mutant)
	for i := range corpus.Mutants {
		mutants[corpus.Mutants[i].Name] = &corpus.Mutants[i]
	}
	problems = migration.Lost
	for i := range migration.Mutants {
		led := &migration.Mutants[i]
		is := mutants[led.Name]
		switch {
		case len(led.Edits) == 0: // it is among the lost
		case is == nil:
			problems = append(problems, fmt.Errorf("mutant %s is no more", led.Name))
		default:
			if err := led.buildsAs(is, today); err != nil {
				problems = append(problems, err)
			} else {
				same++
			}
		}
	}
	return same, problems, nil
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
