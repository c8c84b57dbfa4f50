package selftest

import (
	"errors"
	"fmt"
	"go/token"
	"maps"
	"slices"
	"strings"
)

// rewriteStep replaces one run of tokens by another.
type rewriteStep struct {
	folder, name string // both empty: everywhere
	from         []word
	to           string
	toWords      []word
	imports      []imported
}

func (m *Move) readRewrite() (step, error) {
	s := rewriteStep{to: m.To}
	if m.Rewrite != "everywhere" {
		s.folder, s.name, _ = strings.Cut(m.Rewrite, " ")
	}
	var err error
	if s.from, err = compile(m.From); err != nil {
		return nil, fmt.Errorf("from: %w", err)
	}
	if s.toWords, err = compile(m.To); err != nil && !errors.Is(err, errNoTokens) {
		return nil, fmt.Errorf("to: %w", err)
	}
	if joinHoles(s.from)[0].isHole() {
		return nil, errors.New("from: it cannot begin with a $name")
	}
	s.from, s.toWords = joinHoles(s.from), joinHoles(s.toWords)
	for _, text := range m.Imports {
		s.imports = append(s.imports, readImport(text))
	}
	return s, nil
}

// joinHoles makes one word of "$" and the name behind it.
func joinHoles(words []word) []word {
	var joined []word
	for i := 0; i < len(words); i++ {
		w := words[i]
		if w.text == "$" && i+1 < len(words) && words[i+1].kind == token.IDENT && words[i+1].at == w.end {
			i++
			w = word{kind: token.ILLEGAL, text: "$" + words[i].text, at: w.at, end: words[i].end}
		}
		joined = append(joined, w)
	}
	return joined
}

func (w word) isHole() bool { return w.kind == token.ILLEGAL }

func (s rewriteStep) apply(c *carried) error {
	at := c.places[0]
	if s.folder != "" && s.folder != at.folder || s.name != "" && s.name != at.name {
		return nil
	}
	add := c.add
	if s.name != "" { // what is added is not in the declaration
		c.add = nil
		defer func() { c.add = add }()
	}
	found, put := c.replace(s.segments)
	if found && !put && len(c.put) > 0 {
		c.notes = append(c.notes, "rewritten where it is found, and not in what is put there")
	}
	if !put {
		return nil
	}
	for _, i := range s.imports {
		if !slices.Contains(c.imports, i) {
			c.imports = append(c.imports, i)
		}
	}
	return nil
}

func (s rewriteStep) segments(all []tok) []segment {
	var segments []segment
	for i := 0; i < len(all); i++ {
		if all[i].loose { // it ends what stands before it, and is not a part of the run
			continue
		}
		if end, bound := holes(s.from, all, i, nil); end > i {
			segments = append(segments, segment{i, end, s.with(all[i:end], bound)})
			i = end - 1
		}
	}
	return segments
}

// holes matches a pattern that may have holes with the tokens from one place on.
// It returns where the match ends, -1 if there is none, and what the holes stand
// for.
func holes(pattern []word, all []tok, i int, bound map[string][]tok) (int, map[string][]tok) {
	switch {
	case len(pattern) == 0:
		return i, bound
	case pattern[0].isHole():
		if known, ok := bound[pattern[0].text]; ok {
			if i+len(known) > len(all) || !sameToks(known, all[i:i+len(known)]) {
				return -1, nil
			}
			return holes(pattern[1:], all, i+len(known), bound)
		}
		for end := i + 1; end <= len(all) && isWhole(all[i:end]) != broken; end++ {
			if isWhole(all[i:end]) == open || len(pattern) == 1 && goesOn(all, end) {
				continue
			}
			more := maps.Clone(bound)
			if more == nil {
				more = make(map[string][]tok)
			}
			more[pattern[0].text] = all[i:end]
			if found, bound := holes(pattern[1:], all, end, more); found >= 0 {
				return found, bound
			}
		}
		return -1, nil
	case i < len(all) && pattern[0].is(all[i].word):
		return holes(pattern[1:], all, i+1, bound)
	case pattern[0].loose:
		return holes(pattern[1:], all, i, bound)
	case i < len(all) && all[i].loose:
		return holes(pattern, all, i+1, bound)
	default:
		return -1, nil
	}
}

// goesOn reports whether the token at the place belongs to the operand before it,
// as a call of it does.
func goesOn(all []tok, at int) bool {
	if at == len(all) {
		return false
	}
	kind := all[at].kind
	return kind == token.PERIOD || kind == token.LPAREN || kind == token.LBRACK
}

func sameToks(one, other []tok) bool {
	return slices.EqualFunc(one, other, func(a, b tok) bool { return a.is(b.word) })
}

// What a run of tokens is that a hole might stand for.
const (
	isComplete = iota // brackets and all
	open              // a bracket is still to be closed
	broken            // a bracket is closed that was not opened, or a statement ends
)

func isWhole(all []tok) int {
	depth := 0
	for _, t := range all {
		switch {
		case t.opens():
			depth++
		case t.closes():
			depth--
		case depth == 0 && (t.kind == token.SEMICOLON || t.kind == token.COMMA):
			return broken
		}
		if depth < 0 {
			return broken
		}
	}
	if depth > 0 {
		return open
	}
	return isComplete
}

// with returns the new tokens. An identifier that was among the old ones keeps
// its meaning.
func (s rewriteStep) with(old []tok, bound map[string][]tok) []tok {
	meanings := make(map[string]*symbol)
	for _, t := range old {
		meanings[t.text] = t.means
	}
	var result []tok
	for _, t := range toks(s.to, s.toWords, nil, 0) {
		if filler, ok := bound[t.text]; ok && t.isHole() {
			for i, f := range filler {
				if i == 0 {
					f.before = t.before
				}
				result = append(result, f)
			}
			continue
		}
		t.means = meanings[t.text]
		result = append(result, t)
	}
	return result
}
