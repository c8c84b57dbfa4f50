package omisealipay

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestRejection_HasEveryCauseInAMessage(t *testing.T) {
	t.Parallel()
	assert.Equal(t, []string{"a is bad", "b is bad", "c is bad"}, causes("a is bad, b is bad, and c is bad"))
	assert.Equal(t, []string{"a", "b"}, causes("A and b"))
	assert.Equal(t, []string{"source src_1, and more was not found"}, causes("Source src_1, and more was not found"))
	assert.Empty(t, causes(""))
}
