package selftest

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestCheck_NamesWhatIsStaleAndWhatDoesNotCompile(t *testing.T) {
	t.Parallel()
	data := outsideOfTill(t)
	u := (&universe{source: sourceOf(till()), module: "example.org/till", data: data}).again()
	for put, why := range map[string]string{
		"c.Value + 1": "",
		"c":           "mutant m does not compile: coin/coin.go:19:",
		"none":        "undefined: none",
	} {
		m := &Mutant{Name: "m", Edits: []Edit{{In: "coin Sum", Find: "c.Value", Put: &put}}}
		changed, err := m.changed(u.source)
		require.NoError(t, err)
		if err := u.compiles(m, changed); why == "" {
			require.NoError(t, err)
		} else {
			require.ErrorContains(t, err, why)
		}
	}
	wrong := (&universe{source: sourceOf(changedTill("return false", "return 0")), module: "example.org/till", data: data}).again()
	m := &Mutant{Name: "m", Edits: []Edit{{In: "coin Sum", Find: "c.Value", Put: new("c.Value + 1")}}}
	changed, err := m.changed(wrong.source)
	require.NoError(t, err)
	require.ErrorContains(t, wrong.compiles(m, changed), "package coin does not compile, and its mutants cannot be checked")
}

// A package sees what a mutant changes in another one.
func TestCheck_ComparesPackagesAsTheMutantChangesThem(t *testing.T) {
	t.Parallel()
	u := (&universe{source: sourceOf(till()), module: "example.org/till", data: outsideOfTill(t)}).again()
	m := &Mutant{Name: "m", Edits: []Edit{
		{In: "coin Sum", Add: "func Two() Coin { return Coin{} }"},
		{In: "till Till.Add", Find: "coin.Sum(one)", Put: new("coin.Sum(one, coin.Two())")},
	}}
	changed, err := m.changed(u.source)
	require.NoError(t, err)
	require.NoError(t, u.compiles(m, changed))
	p, err := u.with(nil).Import("example.org/till/coin")
	require.NoError(t, err)
	assert.Nil(t, p.Scope().Lookup("Two"), "what is known of the source stays as it was")
}
