package selftest

import (
	"go/token"
	"strings"
)

// hunk says that the words before[from:to] became after[newFrom:newTo].
type hunk struct{ from, to, newFrom, newTo int }

// apart is how many words must be the same between two hunks; with fewer, they
// are one.
const apart = 6

// longestWhole is the most words that hunks are brought together to.
const longestWhole = 60

// diff returns the hunks between two runs of words.
func diff(before, after []word) []hunk {
	head, tail := common(before, after)
	if head == len(before) && head == len(after) {
		return nil
	}
	middle := hunk{head, len(before) - tail, head, len(after) - tail}
	const most = 9_000_000 // cells of the table
	if middle.from == middle.to || middle.newFrom == middle.newTo ||
		(middle.to-middle.from)*(middle.newTo-middle.newFrom) > most {
		return []hunk{middle}
	}
	return whole(split(before, after, middle), before, after)
}

// whole brings hunks together that have a bracket without its partner.
func whole(hunks []hunk, before, after []word) []hunk {
	for i := 0; i < len(hunks)-1; {
		h, next := hunks[i], hunks[i+1]
		if unbalanced(before[h.from:h.to]) == 0 && unbalanced(after[h.newFrom:h.newTo]) == 0 || next.to-h.from > longestWhole {
			i++
			continue
		}
		hunks[i] = hunk{h.from, next.to, h.newFrom, next.newTo}
		hunks = append(hunks[:i+1], hunks[i+2:]...)
	}
	return hunks
}

// split finds what is the same within a hunk, by the longest common sequence.
func split(before, after []word, in hunk) []hunk {
	rows, columns := in.to-in.from, in.newTo-in.newFrom
	longest := make([][]int32, rows+1)
	for i := range longest {
		longest[i] = make([]int32, columns+1)
	}
	for i := rows - 1; i >= 0; i-- {
		for j := columns - 1; j >= 0; j-- {
			if before[in.from+i].is(after[in.newFrom+j]) {
				longest[i][j] = longest[i+1][j+1] + 1
			} else {
				longest[i][j] = max(longest[i+1][j], longest[i][j+1])
			}
		}
	}
	var hunks []hunk
	note := func(i, j, same int) {
		at := hunk{in.from + i, in.from + i, in.newFrom + j, in.newFrom + j}
		if last := len(hunks) - 1; last >= 0 && at.from-hunks[last].to < apart {
			hunks[last].to, hunks[last].newTo = at.from+same, at.newFrom+same
		} else {
			hunks = append(hunks, at)
		}
	}
	for i, j := 0, 0; i < rows || j < columns; {
		switch {
		case i < rows && j < columns && before[in.from+i].is(after[in.newFrom+j]):
			i++
			j++
		case j == columns || i < rows && longest[i+1][j] >= longest[i][j+1]:
			note(i, j, 0)
			hunks[len(hunks)-1].to, hunks[len(hunks)-1].newTo = in.from+i+1, in.newFrom+j
			i++
		default:
			note(i, j, 0)
			hunks[len(hunks)-1].to, hunks[len(hunks)-1].newTo = in.from+i, in.newFrom+j+1
			j++
		}
	}
	return hunks
}

// slide moves a hunk that only adds or only removes to where a line begins, as
// far as the words around it are the same.
func slide(h hunk, before, after []word, beforeText, afterText string) hunk {
	words, text := after, afterText
	from, to := &h.newFrom, &h.newTo
	if h.from != h.to {
		words, text, from, to = before, beforeText, &h.from, &h.to
	}
	if h.from != h.to && h.newFrom != h.newTo {
		return h
	}
	best, bestAt := -1, 0
	left := 0
	for *from-left > 0 && min(h.from, h.newFrom)-left > 0 && words[*from-left-1].is(words[*to-left-1]) {
		left++
	}
	right := 0
	for *to+right < len(words) && words[*from+right].is(words[*to+right]) {
		right++
	}
	for by := -left; by <= right; by++ {
		rank := beginning(words, text, *from+by)
		if unbalanced(words[*from+by:*to+by]) == 0 {
			rank += 4
		}
		if rank > best {
			best, bestAt = rank, by
		}
	}
	return hunk{h.from + bestAt, h.to + bestAt, h.newFrom + bestAt, h.newTo + bestAt}
}

// beginning ranks how naturally a statement begins at the word.
func beginning(words []word, text string, at int) int {
	if at == 0 || at == len(words) {
		return 2
	}
	between := text[words[at-1].end:words[at].at]
	switch {
	case words[at].closes() && strings.Contains(between, "\n"):
		return 1
	case words[at].closes() || words[at].joins():
		return 0
	case strings.Contains(between, "\n"):
		return 3
	case strings.Contains(between, ";") || words[at-1].opens():
		return 2
	case words[at-1].kind == token.COMMA:
		return 1
	default:
		return 0
	}
}
