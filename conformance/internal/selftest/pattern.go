package selftest

import (
	"cmp"
	"go/token"
	"slices"
	"strings"
)

// side is one state of a declaration: its text and its tokens.
type side struct {
	text  string
	words []word
	solid []word
}

func newSide(text string, words []word) *side {
	return &side{text: text, words: words, solid: solid(words)}
}

// run returns the words, loose ones too, from one solid word up to another.
func (s *side) run(from, to int) []word {
	if from >= to {
		return nil
	}
	begin, end := s.solid[from].at, s.solid[to-1].end
	return slices.DeleteFunc(slices.Clone(s.words), func(w word) bool { return w.at < begin || w.end > end })
}

// longestLine is how much of a text stands on one line of a list.
const longestLine = 110

// write returns the words from one solid word up to another: on one line if it
// is not too long, or else as they are broken in the text.
func (s *side) write(from, to int) string { return s.form(s.run(from, to)) }

func (s *side) form(words []word) string {
	line := oneLine(s.text, words)
	if len(line) <= longestLine || len(words) == 0 {
		return line
	}
	return dedent(s.text, words[0].at, words[len(words)-1].end, words)
}

// dedent returns a part of the text without the indentation that its first line
// has.
func dedent(text string, from, to int, words []word) string {
	part := text[from:to]
	for _, w := range words {
		if w.kind == token.STRING && strings.Contains(w.text, "\n") {
			return part // its lines are its own
		}
	}
	line := text[strings.LastIndex(text[:from], "\n")+1:]
	indent := line[:len(line)-len(strings.TrimLeft(line, "\t"))]
	lines := strings.Split(part, "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(strings.TrimPrefix(lines[i], indent), "\t ")
	}
	return strings.Join(slices.DeleteFunc(lines, func(line string) bool { return line == "" }), "\n")
}

// window is a pattern that could anchor a hunk: the solid words from one to
// another, and what a reader must put up with.
type window struct{ from, to, cost int }

// reach is how many words a pattern can have on either side of a hunk.
const reach = 40

// borders reports whether a pattern for the hunk needs a word before it, or behind
// it: where a statement ends in one state and not in the other.
func (h hunk) borders(before, after *side) (needsHead, needsTail bool) {
	if h.newFrom == h.newTo {
		ends := before.ends(h.from) || before.broken(h.to) && h.from > 0 && before.solid[h.from-1].canEnd()
		return ends != after.ends(h.newFrom), false
	}
	needsHead = before.ends(h.from) != after.ends(h.newFrom)
	needsTail = after.solid[h.newTo-1].canEnd() && before.broken(h.to) != after.broken(h.newTo)
	return needsHead, needsTail
}

// ends reports whether a statement ends before the solid word.
func (s *side) ends(i int) bool {
	if i == 0 || i == len(s.solid) {
		return false
	}
	return slices.ContainsFunc(s.words, func(w word) bool {
		return w.kind == token.SEMICOLON && s.solid[i-1].end <= w.at && w.at < s.solid[i].at
	})
}

// broken reports whether a line, or a statement, ends before the solid word, and
// not with a comma.
func (s *side) broken(i int) bool {
	if i == 0 || i == len(s.solid) {
		return false
	}
	between := s.text[s.solid[i-1].end:s.solid[i].at]
	return strings.ContainsAny(between, "\n;") && !strings.HasPrefix(between, ",")
}

// canEnd reports whether a line break behind the word ends a statement.
func (w word) canEnd() bool {
	return w.closes() || w.kind.IsLiteral() || slices.Contains([]token.Token{
		token.BREAK, token.CONTINUE, token.FALLTHROUGH, token.RETURN, token.INC, token.DEC,
	}, w.kind)
}

// chooseWindow returns the cheapest window around the hunk that only fits once in
// the declarations.
func chooseWindow(s, after *side, h hunk, in [][]word) (window, bool) {
	var windows []window
	needsHead, needsTail := h.borders(s, after)
	for from := max(0, h.from-reach); from <= h.from; from++ {
		for to := h.to; to <= min(len(s.solid), h.to+reach); to++ {
			if to > from && (from < h.from || !needsHead) && (to > h.to || !needsTail) {
				windows = append(windows, window{from, to, s.cost(from, to)})
			}
		}
	}
	slices.SortStableFunc(windows, func(a, b window) int { return cmp.Compare(a.cost, b.cost) })
	for _, w := range windows {
		pattern, err := compile(oneLine(s.text, s.run(w.from, w.to)))
		if err != nil {
			continue
		}
		found := 0
		for _, words := range in {
			found += len(matches(pattern, words))
		}
		if found == 1 {
			return w, true
		}
	}
	return window{}, false
}

// legible is the length from which on a pattern tells a reader what it means.
const legible = 12

// cost weighs the length of a pattern against how well it reads.
func (s *side) cost(from, to int) int {
	first, last := s.solid[from], s.solid[to-1]
	text := s.text[first.at:last.end]
	cost := len(text) + 8*strings.Count(text, "\n") + 8*unbalanced(s.solid[from:to])
	if len(text) < legible {
		cost += 3 * (legible - len(text))
	}
	startsLine, endsLine := true, true
	if from > 0 {
		startsLine = s.breaks(s.solid[from-1], first)
		cost += border(s.solid[from-1], first, startsLine)
	}
	if to < len(s.solid) {
		endsLine = s.breaks(last, s.solid[to])
		cost += border(last, s.solid[to], endsLine)
	}
	if first.closes() || first.joins() {
		cost += 12
	}
	if last.joins() || last.kind == token.NOT || last.opens() && !endsLine {
		cost += 12
	}
	if startsLine && endsLine && len(text) < longestLine/2 {
		cost -= 8
	}
	return cost
}

// breaks reports whether a line ends between two words.
func (s *side) breaks(before, after word) bool {
	return strings.Contains(s.text[before.end:after.at], "\n")
}

// joins reports whether the word only makes sense with another on both sides.
func (w word) joins() bool {
	return w.kind.IsOperator() && !w.opens() && !w.closes() && !slices.Contains(
		[]token.Token{token.NOT, token.MUL, token.AND, token.ARROW, token.ELLIPSIS, token.INC, token.DEC, token.SUB}, w.kind)
}

// border is what it costs to cut between two words.
func border(before, after word, broken bool) int {
	switch {
	case broken:
		return 0
	case after.kind == token.PERIOD || before.kind == token.PERIOD:
		return 12
	case before.opens(), before.joins(), after.closes(), after.joins(), after.kind == token.LBRACE, before.kind.IsKeyword():
		return 2
	default:
		return 10
	}
}

// unbalanced counts the brackets that have no partner.
func unbalanced(words []word) int {
	open, alone := 0, 0
	for _, w := range words {
		switch {
		case w.opens():
			open++
		case w.closes() && open > 0:
			open--
		case w.closes():
			alone++
		}
	}
	return open + alone
}
