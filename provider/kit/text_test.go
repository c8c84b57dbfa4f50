package kit_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/paysocket/paysocket/provider/kit"
)

func TestWhole_ReturnsATextWholeOrNotAtAll(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"order-77":              true,
		"แถว\n\tสอง\r":          true,
		strings.Repeat("a", 24): true,
		strings.Repeat("a", 25): false,
		"a\x00b":                false,
		"a\x1bb":                false,
		"a\u0085b":              false,
		"a\xffb":                false,
		"a\ufffdb":              false,
	} {
		got := kit.Whole(text, 24)
		if want {
			assert.Equal(t, text, got)
		} else {
			assert.Empty(t, got, text)
		}
	}
}

func TestDedupeKey_IsTheIDOrADigestOfIt(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "evt_1", kit.DedupeKey("evt_1"))
	assert.Empty(t, kit.DedupeKey(""))
	odd := []string{"a b", "é", "\x00", strings.Repeat("e", 256), "\xff"}
	seen := map[string]bool{}
	for _, id := range odd {
		key := kit.DedupeKey(id)
		assert.Regexp(t, "^sha256-[0-9a-f]{64}$", key)
		seen[key] = true
	}
	assert.Len(t, seen, len(odd))
}

func TestHeaderList_ReadsListsAsHTTPHasThem(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		headers map[string][]string
		want    []string
	}{
		"none":                   {nil, nil},
		"another":                {map[string][]string{"X-Acme": {"a"}}, nil},
		"one":                    {map[string][]string{"Acme": {"a"}}, []string{"a"}},
		"white space":            {map[string][]string{"Acme": {" a ,\tb\t, c"}}, []string{"a", "b", "c"}},
		"empty items":            {map[string][]string{"Acme": {",a,, ,b,"}}, []string{"a", "b"}},
		"several lines":          {map[string][]string{"Acme": {"a", "", "b, c"}}, []string{"a", "b", "c"}},
		"in any case":            {map[string][]string{"acme": {"b"}, "ACME": {"a"}}, []string{"a", "b"}},
		"space within an item":   {map[string][]string{"Acme": {"a b"}}, []string{"a b"}},
		"what is no white space": {map[string][]string{"Acme": {"a\n"}}, []string{"a\n"}},
	} {
		assert.Equal(t, row.want, kit.HeaderList(row.headers, "Acme"), name)
	}
}
