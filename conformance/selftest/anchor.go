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
			a.result = append(a.result, Edit{In: a.in(p.before), Put: new("")})
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

// pair brings the declarations of both states together: by name, and then those
// whose name was changed, by their place.
func (a *anchoring) pair() {
	before, after := keys(a.before), keys(a.after)
	partner := make(map[*decl]*decl)
	taken := make(map[*decl]bool)
	for i, d := range a.before.decls {
		if at := slices.Index(after, before[i]); at >= 0 {
			partner[d], taken[a.after.decls[at]] = a.after.decls[at], true
		}
	}
	for i, d := range a.before.decls {
		if partner[d] != nil {
			continue
		}
		at := 0 // behind the partner of the one before it
		if i > 0 {
			at = slices.Index(a.after.decls, partner[a.before.decls[i-1]]) + 1
		}
		if at < len(a.after.decls) && !taken[a.after.decls[at]] && alike(d, a.after.decls[at]) {
			partner[d], taken[a.after.decls[at]] = a.after.decls[at], true
		}
	}
	for _, d := range a.before.decls {
		p := pair{before: d, after: partner[d]}
		if p.after != nil {
			p.from, p.to = p.after.from, p.after.to
		}
		a.pairs = append(a.pairs, p)
	}
	for _, d := range a.after.decls {
		if !taken[d] && !a.intoGroup(d) {
			a.pairs = append(a.pairs, pair{after: d})
		}
	}
}

// intoGroup gives a new member of a group of constants to the member before it,
// or after it, since its place can be its value.
func (a *anchoring) intoGroup(d *decl) bool {
	if d.group == nil || d.kind != token.CONST {
		return false
	}
	at := slices.Index(a.after.decls, d)
	for _, neighbour := range []int{at - 1, at + 1} {
		for i := range a.pairs {
			p := &a.pairs[i]
			isIt := neighbour >= 0 && neighbour < len(a.after.decls) && p.before != nil && p.after == a.after.decls[neighbour]
			beside := isIt && p.after.group == d.group || p.before != nil && p.after != nil && p.after.group == d.group && p.to == endBefore(a.after, d)
			if beside {
				p.from, p.to = min(p.from, d.from), max(p.to, d.to)
				return true
			}
		}
	}
	return false
}

// endBefore returns where the declaration before d ends.
func endBefore(f *file, d *decl) int {
	if at := slices.Index(f.decls, d); at > 0 {
		return f.decls[at-1].to
	}
	return -1
}

// keys returns what tells the declarations of a file apart.
func keys(f *file) []string {
	var all []string
	count := make(map[string]int)
	for _, d := range f.decls {
		key := strings.Join(d.names, ",")
		if mayRepeat(key) {
			count[key]++
			key = fmt.Sprint(key, count[key])
		}
		all = append(all, key)
	}
	return all
}

// alike reports whether one declaration can be another by a new name.
func alike(one, other *decl) bool {
	if one.kind != other.kind || (one.group == nil) != (other.group == nil) {
		return false
	}
	before, after := solid(one.words()), solid(other.words())
	changed := 0
	for _, h := range diff(before, after) {
		changed += max(h.to-h.from, h.newTo-h.newFrom)
	}
	return 2*changed <= max(len(before), len(after))
}

// hunks returns the edits of one declaration.
func (a *anchoring) hunks(p pair) ([]Edit, error) {
	after := (&decl{file: p.after.file, from: p.from, to: p.to}).words()
	before := p.before.words()
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
		h = slide(h, was.solid, is.solid, was.text, is.text)
		w, ok := chooseWindow(was, h, in)
		if !ok {
			edits = nil
			break
		}
		put := is.write(h.newFrom-(h.from-w.from), h.newTo+(w.to-h.to))
		edits = append(edits, Edit{In: a.in(p.before), Find: was.write(w.from, w.to), Put: &put})
	}
	if !a.faithful(edits, p) {
		put := dedent(a.after.text, p.from, p.to, after)
		edits = []Edit{{In: a.in(p.before), Put: &put}}
	}
	edits[0].Imports = a.uses(p.from, p.to, a.before.usedIn(p.before.from, p.before.to))
	return edits, nil
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
	words, err := scan(text[p.before.from : p.before.to+len(text)-len(a.before.text)])
	return err == nil && plain(words) == plain((&decl{file: p.after.file, from: p.from, to: p.to}).words())
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

// additions gives new declarations to an edit of the file, or to the declaration
// that they stand behind.
func (a *anchoring) additions() {
	for _, p := range a.pairs {
		if p.before != nil {
			continue
		}
		if len(a.result) == 0 {
			a.result = append(a.result, Edit{In: a.in(a.near(p.after))})
		}
		text := dedent(a.after.text, p.after.from, p.after.to, p.after.words())
		if p.after.group != nil {
			text = p.after.kind.String() + " " + text
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
			a.wish("-"+i.path, a.first())
		}
	}
	for _, i := range after {
		if slices.Contains(before, i) || slices.ContainsFunc(a.result, func(e Edit) bool { return slices.Contains(e.Imports, i.String()) }) {
			continue
		}
		for _, p := range a.pairs {
			uses := p.after != nil && i.nameIn(a.after.usedIn(p.from, p.to)) != ""
			if p.before != nil && (uses || i.hidden()) {
				a.wish(i.String(), p.before)
				break
			}
		}
	}
}

// wish asks for an import in the edit of a declaration.
func (a *anchoring) wish(text string, d *decl) {
	for i := range a.result {
		if a.result[i].In == a.in(d) {
			a.result[i].Imports = append(a.result[i].Imports, text)
			return
		}
	}
	a.result = append(a.result, Edit{In: a.in(d), Imports: []string{text}})
}
