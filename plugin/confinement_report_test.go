package plugin

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/metadata"
)

func TestConfinementReport_CrossesTheWireUnchanged(t *testing.T) {
	t.Parallel()
	most := make([]uint16, maxPorts)
	for i := range most {
		most[i] = uint16(65000 + i)
	}
	for _, want := range []ConfinementReport{
		{Level: ConfinementLevelNone, Why: "an old kernel"},
		{Level: ConfinementLevelFiles},
		{Level: ConfinementLevelFull, Ports: []uint16{53, 443, 65535}, Why: `"quoted"`},
		{Level: ConfinementLevelFull, Ports: most, Why: strings.Repeat("<", maxWhy)}, // the longest
	} {
		got, ok := readReport(want.header())
		require.True(t, ok)
		assert.Equal(t, want, got)
	}
}

// A host takes the word of a plugin for what it is, and within bounds.
func FuzzConfinementReport_IsBounded(f *testing.F) {
	f.Add(`{"level":"full","ports":[53,443]}`)
	f.Add(`{"level":"full","ports":[443,53,443],"why":"\u001b[31m\n\u0000"}`)
	f.Add(`{"level":"invincible"}`)
	f.Add(`{"level":"","why":"x"}`)
	f.Add(`{"level":"none","ports":[70000]}`)
	f.Add(`{"level":"none","why":"` + strings.Repeat("ü", 300) + `"}`)
	f.Add(`{"level":"none"} {"level":"full"}`)
	f.Add(`[]`)
	f.Fuzz(func(t *testing.T, text string) {
		got, ok := readReport(metadata.Pairs(reportHeader, text))
		if !ok {
			assert.Equal(t, ConfinementReport{}, got)
			return
		}
		assert.Contains(t, []ConfinementLevel{ConfinementLevelNone, ConfinementLevelFiles, ConfinementLevelFull}, got.Level)
		assert.LessOrEqual(t, len(got.Ports), maxPorts)
		assert.LessOrEqual(t, len(got.Why), maxWhy)
		assert.NotRegexp(t, `[^ -~]`, got.String())
	})
}

func TestConfinementReport_IsIgnoredWhenItIsRepeatedOrTooLong(t *testing.T) {
	t.Parallel()
	_, ok := readReport(metadata.Pairs(reportHeader, `{"level":"full"}`, reportHeader, `{"level":"none"}`))
	assert.False(t, ok)
	_, ok = readReport(metadata.Pairs(reportHeader, `{"level":"full","x":"`+strings.Repeat("y", maxReport)+`"}`))
	assert.False(t, ok)
	_, ok = readReport(nil)
	assert.False(t, ok)
}
