package selftest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// carriedFor carries edits from one state of the module to another.
func carriedFor(t *testing.T, data exportData, before, after map[string]string, moves []Move, edits []Edit) ([]Edit, []*carried, error) {
	t.Helper()
	u := (&universe{source: sourceOf(before), module: "example.org/till", data: data}).again()
	mutant := &Mutant{Name: "m", Edits: edits}
	if changed, err := mutant.changed(u.source); assert.NoError(t, err) {
		require.NoError(t, u.compiles(mutant, changed))
	}
	all, err := u.carryAll(mutant)
	require.NoError(t, err)
	arrived := &Mutant{Name: "m"}
	there := sourceOf(after)
	for _, c := range all {
		for i := range moves {
			s, err := moves[i].step()
			require.NoError(t, err)
			require.NoError(t, s.apply(c))
		}
		e, err := c.settle(there)
		if err != nil {
			return nil, all, err
		}
		arrived.Edits = append(arrived.Edits, e)
	}
	changed, err := arrived.changed(there)
	require.NoError(t, err)
	require.NoError(t, (&universe{source: there, module: "example.org/till", data: data}).again().compiles(arrived, changed))
	return arrived.Edits, all, nil
}

// changedTill returns the module with texts replaced, in pairs, in every file.
func changedTill(pairs ...string) map[string]string {
	files := till()
	for at, text := range files {
		files[at] = strings.NewReplacer(pairs...).Replace(text)
	}
	return files
}

// carrying is a change of the source that moves tell of, and edits before and after
// it.
type carrying struct {
	moves []Move
	after map[string]string
	edits []Edit
	want  []Edit
}

func TestMoves_CarryMutantsToAnotherPackage(t *testing.T) {
	t.Parallel()
	requireCarried(t, map[string]carrying{
		"a package moved": {
			[]Move{{Package: "coin -> internal/coin"}},
			func() map[string]string {
				files := changedTill(`"example.org/till/coin"`, `"example.org/till/internal/coin"`)
				files["internal/coin/coin.go"] = files["coin/coin.go"]
				delete(files, "coin/coin.go")
				return files
			}(),
			[]Edit{
				{In: "coin quiet", Find: "false", Put: new("true")},
				{In: "till Till", Find: "Value int", Put: new("Value int; other coin.Coin"), Imports: []string{"example.org/till/coin"}},
			},
			[]Edit{
				{In: "internal/coin quiet", Find: "false", Put: new("true")},
				{In: "till Till", Find: "Value int", Put: new("Value int; other coin.Coin"), Imports: []string{"example.org/till/internal/coin"}},
			},
		},
		"a package with another name": {
			[]Move{{Qualifier: "coin coin -> money"}},
			changedTill("package coin", "package money", "coin.Coin", "money.Coin", "coin.Sum", "money.Sum", "one coin", "one money"),
			[]Edit{
				{In: "till Till.Add", Find: "coin.Sum(one)", Put: new("coin.Sum(one, one)")},
				{In: "till Till.Worn", Find: "worn := 0", Put: new("coin := 1; worn := coin")}, // no package
			},
			[]Edit{
				{In: "till Till.Add", Find: "money.Sum(one)", Put: new("money.Sum(one, one)")},
				{In: "till Till.Worn", Find: "worn := 0", Put: new("coin := 1; worn := coin")},
			},
		},
		"a function in another package": {
			[]Move{{Move: "coin Sum -> till Total"}},
			func() map[string]string {
				files := changedTill("coin.Sum(", "Total(")
				sum := between(files["coin/coin.go"], "func Sum", "func least")
				files["coin/coin.go"] = strings.Replace(files["coin/coin.go"], sum, "", 1)
				files["till/till.go"] += strings.NewReplacer("Sum(", "Total(", "...Coin", "...coin.Coin").Replace(sum)
				return files
			}(),
			[]Edit{
				{In: "coin Sum", Find: "+= c.Value", Put: new("+= c.Value + Coin{}.Value")},
				{In: "till Till.Add", Find: "sum := coin", Put: new("_ = coin.Sum(); sum := coin")},
			},
			[]Edit{
				{In: "till Total", Find: "+= c.Value", Put: new("+= c.Value + coin.Coin{}.Value"), Imports: []string{"example.org/till/coin"}},
				{In: "till Till.Add", Find: "sum := Total", Put: new("_ = Total(); sum := Total")},
			},
		},
	})
}

