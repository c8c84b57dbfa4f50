package selftest

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

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
