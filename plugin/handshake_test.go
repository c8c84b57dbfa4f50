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

func TestHandshake_AcceptsTheOwnProtocolAndTheOneBefore(t *testing.T) {
	t.Parallel()
	assert.Equal(t, []int{1}, protocolsOf(1), "there was none before the first")
	assert.Equal(t, []int{2, 1}, protocolsOf(2))
	assert.Equal(t, []int{7, 6}, protocolsOf(7))
	failure, err := checkHandshake("1|0|unix|/run/ps/socket|grpc|", "/run/ps", false)
	assert.Equal(t, FailureProtocol, failure)
	assert.ErrorContains(t, err, `it uses protocol version "0", and this host version 1;`)
}