func TestMoves_CarryMutantsToAnotherName(t *testing.T) {
	t.Parallel()
	requireCarried(t, map[string]carrying{
		"a function with another name": {
			[]Move{{Rename: "coin Sum -> Total"}},
			changedTill("Sum(", "Total("),
			[]Edit{
				{In: "coin Sum", Find: "+= c.Value", Put: new("-= c.Value")},
				{In: "till Till.Add", Find: "coin.Sum(one)", Put: new("coin.Sum(one) + t.Sum()"), Add: "func (t *Till) Sum() int { return coin.Sum(t.coins...) }", Imports: []string{"example.org/till/coin"}},
			},
			[]Edit{
				{In: "coin Total", Find: "+= c.Value", Put: new("-= c.Value")},
				{In: "till Till.Add", Find: "coin.Total(one)", Put: new("coin.Total(one) + t.Sum()"), Add: "func (t *Till) Sum() int { return coin.Total(t.coins...) }", Imports: []string{"example.org/till/coin"}},
			},
		},
		"a method with another name": {
			[]Move{{Rename: "coin Coin.Worn -> Coin.Old"}},
			changedTill("(c *Coin) Worn()", "(c *Coin) Old()", "one.Worn()", "one.Old()"),
			[]Edit{
				{In: "coin Coin.Worn", Find: "c.worn", Put: new("!c.worn")},
				{In: "till Till.Worn", Find: "one.Worn()", Put: new("one.Worn() && t.Worn() > 0")},
			},
			[]Edit{
				{In: "coin Coin.Old", Find: "c.worn", Put: new("!c.worn")},
				{In: "till Till.Worn", Find: "one.Old()", Put: new("one.Old() && t.Worn() > 0")},
			},
		},
		"a field with another name": {
			[]Move{{Rename: "coin Coin.Value -> Coin.Worth"}},
			changedTill("Value int\n\tworn", "Worth int\n\tworn", "c.Value", "c.Worth", "one.Value", "one.Worth", "Coin.Value", "Coin.Worth"),
			[]Edit{
				{In: "till Till.Add", Find: "t.Value + sum + one.Value", Put: new("t.Value + sum + (coin.Coin{Value: 2}).Value"), Imports: []string{"example.org/till/coin"}},
				{In: "coin top", Find: "s.Coin.Value", Put: new("s.Value")},
			},
			[]Edit{
				{In: "till Till.Add", Find: "t.Value + sum + one.Worth", Put: new("t.Value + sum + (coin.Coin{Worth: 2}).Worth"), Imports: []string{"example.org/till/coin"}},
				{In: "coin top", Find: "s.Coin.Worth", Put: new("s.Worth")},
			},
		},
		"a type with another name": {
			[]Move{{Rename: "coin Coin -> Piece"}, {Rename: "coin Piece.worn -> Piece.old"}},
			changedTill("Coin", "Piece", "c.worn", "c.old", "worn  bool", "old bool"),
			[]Edit{
				{In: "coin Coin.Worn", Find: "c.worn", Put: new("!c.worn")},
				{In: "coin top", Find: "s.Coin.Value", Put: new("stack{Coin: Coin{worn: true}}.Coin.Value")},
			},
			[]Edit{
				{In: "coin Piece.Worn", Find: "c.old", Put: new("!c.old")},
				{In: "coin top", Find: "s.Piece.Value", Put: new("stack{Piece: Piece{old: true}}.Piece.Value")},
			},
		},
	})
}

