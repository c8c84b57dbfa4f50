package selftest

import (
	"context"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Every mutant was anchored faithfully: the list as it stood in its old form, and
// the list in the new one, build the same from the source of that time.
func TestMigrate_BuildsWhatTheListOfTheBaseBuilds(t *testing.T) {
	t.Parallel()
	list, base := baseList(t)
	corpus, _ := own(t)
	require.Len(t, corpus.Mutants, len(list.Mutants))
	same := 0
	for i := range list.Mutants {
		if assert.NoError(t, list.Mutants[i].builds(&corpus.Mutants[i], base)) {
			same++
		}
	}
	t.Logf("%d of %d mutants build the same in both forms", same, len(list.Mutants))
}

// baseList returns the list in the old form and its source, from the history of
// this clone.
func baseList(t *testing.T) (*OldList, *Source) {
	t.Helper()
	root, err := Root(context.Background())
	require.NoError(t, err)
	tree, err := Committed(context.Background(), root, Base)
	if err != nil {
		t.Skip("SKIPPED: ", err)
	}
	source := NewSource(tree)
	text, err := source.read("conformance/selftest/mutants.yaml")
	require.NoError(t, err)
	list, err := ReadOldList([]byte(text))
	require.NoError(t, err)
	return list, source
}

func TestCommitted_SaysThatAShallowCloneHasNoSuchCommit(t *testing.T) {
	t.Parallel()
	root, err := Root(t.Context())
	require.NoError(t, err)
	_, err = Committed(t.Context(), root, "0123456789012345678901234567890123456789")
	var none *NoCommitError
	require.ErrorAs(t, err, &none)
	_, err = Committed(t.Context(), os.TempDir(), Base)
	require.ErrorAs(t, err, &none)
}
