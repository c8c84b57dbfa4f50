package selftest

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// oldEdit is an edit of shop.go in the old form.
func oldEdit(old, now string) OldEdit { return OldEdit{File: "shop/shop.go", Old: old, New: now} }

// anchoredCase is a mutant in the old form, and its edits in the new one.
type anchoredCase struct {
	old  []OldEdit
	want []Edit
}

func TestAnchor_SaysInTokensWhatWasSaidInText(t *testing.T) {
	t.Parallel()
	requireAnchored(t, map[string]anchoredCase{
		"an expression": {
			[]OldEdit{oldEdit("\ttotal := n * 3\n", "\ttotal := n * 4\n")},
			[]Edit{{In: "shop price", Find: "total := n * 3", Put: new("total := n * 4")}},
		},
		"cut in the middle of a token": {
			[]OldEdit{oldEdit("al := n * 3", "al := n * 31")},
			[]Edit{{In: "shop price", Find: "total := n * 3", Put: new("total := n * 31")}},
		},
		"a new statement and its import": {
			[]OldEdit{oldEdit("\ttotal := n * 3\n", "\tos.Exit(1)\n\ttotal := n * 3\n"), oldEdit("\t\"fmt\"\n", "\t\"fmt\"\n\t\"os\"\n")},
			[]Edit{{In: "shop price", Find: "total := n * 3", Put: new("os.Exit(1); total := n * 3"), Imports: []string{"os"}}},
		},
		"an edit of what an edit made": {
			[]OldEdit{oldEdit("n * 3", "n * 4 * 5"), oldEdit("4 * 5", "6")},
			[]Edit{{In: "shop price", Find: "total := n * 3", Put: new("total := n * 6")}},
		},
		"two declarations at once": {
			[]OldEdit{oldEdit("len(b.items) }\n\nfunc price(n int)", "0 }\n\nfunc price(n, m int)")},
			[]Edit{
				{In: "shop Box.Len", Find: "len(b.items)", Put: new("0")},
				{In: "shop price", Find: "price(n int)", Put: new("price(n, m int)")},
			},
		},
		"more at the end of a line": {
			[]OldEdit{oldEdit("n * 3", "n * 3 - 1")},
			[]Edit{{In: "shop price", Find: "total := n * 3", Put: new("total := n * 3 - 1")}},
		},
		"most of a function": {
			[]OldEdit{oldEdit(between(shopText, "func price", "\treturn total"), "func price(n int) (int, error) {\n\ttotal := len(fmt.Sprint(n))\n")},
			[]Edit{{In: "shop price", Put: new("func price(n int) (int, error) {\n\ttotal := len(fmt.Sprint(n))\n\treturn total, nil\n}")}},
		},
		"an import less": {
			[]OldEdit{oldEdit("\t_ \"embed\"\n", "")},
			[]Edit{{In: "shop low", Imports: []string{"-embed"}}},
		},
		"another package of the name": {
			[]OldEdit{oldEdit("\t\"strings\"", "\t\"example.org/strings\"")},
			[]Edit{{In: "shop trim", Imports: []string{"example.org/strings"}}},
		},
		"a semicolon": {
			[]OldEdit{oldEdit("if n < least || n > limit {", "if ; n < least || n > limit {")},
			[]Edit{{In: "shop price", Put: new(strings.Replace(between(shopText, "func price", "\n}\n")+"\n}", "if n", "if ; n", 1))}},
		},
		"no Go": {
			[]OldEdit{{File: "shop/terms.txt", Old: "no ", New: ""}},
			[]Edit{{In: "shop/terms.txt", Find: "no ", Put: new("")}},
		},
	})
}

func TestAnchor_FindsTheDeclarationOfAnEdit(t *testing.T) {
	t.Parallel()
	requireAnchored(t, map[string]anchoredCase{
		"a new declaration between two": {
			[]OldEdit{oldEdit("\n\nfunc trim(", "\n\n// sum sums\nfunc sum() int { return 0 }\n\nvar total = sum()\n\nfunc trim(")},
			[]Edit{{In: "shop price", Add: "func sum() int { return 0 }\n\nvar total = sum()"}},
		},
		"another name": {
			[]OldEdit{oldEdit("func (b Box[T]) Len(", "func (b Box[T]) length(")},
			[]Edit{{In: "shop Box.Len", Find: "(b Box[T]) Len() int", Put: new("(b Box[T]) length() int")}},
		},
		"a declaration less": {
			[]OldEdit{oldEdit("func (b Box[T]) Len() int { return len(b.items) }\n", "")},
			[]Edit{{In: "shop Box.Len", Put: new("")}},
		},
		"a constant more": {
			[]OldEdit{oldEdit("\thigh\n", "\tmiddle\n\thigh\n")},
			[]Edit{{In: "shop low", Find: "low = iota", Put: new("low = iota; middle")}},
		},
		"constants in another order": {
			[]OldEdit{oldEdit("\tlow = iota // the least\n\thigh\n", "\thigh = iota\n\tlow\n")},
			[]Edit{
				{In: "shop low", Find: "low = iota", Put: new("high = iota")},
				{In: "shop high", Find: "high", Put: new("low")},
			},
		},
		"constants of another place": {
			[]OldEdit{oldEdit("\n\nvar limit", "\n\nconst (\n\tfirst = iota\n\tsecond\n)\n\nvar limit")},
			[]Edit{{In: "shop high", Add: "const (\n\tfirst = iota\n\tsecond\n)"}},
		},
		"an init less": {
			[]OldEdit{oldEdit("\nfunc init() { least-- }\n", "")},
			[]Edit{{In: "shop init", Find: "func init() { least-- }", Put: new("")}},
		},
		"a group taken apart": {
			[]OldEdit{oldEdit("var limit, least = 10, 1", "var (\n\tlimit, least = 10, 2\n)")},
			[]Edit{{In: "shop limit", Find: "limit, least = 10, 1", Put: new("limit, least = 10, 2")}},
		},
		"a field more": {
			[]OldEdit{oldEdit("\titems []T\n", "\titems []T\n\tcount int\n")},
			[]Edit{{In: "shop Box", Find: "name string", Put: new("count int; name string")}},
		},
		"one of two inits": {
			[]OldEdit{oldEdit("limit++", "limit--")},
			[]Edit{{In: "shop init", Find: "func init() { limit++ }", Put: new("func init() { limit-- }")}},
		},
	})
}

