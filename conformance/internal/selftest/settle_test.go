package selftest

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestSettle_PrefersThePlaceWhereTheEditFitsAsItIs(t *testing.T) {
	t.Parallel()
	after := changedTill("return ErrSmall", "return small()", "func quiet", "func small() error { return ErrSmall }\n\nfunc quiet")
	put := new("_ = quiet(); return ErrSmall") // what stands before it is in the first place still
	got, _, err := carriedFor(t, outsideOfTill(t), till(), after, []Move{{Rehome: "coin least -> coin small"}},
		[]Edit{{In: "coin least", Find: "return ErrSmall", Put: put}})
	require.NoError(t, err)
	assert.Equal(t, []Edit{{In: "coin small", Find: "return ErrSmall", Put: put}}, got)
}