func TestMoves_CarryMutantsToAnotherVariable(t *testing.T) {
	t.Parallel()
	requireCarried(t, map[string]carrying{
		"a variable with another name": {
			[]Move{{Rename: "till Till.Add:sum -> total"}},
			changedTill("sum := coin", "total := coin", "+ sum +", "+ total +"),
			[]Edit{{In: "till Till.Add", Find: "t.Value + sum", Put: new("t.Value - sum")}, {In: "coin Sum", Find: "sum := 0", Put: new("sum := 1")}},
			[]Edit{{In: "till Till.Add", Find: "t.Value + total", Put: new("t.Value - total")}, {In: "coin Sum", Find: "sum := 0", Put: new("sum := 1")}},
		},
		"a variable called what a field is": {
			[]Move{{Rename: "till Till.Worn:Value -> other"}},
			till(),
			[]Edit{{In: "till Till.Worn", Find: "worn := 0", Put: new("Value := Till{Value: 1}.Value + struct{ Value int }{Value: 2}.Value; worn := Value - Value")}},
			[]Edit{{In: "till Till.Worn", Find: "worn := 0", Put: new("other := Till{Value: 1}.Value + struct{ Value int }{Value: 2}.Value; worn := other - other")}},
		},
	})
}

func TestMoves_CarryMutantsToAnotherPlace(t *testing.T) {
	t.Parallel()
	requireCarried(t, map[string]carrying{
		"a function out of reach": {
			[]Move{{Move: "coin quiet -> sound Quiet"}},
			func() map[string]string {
				files := changedTill("quiet()", "sound.Quiet()", "import \"errors\"", "import (\n\t\"errors\"\n\n\t\"example.org/till/sound\"\n)", "func quiet() bool { return false }", "")
				files["coin/coin.go"] = strings.Replace(files["coin/coin.go"], "func sound.Quiet() bool { return false }", "", 1)
				files["sound/sound.go"] = "package sound\n\nfunc Quiet() bool { return false }\n"
				return files
			}(),
			[]Edit{
				{In: "coin least", Find: "!quiet()", Put: new("quiet()")},
				{In: "coin top", Find: "return s", Put: new("_ = quiet(); return s")},
				{In: "coin quiet", Find: "false", Put: new("true")},
			},
			[]Edit{
				{In: "coin least", Find: "!sound.Quiet()", Put: new("sound.Quiet()"), Imports: []string{"example.org/till/sound"}},
				{In: "coin top", Find: "return s", Put: new("_ = sound.Quiet(); return s"), Imports: []string{"example.org/till/sound"}},
				{In: "sound Quiet", Find: "false", Put: new("true")},
			},
		},
		"a part in another function": {
			[]Move{{Rehome: "coin least -> coin checked"}},
			changedTill("if n < 1 && !quiet() {\n\t\treturn ErrSmall\n\t}\n\treturn nil", "return checked(n)", "func quiet", "func checked(n int) error {\n\tif n < 1 && !quiet() {\n\t\treturn ErrSmall\n\t}\n\treturn nil\n}\n\nfunc quiet"),
			[]Edit{{In: "coin least", Find: "n < 1", Put: new("n < 2")}, {In: "coin least", Find: "n int", Put: new("n, _ int")}},
			[]Edit{{In: "coin checked", Find: "n < 1", Put: new("n < 2")}, {In: "coin least", Find: "n int", Put: new("n, _ int")}},
		},
		"a part in another package": {
			[]Move{{Rehome: "coin Sum -> till total"}},
			func() map[string]string {
				files := till()
				sum := between(files["coin/coin.go"], "func Sum", "func least")
				files["coin/coin.go"] = strings.Replace(files["coin/coin.go"], sum, "func Sum(coins ...Coin) int { return len(coins) }\n\n", 1)
				files["till/till.go"] += strings.NewReplacer("Sum(", "total(", "...Coin", "...coin.Coin").Replace(sum)
				return files
			}(),
			[]Edit{{In: "coin Sum", Find: "sum += c.Value", Put: new("sum += c.Value + Sum()")}},
			[]Edit{{In: "till total", Find: "sum += c.Value", Put: new("sum += c.Value + coin.Sum()"), Imports: []string{"example.org/till/coin"}}},
		},
	})
}

