package selftest

import (
	"fmt"
	"go/ast"
	"go/token"
	"slices"
	"strings"
)

// pair brings the declarations of both states together: by name, those of groups
// in which the place is the value by their place, and those whose name was changed
// by what they stand behind.
func (a *anchoring) pair() {
	before, after := keys(a.before), keys(a.after)
	partner := make(map[*decl]*decl)
	taken := make(map[*decl]bool)
	join := func(d, other *decl) { partner[d], taken[other] = other, true }
	for i, d := range a.before.decls {
		if at := slices.Index(after, before[i]); at >= 0 && sameKind(d, a.after.decls[at]) {
			join(d, a.after.decls[at])
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
			join(d, a.after.decls[at])
		}
	}
	a.byPlace(partner)
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

// byPlace changes the partners in groups whose members only changed places.
func (a *anchoring) byPlace(partner map[*decl]*decl) {
	groups := make(map[*ast.GenDecl][]*decl)
	for _, d := range a.before.decls {
		if d.group != nil && placeMatters(d.group) {
			groups[d.group] = append(groups[d.group], d)
		}
	}
	for _, members := range groups {
		var partners []*decl
		for _, d := range members {
			partners = append(partners, partner[d])
		}
		if slices.Contains(partners, nil) {
			continue
		}
		slices.SortFunc(partners, func(one, other *decl) int { return one.from - other.from })
		for i, d := range members {
			partner[d] = partners[i]
		}
	}
}

// placeMatters reports whether the members of a group depend on their places:
// constants that are counted, or repeat the value before them.
func placeMatters(group *ast.GenDecl) bool {
	if group.Tok != token.CONST {
		return false
	}
	counts := false
	for _, spec := range group.Specs {
		value, ok := spec.(*ast.ValueSpec)
		counts = counts || ok && len(value.Values) == 0
	}
	ast.Inspect(group, func(node ast.Node) bool {
		ident, ok := node.(*ast.Ident)
		counts = counts || ok && ident.Name == "iota"
		return true
	})
	return counts
}

// intoGroup assigns a new member of such a group to the member before it, or after
// it, and reports whether there is one.
func (a *anchoring) intoGroup(d *decl) bool {
	if d.group == nil || !placeMatters(d.group) {
		return false
	}
	var behind, ahead *pair
	for i := range a.pairs {
		p := &a.pairs[i]
		switch {
		case p.before == nil || p.after == nil || p.after.group != d.group:
		case p.from < d.from:
			behind = p
		case ahead == nil:
			ahead = p
		}
	}
	switch {
	case behind != nil:
		behind.to = max(behind.to, d.to)
	case ahead != nil:
		ahead.from = min(ahead.from, d.from)
	}
	return behind != nil || ahead != nil
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

// sameKind reports whether one declaration can become the other by other tokens in
// it: a member of a group has no keyword of its own.
func sameKind(one, other *decl) bool {
	return one.kind == other.kind || one.group == nil && other.group == nil
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
