package selftest

import (
	"fmt"
	"go/token"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// sourceOf returns the source that has these files.
func sourceOf(files map[string]string) *Source {
	tree := make(fstest.MapFS)
	for name, text := range files {
		tree[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return NewSource(tree)
}

const shopText = `package shop

import (
	_ "embed"
	"fmt"
	"strings" // only in trim
)

const (
	low = iota // the least
	high
)

var limit, least = 10, 1

type Box[T any] struct {
	items []T
	name  string
}

// Add puts one more in.
func (b *Box[T]) Add(item T) { b.items = append(b.items, item) }

func (b Box[T]) Len() int { return len(b.items) }

func price(n int) (int, error) {
	// return 0, nil is what it once was
	if n < least || n > limit {
		return 0, fmt.Errorf(
			"%d is no %s, %d at most",
			n,
			"number", /* of things */
			limit,
		)
	}
	total := n * 3
	return total, nil
}

func trim(text string) string { return strings.TrimSpace(text) }

func init() { limit++ }

func init() { least-- }
`

func shop() *Source {
	return sourceOf(map[string]string{
		"shop/shop.go": shopText, "shop/shop_test.go": "package shop\n\nfunc price() {}\n",
		"shop/shop_plan9.go": "package shop\n\nfunc trim() {}\n", "shop/terms.txt": "no refunds\n",
	})
}

func TestEdit_ChangesOneDeclaration(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		edit     Edit
		old, now string // what of the source becomes what
	}{
		"a function":             {Edit{In: "shop price", Find: "n * 3", Put: new("n * 4")}, "n * 3", "n * 4"},
		"its head":               {Edit{In: "shop price", Find: "price(n int)", Put: new("price(n, _ int)")}, "price(n int)", "price(n, _ int)"},
		"a generic method":       {Edit{In: "shop Box.Add", Find: "item)", Put: new("item, item)")}, "item) }", "item, item) }"},
		"a value's method":       {Edit{In: "shop Box.Len", Find: "len(b.items)", Put: new("0")}, "len(b.items)", "0"},
		"a type":                 {Edit{In: "shop Box", Find: "name string", Put: new("name, other string")}, "name  string", "name, other string"},
		"a variable of two":      {Edit{In: "shop least", Find: "10, 1", Put: new("10, 2")}, "10, 1", "10, 2"},
		"a member of a group":    {Edit{In: "shop low", Find: "iota", Put: new("iota + 1")}, "iota //", "iota + 1 //"},
		"its neighbour":          {Edit{In: "shop high", Find: "high", Put: new("middle; high")}, "\thigh", "\tmiddle; high"},
		"over lines and remarks": {Edit{In: "shop price", Find: `n, "number", limit)`, Put: new(`n, "box", limit)`)}, "n,\n\t\t\t\"number\", /* of things */\n\t\t\tlimit,\n\t\t)", `n, "box", limit)`},
		"over statements":        {Edit{In: "shop price", Find: "n * 3; return total", Put: new("n; return total")}, "n * 3\n\treturn total", "n; return total"},
		"the last comma":         {Edit{In: "shop trim", Find: "(text,", Put: new("(text+limit,")}, "(text) }", "(text+limit,) }"},
		"one of two inits":       {Edit{In: "shop init", Find: "least--", Put: new("")}, "least--", ""},
		"a whole declaration":    {Edit{In: "shop Box.Len", Put: new("func (b Box[T]) Len() int { return 0 }")}, "len(b.items) }", "0 }"},
		"nothing left of it":     {Edit{In: "shop Box.Add", Put: new("")}, "// Add puts one more in.\nfunc (b *Box[T]) Add(item T) { b.items = append(b.items, item) }", ""},
		"an unused import":       {Edit{In: "shop trim", Find: "strings.TrimSpace(text)", Put: new("text")}, "\"strings\" // only in trim\n", " // only in trim\n"},
		"no text in it":          {Edit{In: "shop/terms.txt", Find: "no refunds", Put: new("refunds")}, "no refunds", "refunds"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			changed, err := (&Mutant{Edits: []Edit{c.edit}}).changed(shop())
			require.NoError(t, err)
			require.Len(t, changed, 1)
			if name == "no text in it" {
				assert.Equal(t, "refunds\n", changed["shop/terms.txt"])
				return
			}
			require.Equal(t, 1, strings.Count(shopText, c.old))
			want := strings.Replace(shopText, c.old, c.now, 1)
			if name == "an unused import" {
				want = strings.Replace(want, "strings.TrimSpace(text)", "text", 1)
			}
			assert.Equal(t, want, changed["shop/shop.go"])
		})
	}
}

func TestEdit_ThatDoesNotFitIsStaleAndSaysWhy(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		edit Edit
		why  string
	}{
		"no folder":          {Edit{In: "shops price", Find: "n", Put: new("m")}, "there is no package folder shops"},
		"no declaration":     {Edit{In: "shop prices", Find: "n", Put: new("m")}, "package shop declares no prices"},
		"a method by itself": {Edit{In: "shop Add", Find: "item", Put: new("m")}, "package shop declares no Add"},
		"no such tokens":     {Edit{In: "shop price", Find: "n * 5", Put: new("m")}, "the tokens to find are there 0 times"},
		"only in a comment":  {Edit{In: "shop price", Find: "return 0, nil", Put: new("m")}, "the tokens to find are there 0 times"},
		"ambiguous":          {Edit{In: "shop price", Find: "return", Put: new("m")}, "the tokens to find are there 2 times"},
		"part of a token":    {Edit{In: "shop price", Find: "tota", Put: new("m")}, "the tokens to find are there 0 times"},
		"no tokens":          {Edit{In: "shop price", Find: `"a`, Put: new("m")}, "these are no tokens of Go"},
		"only a comment":     {Edit{In: "shop price", Find: "// n", Put: new("m")}, "there is nothing to look for"},
		"which init":         {Edit{In: "shop init", Put: new("m")}, "2 declarations have this name"},
		"not Go afterwards":  {Edit{In: "shop price", Find: "n * 3", Put: new("n * (3")}, "expected"},
		"a file of Go":       {Edit{In: "shop/shop.go", Find: "n * 3", Put: new("n * 4")}, "an edit is in a package folder and a declaration"},
		"text that is gone":  {Edit{In: "shop/terms.txt", Find: "refund!", Put: new("m")}, "the text to find is there 0 times"},
		"no blank import":    {Edit{In: "shop price", Imports: []string{"-time/tzdata"}}, `no file of package shop has the import _ "time/tzdata"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := (&Mutant{Name: "m", Edits: []Edit{c.edit}}).changed(shop())
			var stale *StaleError
			require.ErrorAs(t, err, &stale)
			assert.ErrorContains(t, err, c.why)
			assert.Equal(t, "m", stale.Mutant)
		})
	}
	_, err := (&Mutant{Edits: []Edit{{In: "shop price", Find: "n", Put: new("m")}}}).changed(sourceOf(map[string]string{
		"shop/a.go": "package shop\n\nfunc price(n int) {}\n", "shop/b.go": "package shop\n\nfunc price(n int) {}\n",
	}))
	require.ErrorContains(t, err, "declares price 2 times")
}

func TestEdit_LaysOutImports(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		imports []string
		put     string
		want    []string // of the file
	}{
		"one that is there":      {[]string{"fmt"}, "fmt.Sprint(text)", []string{"_ embed", "fmt"}},
		"one more":               {[]string{"os"}, "os.Getenv(text)", []string{"_ embed", "fmt", "os"}},
		"one with a name":        {[]string{"crypto crypto/tls"}, "crypto.X(text)", []string{"_ embed", "crypto crypto/tls", "fmt"}},
		"one that is not used":   {[]string{"os"}, "text", []string{"_ embed", "fmt"}},
		"one of the same name":   {[]string{"example.org/strings"}, "strings.X(text)", []string{"_ embed", "example.org/strings", "fmt"}},
		"one without a name":     {[]string{"_ time/tzdata"}, "text", []string{"_ embed", "_ time/tzdata", "fmt"}},
		"one without it no more": {[]string{"-embed"}, "text", []string{"fmt"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			edit := Edit{In: "shop trim", Find: "strings.TrimSpace(text)", Put: new(c.put), Imports: c.imports}
			changed, err := (&Mutant{Edits: []Edit{edit}}).changed(shop())
			require.NoError(t, err)
			f, err := parse(token.NewFileSet(), "shop.go", changed["shop/shop.go"])
			require.NoError(t, err)
			var got []string
			for _, spec := range f.ast.Imports {
				got = append(got, importOf(spec).String())
			}
			assert.ElementsMatch(t, c.want, got)
		})
	}
}

func TestEdits_OfOneDeclarationCompose(t *testing.T) {
	t.Parallel()
	changed, err := (&Mutant{Edits: []Edit{
		{In: "shop price", Find: "total := n * 3", Put: new("m := n\n\ttotal := n * 3"), Add: "var one = 1"},
		{In: "shop price", Find: "n * 3; return total", Put: new("n * 4; return total")}, // shares tokens with the first
		{In: "shop price", Find: "n int", Put: new("n, k int"), Add: "var two = 2"},
	}}).changed(shop())
	require.NoError(t, err)
	text := changed["shop/shop.go"]
	for _, part := range []string{"m := n\n\ttotal := n * 4\n\treturn total", "price(n, k int)", "var one = 1", "var two = 2"} {
		assert.Contains(t, text, part)
	}
	_, err = (&Mutant{Edits: []Edit{
		{In: "shop price", Find: "n * 3", Put: new("n * 4")}, {In: "shop price", Find: "3; return", Put: new("5; return")},
	}}).changed(shop())
	require.ErrorIs(t, err, errOverlap)
}

// What a person does to a file without changing what is built costs no mutant.
func TestEdit_FitsAfterTheFormOfTheCodeChanged(t *testing.T) {
	t.Parallel()
	edit := Edit{In: "shop price", Find: `if n < least { return 0, fmt.Errorf("%d", n) }`, Put: new("if n < 0 { return 1, nil }")}
	for i, body := range []string{
		"if n < least { return 0, fmt.Errorf(\"%d\", n) }",
		"if n < least {\n\t\treturn 0, fmt.Errorf(\"%d\", n)\n\t}",
		"if n < least { // too few\n\t\treturn 0, fmt.Errorf(\n\t\t\t\"%d\", /* as it is */\n\t\t\tn,\n\t\t)\n\t}",
	} {
		for j, head := range []string{"func price(n int) (int, error)", "var x = 1\n\n// price is high\nfunc price(n int) (sum int, err error)"} {
			file := fmt.Sprintf("shop/%d%d.go", i, j)
			source := sourceOf(map[string]string{file: "package shop\n\nimport \"fmt\"\n\n" + head + " {\n\t" + body + "\n\treturn n, nil\n}\n"})
			changed, err := (&Mutant{Edits: []Edit{edit}}).changed(source)
			require.NoError(t, err)
			assert.Contains(t, changed[file], "if n < 0 { return 1, nil }\n\treturn n, nil")
			assert.NotContains(t, changed[file], `"fmt"`)
		}
	}
}