func TestMoves_CarryMutantsToAnotherForm(t *testing.T) {
	t.Parallel()
	requireCarried(t, map[string]carrying{
		"code in another form": {
			[]Move{{Rewrite: "coin least", From: "n < 1 && !quiet()", To: "tooSmall(n)"}},
			changedTill("n < 1 && !quiet()", "tooSmall(n)", "func quiet", "func tooSmall(n int) bool { return n < 1 }\n\nfunc quiet"),
			[]Edit{{In: "coin least", Find: "!quiet()", Put: new("!quiet() && n > -1")}},
			[]Edit{{In: "coin least", Find: "tooSmall(n)", Put: new("tooSmall(n) && n > -1")}},
		},
		"code in another form, whatever is in it": {
			[]Move{{Rewrite: "everywhere", From: "coin.Sum($a)", To: "$a.Sum()"}, {Rewrite: "till", From: "t.Value = t.Value + $b", To: "t.Value += $b"}},
			func() map[string]string {
				files := changedTill("coin.Sum(one)", "one.Sum()", "t.Value = t.Value +", "t.Value +=")
				files["coin/coin.go"] += "\nfunc (c Coin) Sum() int { return c.Value }\n"
				return files
			}(),
			[]Edit{
				{In: "till Till.Add", Find: "coin.Sum(one)", Put: new("coin.Sum(coin.Coin{Value: 2}) + coin.Sum(one)"), Imports: []string{"example.org/till/coin"}},
				{In: "till Till.Add", Find: "+ one.Value", Put: new("- one.Value")},
			},
			[]Edit{
				{In: "till Till.Add", Find: "one.Sum()", Put: new("coin.Coin{Value: 2}.Sum() + one.Sum()"), Imports: []string{"example.org/till/coin"}},
				{In: "till Till.Add", Find: "+ one.Value", Put: new("- one.Value")},
			},
		},
		"something else around it": {
			nil,
			changedTill("sum := 0\n", "sum := 0 + 0\n", "return sum", "return sum + 0"),
			[]Edit{{In: "coin Sum", Find: "sum := 0; for _, c := range coins { sum += c.Value", Put: new("sum := 0; for _, c := range coins { sum -= c.Value")}},
			[]Edit{{In: "coin Sum", Find: "sum += c.Value", Put: new("sum -= c.Value")}},
		},
	})
}

func requireCarried(t *testing.T, rows map[string]carrying) {
	t.Helper()
	data := outsideOfTill(t)
	for name, c := range rows {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, _, err := carriedFor(t, data, till(), c.after, c.moves, c.edits)
			require.NoError(t, err)
			assert.Equal(t, c.want, got)
		})
	}
}

// outsideOfTill returns the packages that the module of the tests imports.
func outsideOfTill(t *testing.T) exportData {
	t.Helper()
	root, err := Root(t.Context())
	require.NoError(t, err)
	data, err := compiled(t.Context(), root, []string{"errors"})
	require.NoError(t, err)
	return data
}

func TestMoves_SayWhatTheyCannotCarry(t *testing.T) {
	t.Parallel()
	data := outsideOfTill(t)
	gone := changedTill("n < 1 && !quiet()", "true")
	_, _, err := carriedFor(t, data, till(), gone, nil, []Edit{{In: "coin least", Find: "n < 1", Put: new("n < 2")}})
	require.ErrorContains(t, err, "the tokens to find are there 0 times")

	after := changedTill("n < 1 && !quiet()", "tooSmall(n)", "func quiet", "func tooSmall(n int) bool { return n < 1 }\n\nfunc quiet")
	_, all, err := carriedFor(t, data, till(), after, []Move{{Rewrite: "coin", From: "n < 1 && !quiet()", To: "tooSmall(n)"}},
		[]Edit{{In: "coin least", Find: "n < 1", Put: new("n < 2")}})
	require.NoError(t, err)
	assert.Equal(t, []string{"rewritten where it is found, and not in what is put there"}, all[0].notes)
}

