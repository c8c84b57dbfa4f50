package conformance

import (
	"fmt"
	"io"
	"slices"
	"strings"
)

// fullest is the profile with the most capabilities, the one that hosts look for.
const fullest = "redirect-wallet"

// writeLeft writes what a provider must still declare, and implement, to conform to
// the fullest profile. It writes nothing if the provider declares all of it, or if
// the run was limited to some clauses.
func writeLeft(w io.Writer, r *Report) {
	catalogue, err := LoadCatalogue()
	if err != nil || len(r.Capabilities.Declared)+len(r.Capabilities.Undeclared) == 0 || r.Counts.Skipped > 0 {
		return
	}
	var needed, besides []string
	for _, word := range r.Capabilities.Undeclared {
		topic, _, part := strings.Cut(word, ".")
		switch {
		case slices.Contains(catalogue.Profiles[fullest], word):
			needed = append(needed, word+clausesOf(r, word))
		case part && slices.Contains(r.Capabilities.Undeclared, topic): // listed with the capability that it is a part of
		default:
			besides = append(besides, word+clausesOf(r, word))
		}
	}
	if len(needed) == 0 {
		return
	}
	fmt.Fprintf(w, "left for %s: %s\n", fullest, strings.Join(needed, ", "))
	if len(besides) > 0 {
		fmt.Fprintf(w, "possible besides: %s\n", strings.Join(besides, ", "))
	}
	fmt.Fprintln(w)
}

// clausesOf returns how many clauses need a capability and its parts, and in which
// groups they are.
func clausesOf(r *Report, word string) string {
	count, groups := 0, []string(nil)
	for i := range r.Clauses {
		c := &r.Clauses[i]
		waits := slices.ContainsFunc((&Clause{Gate: c.Gate}).gates(), func(gate string) bool {
			return gate == word || strings.HasPrefix(gate, word+".")
		})
		if !waits || c.Status != NotApplied {
			continue
		}
		count++
		if name := group(c.ID) + "-*"; !slices.Contains(groups, name) {
			groups = append(groups, name)
		}
	}
	switch count {
	case 0:
		return ""
	case 1:
		return fmt.Sprintf(" (1 clause, %s)", groups[0])
	default:
		return fmt.Sprintf(" (%d clauses, %s)", count, strings.Join(groups, " "))
	}
}
