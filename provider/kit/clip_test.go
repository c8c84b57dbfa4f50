package kit_test

import (
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/provider/kit"
)

func TestClip(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		said    string
		longest int
		want    string
	}{
		{"", 64, ""},
		{"succeeded", 64, "succeeded"},
		{"succeeded", 4, "succ"},
		{"too little\x00", 64, "too little "},
		{"two\r\nlines\ttab", 64, "two  lines tab"},
		{"a\u0085b\u009f", 64, "a b "},
		{"ชาเย็น", 4, "ช"},        // three bytes each
		{"tea 🍵", 7, "tea "},      // the cup has four
		{"tea 🍵", 8, "tea 🍵"},     // and fits
		{"\xff\xfe", 64, "��"},    // no text
		{"\xff\xfe", 4, "\ufffd"}, // nor is half of what stands for it
		{"abc", 0, ""},
	} {
		assert.Equal(t, row.want, kit.Clip(row.said, row.longest), "%q, %d", row.said, row.longest)
	}
}

func FuzzClip(f *testing.F) {
	for _, seed := range []string{"", "pending", "ชาเย็น 🍵", "a\x00b", "\xff\xf0\x9f", "e\u0301"} {
		f.Add(seed, 5)
	}
	f.Fuzz(func(t *testing.T, said string, longest int) {
		clipped := kit.Clip(said, longest)
		require.LessOrEqual(t, len(clipped), max(longest, 0))
		require.True(t, utf8.ValidString(clipped))
		for _, r := range clipped {
			require.False(t, unicode.IsControl(r))
		}
	})
}