func TestMove_IsOneLineAndReadAsItWasWritten(t *testing.T) {
	t.Parallel()
	moves := []Move{
		{Package: "a/b -> c"},
		{Qualifier: "c b -> c"},
		{Rename: "c T.M -> T.N"},
		{Rename: "c T.M:x -> y"},
		{Move: "c f -> d F"},
		{Rehome: "d F -> c G"},
		{Gone: "c T.M"},
		{Rewrite: "everywhere", From: `f($a, "b: c")`, To: "$a[1] {'x'}"},
		{Rewrite: "d F", From: "e != nil && !connected.Load()", To: "", Imports: []string{"net/http", "x y/z"}},
	}
	var text strings.Builder
	for i := range moves {
		line := moves[i].Line()
		assert.Equal(t, 1, strings.Count(line, "\n"))
		text.WriteString(line)
	}
	read, err := ReadMoves([]byte("# a comment\n" + text.String()))
	require.NoError(t, err)
	assert.Equal(t, moves, read)
	none, err := ReadMoves([]byte("# a comment\n"))
	require.NoError(t, err)
	assert.Empty(t, none)
}

func TestReadMoves_RefusesWhatMeansNothing(t *testing.T) {
	t.Parallel()
	for _, line := range []string{
		"- {}", "- package: a", "- package: a b -> c", "- rename: a -> b", "- rename: a T.M -> N", "- rename: a T.M -> U.N", "- rename: a F:x -> 1", "- rename: a F -> 1", "- rename: a T.M -> T.1", "- move: a f -> b 1",
		"- move: a f -> a g", "- move: a T.M -> b N", "- rehome: a f -> g", "- {package: a -> b, rename: a b -> c}", "- qualifier: a b -> c.d",
		"- {rewrite: a, from: '', to: x}", "- {rewrite: a, from: '$x + 1', to: x}", "- unknown: a", "- {rewrite: a, from: '\"', to: x}",
	} {
		_, err := ReadMoves([]byte(line + "\n"))
		assert.Error(t, err, line)
	}
}

// In the working tree, a command does the same, before the source is changed and
// after.
func TestApply_ChangesTheListBeforeOrAfterTheSource(t *testing.T) {
	t.Parallel()
	list := []byte("mutants:\n  # first\n  - name: one\n    subject: m\n    edits:\n      - in: coin Sum\n        find: c.Value\n        put: '1'\n" +
		"  - name: two\n    subject: m\n    edits:\n      - in: till Till.Add\n        find: coin.Sum(one)\n        put: coin.Sum()\n")
	want := strings.NewReplacer("coin Sum", "coin Total", "coin.Sum", "coin.Total").Replace(string(list))
	for _, files := range []map[string]string{till(), changedTill("Sum(", "Total(")} {
		root := t.TempDir()
		for at, text := range files {
			require.NoError(t, os.MkdirAll(filepath.Join(root, filepath.Dir(at)), 0o700))
			require.NoError(t, os.WriteFile(filepath.Join(root, at), []byte(text), 0o600))
		}
		change, err := Apply(t.Context(), root, list, &Move{Rename: "coin Sum -> Total"})
		require.NoError(t, err)
		assert.Equal(t, want, string(change.List))
		assert.Equal(t, []string{"one", "two"}, change.Mutants)
		if strings.Contains(files["coin/coin.go"], "Total(") {
			assert.Empty(t, change.Stale)
		} else {
			assert.Len(t, change.Stale, 2)
			assert.Empty(t, change.Notes)
		}
	}
}
