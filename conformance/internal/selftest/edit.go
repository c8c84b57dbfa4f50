package selftest

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
)

// Edit changes one declaration of this repository.
type Edit struct {
	// In is the folder of a package, and the declaration in it: a function F, a
	// method T.M, whatever the pointer and type parameters of its receiver, or
	// the name of a constant, variable or type. Of a group in brackets, the
	// member of that name is meant. For a file that is not Go, In is its path.
	In string `yaml:"in"`

	// Find is a run of Go tokens that the declaration has exactly once. Comments,
	// line breaks and semicolons are not compared, nor is a comma before a closing
	// bracket. Empty: the whole declaration, if there is a Put. In a file that is
	// not Go it is text.
	Find string `yaml:"find"`

	// Put takes its place.
	Put *string `yaml:"put"`

	// Imports are to be imported by the file, each as "path" or "name path". One
	// of the same name gives way. Imports that are used no more are dropped; one
	// without a name, such as _ "embed", is dropped by "-embed".
	Imports []string `yaml:"imports"`

	// Add are new top-level declarations.
	Add string `yaml:"add"`
}

// StaleError says that a mutant does not fit its source.
type StaleError struct {
	Mutant string
	In     string // where the edit belongs
	Err    error
}

func (e *StaleError) Error() string {
	return fmt.Sprintf("mutant %s is stale: %s: %v", e.Mutant, e.In, e.Err)
}

func (e *StaleError) Unwrap() error { return e.Err }

// place returns the folder and the declaration that the edit belongs to.
func (e *Edit) place() (folder, name string, isGo bool) {
	folder, name, isGo = strings.Cut(e.In, " ")
	return folder, strings.TrimSpace(name), isGo
}

// splice is a piece of new text in a file.
type splice struct {
	from, to int // what it replaces
	text     string
	edit     *Edit // nil: it is part of none
}

// change is what the edits of one mutant do to one file.
type change struct {
	file    *file
	edits   []located
	imports []string
}

// located is an edit whose place in the source is known: the tokens of its
// pattern, those that they met, and where the declaration is.
type located struct {
	edit    *Edit
	decl    *decl
	words   []word
	pattern []word
	met     []int // nil: the pattern is empty
}

// locate finds where the edit belongs.
func (e *Edit) locate(s *Source) (*located, error) {
	folder, name, _ := e.place()
	decls, err := s.find(folder, name)
	if err != nil {
		return nil, err
	}
	if e.Find == "" {
		if len(decls) > 1 {
			return nil, fmt.Errorf("%d declarations have this name, and no pattern tells them apart", len(decls))
		}
		return &located{edit: e, decl: decls[0]}, nil
	}
	pattern, err := compile(e.Find)
	if err != nil {
		return nil, fmt.Errorf("find %q: %w", e.Find, err)
	}
	var found []located
	for _, d := range decls {
		words := d.words()
		for _, met := range matches(pattern, words) {
			found = append(found, located{edit: e, decl: d, words: words, pattern: pattern, met: met})
		}
	}
	if len(found) != 1 {
		return nil, fmt.Errorf("the tokens to find are there %d times, and must be there once: %s", len(found), e.Find)
	}
	return &found[0], nil
}

// whole returns the splice that replaces all that the pattern met.
func (l *located) whole() (splice, bool) {
	switch {
	case l.edit.Put == nil && l.met == nil:
		return splice{}, false // it only adds
	case l.met == nil && strings.TrimSpace(*l.edit.Put) == "":
		return splice{from: l.decl.docFrom, to: l.decl.to}, true
	case l.met == nil:
		return splice{from: l.decl.from, to: l.decl.to, text: *l.edit.Put}, true
	}
	first, last := l.met[0], 0
	for _, at := range l.met {
		last = max(last, at)
	}
	return splice{from: l.words[first].at, to: l.words[last].end, text: l.put()}, true
}

func (l *located) put() string {
	if l.edit.Put == nil {
		return ""
	}
	return strings.TrimSuffix(*l.edit.Put, "\n")
}

// trimmed returns the splice without what the pattern and its replacement have
// in common at either end, so that two edits can share what they only look for.
func (l *located) trimmed() (splice, bool) {
	s, ok := l.whole()
	if !ok || l.met == nil {
		return s, ok
	}
	put, err := compile(s.text)
	if err != nil { // it is empty
		return s, true
	}
	text := s.text
	head, tail := 0, 0
	for head < min(len(put), len(l.pattern)) && l.met[head] >= 0 && put[head].is(l.pattern[head]) {
		head++
	}
	for tail < min(len(put), len(l.pattern))-head && l.met[len(l.met)-1-tail] >= 0 &&
		put[len(put)-1-tail].is(l.pattern[len(l.pattern)-1-tail]) {
		tail++
	}
	if head > 0 {
		s.from, s.text = l.words[l.met[head-1]].end, s.text[put[head-1].end:]
	}
	if tail > 0 {
		cut := put[len(put)-tail].at
		s.to, s.text = l.words[l.met[len(l.met)-tail]].at, strings.TrimSuffix(s.text, text[cut:])
	}
	return s, true
}