func requireAnchored(t *testing.T, rows map[string]anchoredCase) {
	t.Helper()
	for name, c := range rows {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			anchored, err := (&OldMutant{Name: "m", Edits: c.old}).Anchor(shop())
			require.NoError(t, err)
			assert.Equal(t, c.want, anchored.Edits)
		})
	}
}

// Where a line ends, a statement does: what is put there must not begin the next.
func TestAnchor_KeepsALineTogether(t *testing.T) {
	t.Parallel()
	source := sourceOf(map[string]string{"a/a.go": "package a\n\nfunc f() {\n\tlogger := theLongNameOfSomething.NewLogger(nil)\n\tplugin.Serve(logger)\n}\n"})
	anchored, err := (&OldMutant{Name: "m", Edits: []OldEdit{{File: "a/a.go", Old: "NewLogger(nil)", New: "NewLogger(nil).With(1)"}}}).Anchor(source)
	require.NoError(t, err)
	require.Len(t, anchored.Edits, 1)
	assert.Equal(t, "NewLogger(nil)", anchored.Edits[0].Find)
	assert.Equal(t, "NewLogger(nil).With(1)", *anchored.Edits[0].Put)
}

func between(text, from, to string) string {
	text = text[strings.Index(text, from):]
	return text[:strings.Index(text, to)]
}

func TestAnchor_SaysWhatItCannotCarry(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		old OldEdit
		why string
	}{
		"text that is not there":  {oldEdit("n * 5", "n"), "is 0 times in shop/shop.go"},
		"text that is there more": {oldEdit("return", "n"), "times in shop/shop.go"},
		"no such file":            {OldEdit{File: "shop/none.go", Old: "a", New: "b"}, "there is no file shop/none.go"},
		"no Go afterwards":        {oldEdit("n * 3", "n * (3"), "the edited file is not Go"},
		"a test":                  {OldEdit{File: "shop/shop_test.go", Old: "price", New: "cost"}, "is no file that is built here"},
		"of another system":       {OldEdit{File: "shop/shop_plan9.go", Old: "trim", New: "cut"}, "is no file that is built here"},
		"another package":         {oldEdit("package shop", "package shops"), "it changes nothing that is built"},
		"a remark":                {oldEdit("// return 0, nil is what it once was", "// x"), "it changes nothing that is built"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := (&OldMutant{Name: "m", Edits: []OldEdit{c.old}}).Anchor(shop())
			require.ErrorContains(t, err, "mutant m: ")
			assert.ErrorContains(t, err, c.why)
		})
	}
}

// The proof that a mutant was anchored rests on this comparison.
func TestNormalize_OnlyKeepsWhatIsBuilt(t *testing.T) {
	t.Parallel()
	text := func(body string) string {
		got, err := normalize("a.go", "package a\n\n"+body)
		require.NoError(t, err)
		return got
	}
	for one, other := range map[string]string{
		"import \"b\"\nimport \"a\"\nvar x = 1": "import (\n\t\"a\"\n\t\"b\"\n)\n\n// x is one.\nvar (\n\tx = 1\n)",
		"func f() {}\nfunc g() {}":              "func g() {\n}\n\nfunc f() { /* nothing */ }",
		"var s = []int{1, 2}":                   "var s = []int{\n\t1,\n\t2,\n}",
		"func f() { a(); b() }":                 "func f() {\n\ta()\n\tb() // again\n}",
		"const a = 1\nconst b = 2":              "const (\n\tb = 2\n\ta = 1\n)",
	} {
		assert.Equal(t, text(one), text(other))
	}
	for one, other := range map[string]string{
		"var x = 1":                         "var x = 2",
		"import \"a\"":                      "import b \"a\"",
		"const (\n\ta = iota\n\tb\n)":       "const (\n\tb = iota\n\ta\n)",
		"func f() { a(); b() }":             "func f() { b(); a() }",
		"func f() { for i := 0; true; {} }": "func f() { for i := 0; true; i++ {} }",
		"//go:embed a\nvar x string":        "//go:embed b\nvar x string",
		"var x = `a\n`":                     "var x = `a\n\n`",
	} {
		assert.NotEqual(t, text(one), text(other))
	}
}
