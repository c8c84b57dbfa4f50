package harness

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestCanaries_LeaveNothingOfASecretThatTheCutGoesThrough(t *testing.T) {
	t.Parallel()
	const secret = "skey_test_0123456789"
	canaries := &Canaries{}
	canaries.Add(secret)
	assert.Equal(t, "[redacted] end", canaries.redactEnd(secret+" end", 100), "nothing is cut")
	for limit := len(" end") + 4; limit < len(secret+" end"); limit++ {
		assert.Equal(t, "[redacted] end", canaries.redactEnd("begin "+secret+" end", limit), limit)
	}
	assert.Equal(t, "nd", canaries.redactEnd("begin "+secret+" end", 2))
}
