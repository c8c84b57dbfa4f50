package selftest

import (
	"slices"
)

// clone returns a copy whose tokens can be changed alone.
func (c *carried) clone() *carried {
	d := *c
	for _, piece := range []*[]tok{&d.context, &d.put, &d.add} {
		*piece = slices.Clone(*piece)
	}
	d.places, d.imports = slices.Clone(c.places), slices.Clone(c.imports)
	return &d
}

// settle returns the edit for the source that it has arrived at: in the first of
// its places where it fits, as it is or with another pattern from around it. With
// an error it returns the edit as it is.
func (c *carried) settle(s *Source) (Edit, error) {
	var first error
	for i, at := range c.places {
		d := c
		if i > 0 && at.folder != c.places[0].folder {
			d = c.clone()
			d.places[0] = at
			d.requalify(c.places[0].folder, at.folder)
		}
		e := d.result(at)
		if !c.isGo {
			return e, e.changeText(s, make(map[string]string))
		}
		_, err := e.locate(s)
		if err == nil {
			return e, nil
		}
		if first == nil {
			first = err
		}
		decls, err := s.find(at.folder, at.name)
		if err != nil {
			continue
		}
		var in [][]word
		for _, decl := range decls {
			in = append(in, decl.words())
		}
		if e, ok := d.refit(at, in); ok {
			c.notes = append(c.notes, "found by another pattern: "+e.Find)
			return e, nil
		}
	}
	return c.result(c.places[0]), first
}

// refit returns the edit with the cheapest pattern that fits once in the
// declarations: what the edit changes, and something from around it.
func (c *carried) refit(at place, in [][]word) (Edit, bool) {
	if len(c.context) == 0 {
		return Edit{}, false
	}
	before, find, put := assemble(c.context), assemble(c.find()), assemble(c.put)
	after := assemble(slices.Concat(c.context[:c.from], c.put, c.context[c.to:]))
	from := len(assemble(c.context[:c.from]).solid)
	head, tail := common(find.solid, put.solid)
	h := hunk{from + head, from + len(find.solid) - tail, from + head, from + len(put.solid) - tail}
	w, ok := chooseWindow(before, after, h, in)
	if !ok {
		return Edit{}, false
	}
	d := c.clone()
	d.changed = true
	e := d.result(at)
	e.Find = before.write(w.from, w.to)
	e.Put = new(after.write(h.newFrom-(h.from-w.from), h.newTo+(w.to-h.to)))
	return e, true
}

// common returns how many words two runs have in common at their beginnings and
// at their ends.
func common(one, other []word) (head, tail int) {
	most := min(len(one), len(other))
	for head < most && one[head].is(other[head]) {
		head++
	}
	for tail < most-head && one[len(one)-1-tail].is(other[len(other)-1-tail]) {
		tail++
	}
	return head, tail
}

// alone returns the edit for the source that it is on its way to, before it is
// there: with a pattern that fits once in the declaration as it will be.
func (c *carried) alone() Edit {
	at := c.places[0]
	e := c.result(at)
	pattern, err := compile(e.Find)
	if err != nil {
		return e
	}
	context := assemble(c.context).words
	if len(matches(pattern, context)) == 1 {
		return e
	}
	if e, ok := c.refit(at, [][]word{context}); ok {
		return e
	}
	return e
}
