package selftest

import (
	"context"
	"errors"
	"fmt"
	"os"
)

// Base is the commit that lists of the old form were written for.
const Base = "03e11f1fe9a70352242f3a73cd0625c7fce1bed9"

// Migration is what became of a list in the old form.
type Migration struct {
	// Text is the list in the new form. Comments, and all else that is not an
	// edit, are as they were. A mutant that could not be carried has no edits.
	Text []byte

	Mutants []Mutant

	// Lost says of each mutant that could not be carried why, and Notes what a
	// person should look at in others.
	Lost  []error
	Notes []string
}

// MigrateOptions say where a list goes on to. Nil: it stays at its base.
type MigrateOptions struct {
	// Moves are what happened to the source since.
	Moves []Move

	// Root is the module as it is today.
	Root string
}

// Migrate returns a list of the old form in the new one. Each mutant is anchored
// in the source that it was written for, and what it builds there is compared
// with what the old form builds; then it goes along with what happened since.
func Migrate(ctx context.Context, list *OldList, base *Source, o *MigrateOptions) (*Migration, error) {
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
	if o != nil {
		if err := m.replay(ctx, base, o); err != nil {
			return nil, err
		}
	}
	var err error
	if m.Text, err = list.write(m.Mutants); err != nil {
		return nil, err
	}
	return m, m.reread()
}

// replay carries the mutants along with what happened to the source.
func (m *Migration) replay(ctx context.Context, base *Source, o *MigrateOptions) error {
	u, err := newUniverse(ctx, base, o.Root, m.Mutants)
	if err != nil {
		return err
	}
	var steps []step
	for i := range o.Moves {
		s, err := o.Moves[i].step()
		if err != nil {
			return err
		}
		steps = append(steps, s)
	}
	today := NewSource(os.DirFS(o.Root))
	for i := range m.Mutants {
		mutant := &m.Mutants[i]
		if len(mutant.Edits) == 0 {
			continue
		}
		edits, err := m.arrive(u, mutant, steps, today)
		if err != nil {
			m.Lost = append(m.Lost, err)
		}
		mutant.Edits = edits
	}
	return nil
}

// arrive carries one mutant along. It has no edits if one of them does not fit.
func (m *Migration) arrive(u *universe, mutant *Mutant, steps []step, today *Source) ([]Edit, error) {
	all, err := u.carryAll(mutant)
	if err != nil {
		return nil, err
	}
	arrived := &Mutant{Name: mutant.Name}
	for _, c := range all {
		for _, s := range steps {
			if err := s.apply(c); err != nil {
				return nil, err
			}
		}
		e, err := c.settle(today)
		if err != nil {
			return nil, &StaleError{Mutant: mutant.Name, In: e.In, Err: err}
		}
		for _, note := range c.notes {
			m.Notes = append(m.Notes, fmt.Sprintf("mutant %s: %s: %s", mutant.Name, e.In, note))
		}
		arrived.Edits = append(arrived.Edits, e)
	}
	if _, err := arrived.changed(today); err != nil {
		return nil, err
	}
	return arrived.Edits, nil
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

// reread compares what was written with what was meant.
func (m *Migration) reread() error {
	corpus, err := read(m.Text)
	if err != nil {
		return err
	}
	for i := range m.Mutants {
		if writeEdits(corpus.Mutants[i].Edits, "") != writeEdits(m.Mutants[i].Edits, "") {
			return fmt.Errorf("mutant %s is not read as it was written", m.Mutants[i].Name)
		}
	}
	return nil
}
