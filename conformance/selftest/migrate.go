package selftest

import (
	"errors"
	"fmt"
)

// Base is the commit that lists of the old form were written for.
const Base = "03e11f1fe9a70352242f3a73cd0625c7fce1bed9"

// Migration is what became of a list in the old form.
type Migration struct {
	// Text is the list in the new form. Comments, and all else that is not an
	// edit, are as they were. A mutant that could not be carried has no edits.
	Text []byte

	Mutants []Mutant

	// Lost says of each mutant that could not be carried why.
	Lost []error
}

// Migrate returns a list of the old form in the new one. Each mutant is anchored
// in the source that it was written for, and what it builds there is compared
// with what the old form builds.
func Migrate(list *OldList, base *Source) (*Migration, error) {
	m := &Migration{Mutants: make([]Mutant, len(list.Mutants))}
	for i := range list.Mutants {
		old := &list.Mutants[i]
		m.Mutants[i] = Mutant{Name: old.Name, Subject: old.Subject, Kills: old.Kills, Chance: old.Chance}
		anchored, err := old.Anchor(base)
		if err != nil {
			m.Lost = append(m.Lost, err)
			continue
		}
		m.Mutants[i] = *anchored
	}
	var err error
	if m.Text, err = list.write(m.Mutants); err != nil {
		return nil, err
	}
	return m, m.reread(list, base)
}

// write returns the list as text, with the edits that its mutants have now.
func (l *OldList) write(mutants []Mutant) ([]byte, error) {
	edits := make(map[int][]Edit)
	for i := range mutants {
		if edits[i] = mutants[i].Edits; edits[i] == nil {
			edits[i] = []Edit{}
		}
	}
	text, err := replaceEdits(l.text, edits)
	if errors.Is(err, errForm) {
		return writeList(l.Subjects, mutants)
	}
	return text, err
}

// reread proves what was written: read again, it builds what the old form does.
func (m *Migration) reread(list *OldList, base *Source) error {
	corpus, err := read(m.Text)
	if err != nil {
		return err
	}
	for i := range corpus.Mutants {
		if len(corpus.Mutants[i].Edits) == 0 {
			continue
		}
		if err := list.Mutants[i].builds(&corpus.Mutants[i], base); err != nil {
			return fmt.Errorf("what was written is not what was meant: %w", err)
		}
	}
	return nil
}
