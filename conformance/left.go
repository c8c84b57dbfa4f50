package conformance

import (
	"fmt"
	"io"
	"slices"
	"strings"
)

// fullest is the profile of providers with the most capabilities, the one that hosts look
// for, and fullestHost that of hosts.
const (
	fullest     = "redirect-wallet"
	fullestHost = "full"
)

// writeLeft writes what a provider (host) must still declare, and implement, to conform to
// the fullest profile. It writes nothing if it declares all of it, or if
// the run was limited to some clauses.
func writeLeft(w io.Writer, r *Report) {
	catalogue, fullest, err := catalogueOf(r)
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

// catalogueOf returns the clauses that a report is about, and the fullest of their
// profiles.
func catalogueOf(r *Report) (c *Catalogue, profile string, err error) {
	if r.Kind == hostReportKind {
		c, err = LoadHostCatalogue()
		return c, fullestHost, err
	}
	c, err = LoadCatalogue()
	return c, fullest, err
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
