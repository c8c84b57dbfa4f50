package faults

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestGroups_AreAllFaults(t *testing.T) {
	t.Parallel()
	groups, err := Groups()
	require.NoError(t, err)
	counts := map[string]int{}
	for _, g := range groups {
		counts[g.ID] = len(g.Faults)
	}
	assert.Equal(t, map[string]int{"HP": 17, "PG": 31, "GW": 20, "HD": 16, "BU": 7}, counts)
}

func TestGroups_AreRefusedWithAMistake(t *testing.T) {
	t.Parallel()
	for wrong, text := range map[string]string{
		"is no id of group": "[{id: HP, title: t, faults: [{id: GW01, fault: a, required: b}]}]",
		"is there twice":    "[{id: HP, title: t, faults: [{id: HP01, fault: a, required: b}, {id: HP01, fault: a, required: b}]}]",
		"lacks its fault":   "[{id: HP, title: t, faults: [{id: HP01, fault: a}]}]",
		"the engine":        "[{id: HP, title: t, faults: [{id: HP01, fault: a, required: b, engines: [oracle]}]}]",
		"open and unproven": "[{id: HP, title: t, faults: [{id: HP01, fault: a, required: b, open: x, unproven: y}]}]",
		"not found in type": "[{id: HP, title: t, fault: []}]",
	} {
		_, err := parse([]byte(text))
		assert.ErrorContains(t, err, wrong)
	}
}

// recorder is a test that notes what becomes of it.
type recorder struct {
	testing.TB

	failed     string
	attributes map[string]string
}

func (r *recorder) Helper() {}

func (r *recorder) Cleanup(func()) {}

func (r *recorder) Fatal(args ...any) {
	r.failed = fmt.Sprint(args...)
	runtime.Goexit()
}

func (r *recorder) Error(args ...any) { r.failed = fmt.Sprint(args...) }

func (r *recorder) Fatalf(format string, args ...any) { r.Fatal(fmt.Sprintf(format, args...)) }

func (r *recorder) Attr(key, value string) { r.attributes[key] = value }

func record(t *testing.T, injected Injected, ids ...string) *recorder { //nolint:gocritic // As Proved.
	t.Helper()
	r := &recorder{TB: t, attributes: map[string]string{}}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		Proved(r, injected, ids...)
	}()
	<-ended
	return r
}

func TestProved_SaysWhatHappened(t *testing.T) {
	t.Parallel()
	r := record(t, Injected{How: "the disk is full", Times: 3, Engine: SQLite}, "HD05", "HD01")
	assert.Empty(t, r.failed)
	const value = `{"how":"the disk is full","times":3,"engine":"sqlite"}`
	assert.Equal(t, map[string]string{"fault.HD05": value, "fault.HD01": value}, r.attributes)
}

func TestProved_FailsIfNothingHappened(t *testing.T) {
	t.Parallel()
	assert.Contains(t, record(t, Injected{How: "a lost answer"}, "HD05").failed, "nothing was proved")
	assert.Contains(t, record(t, Injected{Times: 1}, "HD05").failed, "nothing was proved")
	assert.Contains(t, record(t, Injected{How: "a lost answer", Times: 1}).failed, "nothing was proved")
	unknown := record(t, Injected{How: "a lost answer", Times: 1}, "HD99")
	assert.Contains(t, unknown.failed, "HD99")
	assert.Empty(t, unknown.attributes)
}

func TestProved_AddsToAFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "proofs")
	t.Setenv(EventsFile, path)
	t.Run("a", func(t *testing.T) { Proved(t, Injected{How: "cut", Times: 2}, "HD05", "HD06") })
	t.Run("b", func(t *testing.T) { Proved(t, Injected{How: "cut", Times: 1, Engine: SQLite}, "HD07") })
	written, err := os.ReadFile(path)
	require.NoError(t, err)
	const start = `{"Action":"%s","Package":"github.com/paysocket/paysocket/internal/faults","Test":"TestProved_AddsToAFile/`
	attr, pass := fmt.Sprintf(start, "attr"), fmt.Sprintf(start, "pass")
	assert.Equal(t, attr+`a","Key":"fault.HD05","Value":"{\"how\":\"cut\",\"times\":2,\"engine\":\"none\"}"}`+"\n"+
		attr+`a","Key":"fault.HD06","Value":"{\"how\":\"cut\",\"times\":2,\"engine\":\"none\"}"}`+"\n"+
		pass+`a"}`+"\n"+
		attr+`b","Key":"fault.HD07","Value":"{\"how\":\"cut\",\"times\":1,\"engine\":\"sqlite\"}"}`+"\n"+
		pass+`b"}`+"\n", string(written))
}

func TestAppendEvents_SaysWhyItCannotWrite(t *testing.T) {
	t.Parallel()
	r := &recorder{TB: t, attributes: map[string]string{}}
	appendEvents(r, t.TempDir(), "p", &Injected{How: "cut", Times: 1}, []string{"HD05"})
	assert.Contains(t, r.failed, "is a directory")
}
