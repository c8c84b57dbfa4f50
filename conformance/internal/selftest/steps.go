package selftest

import (
	"go/token"
	"path"
	"slices"
	"strings"
)

// segment is a run of tokens that becomes another.
type segment struct {
	from, to int
	with     []tok
}

// replace changes tokens of the edit wherever they stand. Where only a part of
// them is in the pattern, the pattern gets longer. It reports whether it changed
// the pattern, and what takes its place.
func (c *carried) replace(find func([]tok) []segment) (found, put bool) {
	for _, s := range find(c.context) {
		if s.from < c.to && s.to > c.from && (s.from < c.from || s.to > c.to) {
			c.widen(min(s.from, c.from), max(s.to, c.to))
			c.changed = true
		}
	}
	from, to := c.from, c.to
	segments := find(c.context)
	for _, s := range segments {
		longer := len(s.with) - (s.to - s.from)
		switch {
		case s.to <= from:
			c.from, c.to = c.from+longer, c.to+longer
		case s.from < to:
			c.to += longer
			found = true
		}
	}
	c.context = applied(c.context, segments)
	for _, piece := range []*[]tok{&c.put, &c.add} {
		if segments := find(*piece); len(segments) > 0 {
			*piece = applied(*piece, segments)
			put = true
		}
	}
	c.changed = c.changed || found || put
	return found, put
}

// applied returns the tokens with the segments replaced.
func applied(all []tok, segments []segment) []tok {
	var result []tok
	at := 0
	for _, s := range segments {
		result = append(result, all[at:s.from]...)
		for i, t := range s.with {
			if i == 0 && s.from < len(all) {
				t.before = all[s.from].before
			}
			result = append(result, t)
		}
		at = s.to
	}
	return append(result, all[at:]...)
}

// mark tells every known identifier what it means from now on.
func (c *carried) mark(change func(*symbol)) {
	for _, piece := range [][]tok{c.context, c.put, c.add} {
		for i := range piece {
			if piece[i].means != nil {
				change(piece[i].means)
			}
		}
	}
}

// isPackage reports whether the token names a package.
func (t tok) isPackage() bool { return t.means != nil && !t.means.local && t.means.name == "" }

// selected reports whether a dot stands before the token.
func selected(all []tok, i int) bool { return i > 0 && all[i-1].kind == token.PERIOD }

// qualified reports whether the name of a package and a dot stand before the
// token.
func qualified(all []tok, i int) bool { return i > 1 && selected(all, i) && all[i-2].isPackage() }

// called returns the token with another name.
func called(t tok, name string) tok {
	t.text = name
	return t
}

// qualify returns the token with its package before it.
func qualify(t tok, folder string) []tok {
	qualifier := tok{word: word{kind: token.IDENT, text: path.Base(folder)}, before: t.before, means: &symbol{folder: folder}}
	t.before = ""
	return []tok{qualifier, {word: word{kind: token.PERIOD, text: "."}}, t}
}

// wants notes that the edit needs a package of this module.
func (c *carried) wants(folder string) {
	i := imported{path: path.Join(c.module, folder)}
	if !slices.Contains(c.imports, i) {
		c.imports = append(c.imports, i)
	}
}

type packageStep struct{ old, now string }

func (s packageStep) apply(c *carried) error {
	if !c.isGo {
		if path.Dir(c.edit.In) == s.old {
			c.edit.In = path.Join(s.now, path.Base(c.edit.In))
		}
		return nil
	}
	for i := range c.places {
		if c.places[i].folder == s.old {
			c.places[i].folder = s.now
		}
	}
	for i := range c.imports {
		if c.imports[i].path == path.Join(c.module, s.old) {
			c.imports[i].path, c.changed = path.Join(c.module, s.now), true
		}
	}
	c.mark(func(means *symbol) {
		if means.folder == s.old {
			means.folder = s.now
		}
	})
	return nil
}

type qualifierStep struct{ folder, old, now string }

func (s qualifierStep) apply(c *carried) error {
	c.replace(func(all []tok) []segment {
		var segments []segment
		for i, t := range all {
			if t.kind != token.IDENT || t.text != s.old || selected(all, i) {
				continue
			}
			before := t.means == nil && i+1 < len(all) && all[i+1].kind == token.PERIOD
			if t.isPackage() && t.means.folder == s.folder || before {
				c.noteUnknown(t)
				segments = append(segments, segment{i, i + 1, []tok{called(t, s.now)}})
			}
		}
		return segments
	})
	return nil
}

// noteUnknown remembers that an identifier is taken for what it is called.
func (c *carried) noteUnknown(t tok) {
	note := t.text + " was taken at its word, for its meaning is not known"
	if t.means == nil && !slices.Contains(c.notes, note) {
		c.notes = append(c.notes, note)
	}
}

type localStep struct {
	in       place
	old, now string
}