var errOverlap = errors.New("two edits of the mutant change the same tokens")

// splices returns what the edits replace, in the order of the text, and whether
// it is all that their patterns meet.
func (c *change) splices() (all []splice, whole bool, err error) {
	for _, whole := range []bool{true, false} {
		form := (*located).whole
		if !whole {
			form = (*located).trimmed
		}
		var all []splice
		for i := range c.edits {
			if s, ok := form(&c.edits[i]); ok {
				s.edit = c.edits[i].edit
				all = append(all, s)
			}
		}
		slices.SortStableFunc(all, func(a, b splice) int { return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to)) })
		overlap := false
		for i := 1; i < len(all); i++ {
			overlap = overlap || all[i].from < all[i-1].to
		}
		if !overlap {
			return all, whole, nil
		}
	}
	return nil, false, errOverlap
}

// layout is a file with its edits, and where they are in it.
type layout struct {
	text string
	puts map[*Edit]int // if nothing is cut off them
	adds map[*Edit]int
}

func (c *change) layout() (*layout, error) {
	all, whole, err := c.splices()
	if err != nil {
		return nil, err
	}
	l := &layout{puts: make(map[*Edit]int), adds: make(map[*Edit]int)}
	longer := 0
	for _, s := range all {
		if whole {
			l.puts[s.edit] = s.from + longer
		}
		longer += len(s.text) - (s.to - s.from)
	}
	text := splicesInto(c.file.text, all)
	for i := range c.edits {
		if e := c.edits[i].edit; e.Add != "" {
			text = strings.TrimRight(text, "\n") + "\n\n"
			l.adds[e] = len(text)
			text += e.Add + "\n"
		}
	}
	if l.text, err = mendImports(c.file, text, c.imports); err != nil {
		return nil, err
	}
	shift := len(l.text) - len(text) // imports stand in front of all else
	for _, places := range []map[*Edit]int{l.puts, l.adds} {
		for e := range places {
			places[e] += shift
		}
	}
	return l, nil
}

func splicesInto(text string, all []splice) string {
	var b strings.Builder
	at := 0
	for _, s := range all {
		b.WriteString(text[at:s.from])
		b.WriteString(s.text)
		at = s.to
	}
	b.WriteString(text[at:])
	return b.String()
}

// changed returns the files that the edits of the mutant change, by their paths
// from the root of the source.
func (m *Mutant) changed(s *Source) (map[string]string, error) {
	changes, texts, err := m.changes(s)
	if err != nil {
		return nil, err
	}
	for at, c := range changes {
		l, err := c.layout()
		if err != nil {
			return nil, &StaleError{Mutant: m.Name, In: at, Err: err}
		}
		texts[at] = l.text
	}
	return texts, nil
}

// changes returns what the edits do to files of Go, and the texts of the other
// files that they change.
func (m *Mutant) changes(s *Source) (changes, map[string]string, error) {
	changes := make(changes)
	texts := make(map[string]string)
	for i := range m.Edits {
		e := &m.Edits[i]
		err := changes.take(s, e)
		if _, _, isGo := e.place(); !isGo {
			err = e.changeText(s, texts)
		}
		if err != nil {
			return nil, nil, &StaleError{Mutant: m.Name, In: e.In, Err: err}
		}
	}
	return changes, texts, nil
}

// changes are those of one mutant, by the paths of their files.
type changes map[string]*change

func (c changes) of(f *file) *change {
	if c[f.path] == nil {
		c[f.path] = &change{file: f}
	}
	return c[f.path]
}

// take notes what an edit does to which file.
func (c changes) take(s *Source, e *Edit) error {
	folder, _, isGo := e.place()
	if !isGo {
		return nil
	}
	l, err := e.locate(s)
	if err != nil {
		return err
	}
	of := c.of(l.decl.file)
	of.edits = append(of.edits, *l)
	for _, text := range e.Imports {
		file := l.decl.file
		if path, ok := strings.CutPrefix(text, "-"); ok {
			if file = s.folder(folder).importing(path); file == nil {
				return fmt.Errorf("no file of package %s has the import _ %q", folder, path)
			}
		}
		c.of(file).imports = append(c.of(file).imports, text)
	}
	return nil
}

// changeText makes an edit of a file that is not Go.
func (e *Edit) changeText(s *Source, changed map[string]string) error {
	text, ok := changed[e.In]
	if !ok {
		read, err := fs.ReadFile(s.tree, e.In)
		if err != nil || strings.HasSuffix(e.In, ".go") {
			return errors.New("an edit is in a package folder and a declaration of it, or in a file that is not Go")
		}
		text = string(read)
	}
	if found := strings.Count(text, e.Find); found != 1 || e.Find == "" || e.Put == nil {
		return fmt.Errorf("the text to find is there %d times, and must be there once: %s", found, e.Find)
	}
	changed[e.In] = strings.Replace(text, e.Find, *e.Put, 1)
	return nil
}
