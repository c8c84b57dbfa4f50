package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/paysocket/paysocket/conformance"
	"github.com/paysocket/paysocket/conformance/internal/selftest"
	"github.com/paysocket/paysocket/internal/tool"
)

// selftestFlags are the flags of "conformance selftest" and of "conformance host selftest".
type selftestFlags struct {
	kind    selftest.Kind
	mutants string
	matrix  string
	write   bool
	stale   bool
	sample  sampleFlags
	options selftest.Options

	committed *selftest.Matrix // nil: there is none
}

// committedMatrix is where the repository keeps the matrix.
const committedMatrix = "conformance/internal/selftest/matrix.txt"

// conformanceSelftestCommand returns the command for the providers' mutants: with the
// matrix, and with what follows the source.
func conformanceSelftestCommand(ctx context.Context) *cobra.Command {
	command, flags := selftestCommand(ctx, selftest.Providers)
	set := command.Flags()
	set.StringVar(&flags.matrix, "matrix", "", "run all clauses, and compare all cells with the committed matrix, or with --matrix=FILE")
	set.Lookup("matrix").NoOptDefVal = committedMatrix
	set.BoolVar(&flags.write, "write", false, "with --matrix: write the file; with --only, --sample or --since the lines of those mutants")
	set.BoolVar(&flags.stale, "stale", false, "with --matrix: only mutants whose line is of fewer clauses than there are now")
	command.AddCommand(selftestMigrateCommand(ctx))
	command.AddCommand(selftestMoveCommands(ctx)...)
	return command
}

// selftestCommand returns the command for the mutants of a kind, and its flags.
func selftestCommand(ctx context.Context, kind selftest.Kind) (*cobra.Command, *selftestFlags) {
	flags := &selftestFlags{kind: kind}
	command := &cobra.Command{
		Use:   "selftest",
		Short: "Prove that the suite can fail",
		Long: fmt.Sprintf(`Build defective %ss (mutants) from this repository's source, each with one
defect, and check that each fails the clauses that its mutant names. A mutant with
another result is run a second time by itself, because a busy machine can be the
cause. Run this in the repository, after "make build".`, kind),
		Args: tool.Check(cobra.NoArgs),
		RunE: func(command *cobra.Command, _ []string) error {
			return flags.run(ctx, command.OutOrStdout())
		},
	}
	set := command.Flags()
	set.StringVar(&flags.mutants, "mutants", "", "a list of mutants, in place of the built-in one")
	set.StringVar(&flags.options.Only, "only", "", "only these mutants, such as 'calls-*,ignores-the-key'")
	set.IntVar(&flags.options.Parallel, "parallel", 0, "how many mutants run at once (default: processors)")
	set.Uint64Var(&flags.options.Seed, "seed", 0, "the seed of the suite's runs (default: 1)")
	flags.sample.add(set)
	command.AddCommand(selftestCheckCommand(ctx, kind))
	return command, flags
}

func (f *selftestFlags) run(ctx context.Context, out io.Writer) error {
	if f.write && f.matrix == "" {
		return tool.Misused(errors.New("--write needs --matrix FILE"))
	}
	if f.stale && f.matrix == "" {
		return tool.Misused(errors.New("--stale needs --matrix"))
	}
	if err := f.sample.check(f.options.Only); err != nil {
		return tool.Misused(err)
	}
	corpus, err := f.corpus()
	if err != nil {
		return tool.Misused(err)
	}
	if f.matrix != "" {
		f.committed, err = selftest.ReadMatrix(f.matrix)
		if f.write {
			err = f.writable()
		}
		if err != nil { // before an hour of work, and not after
			return tool.Misused(err)
		}
	}
	if corpus, err = f.sample.choose(ctx, out, corpus); err != nil {
		return tool.Misused(err)
	}
	if f.stale {
		if corpus, err = f.staleOf(corpus); err != nil {
			return &exitError{code: conformance.ExitInconclusive, text: err.Error()}
		}
	}
	outcomes, err := f.outcomes(ctx, out, corpus)
	if ctx.Err() != nil {
		return &exitError{code: exitInterrupted}
	}
	if none, ok := errors.AsType[*selftest.NoMutantError](err); ok && f.stale && len(corpus.Mutants) > 0 {
		fmt.Fprintf(out, "no line to be written: %v\n", none)
		return nil
	} else if ok {
		return tool.Misused(none)
	}
	if err != nil {
		return &exitError{code: conformance.ExitInconclusive, text: err.Error()}
	}
	compared := f.compare(out, outcomes)
	wrong := 0
	for i := range outcomes {
		if !outcomes[i].OK() {
			wrong++
		}
	}
	fmt.Fprintf(out, "%d mutants, %d not dealt with as they should be\n", len(outcomes), wrong)
	if wrong > 0 {
		return &exitError{code: conformance.ExitNonConformant}
	}
	return compared
}

