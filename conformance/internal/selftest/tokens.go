package selftest

import (
	"errors"
	"fmt"
	"go/scanner"
	"go/token"
	"slices"
	"strings"
)

// word is a token of Go source, and the place where it stands.
type word struct {
	kind    token.Token
	text    string
	at, end int

	// loose says that the word may be absent: a semicolon, which a line break
	// stands for as well, or a comma before a closing bracket, which belongs to
	// code that is broken into lines.
	loose bool
}

func (w word) is(other word) bool { return w.kind == other.kind && w.text == other.text }

func (w word) closes() bool {
	return w.kind == token.RPAREN || w.kind == token.RBRACK || w.kind == token.RBRACE
}

func (w word) opens() bool {
	return w.kind == token.LPAREN || w.kind == token.LBRACK || w.kind == token.LBRACE
}

// scan returns the tokens of Go source. Comments are left out, but for
// directives such as //go:embed, which change what is built.
func scan(text string) ([]word, error) {
	var problems scanner.ErrorList
	var s scanner.Scanner
	file := token.NewFileSet().AddFile("", -1, len(text))
	s.Init(file, []byte(text), func(at token.Position, message string) {
		if !strings.Contains(message, "'$'") { // a hole in a pattern of Rewrite
			problems.Add(at, message)
		}
	}, scanner.ScanComments)
	var words []word
	for {
		at, kind, literal := s.Scan()
		if kind == token.EOF {
			break
		}
		w := word{kind: kind, text: literal, at: file.Offset(at)}
		switch {
		case kind == token.COMMENT && !isDirective(literal):
			continue
		case kind == token.SEMICOLON && literal == "\n":
			w.text, w.end, w.loose = ";", w.at, true
		case kind == token.SEMICOLON:
			w.end, w.loose = w.at+1, true
		case kind.IsOperator():
			w.text, w.end = kind.String(), w.at+len(kind.String())
		default:
			w.end = w.at + len(literal)
		}
		words = append(words, w)
	}
	markCommas(words)
	if len(problems) > 0 {
		return nil, problems.Err()
	}
	return words, nil
}

func isDirective(comment string) bool { return strings.HasPrefix(comment, "//go:") }

// markCommas finds the commas that only a line break asks for.
func markCommas(words []word) {
	for i := 1; i < len(words); i++ {
		if words[i].closes() && words[i-1].kind == token.COMMA {
			words[i-1].loose = true
		}
	}
}

// solid returns the words that are not loose.
func solid(words []word) []word {
	return slices.DeleteFunc(slices.Clone(words), func(w word) bool { return w.loose })
}

// errNoTokens says that a pattern is empty.
var errNoTokens = errors.New("there is nothing to look for in it")

// compile returns the words of a pattern.
func compile(pattern string) ([]word, error) {
	words, err := scan(pattern)
	if err != nil {
		return nil, fmt.Errorf("these are no tokens of Go: %w", err)
	}
	isSemicolon := func(w word) bool { return w.kind == token.SEMICOLON }
	for len(words) > 0 && isSemicolon(words[0]) {
		words = words[1:]
	}
	for len(words) > 0 && isSemicolon(words[len(words)-1]) {
		words = words[:len(words)-1]
	}
	if len(solid(words)) == 0 {
		return nil, errNoTokens
	}
	return words, nil
}

// match compares a pattern with the words from one place on. It returns for
// each word of the pattern the index of the word that it met, -1 for a loose
// one that met none, and nil if the pattern does not fit.
func match(pattern, words []word, from int) []int {
	met := make([]int, 0, len(pattern))
	i := from
	for len(met) < len(pattern) {
		w := pattern[len(met)]
		switch {
		case i < len(words) && w.is(words[i]):
			met = append(met, i)
			i++
		case w.loose, isLastComma(pattern, len(met)) && i < len(words) && words[i].closes():
			met = append(met, -1)
		case i < len(words) && words[i].loose && i > from:
			i++
		default:
			return nil
		}
	}
	return met
}

func isLastComma(pattern []word, at int) bool {
	return at > 0 && at == len(pattern)-1 && pattern[at].kind == token.COMMA
}

// matches returns all places where the pattern fits.
func matches(pattern, words []word) [][]int {
	var found [][]int
	for from := range words {
		if words[from].kind != pattern[0].kind {
			continue
		}
		if met := match(pattern, words, from); met != nil {
			found = append(found, met)
		}
	}
	return found
}

// oneLine writes the words on one line, with the blanks that stand between them
// in the text.
func oneLine(text string, words []word) string {
	var b strings.Builder
	for i, w := range words {
		if i > 0 {
			b.WriteString(spacing(text, words, i))
		}
		if !w.loose || w.kind == token.SEMICOLON && w.end > w.at {
			b.WriteString(w.text)
		} else if w.kind == token.COMMA && (i+1 == len(words) || !strings.Contains(text[w.end:words[i+1].at], "\n")) {
			b.WriteString(w.text)
		}
	}
	return b.String()
}

// spacing returns what stands between one word and the one before it.
func spacing(text string, words []word, i int) string {
	before, w := words[i-1], words[i]
	between := text[before.end:w.at]
	broken := strings.Contains(between, "\n")
	switch {
	case before.kind == token.COMMENT || broken && w.kind == token.COMMENT:
		return "\n"
	case w.loose && w.kind == token.SEMICOLON && w.end == w.at: // a line ends
		if i+1 == len(words) || words[i+1].closes() {
			return ""
		}
		return ";"
	case before.kind == token.SEMICOLON && before.end == before.at:
		if w.kind == token.RPAREN || w.kind == token.RBRACK {
			return ""
		}
		return " "
	case broken && (before.opens() || w.closes()) && before.kind != token.LBRACE && w.kind != token.RBRACE:
		return ""
	case between != "":
		return " "
	default:
		return ""
	}
}
