package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const socket = module + "/internal/cmd/api/testdata/socket"

func declarationsOf(t *testing.T, imports types.Importer, source string) string {
	t.Helper()
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "x.go", source, parser.SkipObjectResolution)
	require.NoError(t, err)
	p, err := (&types.Config{Importer: imports}).Check("example.com/p", fset, []*ast.File{file}, nil)
	require.NoError(t, err)
	text, err := declarations(p)
	require.NoError(t, err)
	return text
}

// testdata/socket has each form of a declaration.
func TestDeclarations_AreWhatThePackageExports(t *testing.T) {
	t.Parallel()
	want, err := os.ReadFile("testdata/socket.txt")
	require.NoError(t, err)
	imports, err := compile(t.Context(), []string{socket})
	require.NoError(t, err)
	p, err := imports.Import(socket)
	require.NoError(t, err)

	got, err := declarations(p)
	require.NoError(t, err)
	assert.Equal(t, string(want), got)
	assert.Equal(t, 15, symbols(p))
	assert.Equal(t, got, declarationsOf(t, imports, got), "what is recorded is Go, and exports the same")
}

func TestDeclarations_SayNoMoreThanCallersSee(t *testing.T) {
	t.Parallel()
	of := func(source string) string { return declarationsOf(t, nil, "package p\n"+source) }
	assert.Equal(t, of("type T struct { A int; b string }"), of("type T struct { c bool; A int; d *int }; func hidden(T) {}"))
	assert.NotEqual(t, of("type T struct { b string }"), of("type T struct { b []string }"), "T cannot be compared any more")
	assert.NotEqual(t, of("type T struct { A int `json:\"a\"` }"), of("type T struct { A int `json:\"b\"` }"))
	assert.NotEqual(t, of("type T struct { e }; type e struct{}"), of("type T struct { e }; type e struct{ A int }"), "A is promoted")
}

func TestPromised_ReadsTheListOfItsSection(t *testing.T) {
	t.Parallel()
	folders, err := promised("# C\n- `before`\n\n## What is promised\n\nText of `that`:\n\n- `a`\n- `b/c`: why\n\n## The law\n\n- `after`\n")
	require.NoError(t, err)
	assert.Equal(t, []string{"a", "b/c"}, folders)

	_, err = promised("# C\n")
	require.ErrorContains(t, err, "no section")
	_, err = promised("# C\n## What is promised\nNothing.\n")
	require.ErrorContains(t, err, "no package")
}

func TestPrintSymbols_RefusesTooMany(t *testing.T) {
	t.Parallel()
	exporting := func(folder string, count int) *promisedPackage {
		p := types.NewPackage("example.com/p", "p")
		for i := range count {
			p.Scope().Insert(types.NewVar(token.NoPos, p, "V"+strings.Repeat("x", i), types.Typ[types.Int]))
		}
		return &promisedPackage{folder: folder, types: p}
	}
	var out strings.Builder
	require.NoError(t, printSymbols(&out, []*promisedPackage{
		exporting("contract", maxSymbols+1), exporting("host", maxHostSymbols), exporting("p", maxSymbols-1), exporting("p/host", 1),
	}))
	assert.Contains(t, out.String(), "400  exported symbols; at most 400")
	require.ErrorContains(t, printSymbols(&out, []*promisedPackage{exporting("p", maxSymbols), exporting("q", 1)}),
		"the promised packages export 401 symbols, and may export 400")
	require.ErrorContains(t, printSymbols(&out, []*promisedPackage{exporting("host", maxHostSymbols+1)}),
		"package host exports 41 symbols, and may export 40")
}

func TestParseReport_TellsWhatBreaks(t *testing.T) {
	t.Parallel()
	report := "Incompatible changes:\n- Open: removed\n\nCompatible changes:\n- Close: added\n"
	assert.Equal(t, difference{folder: "p", incompatible: "  - Open: removed\n", compatible: "  - Close: added\n"}, parseReport("p", report))
	assert.Equal(t, difference{folder: "p"}, parseReport("p", ""))
}
