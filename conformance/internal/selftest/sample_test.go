package selftest

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestDraw_TakesOneInSoManyByTheSeedAlone(t *testing.T) {
	t.Parallel()
	var corpus Corpus
	for i := range 389 {
		corpus.Mutants = append(corpus.Mutants, Mutant{Name: "m" + strconv.Itoa(i)})
	}
	drawn := Draw(&corpus, 20, "a")
	assert.Len(t, drawn, 20)
	assert.Len(t, slices.Compact(drawn), 20)
	slices.Reverse(corpus.Mutants)
	assert.Equal(t, drawn, Draw(&corpus, 20, "a"))
	assert.NotEqual(t, drawn, Draw(&corpus, 20, "b"))
	assert.Len(t, Draw(&corpus, 1, "a"), 389)
	assert.Len(t, Draw(&corpus, 1000, "a"), 1)
	met := make(map[string]bool)
	for i := range 400 { // commits
		for _, name := range Draw(&corpus, 20, strconv.Itoa(i)) {
			met[name] = true
		}
	}
	assert.Len(t, met, 389, "each has its turn")
}

func TestAtMost_DrawsNoMore(t *testing.T) {
	t.Parallel()
	names := []string{"d", "b", "a", "c"}
	assert.Equal(t, []string{"a", "b", "c", "d"}, AtMost(names, 5, "seed"))
	two := AtMost(names, 2, "seed")
	assert.Len(t, two, 2)
	assert.Subset(t, names, two)
	assert.Equal(t, two, AtMost([]string{"a", "b", "c", "d"}, 2, "seed"))
	assert.Empty(t, AtMost(nil, 2, "seed"))
}

func TestChangedSince_NamesMutantsOfChangedDeclarations(t *testing.T) {
	t.Parallel()
	corpus := &Corpus{Mutants: []Mutant{
		{Name: "price", Edits: []Edit{{In: "shop Box"}, {In: "shop price", Find: "n * 3"}}},
		{Name: "init", Edits: []Edit{{In: "shop init", Find: "least--"}}},
		{Name: "terms", Edits: []Edit{{In: "shop/terms.txt", Find: "no"}}},
		{Name: "trim", Edits: []Edit{{In: "shop trim", Find: "text"}}},
	}}
	now := func(pairs ...string) *Source {
		return sourceOf(map[string]string{
			"shop/a.go":      "package shop\n\nimport \"strings\"\n" + between(shopText, "func trim", "func init"),
			"shop/b.go":      strings.NewReplacer(pairs...).Replace(strings.Replace(shopText, between(shopText, "func trim", "func init"), "", 1)),
			"shop/terms.txt": strings.NewReplacer(pairs...).Replace("no refunds\n"),
		})
	}
	for _, c := range []struct {
		pairs []string
		want  []string
	}{
		{nil, nil}, // a declaration that only moved to another file
		{[]string{"// return 0, nil is what it once was", ""}, nil},
		{[]string{"\"number\", /* of things */\n", "\"number\","}, nil},
		{[]string{"n * 3", "n * 4"}, []string{"price"}},
		{[]string{"name  string", "name []byte"}, []string{"price"}},
		{[]string{"limit++", "limit--"}, []string{"init"}},
		{[]string{"no refunds", "refunds"}, []string{"terms"}},
		{[]string{"func price", "func cost"}, []string{"price"}},
	} {
		assert.Equal(t, c.want, ChangedSince(corpus, now(c.pairs...), shop()), "%q", c.pairs)
	}
}

func TestCommit_KnowsTheHistoryOfTheClone(t *testing.T) {
	t.Parallel()
	root, err := Root(t.Context())
	require.NoError(t, err)
	var none *NoCommitError
	_, err = Commit(t.Context(), root, "no-such-commit")
	require.ErrorAs(t, err, &none)
	assert.Equal(t, "no-such-commit", none.Commit)
	hash, err := Commit(t.Context(), root, "HEAD")
	if err != nil {
		t.Skip("SKIPPED: no history here: ", err)
	}
	assert.GreaterOrEqual(t, len(hash), 40)
}
