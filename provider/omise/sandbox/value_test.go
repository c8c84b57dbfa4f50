package sandbox_test

import (
	"encoding/json"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What a merchant wrote comes back as he wrote it, whatever is in it.
func TestEncode_PreservesText(t *testing.T) {
	t.Parallel()
	m := start(t, nil)
	for _, text := range []string{
		"plain", `quote " and \ backslash`, "line\nend\ttab\x00nul\x1f\x7f", "<a href='x'>&amp;</a>", "ชา 茶 🍵", "\u2028\u2029",
		"half \xff utf-8", "",
	} {
		whole, err := json.Marshal(map[string]any{
			"amount": 100000, "currency": "thb", "source": map[string]string{"type": "alipay"},
			"return_uri": "https://x.example", "description": text, "metadata": map[string]string{"text " + text: text},
		})
		require.NoError(t, err)
		made := m.postJSON("/charges", string(whole)).ok()
		if !utf8.ValidString(text) {
			assert.Equal(t, "half \uFFFD utf-8", made.text("description"))
			continue
		}
		assert.Equal(t, text, made.text("description"))
		assert.Equal(t, map[string]any{"text " + text: text}, made.value("metadata"))
	}
}

func TestEncode_PreservesTheDigitsOfNumbers(t *testing.T) {
	t.Parallel()
	m := start(t, nil)
	made := m.postJSON("/charges", `{"amount":100000,"currency":"thb","source":{"type":"alipay"},"return_uri":"https://x.example",
		"metadata":{"big":12345678901234567890123,"small":0.10,"e":1E5,"n":[-0,{}]}}`).ok()
	for _, digits := range []string{`"big": 12345678901234567890123`, `"small": 0.10`, `"e": 1E5`, "-0"} {
		assert.Contains(t, string(made.body), digits)
	}
}
