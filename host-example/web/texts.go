package web

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// Texts are the texts of some pages: one table for each language, by key. A text has
// placeholders such as {amount}.
type Texts map[Language]map[string]string

// Text returns a text with its placeholders filled in: pairs are names and values. A text
// that is missing is its key, so that a page is poor rather than empty; see Problems.
func (t Texts) Text(l Language, key string, pairs ...any) string {
	text, ok := t[l][key]
	if !ok {
		return key
	}
	replacements := make([]string, 0, len(pairs))
	for i := 0; i+1 < len(pairs); i += 2 {
		replacements = append(replacements, fmt.Sprintf("{%v}", pairs[i]), fmt.Sprint(pairs[i+1]))
	}
	return strings.NewReplacer(replacements...).Replace(text)
}

var placeholder = regexp.MustCompile(`\{[a-z_]*\}`)

// Problems returns in what the tables of the languages differ: a key that one has not, an
// empty text, or other placeholders. It is for tests.
func (t Texts) Problems() []string {
	keys := map[string]bool{}
	for _, table := range t {
		for key := range table {
			keys[key] = true
		}
	}
	var problems []string
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		want := placeholders(t[English][key])
		for _, l := range Languages() {
			text, ok := t[l][key]
			switch {
			case !ok || strings.TrimSpace(text) == "":
				problems = append(problems, fmt.Sprintf("%s has no text for %q", l, key))
			case !slices.Equal(want, placeholders(text)):
				problems = append(problems, fmt.Sprintf("the text of %s for %q has the placeholders %v, and the English one %v", l, key, placeholders(text), want))
			}
		}
	}
	return problems
}

func placeholders(text string) []string {
	all := placeholder.FindAllString(text, -1)
	slices.Sort(all)
	return slices.Compact(all)
}
