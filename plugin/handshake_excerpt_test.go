package plugin

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
)

func TestExcerpt_CutsNoCharacterInTwo(t *testing.T) {
	t.Parallel()
	for _, printed := range []string{strings.Repeat("บ", 100), "a" + strings.Repeat("é", 200), "ab" + strings.Repeat("🛒", 100)} {
		short := excerpt(printed)
		assert.True(t, utf8.ValidString(short), "%q", short)
		assert.True(t, strings.HasSuffix(short, "..."))
		assert.LessOrEqual(t, len(short), 203)
	}
}
