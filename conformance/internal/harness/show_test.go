package harness

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
)

func TestShow_CutsNoCharacterInTwo(t *testing.T) {
	t.Parallel()
	for _, long := range []string{"a" + strings.Repeat("บาท", 100), "ab" + strings.Repeat("é", 300)} {
		shown := show(long)
		assert.True(t, utf8.ValidString(shown), "%q", shown)
		assert.True(t, strings.HasSuffix(shown, " …"))
		assert.LessOrEqual(t, len(shown), maxShown+len(" …"))
	}
}
