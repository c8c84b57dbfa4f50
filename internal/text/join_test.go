package text

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestJoin_PrintsEveryItem(t *testing.T) {
	t.Parallel()
	assert.Empty(t, Join[int](nil, ", "))
	assert.Equal(t, "53", Join([]uint16{53}, ", "))
	assert.Equal(t, "2 and 1", Join([]int{2, 1}, " and "))
}
