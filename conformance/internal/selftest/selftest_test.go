package selftest

import (
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance"
)

// unmade are MUST clauses that no mutant can be made for, and why.
var unmade = map[string]string{
	"HWH-012": "the engine shows no webhook because of its kind, and an edit cannot take away what is not there",
}

func TestEveryMustClauseIsNamedByAMutantAndEveryNameIsAClause(t *testing.T) {
	t.Parallel()
	for kind, load := range map[Kind]func() (*conformance.Catalogue, error){
		Providers: conformance.LoadCatalogue, Hosts: conformance.LoadHostCatalogue,
	} {
		corpus, err := Own(kind)
		require.NoError(t, err)
		catalogue, err := load()
		require.NoError(t, err)
		clauses, named := make(map[string]bool), make(map[string]bool)
		for _, clause := range catalogue.Clauses {
			clauses[clause.ID] = true
		}
		for _, mutant := range corpus.Mutants {
			for _, id := range mutant.Kills {
				assert.True(t, clauses[id], "%s names %s, which is no clause", mutant.Name, id)
				named[id] = true
			}
		}
		for _, clause := range catalogue.Clauses {
			made := named[clause.ID] != (unmade[clause.ID] != "")
			assert.True(t, made || clause.Level != "MUST", "no mutant names %s, or one does and it is excused", clause.ID)
		}
	}
}

func TestEveryMutantFitsTheSource(t *testing.T) {
	t.Parallel()
	root, err := Root(t.Context())
	require.NoError(t, err)
	for _, kind := range []Kind{Providers, Hosts} {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			corpus, err := Own(kind)
			require.NoError(t, err)
			require.NoError(t, corpus.check())
			source := NewSource(os.DirFS(root), corpus.Tags...)
			for _, mutant := range corpus.Mutants {
				changed, err := mutant.changed(source)
				require.NoError(t, err)
				assert.NotEmpty(t, changed, mutant.Name)
				difference, err := sameResult(source, nil, changed)
				require.NoError(t, err, mutant.Name)
				assert.NotEmpty(t, difference, "%s builds what the source builds", mutant.Name)
			}
		})
	}
}

func TestSourceIsThatOfItsBuildTags(t *testing.T) {
	t.Parallel()
	tree := fstest.MapFS{
		"p/p.go":      {Data: []byte("package p\n")},
		"p/with.go":   {Data: []byte("//go:build traced\n\npackage p\n\nconst Traced = true\n")},
		"p/tagged.go": {Data: []byte("//go:build !traced\n\npackage p\n\nconst Traced = false\n")},
	}
	for _, c := range []struct{ tag, from string }{{"traced", "true"}, {"other", "false"}} {
		m := &Mutant{Name: "m", Edits: []Edit{{In: "p Traced", Find: c.from, Put: new("!" + c.from)}}}
		_, err := m.changed(NewSource(tree, c.tag))
		require.NoError(t, err)
	}
}

func TestMutantThatErrsIsNotKilled(t *testing.T) {
	t.Parallel()
	report := &conformance.Report{Clauses: []conformance.ClauseResult{
		{ID: "CRE-001", Status: conformance.Errored}, {ID: "IDM-001", Status: conformance.Fail},
	}}
	outcome := Outcome{Mutant: &Mutant{Kills: []string{"CRE-001", "IDM-001", "XXX-001"}}}
	outcome.judge(report)
	assert.Equal(t, []string{"CRE-001 is error", "XXX-001 is no clause"}, outcome.Survived)

	legal := Outcome{Mutant: &Mutant{}}
	legal.judge(report)
	assert.Equal(t, []string{"CRE-001 is error ()", "IDM-001 is fail ()"}, legal.Blamed)
}

