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
	// edit, are as they were.
	Text []byte

	// Mutants are its mutants. One that is lost has the edits that were as far as
	// it came, and is stale, or does not compile.
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
// with what the old form builds; then it goes along with what happened since, and
// is type-checked.
func Migrate(ctx context.Context, list *OldList, base *Source, o *MigrateOptions) (*Migration, error) {
	m := &Migration{Mutants: make([]Mutant, len(list.Mutants))}
	anchored := make([]bool, len(list.Mutants))
	for i := range list.Mutants {
		old := &list.Mutants[i]
		mutant, err := old.Anchor(base)
		if err != nil {
			m.Lost = append(m.Lost, err)
			mutant = &Mutant{Name: old.Name, Subject: old.Subject, Kills: old.Kills, Chance: old.Chance}
			for _, at := range old.files() {
				mutant.Edits = append(mutant.Edits, old.textEdits(at)...)
			}
		}
		m.Mutants[i], anchored[i] = *mutant, err == nil
	}
	if o != nil {
		if err := m.replay(ctx, base, anchored, o); err != nil {
			return nil, err
		}
	}
	var err error
	if m.Text, err = list.write(m.Mutants); err != nil {
		return nil, err
	}
	return m, m.reread()
}

// replaying carries mutants along with what happened to the source.
type replaying struct {
	steps []step
	base  *universe
	today *universe
	heirs *heirs
}

func readSteps(moves []Move) ([]step, error) {
	var steps []step
	for i := range moves {
		s, err := moves[i].step()
		if err != nil {
			return nil, err
		}
		steps = append(steps, s)
	}
	return steps, nil
}

func (m *Migration) replay(ctx context.Context, base *Source, anchored []bool, o *MigrateOptions) error {
	var r replaying
	var err error
	if r.steps, err = readSteps(o.Moves); err != nil {
		return err
	}
	today := NewSource(os.DirFS(o.Root))
	if r.base, err = newUniverse(ctx, base, o.Root, m.Mutants); err != nil {
		return err
	}
	if r.today, err = newUniverse(ctx, today, o.Root, m.Mutants); err != nil {
		return err
	}
	if r.heirs, err = findHeirs(today, base); err != nil {
		return err
	}
	for i := range m.Mutants {
		if !anchored[i] {
			continue
		}
		notes, err := r.carry(&m.Mutants[i])
		if err != nil {
			m.Lost = append(m.Lost, err)
		}
		m.Notes = append(m.Notes, notes...)
	}
	return nil
}

// carry carries one mutant to the source of today.
func (r *replaying) carry(mutant *Mutant) (notes []string, err error) {
	all, err := r.base.carryAll(mutant)
	if err != nil {
		return nil, err
	}
	var stale error
	for i, c := range all {
		for _, s := range r.steps {
			if err := s.apply(c); err != nil {
				return nil, err
			}
		}
		e, err := c.settleAmong(r.heirs)
		if err != nil && stale == nil {
			stale = &StaleError{Mutant: mutant.Name, In: e.In, Err: err}
		}
		for _, note := range c.notes {
			notes = append(notes, fmt.Sprintf("mutant %s: %s: %s", mutant.Name, c.places[0], note))
		}
		mutant.Edits[i] = e
	}
	if stale != nil {
		return notes, stale
	}
	changed, err := mutant.changed(r.today.source)
	if err != nil {
		return notes, err
	}
	return notes, r.today.compiles(mutant, changed)
}

// write returns the list as text, with the edits that its mutants have now.
func (l *OldList) write(mutants []Mutant) ([]byte, error) {
	edits := make(map[int][]Edit)
	for i := range mutants {
		edits[i] = mutants[i].Edits
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