func (s localStep) apply(c *carried) error {
	if !slices.Contains(c.places, s.in) {
		return nil
	}
	add := c.add
	c.add = nil // it has variables of its own
	defer func() { c.add = add }()
	c.replace(func(all []tok) []segment {
		var segments []segment
		for i, t := range all {
			if t.kind == token.IDENT && t.text == s.old && !selected(all, i) && (t.means == nil || t.means.local) {
				c.noteUnknown(t)
				segments = append(segments, segment{i, i + 1, []tok{called(t, s.now)}})
			}
		}
		return segments
	})
	return nil
}

type renameStep struct{ old, now place }

func (s renameStep) apply(c *carried) error {
	for i := range c.places {
		c.places[i].rename(s.old, s.now)
	}
	name := s.now.name[strings.LastIndex(s.now.name, ".")+1:]
	c.replace(func(all []tok) []segment {
		var segments []segment
		for i, t := range all {
			if s.old.isMeant(c, all, i) {
				c.noteUnknown(t)
				if t.means != nil {
					t.means = &symbol{folder: s.now.folder, name: s.now.name}
				}
				segments = append(segments, segment{i, i + 1, []tok{called(t, name)}})
			}
		}
		return segments
	})
	c.mark(func(means *symbol) { means.rename(s.old, s.now) })
	return nil
}

// rename sets the name of a place to the new one, if it is the old one or a member of
// it.
func (p *place) rename(old, now place) {
	if *p == old {
		*p = now
	} else if member, ok := strings.CutPrefix(p.name, old.name+"."); ok && p.folder == old.folder {
		*p = place{now.folder, now.name + "." + member}
	}
}

func (s *symbol) rename(old, now place) {
	p := place{s.folder, s.name}
	if !s.local {
		p.rename(old, now)
		s.folder, s.name = p.folder, p.name
	}
}

// isMeant reports whether the token stands for what is declared at the place. One
// whose meaning is not known is taken at its word.
func (p place) isMeant(c *carried, all []tok, i int) bool {
	t := all[i]
	if t.kind != token.IDENT {
		return false
	}
	if t.means != nil {
		return *t.means == symbol{folder: p.folder, name: p.name}
	}
	_, member, isMember := strings.Cut(p.name, ".")
	switch {
	case isMember:
		return t.text == member && selected(all, i) && (c.places[0].folder == p.folder || token.IsExported(member))
	case t.text != p.name:
		return false
	case c.places[0].folder == p.folder:
		return !selected(all, i)
	default:
		return i > 1 && selected(all, i) && all[i-2].text == path.Base(p.folder)
	}
}

type moveStep struct{ old, now place }

func (s moveStep) apply(c *carried) error {
	was := c.places[0].folder
	anchored := false
	for i := range c.places {
		before := c.places[i]
		c.places[i].rename(s.old, s.now)
		anchored = anchored || before != c.places[i]
	}
	here := c.places[0].folder
	c.replace(func(all []tok) []segment {
		var segments []segment
		for i, t := range all {
			if !s.old.isMeant(&carried{places: []place{{folder: was}}}, all, i) {
				continue
			}
			c.noteUnknown(t)
			t.means = &symbol{folder: s.now.folder, name: s.now.name}
			segments = append(segments, reference(all, i, called(t, s.now.name), here))
		}
		return segments
	})
	c.mark(func(means *symbol) { means.rename(s.old, s.now) })
	if anchored {
		c.requalify(was, here)
	}
	c.needs(s.now.folder)
	return nil
}

// reference returns the segment in which the token stands for a declaration of a
// package, as it must be written in a folder.
func reference(all []tok, i int, t tok, here string) segment {
	from := i
	if i > 1 && selected(all, i) && (qualified(all, i) || all[i-2].means == nil && all[i-2].kind == token.IDENT) {
		from = i - 2
		t.before = all[from].before
	}
	if selected(all, i) && from == i || t.means.folder == here { // an embedded field is called what its type is
		return segment{from, i + 1, []tok{t}}
	}
	return segment{from, i + 1, qualify(t, t.means.folder)}
}

// requalify writes the names of packages as they are written in another folder.
func (c *carried) requalify(was, here string) {
	if was == here {
		return
	}
	c.replace(func(all []tok) []segment {
		var segments []segment
		for i, t := range all {
			known := t.means != nil && !t.means.local && t.means.name != "" && !strings.Contains(t.means.name, ".")
			switch {
			case !known:
			case t.means.folder == here && qualified(all, i),
				t.means.folder == was && !selected(all, i) && token.IsExported(t.text):
				segments = append(segments, reference(all, i, t, here))
			}
		}
		return segments
	})
	c.needs(was)
}

// needs asks for the import of a package that the new tokens of the edit name.
func (c *carried) needs(folder string) {
	for _, t := range slices.Concat(c.put, c.add) {
		if t.isPackage() && t.means.folder == folder && folder != c.places[0].folder {
			c.wants(folder)
		}
	}
}

type rehomeStep struct{ old, now place }

func (s rehomeStep) apply(c *carried) error {
	if slices.Contains(c.places, s.old) && !slices.Contains(c.places, s.now) {
		c.places = append(c.places, s.now)
	}
	return nil
}

type goneStep struct{ at place }

func (s goneStep) apply(c *carried) error {
	c.gone = c.gone || slices.Contains(c.places, s.at) && len(c.places) == 1
	return nil
}