func TestMatrixTellsEveryCellThatChanged(t *testing.T) {
	t.Parallel()
	outcomes := func(statuses map[string]conformance.Status) []Outcome {
		return []Outcome{{Mutant: &Mutant{Name: "m"}, Statuses: statuses}}
	}
	before := NewMatrix(outcomes(map[string]conformance.Status{"CRE-001": conformance.Fail, "IDM-001": conformance.Pass}))
	file := filepath.Join(t.TempDir(), "matrix.txt")
	require.NoError(t, os.WriteFile(file, before.Bytes(), 0o600))
	read, err := ReadMatrix(file)
	require.NoError(t, err)
	assert.Empty(t, before.Compare(read))
	after := NewMatrix(outcomes(map[string]conformance.Status{"CRE-001": conformance.Pass, "IDM-001": conformance.Fail}))
	assert.Equal(t, []string{"m fails IDM-001 now", "m no longer fails CRE-001"}, after.Compare(read))

	lucky := NewMatrix([]Outcome{{
		Mutant:   &Mutant{Name: "m", Kills: []string{"CRE-001"}, Chance: []string{"*"}},
		Statuses: map[string]conformance.Status{"CRE-001": conformance.Fail, "IDM-001": conformance.Fail},
	}})
	assert.Empty(t, lucky.Compare(read), "what fails by chance is no cell")

	none := NewMatrix(nil)
	assert.Empty(t, after.Compare(none), "what there is no line for is not compared")
	assert.Equal(t, []string{"m"}, after.Missing(none), "and is not hidden either")
	assert.Empty(t, after.Missing(read))
}

func TestMatrix_KnowsLinesThatAreNotOfAWholeRun(t *testing.T) {
	t.Parallel()
	const clauses = 3
	statuses := map[string]conformance.Status{
		"CRE-001": conformance.Fail, "CRE-002": conformance.Pass, "CRE-003": conformance.NotApplied, chanceClause: conformance.Skipped,
	}
	whole, few := Mutant{Name: "whole", Kills: []string{"CRE-001"}}, Mutant{Name: "few", Kills: []string{"CRE-001"}}
	wide := Mutant{Name: "wide", Kills: []string{"CRE-001"}}
	taken := NewMatrix([]Outcome{{Mutant: &whole, Statuses: statuses}})
	file := filepath.Join(t.TempDir(), "matrix.txt")
	text := append(taken.Bytes(), "few: CRE-001\nwide: CRE-001 CRE-002\n"...)
	require.NoError(t, os.WriteFile(file, text, 0o600))
	read, err := ReadMatrix(file)
	require.NoError(t, err)
	assert.Contains(t, string(taken.Bytes()), "whole: CRE-001 /3\n")

	corpus := &Corpus{Mutants: []Mutant{whole, wide, few}}
	names := func(c *Corpus) (names []string) {
		for i := range c.Mutants {
			names = append(names, c.Mutants[i].Name)
		}
		return names
	}
	assert.Equal(t, []string{"few", "wide"}, names(read.Stale(corpus, clauses+1)), "the walk at random is not run")
	assert.Equal(t, []string{"few", "whole", "wide"}, names(read.Stale(&Corpus{Mutants: []Mutant{whole, few, wide}}, clauses+2)), "a clause is new")

	now := NewMatrix([]Outcome{{Mutant: &few, Statuses: map[string]conformance.Status{"CRE-002": conformance.Fail}}})
	assert.Equal(t, []string{"few no longer fails CRE-001"}, now.Compare(read), "what was never run is no cell that changed")
	assert.Equal(t, []string{"few"}, now.Missing(read))
}

func TestTheCommittedMatrixHasALineForEveryMutant(t *testing.T) {
	t.Parallel()
	corpus, err := Own(Providers)
	require.NoError(t, err)
	matrix, err := ReadMatrix("matrix.txt")
	require.NoError(t, err)
	assert.Len(t, matrix.failed, len(corpus.Mutants), "lines of mutants that are no more")
	for _, mutant := range corpus.Mutants {
		cells, there := matrix.failed[mutant.Name]
		assert.True(t, there, "%s has no line; make selftest-matrix-write", mutant.Name)
		assert.Subset(t, cells, mutant.Kills, mutant.Name)
		assert.True(t, !mutant.Legal() || len(cells) == 0, "%s is legal, and something fails it", mutant.Name)
	}
}
