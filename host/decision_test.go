package host_test

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const module = "github.com/paysocket/paysocket/"

// guarded are the types of package contract on which only contract.Decide decides.
var guarded = []string{"Outcome", "Reason", "IdempotencyKind"}

// allowedMethods are the methods of guarded types that functions of the engine call,
// and why that is no decision about a key.
var allowedMethods = map[string]string{
	"endRead: Reason.Remedy": "it chooses only whether a person is shown a payment that exists and cannot be read",
}

// allowedComparisons are the same of comparisons.
var allowedComparisons = map[string]string{
	"countUseless: switches on Reason":    "it chooses only whether a person is shown an attempt, and changes nothing else",
	"countUseless: has a case of Reason":  "likewise",
	"saveAttempt: compares Outcome":       "of all of a call with what is stored of it: what is the same is not written again",
	"successor: compares IdempotencyKind": "of all terms with those of the call that is stored: a process with others gets no call",
	"saveTry: converts Outcome":           "into the text that is stored",
	"saveTry: converts Reason":            "into the text that is stored",
	"saveTry: converts IdempotencyKind":   "into the text that is stored",
}

// TestEngine_HasNoSecondOpinion has the syntax tree of the engine and its ledger, where
// nothing may be decided by what a call or a look-up ended with: contract.Decide does.
func TestEngine_HasNoSecondOpinion(t *testing.T) {
	t.Parallel()
	exports := exportData(t)
	used := map[string]bool{}
	for _, folder := range []string{".", "internal/ledger"} {
		assert.Empty(t, opinions(t, exports, folder, "", used))
	}
	for _, allowed := range []map[string]string{allowedMethods, allowedComparisons} {
		for each := range allowed {
			assert.True(t, used[each], "%s is allowed, and not there", each)
		}
	}
}

// TestOpinions_AreFound adds to the engine what it must not have.
func TestOpinions_AreFound(t *testing.T) {
	t.Parallel()
	exports := exportData(t)
	for name, statement := range map[string]string{
		"a comparison":                `_ = contract.OutcomeOf(err) == contract.Rejected`,
		"a comparison with a literal": `_ = terms.Kind != "NATIVE"`,
		"a comparison as text":        `_ = string(try.Reason) == "PAYMENT_NOT_FOUND"`,
		"a comparison of all terms":   `_ = terms == try.Terms`,
		"a switch":                    `switch try.Outcome { case contract.NotAttempted: }`,
		"a switch on a try":           `switch any(try.Outcome) { case nil: }`,
		"an index of a map":           `_ = map[contract.Reason]bool{contract.PaymentNotFound: true}[try.Reason]`,
		"an index of any map":         `_ = map[any]bool{}[try.Reason]`,
		"slices.Contains":             `_ = slices.Contains([]contract.Outcome{contract.Rejected}, try.Outcome)`,
		"errors.Is":                   `_ = errors.Is(err, contract.PaymentNotFound)`,
		"fmt":                         `_ = fmt.Sprint(try.Reason)`,
		"a method":                    `_ = try.Reason.Transient()`,
		"a method as a value":         `_ = try.Reason.Remedy`,
	} {
		source := "package host\nimport (\"errors\"; \"fmt\"; \"slices\"; \"github.com/paysocket/paysocket/contract\")\n" +
			"func opinion(err error, try contract.Try, terms contract.Idempotency) {\n_, _, _ = errors.New, fmt.Sprint(), slices.Contains[[]int, int]\n" + statement + "\n}"
		assert.NotEmpty(t, opinions(t, exports, ".", source, map[string]bool{}), name)
	}
}

// exportData returns the files from which the packages are imported that the engine needs.
func exportData(t *testing.T) map[string]string {
	t.Helper()
	var failed bytes.Buffer
	list := exec.CommandContext(t.Context(), "go", "list", "-export", "-deps", "-f", "{{.ImportPath}} {{.Export}}", ".")
	list.Stderr = &failed
	output, err := list.Output()
	require.NoError(t, err, "%s", failed.String())
	exports := map[string]string{}
	for line := range strings.Lines(string(output)) {
		name, file, _ := strings.Cut(strings.TrimSpace(line), " ")
		exports[name] = file
	}
	return exports
}

