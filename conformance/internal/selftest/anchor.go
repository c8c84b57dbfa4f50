package selftest

import (
	"fmt"
	"go/token"
	"path"
	"slices"
	"strings"
)

// Anchor returns a mutant of the old form in the new one: each change that it
// makes to the source is anchored by its declaration. What the two forms build
// is compared, and an error if it is not the same.
func (m *OldMutant) Anchor(s *Source) (*Mutant, error) {
	old, err := m.changed(s)
	if err != nil {
		return nil, err
	}
	anchored := &Mutant{Name: m.Name, Subject: m.Subject, Kills: m.Kills, Chance: m.Chance}
	for _, at := range m.files() {
		edits, err := m.anchorFile(s, at, old[at])
		if err != nil {
			return nil, fmt.Errorf("mutant %s: %w", m.Name, err)
		}
		anchored.Edits = append(anchored.Edits, edits...)
	}
	if len(anchored.Edits) == 0 {
		return nil, fmt.Errorf("mutant %s: it changes nothing that is built", m.Name)
	}
	return anchored, m.builds(anchored, s)
}

// builds compares what the old form does to the source with what the new one
// does.
func (m *OldMutant) builds(anchored *Mutant, s *Source) error {
	old, err := m.changed(s)
	if err != nil {
		return err
	}
	changed, err := anchored.changed(s)
	if err != nil {
		return err
	}
	difference, err := sameResult(s, old, changed)
	if err != nil {
		return fmt.Errorf("mutant %s: %w", m.Name, err)
	}
	if difference != "" {
		return fmt.Errorf("mutant %s: what it does to %s cannot be said by declarations and tokens", m.Name, difference)
	}
	return nil
}

func (m *OldMutant) anchorFile(s *Source, at, text string) ([]Edit, error) {
	var before *file
	for _, f := range s.folder(path.Dir(at)).files {
		if f.path == at {
			before = f
		}
	}
	switch {
	case !strings.HasSuffix(at, ".go"):
		return m.textEdits(at), nil
	case before == nil:
		return nil, fmt.Errorf("%s is no file that is built here", at)
	}
	after, err := parse(s.set, at, text)
	if err != nil {
		return nil, fmt.Errorf("the edited file is not Go: %w", err)
	}
	a := &anchoring{source: s, folder: path.Dir(at), before: before, after: after}
	return a.edits()
}

// textEdits returns the edits of a file that is not Go.
func (m *OldMutant) textEdits(at string) []Edit {
	var edits []Edit
	for _, edit := range m.Edits {
		if edit.File == at {
			put := strings.TrimSuffix(edit.New, "\n")
			edits = append(edits, Edit{In: at, Find: strings.TrimSuffix(edit.Old, "\n"), Put: &put})
		}
	}
	return edits
}

// anchoring finds the edits that turn one state of a file into another.
type anchoring struct {
	source        *Source
	folder        string
	before, after *file

	pairs  []pair
	result []Edit
}

// pair is a declaration in both states; one is nil if it is in one only.
type pair struct {
	before, after *decl
	from, to      int // of the state after, with new members of its group
}

func (a *anchoring) edits() ([]Edit, error) {
	a.pair()
	for _, p := range a.pairs {
		switch {
		case p.before == nil:
		case p.after == nil:
			a.result = append(a.result, a.whole(p.before, ""))
		default:
			edits, err := a.hunks(p)
			if err != nil {
				return nil, err
			}
			a.result = append(a.result, edits...)
		}
	}
	a.additions()
	a.imports()
	return a.result, nil
}

// in names a declaration of the state before.
func (a *anchoring) in(d *decl) string { return a.folder + " " + d.names[0] }

// sides returns the tokens of both states. A declaration that went into a group,
// or left it, is compared without its keyword.
func (p pair) sides() (before, after []word) {
	before = p.before.words()
	after = (&decl{file: p.after.file, from: p.from, to: p.to}).words()
	return p.bare(before), p.bareAfter(after)
}

func (p pair) bare(before []word) []word {
	if p.before.group == nil && p.after.group != nil {
		return before[1:]
	}
	return before
}

func (p pair) bareAfter(after []word) []word {
	if p.before.group != nil && p.after.group == nil {
		return after[1:]
	}
	return after
}

// hunks returns the edits of one declaration.
func (a *anchoring) hunks(p pair) ([]Edit, error) {
	before, after := p.sides()
	if plain(before) == plain(after) {
		return nil, nil
	}
	was, is := newSide(a.before.text, before), newSide(a.after.text, after)
	decls, err := a.source.find(a.folder, p.before.names[0])
	if err != nil {
		return nil, err
	}
	var in [][]word
	for _, d := range decls {
		in = append(in, d.words())
	}
	var edits []Edit
	for _, h := range diff(was.solid, is.solid) {
		if 2*(h.to-h.from) > max(len(was.solid), 40) { // little is left of it
			edits = nil
			break
		}
		h = slide(h, was.solid, is.solid, was.text, is.text)
		w, ok := chooseWindow(was, is, h, in)
		if !ok {
			edits = nil
			break
		}
		put := is.write(h.newFrom-(h.from-w.from), h.newTo+(w.to-h.to))
		edits = append(edits, Edit{In: a.in(p.before), Find: was.write(w.from, w.to), Put: &put})
	}
	if !a.faithful(edits, p) {
		edits = []Edit{a.whole(p.before, dedent(a.after.text, after[0].at, p.to, after))}
	}
	edits[0].Imports = a.uses(p.from, p.to, a.before.usedIn(p.before.from, p.before.to))
	return edits, nil
}