// outcomes runs the mutants, and those once more by themselves that were not
// dealt with as they should be or have other cells than are committed: what
// depends on time can be the fault of a busy machine. What is wrong stays so.
func (f *selftestFlags) outcomes(ctx context.Context, out io.Writer, corpus *selftest.Corpus) ([]selftest.Outcome, error) {
	f.options.All = f.matrix != ""
	if len(corpus.Mutants) == 0 { // none changed
		return nil, nil
	}
	sofar := selftest.NewMatrix(nil)
	f.options.Done = func(outcome *selftest.Outcome, left int) {
		writeOutcome(out, outcome, left)
		if f.write && outcome.OK() { // each at once: a run takes long, and tells at its end what could not be written
			sofar.Take(outcome)
			_ = f.save(sofar)
		}
	}
	outcomes, err := selftest.Run(ctx, corpus, &f.options)
	if err != nil {
		return nil, err
	}
	doubtful := f.doubtful(outcomes)
	if len(doubtful) == 0 {
		return outcomes, nil
	}
	fmt.Fprintf(out, "%d mutants are run again, one at a time\n", len(doubtful))
	again := f.options
	again.Only, again.Parallel = strings.Join(doubtful, ","), 1
	seconds, err := selftest.Run(ctx, corpus, &again)
	if err != nil { // those that were broken off are of no mutant
		return nil, err
	}
	for i := range seconds {
		at := slices.IndexFunc(outcomes, func(first selftest.Outcome) bool { return first.Mutant == seconds[i].Mutant })
		outcomes[at] = seconds[i]
	}
	return outcomes, nil
}

// doubtful names the mutants to be run again.
func (f *selftestFlags) doubtful(outcomes []selftest.Outcome) []string {
	var names []string
	for i := range outcomes {
		one := selftest.NewMatrix(outcomes[i : i+1])
		differs := f.committed != nil && !f.write && len(one.Compare(f.committed)) > 0
		if !outcomes[i].OK() || differs {
			names = append(names, outcomes[i].Mutant.Name)
		}
	}
	return names
}

func (f *selftestFlags) corpus() (*selftest.Corpus, error) {
	if f.mutants == "" {
		return selftest.Own(f.kind)
	}
	return selftest.Load(f.kind, f.mutants)
}

// compare holds the cells against the committed ones, or commits them.
func (f *selftestFlags) compare(out io.Writer, outcomes []selftest.Outcome) error {
	if f.matrix == "" {
		return nil
	}
	matrix := selftest.NewMatrix(outcomes)
	if f.write {
		if f.options.Only == "" && !f.sample.isSet() && !f.stale {
			f.committed = nil // and with it the lines of mutants that are no more
		}
		return f.save(matrix)
	}
	differences := matrix.Compare(f.committed)
	for _, difference := range differences {
		fmt.Fprintln(out, "matrix:", difference)
	}
	if len(differences) > 0 {
		return &exitError{code: conformance.ExitNonConformant, text: fmt.Sprintf("%d cells differ from %s", len(differences), f.matrix)}
	}
	if missing := matrix.Missing(f.committed); len(missing) > 0 {
		return &exitError{code: conformance.ExitPartial, text: fmt.Sprintf(
			"%d mutants have no line of a whole run in %s, %s first; --write writes them", len(missing), f.matrix, missing[0])}
	}
	return nil
}

// staleOf returns the corpus with the mutants whose line is not of a whole run of the
// suite as it is.
func (f *selftestFlags) staleOf(corpus *selftest.Corpus) (*selftest.Corpus, error) {
	catalogue, err := conformance.LoadCatalogue()
	if err != nil {
		return nil, err
	}
	if f.committed == nil {
		return corpus, nil
	}
	return f.committed.Stale(corpus, len(catalogue.Clauses)), nil
}

func (f *selftestFlags) writable() error {
	file, err := os.OpenFile(f.matrix, os.O_WRONLY|os.O_CREATE, 0o644) //nolint:gosec // it is committed
	if err != nil {
		return err
	}
	return file.Close()
}

// save writes the matrix, with the lines that stay as they were.
func (f *selftestFlags) save(matrix *selftest.Matrix) error {
	if f.committed != nil {
		matrix.Keep(f.committed)
	}
	return os.WriteFile(f.matrix, matrix.Bytes(), 0o644) //nolint:gosec // it is committed
}

func writeOutcome(out io.Writer, outcome *selftest.Outcome, left int) {
	what := "killed"
	switch {
	case outcome.Err != nil:
		what = "ERROR " + outcome.Err.Error()
	case len(outcome.Survived) > 0:
		what = "SURVIVED " + strings.Join(outcome.Survived, ", ")
	case len(outcome.Blamed) > 0:
		what = "BLAMED " + strings.Join(outcome.Blamed, ", ")
	case outcome.Mutant.Legal():
		what = "passed, as it should"
	}
	fmt.Fprintf(out, "%-50s %s (%d left)\n", outcome.Mutant.Name, what, left)
}
