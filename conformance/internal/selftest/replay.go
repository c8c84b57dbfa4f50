package selftest

import (
	"context"
	"errors"
	"fmt"
	"os"
)

// Change is what an entry of the record does to a list of mutants.
type Change struct {
	// List is the list afterwards.
	List []byte

	// Mutants are the names of those that were changed.
	Mutants []string

	// Notes say what a person should look at, and Stale which of the changed
	// mutants do not fit the source in the working tree.
	Notes []string
	Stale []error
}

// Apply carries a list of mutants along with something that happens to the source
// in the root, or happened since its last commit.
func Apply(ctx context.Context, root string, list []byte, m *Move) (*Change, error) {
	s, err := m.step()
	if err != nil {
		return nil, err
	}
	return alter(ctx, root, list, s)
}

// Refit replaces the patterns of stale mutants, where what they change
// still stands in their declaration.
func Refit(ctx context.Context, root string, list []byte) (*Change, error) {
	return alter(ctx, root, list, nil)
}

// altering is one change of a list.
type altering struct {
	step    step // nil: none
	trees   []*universe
	working *Source
	change  Change
	edits   map[int][]Edit
}

func alter(ctx context.Context, root string, list []byte, s step) (*Change, error) {
	corpus, err := read(list)
	if err != nil {
		return nil, err
	}
	a := &altering{step: s, working: NewSource(os.DirFS(root), corpus.Tags...), edits: make(map[int][]Edit)}
	sources := []*Source{a.working}
	if tree, err := Committed(ctx, root, "HEAD"); err == nil { // without a history there is the working tree
		sources = append(sources, NewSource(tree, corpus.Tags...))
	}
	for _, source := range sources {
		u, err := newUniverse(ctx, source, root, corpus.Mutants)
		if err != nil {
			return nil, err
		}
		a.trees = append(a.trees, u)
	}
	for i := range corpus.Mutants {
		if err := a.mutant(i, &corpus.Mutants[i]); err != nil {
			return nil, fmt.Errorf("mutant %s: %w", corpus.Mutants[i].Name, err)
		}
	}
	a.change.List, err = replaceEdits(list, a.edits)
	return &a.change, err
}

// mutant alters one mutant.
func (a *altering) mutant(i int, m *Mutant) error {
	edits, err := a.carry(m)
	if err != nil {
		return err
	}
	altered := &Mutant{Name: m.Name}
	different := false
	for _, c := range edits {
		if a.step != nil {
			if err := a.step.apply(c); err != nil {
				return err
			}
		}
		e := a.arrive(c)
		different = different || !c.was.same(&e)
		altered.Edits = append(altered.Edits, e)
	}
	if !different {
		return nil
	}
	a.edits[i] = altered.Edits
	a.change.Mutants = append(a.change.Mutants, m.Name)
	for _, c := range edits {
		for _, note := range c.notes {
			a.change.Notes = append(a.change.Notes, fmt.Sprintf("mutant %s: %s: %s", m.Name, c.places[0], note))
		}
	}
	if _, err := altered.changed(a.working); err != nil {
		a.change.Stale = append(a.change.Stale, err)
	}
	return nil
}

// arrive returns the edit as it is to be written. Before the source has changed,
// that is what will fit.
func (a *altering) arrive(c *carried) Edit {
	if a.step != nil && !c.isTouched() {
		return c.edit
	}
	if a.step == nil || len(c.places) > 1 {
		if e, err := c.settle(a.working); err == nil {
			return e
		}
	}
	e := c.result(c.places[0])
	if _, err := e.locate(a.working); err == nil || !c.isGo {
		return e
	}
	return c.alone()
}

// carry takes up the edits of a mutant in the working tree, or if it does not fit
// there in the last commit. If it fits neither, nothing is known of it but its
// words.
func (a *altering) carry(m *Mutant) ([]*carried, error) {
	for _, u := range a.trees {
		edits, err := u.carryAll(m)
		var stale *StaleError
		if err == nil || !errors.As(err, &stale) {
			return edits, err
		}
	}
	var edits []*carried
	for i := range m.Edits {
		c, err := carry(a.trees[0].module, &m.Edits[i])
		if err != nil {
			return nil, err
		}
		edits = append(edits, c)
	}
	return edits, nil
}

// isTouched reports whether a step did anything to the edit.
func (c *carried) isTouched() bool {
	folder, name, isGo := c.was.place()
	return c.changed || len(c.places) > 1 || !isGo && c.edit.In != c.was.In || isGo && c.places[0] != place{folder, name}
}

// same reports whether two edits are the same.
func (e *Edit) same(other *Edit) bool {
	return writeEdits([]Edit{*e}, "") == writeEdits([]Edit{*other}, "")
}
