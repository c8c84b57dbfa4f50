package selftest

import (
	"go/token"
	"path"
	"slices"
	"strings"
)

// tok is a token of a pattern or a replacement on its way to other source.
type tok struct {
	word

	before string  // what stands between it and the token before it
	means  *symbol // nil: not known, or no identifier
}

// raw is the token as it is written: a semicolon that a line break stands for is
// not.
func (t tok) raw() string {
	if t.kind == token.SEMICOLON && t.end == t.at {
		return ""
	}
	return t.text
}

// toks returns the words of a text as tokens, with what their places mean.
func toks(text string, words []word, meaning map[int]symbol, shift int) []tok {
	var all []tok
	for i, w := range words {
		t := tok{word: w}
		if i > 0 {
			t.before = text[words[i-1].end:w.at]
		}
		if s, ok := meaning[w.at+shift]; ok && w.kind == token.IDENT {
			t.means = &s
		}
		all = append(all, t)
	}
	return all
}

// assemble writes tokens one after the other.
func assemble(all []tok) *side {
	var b strings.Builder
	words := make([]word, 0, len(all))
	for i, t := range all {
		if i > 0 {
			b.WriteString(t.before)
		}
		w := t.word
		w.at = b.Len()
		b.WriteString(t.raw())
		w.end = b.Len()
		words = append(words, w)
	}
	markCommas(words)
	return newSide(b.String(), words)
}

// place is where an edit belongs.
type place struct{ folder, name string }

func (p place) String() string { return p.folder + " " + p.name }

// carried is an edit on its way to other source.
type carried struct {
	module string
	was    Edit
	edit   Edit
	isGo   bool
	places []place // where it belongs; the further ones if its pattern is no longer in the first

	kind     string // of the declaration
	context  []tok  // the declaration that it is found in; empty: it replaces all of it
	from, to int    // the pattern is context[from:to]
	put, add []tok
	imports  []imported

	gone    bool // its declaration was taken out
	changed bool
	notes   []string // what a person should look at
}

// carry takes up an edit. Without a source, what its identifiers mean is not
// known.
func carry(module string, e *Edit) (*carried, error) {
	folder, name, isGo := e.place()
	c := &carried{module: module, was: *e, edit: *e, isGo: isGo, places: []place{{folder, name}}}
	if !isGo {
		return c, nil
	}
	for _, text := range e.Imports {
		c.imports = append(c.imports, readImport(text))
	}
	if e.Find != "" {
		words, err := compile(e.Find)
		if err != nil {
			return nil, err
		}
		c.context, c.to = toks(e.Find, words, nil, 0), len(words)
	}
	var err error
	if e.Put != nil {
		if c.put, err = replacement(*e.Put, nil, 0); err != nil {
			return nil, err
		}
	}
	c.add, err = replacement(e.Add, nil, 0)
	return c, err
}

// replacement returns the tokens of a put or an add.
func replacement(text string, meaning map[int]symbol, at int) ([]tok, error) {
	words, err := scan(text)
	if last := len(words) - 1; last >= 0 && words[last].kind == token.SEMICOLON && words[last].end == words[last].at {
		words = words[:last]
	}
	return toks(text, words, meaning, at), err
}

// carryAll takes up the edits of a mutant in the source that it fits, with what
// their identifiers mean there.
func (u *universe) carryAll(m *Mutant) ([]*carried, error) {
	changes, plain, err := m.changes(u.source)
	if err != nil {
		return nil, err
	}
	layouts := make(map[string]*layout)
	for at, c := range changes {
		if layouts[at], err = c.layout(); err != nil {
			return nil, err
		}
		plain[at] = layouts[at].text
	}
	v, meanings := u.with(plain), make(map[string]map[int]symbol)
	for _, folder := range foldersOf(plain) {
		found, err := v.symbols(folder)
		if err != nil {
			return nil, err
		}
		for at := range found {
			meanings[at] = found[at]
		}
	}
	var all []*carried
	for i := range m.Edits {
		e := &m.Edits[i]
		c, err := carry(u.module, e)
		if err != nil {
			return nil, err
		}
		all = append(all, c)
		if !c.isGo {
			continue
		}
		l, err := e.locate(u.source)
		if err != nil {
			return nil, err
		}
		at := l.decl.file.path
		if err := c.learn(u, l, layouts[at], meanings[at]); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// learn finds out what the identifiers of an edit mean, from the source as it is
// and as the mutant changes it.
func (c *carried) learn(u *universe, l *located, laid *layout, meaning map[int]symbol) error {
	c.kind = l.decl.kind.String()
	if l.met != nil {
		before, err := u.meaning(path.Dir(l.decl.file.path))
		if err != nil {
			return err
		}
		c.context = toks(l.decl.file.text, l.words, before[l.decl.file.path], 0)
		c.from, c.to = l.met[0], slices.Max(l.met)+1
	}
	var err error
	if at, ok := laid.puts[l.edit]; ok {
		if c.put, err = replacement(*c.edit.Put, meaning, at); err != nil {
			return err
		}
	}
	c.add, err = replacement(c.edit.Add, meaning, laid.adds[l.edit])
	return err
}

// find returns the tokens of the pattern.
func (c *carried) find() []tok { return c.context[c.from:c.to] }

// widen makes the pattern longer, up to what it must hold in whole.
func (c *carried) widen(from, to int) {
	if from < c.from {
		head := slices.Clone(c.context[from:c.from])
		if len(c.put) > 0 {
			c.put[0].before = c.context[c.from].before
		}
		c.put, c.from = append(head, c.put...), from
	}
	if to > c.to {
		c.put, c.to = append(c.put, c.context[c.to:to]...), to
	}
}

// result returns the edit as it is now, at the place.
func (c *carried) result(at place) Edit {
	if !c.isGo {
		return c.edit
	}
	e := c.edit
	e.In = at.String()
	if !c.changed {
		return e
	}
	if len(c.context) > 0 {
		s := assemble(c.find())
		e.Find = s.write(0, len(s.solid))
	}
	if e.Put != nil {
		e.Put = new(written(c.put, len(c.context) == 0))
	}
	e.Add = written(c.add, true)
	e.Imports = nil
	for _, i := range c.imports {
		e.Imports = append(e.Imports, i.String())
	}
	return e
}

// written returns the tokens of a replacement as text: as they were broken into
// lines if they are whole declarations.
func written(all []tok, whole bool) string {
	s := assemble(all)
	if whole {
		return s.text
	}
	return s.form(s.words)
}
