package selftest

import (
	"fmt"
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
// its places where it fits as it is, or else in the first where it fits with
// another pattern from around it. With an error it returns the edit as it is.
func (c *carried) settle(s *Source) (Edit, error) {
	if !c.isGo {
		return c.edit, c.edit.changeText(s, make(map[string]string))
	}
	var first error
	for _, at := range c.places {
		e, err := c.at(at).stay(s, at)
		if err == nil {
			return e, nil
		}
		if first == nil {
			first = err
		}
	}
	for _, at := range c.places {
		if e, err := c.settleIn(s, at); err == nil {
			return e, nil
		}
	}
	return c.result(c.places[0]), first
}

// at returns the edit with its names written as they are at a place.
func (c *carried) at(at place) *carried {
	if at.folder == c.places[0].folder {
		return c
	}
	d := c.clone()
	d.places[0] = at
	d.requalify(c.places[0].folder, at.folder)
	return d
}

// stay returns the edit as it is at a place, and an error if it does not fit.
func (c *carried) stay(s *Source, at place) (Edit, error) {
	e := c.result(at)
	_, err := e.locate(s)
	return e, err
}

// settleIn returns the edit for one place, as it is or with another pattern.
func (c *carried) settleIn(s *Source, at place) (Edit, error) {
	d := c.at(at)
	e, err := d.stay(s, at)
	if err == nil {
		return e, nil
	}
	decls, missing := s.find(at.folder, at.name)
	if missing != nil {
		return e, err
	}
	var in [][]word
	for _, decl := range decls {
		in = append(in, decl.words())
	}
	if e, ok := d.refit(at, in); ok {
		c.notes = append(c.notes, "found by another pattern: "+e.Find)
		return e, nil
	}
	return e, err
}

// settleAmong is settle for an edit whose declaration may have another name, of
// which the record does not tell: it looks in those that are like it.
func (c *carried) settleAmong(h *heirs) (Edit, error) {
	e, err := c.settle(h.source)
	if err == nil || !c.isGo || c.gone || c.stands(h.source) {
		return e, err
	}
	like := h.of(c.kind, assemble(c.context).words)
	for _, other := range like {
		if e, err := c.settleIn(h.source, other.place); err == nil {
			c.notes = append(c.notes, fmt.Sprintf("is no more; %.0f%% like it is %s, where the edit is now", 100*other.share, other.place))
			return e, nil
		}
	}
	if len(like) > 0 {
		err = fmt.Errorf("%w; %.0f%% like it is %s", err, 100*like[0].share, like[0].place)
	}
	return e, err
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
