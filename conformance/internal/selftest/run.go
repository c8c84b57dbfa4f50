package selftest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/paysocket/paysocket/conformance"
)

// Options change a run. Nil means the defaults.
type Options struct {
	// Only are the names of the mutants to run, as patterns of path.Match;
	// empty: all.
	Only string

	// All runs every clause against every mutant, for the matrix.
	All bool

	// Parallel is how many mutants run at once; 0: as many as there are
	// processors.
	Parallel int

	// Seed makes the runs repeatable, together with the mutants' names; 0: 1.
	Seed uint64

	// Done is told of each mutant when it is done, by one goroutine at a time.
	Done func(*Outcome, int)
}

// Outcome is how the suite dealt with one mutant.
type Outcome struct {
	Mutant *Mutant

	// Statuses are those of the clauses that were run.
	Statuses map[string]conformance.Status

	// Survived are clauses that should have failed the mutant and did not, and
	// Blamed those that failed a legal one.
	Survived, Blamed []string

	// Err says that the mutant could not be run.
	Err error
}

// OK reports whether the suite did what it should.
func (o *Outcome) OK() bool { return o.Err == nil && len(o.Survived) == 0 && len(o.Blamed) == 0 }

// Run runs the suite against every mutant of the corpus. Outcomes come in the
// order of the corpus. The error says that nothing could be run.
func Run(ctx context.Context, corpus *Corpus, o *Options) ([]Outcome, error) {
	if o == nil {
		o = &Options{}
	}
	root, err := Root(ctx)
	if err != nil {
		return nil, err
	}
	chosen, err := choose(corpus, o.Only)
	if err != nil {
		return nil, err
	}
	s := &session{root: root, source: NewSource(os.DirFS(root), corpus.Tags...), corpus: corpus, options: o, subjects: subjectsOf(corpus, root)}
	defer s.subjects.close()
	for _, m := range chosen {
		if err := s.subjects.start(ctx, m.Subject); err != nil {
			return nil, err
		}
	}
	outcomes := make([]Outcome, len(chosen))
	var running sync.WaitGroup
	var telling sync.Mutex
	left := len(chosen)
	slots := make(chan struct{}, cmp.Or(o.Parallel, runtime.GOMAXPROCS(0)))
	for i, m := range chosen {
		slots <- struct{}{}
		if ctx.Err() != nil {
			break
		}
		running.Go(func() {
			defer func() { <-slots }()
			outcomes[i] = s.run(ctx, m, seedOf(m, o.Seed))
			telling.Lock()
			defer telling.Unlock()
			left--
			if o.Done != nil && ctx.Err() == nil {
				o.Done(&outcomes[i], left)
			}
		})
	}
	running.Wait()
	return outcomes, ctx.Err()
}

// seedOf returns another seed for each mutant, because mutants share a sandbox
// whose scopes are drawn from the seed. It is the same whichever others run.
func seedOf(m *Mutant, seed uint64) uint64 {
	hash := fnv.New32a()
	_, _ = hash.Write([]byte(m.Name))
	return uint64(hash.Sum32()) + max(seed, 1)
}

// NoMutantError says that none was asked for that there is.
type NoMutantError struct{ Only string }

func (e *NoMutantError) Error() string { return fmt.Sprintf("no mutant fits %q", e.Only) }

func choose(corpus *Corpus, only string) ([]*Mutant, error) {
	var chosen []*Mutant
	for i := range corpus.Mutants {
		m := &corpus.Mutants[i]
		fits := only == "" || slices.ContainsFunc(strings.Split(only, ","), func(pattern string) bool {
			ok, _ := filepath.Match(strings.TrimSpace(pattern), m.Name)
			return ok
		})
		if fits {
			chosen = append(chosen, m)
		}
	}
	if len(chosen) == 0 {
		return nil, &NoMutantError{Only: only}
	}
	return chosen, nil
}

// chanceClause walks at random for as long as it has time. Whether it meets a
// defect that is not its own is chance, and no cell of a matrix.
const chanceClause = "PRP-001"

// session holds what the mutants of one run share.
type session struct {
	root    string
	source  *Source
	corpus  *Corpus
	options *Options

	subjects subjects
}

// run builds one mutant and lets the suite judge it.
func (s *session) run(ctx context.Context, m *Mutant, seed uint64) Outcome {
	outcome := Outcome{Mutant: m}
	folder, err := os.MkdirTemp("", "paysocket-mutant")
	if err != nil {
		outcome.Err = err
		return outcome
	}
	defer func() { _ = os.RemoveAll(folder) }()
	binary, err := m.build(ctx, s.source, s.root, folder, s.corpus.Subjects[m.Subject].Package)
	if err != nil {
		outcome.Err = err
		return outcome
	}
	options := &conformance.Options{Seed: seed}
	switch {
	case m.Legal(): // every clause must pass it
	case !s.options.All:
		options.Run = strings.Join(m.Kills, ",")
	case !slices.Contains(m.Kills, chanceClause):
		options.Skip = chanceClause
	}
	report, err := s.subjects.run(ctx, m.Subject, binary, options)
	if err == nil && ctx.Err() != nil {
		err = errors.New("broken off")
	}
	if err != nil {
		outcome.Err = fmt.Errorf("mutant %s: %w", m.Name, err)
		return outcome
	}
	outcome.judge(report)
	return outcome
}

// reasonOf says why a clause could not be checked.
func reasonOf(report *conformance.Report, id string) string {
	for i := range report.Clauses {
		unchecked := report.Clauses[i].Status == conformance.Errored || report.Clauses[i].Status == conformance.Unverified
		if report.Clauses[i].ID == id && unchecked && report.Clauses[i].Reason != "" {
			return " (" + report.Clauses[i].Reason + ")"
		}
	}
	return ""
}

// judge compares what the suite found with what it should have.
func (o *Outcome) judge(report *conformance.Report) {
	o.Statuses = make(map[string]conformance.Status)
	reasons := make(map[string]string)
	for i := range report.Clauses {
		result := &report.Clauses[i]
		if before := o.Statuses[result.ID]; before != conformance.Fail { // of several variants the worst counts
			o.Statuses[result.ID], reasons[result.ID] = result.Status, result.Reason
		}
	}
	for _, id := range o.Mutant.Kills {
		if o.Statuses[id] != conformance.Fail {
			o.Survived = append(o.Survived, fmt.Sprintf("%s is %s%s", id, cmp.Or(o.Statuses[id], "no clause"), reasonOf(report, id)))
		}
	}
	if !o.Mutant.Legal() {
		return
	}
	for id, status := range o.Statuses {
		if !slices.Contains([]conformance.Status{conformance.Pass, conformance.NotApplied, conformance.XFail}, status) {
			o.Blamed = append(o.Blamed, fmt.Sprintf("%s is %s (%.200s)", id, status, reasons[id]))
		}
	}
	slices.Sort(o.Blamed)
}
