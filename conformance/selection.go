package conformance

import (
	"fmt"
	"path"
	"slices"
	"strings"
)

// selection says which clauses a person wants to be checked.
type selection struct {
	run, skip []string
}

// newSelection reads two filters: patterns as of path.Match, separated by
// commas. One that fits no clause is an errUnknownClause.
func newSelection(catalogue *Catalogue, run, skip string) (*selection, error) {
	var s selection
	for _, filter := range []struct {
		text string
		into *[]string
	}{{run, &s.run}, {skip, &s.skip}} {
		patterns, err := readFilter(catalogue, filter.text)
		if err != nil {
			return nil, err
		}
		*filter.into = patterns
	}
	return &s, nil
}

func readFilter(catalogue *Catalogue, text string) ([]string, error) {
	if strings.TrimSpace(text) == "" {
		return nil, nil
	}
	var patterns []string
	for pattern := range strings.SplitSeq(text, ",") {
		pattern = strings.ToUpper(strings.TrimSpace(pattern))
		fits := slices.ContainsFunc(catalogue.Clauses, func(c Clause) bool { return matches(pattern, c.ID) })
		if !fits {
			return nil, fmt.Errorf("%w: %q fits none; %s shows all", errUnknownClause, pattern, catalogue.lister())
		}
		patterns = append(patterns, pattern)
	}
	return patterns, nil
}

func matches(pattern, id string) bool {
	fits, err := path.Match(pattern, id)
	return err == nil && fits
}

// takes reports whether the clause is to be checked.
func (s *selection) takes(id string) bool {
	fits := func(pattern string) bool { return matches(pattern, id) }
	return (s.run == nil || slices.ContainsFunc(s.run, fits)) && !slices.ContainsFunc(s.skip, fits)
}
