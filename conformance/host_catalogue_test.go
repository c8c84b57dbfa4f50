package conformance_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance"
	"github.com/paysocket/paysocket/conformance/internal/hostchecks"
)

func hostCatalogue(t *testing.T) *conformance.Catalogue {
	t.Helper()
	c, err := conformance.LoadHostCatalogue()
	require.NoError(t, err)
	return c
}

func TestEveryClauseAboutHostsHasACheckAndEveryCheckAClause(t *testing.T) {
	t.Parallel()
	checked := hostchecks.Clauses()
	var ids []string
	for _, clause := range hostCatalogue(t).Clauses {
		ids = append(ids, clause.ID)
		assert.Contains(t, checked, clause.ID, "it has no check")
	}
	assert.Len(t, slices.Compact(slices.Sorted(slices.Values(ids))), len(ids), "an id is used twice")
	for _, id := range checked {
		assert.Contains(t, ids, id)
	}
	for _, monitor := range hostchecks.Monitors() {
		assert.Positive(t, monitor.Least, "%s passes if nothing was seen", monitor.Clause)
		for _, fed := range monitor.Fed {
			assert.Contains(t, checked, fed, "%s is fed by it", monitor.Clause)
		}
	}
}

func TestClausesAboutHostsAreWholeAndUseKnownWords(t *testing.T) {
	t.Parallel()
	c := hostCatalogue(t)
	words := c.CapabilityWords()
	for _, clause := range c.Clauses {
		assert.Regexp(t, `^H[A-Z]{2}-\d{3}$`, clause.ID)
		assert.NotEmpty(t, c.Groups[clause.Group()], "%s: its group has no title", clause.ID)
		assert.Contains(t, []string{"MUST", "SHOULD"}, clause.Level, clause.ID)
		for _, text := range []string{clause.Title, clause.Text, clause.Why, clause.How} {
			assert.NotEmpty(t, text, clause.ID)
		}
		if clause.Gate != "" {
			for word := range strings.SplitSeq(clause.Gate, ",") {
				assert.Contains(t, words, strings.TrimPrefix(strings.TrimSpace(word), "!"), clause.ID)
			}
		}
		assert.Empty(t, clause.Needs, clause.ID)
	}
	assert.ElementsMatch(t, slices.Collect(maps.Keys(c.Groups)), c.GroupOrder)
	for profile, needs := range c.Profiles {
		for _, word := range needs {
			assert.Contains(t, words, word, profile)
		}
	}
}

func TestClausesAboutHostsAndAboutProvidersHaveNoIDInCommon(t *testing.T) {
	t.Parallel()
	for _, group := range hostCatalogue(t).GroupOrder {
		assert.NotContains(t, catalogue(t).GroupOrder, group)
	}
}
