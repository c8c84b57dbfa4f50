package conformance_test

import (
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance"
	"github.com/paysocket/paysocket/conformance/internal/checks"
)

func catalogue(t *testing.T) *conformance.Catalogue {
	t.Helper()
	c, err := conformance.LoadCatalogue()
	require.NoError(t, err)
	return c
}

func TestEveryClauseHasACheckAndEveryCheckAClause(t *testing.T) {
	t.Parallel()
	var ids []string
	for _, clause := range catalogue(t).Clauses {
		ids = append(ids, clause.ID)
	}
	assert.Len(t, slices.Compact(slices.Sorted(slices.Values(ids))), len(ids), "an id is used twice")
	assert.ElementsMatch(t, ids, slices.Collect(maps.Keys(checks.All())))
}

func TestClausesAreWholeAndUseKnownWords(t *testing.T) {
	t.Parallel()
	c := catalogue(t)
	id := regexp.MustCompile(`^[A-Z]{3}-\d{3}$`)
	words := c.CapabilityWords()
	features := regexp.MustCompile(`^(process|certificate|https|ledger|clock|refund|transition\.[a-z]+|payment\.create|refund\.create|webhook\.[a-z]+|op\.[a-z]+)$`)
	for _, clause := range c.Clauses {
		assert.Regexp(t, id, clause.ID)
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
		for _, need := range clause.Needs {
			assert.Regexp(t, features, need, clause.ID)
		}
	}
	for profile, needs := range c.Profiles {
		for _, word := range needs {
			assert.Contains(t, words, word, profile)
		}
	}
}

func TestCommittedManifestsCanBeRead(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../provider/*/conformance*.yaml")
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(files), 5)
	for _, file := range files {
		m, err := conformance.LoadManifest(file)
		require.NoError(t, err)
		assert.Contains(t, catalogue(t).Profiles, m.Content().Profile)
	}
}
