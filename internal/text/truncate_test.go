package text

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"
)

func TestTruncate_CutsBetweenCharacters(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text  string
		limit int
		want  string
	}{
		{"", 0, ""},
		{"", -1, ""},
		{"abc", 3, "abc"},
		{"abc", 2, "ab+"},
		{"abc", 0, "+"},
		{"abc", -1, "+"},
		{"aé", 3, "aé"},
		{"aé", 2, "a+"},
		{"aé", 1, "a+"},
		{"บาท", 9, "บาท"},
		{"บาท", 8, "บา+"},
		{"บาท", 7, "บา+"},
		{"บาท", 6, "บา+"},
		{"บาท", 2, "+"},
		{"a🛒b", 5, "a🛒+"},
		{"a🛒b", 4, "a+"},
		{"a🛒b", 2, "a+"},
		{"\xff\xfe\xfd", 2, "\xff\xfe+"},
		{"\x80\x80\x80\x80\x80", 4, "\x80\x80\x80\x80+"},
		{"a\xe0\xb8", 2, "a\xe0+"}, // not a character, so it is cut like bytes
	} {
		assert.Equal(t, c.want, Truncate(c.text, c.limit, "+"), "%q to %d", c.text, c.limit)
	}
}

func TestTail_BeginsWithAWholeCharacter(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text  string
		limit int
		want  string
	}{
		{"", 0, ""},
		{"abc", 3, "abc"},
		{"abc", 2, "bc"},
		{"abc", 0, ""},
		{"abc", -1, ""},
		{"éa", 3, "éa"},
		{"éa", 2, "a"},
		{"a🛒b", 5, "🛒b"},
		{"a🛒b", 4, "b"},
		{"a🛒b", 2, "b"},
		{"บาท", 4, "ท"},
		{"\x80\x80\x80\x80\x80", 4, "\x80\x80\x80\x80"},
	} {
		assert.Equal(t, c.want, Tail(c.text, c.limit), "%q to %d", c.text, c.limit)
	}
}

func TestTruncate_KeepsTextTextAndBounded(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text, limit := rapid.String().Draw(t, "text"), rapid.IntRange(-2, 40).Draw(t, "limit")
		ellipsis := rapid.SampledFrom([]string{"", "...", "…"}).Draw(t, "ellipsis")
		begin, end := Truncate(text, limit, ellipsis), Tail(text, limit)
		if !utf8.ValidString(begin) || !utf8.ValidString(end) {
			t.Fatalf("%q became %q and %q", text, begin, end)
		}
		if len(text) <= max(0, limit) {
			if begin != text || end != text {
				t.Fatalf("%q fits and became %q and %q", text, begin, end)
			}
			return
		}
		kept := strings.TrimSuffix(begin, ellipsis)
		if !strings.HasPrefix(text, kept) || !strings.HasSuffix(text, end) {
			t.Fatalf("%q became %q and %q", text, begin, end)
		}
		for _, part := range []string{kept, end} {
			if most := max(0, limit); len(part) > most || len(part) <= most-utf8.UTFMax {
				t.Fatalf("%q was cut to %d bytes for a limit of %d", text, len(part), limit)
			}
		}
	})
}
