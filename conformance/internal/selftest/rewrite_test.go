package selftest

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestRewrite_FillsWhatANameStandsFor(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ from, to, text, want string }{
		{"f($a, $a)", "g($a)", "f(x, x); f(x, y)", "g(x); f(x, y)"},
		{"f($a)", "$a.f()", "f(g(x, y)[1]); f(x, y)", "g(x, y)[1].f(); f(x, y)"},
		{"if $c { return nil }", "when($c)", "if a && b {\n\treturn nil\n}", "when(a && b)"},
		{"f($a, b)", "h($a)", "f(\n\ta,\n\tb,\n)", "h(a)"},
		{"e != nil && $x", "$x && e != nil", "if e != nil && ok() {", "if ok() && e != nil {"}, // an operand
		{"f()", "", "f(); g()", "; g()"},
		{"a.$f", "b.$f", "a.b + a.c", "b.b + b.c"},
		{"g()", "h()", "f()\ng()", "f()\nh()"},
		{"if e != nil { return e }", "check(e)", "if a {\n\tb()\n}\nif e != nil {\n\treturn e\n}", "if a {\n\tb()\n}\ncheck(e)"},
	} {
		s, err := (&Move{Rewrite: "everywhere", From: c.from, To: c.to}).step()
		require.NoError(t, err)
		words, err := scan(c.text)
		require.NoError(t, err)
		all := toks(c.text, words, nil, 0)
		assert.Equal(t, c.want, assemble(applied(all, s.(rewriteStep).segments(all))).text, c.from)
	}
}