// opinions returns where the package of a folder, with one more file if there is a
// source, does more with a guarded type than to pass it on.
func opinions(t *testing.T, exports map[string]string, folder, source string, used map[string]bool) []string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(folder, "*.go"))
	require.NoError(t, err)
	files := token.NewFileSet()
	var parsed []*ast.File
	add := func(name string, source any) {
		file, err := parser.ParseFile(files, name, source, 0)
		require.NoError(t, err)
		parsed = append(parsed, file)
	}
	for _, name := range names {
		if !strings.HasSuffix(name, "_test.go") {
			add(name, nil)
		}
	}
	if source != "" {
		add("opinion.go", source)
	}
	info := &types.Info{
		Types: map[ast.Expr]types.TypeAndValue{}, Selections: map[*ast.SelectorExpr]*types.Selection{},
		Uses: map[*ast.Ident]types.Object{}, Defs: map[*ast.Ident]types.Object{},
	}
	config := types.Config{Importer: importer.ForCompiler(files, "gc", func(name string) (io.ReadCloser, error) {
		return os.Open(exports[name])
	})}
	_, err = config.Check(module+"host", files, parsed, info)
	require.NoError(t, err)
	g := &guard{info: info, files: files, used: used}
	for _, file := range parsed {
		for _, declared := range file.Decls {
			g.function = ""
			if function, ok := declared.(*ast.FuncDecl); ok {
				g.function = function.Name.Name
			}
			ast.Inspect(declared, g.look)
		}
	}
	return g.found
}

// guard looks for opinions in one declaration after another.
type guard struct {
	info     *types.Info
	files    *token.FileSet
	function string
	used     map[string]bool
	found    []string
}

func (g *guard) look(node ast.Node) bool {
	switch n := node.(type) {
	case *ast.BinaryExpr:
		g.refuse(n, "compares", n.X, n.Y)
	case *ast.SwitchStmt:
		g.refuse(n, "switches on", n.Tag)
	case *ast.CaseClause:
		g.refuse(n, "has a case of", n.List...)
	case *ast.IndexExpr:
		g.refuse(n, "looks up", n.Index)
	case *ast.MapType:
		g.refuse(n, "has a map by", n.Key)
	case *ast.CallExpr:
		g.lookAtCall(n)
	case *ast.SelectorExpr:
		g.lookAtMethod(n)
	}
	return true
}

func (g *guard) refuse(at ast.Node, does string, expressions ...ast.Expr) {
	for _, e := range expressions {
		if e == nil {
			continue
		}
		name := guardedIn(g.info.TypeOf(e))
		if name == "" {
			continue
		}
		opinion := g.function + ": " + does + " " + name
		g.used[opinion] = true
		if allowedComparisons[opinion] == "" {
			g.found = append(g.found, fmt.Sprintf("%s: %s", g.files.Position(at.Pos()), opinion))
		}
	}
}

// lookAtCall allows guarded arguments only for functions of this module.
func (g *guard) lookAtCall(call *ast.CallExpr) {
	if converts := g.info.Types[call.Fun].IsType(); converts {
		if guardedIn(g.info.TypeOf(call)) == "" {
			g.refuse(call, "converts", call.Args...)
		}
		return
	}
	if object := g.callee(call.Fun); object == nil || object.Pkg() == nil || strings.HasPrefix(object.Pkg().Path(), module) {
		return
	}
	for _, argument := range call.Args {
		if _, pointer := g.info.TypeOf(argument).(*types.Pointer); !pointer { // into which a row is scanned
			g.refuse(call, "passes to another package", argument)
		}
	}
}

func (g *guard) callee(function ast.Expr) types.Object {
	switch f := ast.Unparen(function).(type) {
	case *ast.Ident:
		return g.info.Uses[f]
	case *ast.SelectorExpr:
		return g.info.Uses[f.Sel]
	case *ast.IndexExpr:
		return g.callee(f.X)
	default:
		return nil
	}
}

func (g *guard) lookAtMethod(selector *ast.SelectorExpr) {
	selection := g.info.Selections[selector]
	if selection == nil || selection.Kind() == types.FieldVal {
		return
	}
	name := nameOfGuarded(selection.Recv())
	if name == "" {
		return
	}
	called := g.function + ": " + name + "." + selector.Sel.Name
	g.used[called] = true
	if allowedMethods[called] == "" {
		g.found = append(g.found, fmt.Sprintf("%s: %s", g.files.Position(selector.Pos()), called))
	}
}

// nameOfGuarded returns the name of a guarded type; empty for any other type.
func nameOfGuarded(t types.Type) string {
	named, ok := types.Unalias(t).(*types.Named)
	if ok && named.Obj().Pkg() != nil && named.Obj().Pkg().Path() == module+"contract" && slices.Contains(guarded, named.Obj().Name()) {
		return named.Obj().Name()
	}
	return ""
}

// guardedIn returns the name of a guarded type that is compared when values of a type
// are; empty if none is.
func guardedIn(t types.Type) string {
	if t == nil {
		return ""
	}
	if name := nameOfGuarded(t); name != "" {
		return name
	}
	switch under := t.Underlying().(type) {
	case *types.Struct:
		for field := range under.Fields() {
			if name := guardedIn(field.Type()); name != "" {
				return name
			}
		}
	case *types.Array:
		return guardedIn(under.Elem())
	case *types.Slice:
		return guardedIn(under.Elem())
	}
	return ""
}
