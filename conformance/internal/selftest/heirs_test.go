package selftest

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// renamedSum is the module after Sum became Total, moved to another package, and
// nobody told.
func renamedSum() map[string]string {
	files := changedTill("coin.Sum(", "coin.Total(", "func Sum(", "func Total(", "sum := 0", "sum := 0 + 0")
	files["coin/coin.go"] = strings.Replace(files["coin/coin.go"], "func quiet() bool { return false }", "func quiet() bool { return !true }", 1)
	return files
}

func TestHeirs_TakeEditsOfWhatIsNoMore(t *testing.T) {
	t.Parallel()
	base, today := sourceOf(till()), sourceOf(renamedSum())
	news, err := findHeirs(today, base)
	require.NoError(t, err)
	require.Len(t, news.all, 1, "what was there before is no heir")
	u := (&universe{source: base, module: "example.org/till", data: outsideOfTill(t)}).again()
	settled := func(gone bool, e Edit) (Edit, *carried, error) {
		all, err := u.carryAll(&Mutant{Name: "m", Edits: []Edit{e}})
		require.NoError(t, err)
		all[0].gone = gone
		e, err = all[0].settleAmong(news)
		return e, all[0], err
	}

	e, c, err := settled(false, Edit{In: "coin Sum", Find: "sum += c.Value", Put: new("sum -= c.Value")})
	require.NoError(t, err)
	assert.Equal(t, Edit{In: "coin Total", Find: "sum += c.Value", Put: new("sum -= c.Value")}, e)
	require.Len(t, c.notes, 1)
	assert.Regexp(t, `^is no more; \d+% like it is coin Total, where the edit is now$`, c.notes[0])

	_, _, err = settled(false, Edit{In: "coin Sum", Find: "sum := 0", Put: new("sum := 1")})
	require.NoError(t, err, "what still stands there is found")
	_, _, err = settled(true, Edit{In: "coin Sum", Find: "sum += c.Value", Put: new("sum -= c.Value")})
	require.ErrorContains(t, err, "package coin declares no Sum", "what was taken out has no heirs")
	_, _, err = settled(false, Edit{In: "coin quiet", Find: "return false", Put: new("return true")})
	require.ErrorContains(t, err, "the tokens to find are there 0 times", "what is there has none either")
}

func TestGaps_AreWhatTheRecordDoesNotTell(t *testing.T) {
	t.Parallel()
	base, today := sourceOf(till()), sourceOf(renamedSum())
	for _, c := range []struct {
		move *Move
		want []string
	}{
		{nil, []string{"coin Sum is no more; 86% like it is coin Total (rename coin Sum Total)"}},
		{&Move{Rename: "coin Sum -> Total"}, nil},
		{&Move{Gone: "coin Sum"}, nil},
		{&Move{Rename: "coin Sum -> All"}, []string{"coin All is no more; 86% like it is coin Total (rename coin All Total)"}},
		{&Move{Rehome: "coin Sum -> till Till.Add"}, nil},
	} {
		var steps []step
		if c.move != nil {
			s, err := c.move.step()
			require.NoError(t, err)
			steps = append(steps, s)
		}
		found, err := gaps(base, today, "example.org/till", map[string]Subject{"till": {Package: "till"}}, steps)
		require.NoError(t, err)
		var got []string
		for _, g := range found {
			got = append(got, g.String())
		}
		assert.Equal(t, c.want, got)
	}
}