// whole returns the edit that replaces all of a declaration.
func (a *anchoring) whole(d *decl, put string) Edit {
	e := Edit{In: a.in(d), Put: &put}
	if decls, err := a.source.find(a.folder, d.names[0]); err == nil && len(decls) > 1 { // of one name that may repeat
		s := newSide(a.before.text, d.words())
		e.Find = s.write(0, len(s.solid))
	}
	return e
}

// faithful reports whether the edits make of the declaration what it should
// become.
func (a *anchoring) faithful(edits []Edit, p pair) bool {
	if len(edits) == 0 {
		return false
	}
	changes := make(changes)
	for i := range edits {
		if err := changes.take(a.source, &edits[i]); err != nil {
			return false
		}
	}
	all, _, err := changes.of(a.before).splices()
	if err != nil {
		return false
	}
	text := splicesInto(a.before.text, all)
	if _, err := parse(token.NewFileSet(), a.before.path, text); err != nil { // such as a line break that asks for a comma
		return false
	}
	words, err := scan(text[p.before.from : p.before.to+len(text)-len(a.before.text)])
	_, after := p.sides()
	return err == nil && plain(p.bare(words)) == plain(after)
}

// uses returns the imports that a part of the new state uses, and known do not
// already stand for.
func (a *anchoring) uses(from, to int, known map[string]bool) []string {
	used := a.after.usedIn(from, to)
	var imports []string
	for _, spec := range a.after.ast.Imports {
		i := importOf(spec)
		if name := i.nameIn(used); !i.hidden() && name != "" && !known[name] {
			imports = append(imports, i.String())
		}
	}
	slices.Sort(imports)
	return imports
}

// additions assigns new declarations to an edit of the file, or to the declaration
// that they stand behind.
func (a *anchoring) additions() {
	for _, p := range a.pairs {
		if p.before != nil {
			continue
		}
		if len(a.result) == 0 {
			a.result = append(a.result, Edit{In: a.in(a.near(p.after))})
		}
		text, ok := a.added(p.after)
		if !ok {
			continue
		}
		e := &a.result[0]
		e.Add = strings.TrimPrefix(e.Add+"\n\n"+text, "\n\n")
		for _, i := range a.uses(p.after.from, p.after.to, nil) {
			if !slices.Contains(e.Imports, i) {
				e.Imports = append(e.Imports, i)
			}
		}
		slices.Sort(e.Imports)
	}
}

// added returns a new declaration by itself. A group of constants that depend on
// each other is one with its first member.
func (a *anchoring) added(d *decl) (text string, ok bool) {
	switch {
	case d.group == nil:
		return dedent(a.after.text, d.from, d.to, d.words()), true
	case !placeMatters(d.group):
		return d.kind.String() + " " + dedent(a.after.text, d.from, d.to, d.words()), true
	default:
		first := slices.IndexFunc(a.after.decls, func(other *decl) bool { return other.group == d.group })
		return a.after.text[a.after.offset(d.group.Pos()):a.after.offset(d.group.End())], a.after.decls[first] == d
	}
}

// near returns a declaration of the state before that the new one stands behind,
// or in front of.
func (a *anchoring) near(d *decl) *decl {
	found := a.first()
	for _, p := range a.pairs {
		if p.before != nil && p.after != nil && p.after.from < d.from {
			found = p.before
		}
	}
	return found
}

// first returns the first declaration of the file, or of its package if the file
// has none.
func (a *anchoring) first() *decl {
	for _, f := range append([]*file{a.before}, a.source.folder(a.folder).files...) {
		if len(f.decls) > 0 {
			return f.decls[0]
		}
	}
	return &decl{file: a.before, names: []string{"_"}}
}

// imports finds what became of imports that no edit speaks of.
func (a *anchoring) imports() {
	var before, after []imported
	for _, spec := range a.before.ast.Imports {
		before = append(before, importOf(spec))
	}
	for _, spec := range a.after.ast.Imports {
		after = append(after, importOf(spec))
	}
	for _, i := range before {
		if i.hidden() && !slices.Contains(after, i) {
			a.addImport("-"+i.path, a.first())
		}
	}
	for _, i := range after {
		if slices.Contains(before, i) || slices.ContainsFunc(a.result, func(e Edit) bool { return slices.Contains(e.Imports, i.String()) }) {
			continue
		}
		for _, p := range a.pairs {
			uses := p.after != nil && i.nameIn(a.after.usedIn(p.from, p.to)) != ""
			if p.before != nil && (uses || i.hidden()) {
				a.addImport(i.String(), p.before)
				break
			}
		}
	}
}

// addImport adds an import to the edit of a declaration.
func (a *anchoring) addImport(text string, d *decl) {
	for i := range a.result {
		if a.result[i].In == a.in(d) {
			a.result[i].Imports = append(a.result[i].Imports, text)
			return
		}
	}
	a.result = append(a.result, Edit{In: a.in(d), Imports: []string{text}})
}
