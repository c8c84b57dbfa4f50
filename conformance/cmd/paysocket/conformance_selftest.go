package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/paysocket/paysocket/conformance"
	"github.com/paysocket/paysocket/conformance/selftest"
)

// selftestFlags are the flags of "conformance selftest".
type selftestFlags struct {
	mutants string
	matrix  string
	write   bool
	options selftest.Options
}

// committedMatrix is where the repository keeps the matrix.
const committedMatrix = "conformance/selftest/matrix.txt"

func conformanceSelftestCommand(ctx context.Context) *cobra.Command {
	var flags selftestFlags
	command := &cobra.Command{
		Use:   "selftest",
		Short: "Prove that the suite can fail",
		Long: `Build providers with a defect each from this repository's source, and check
that the suite fails them at the clauses named for the defect. It has to be run
in the repository, after "make build".`,
		Args: usage(cobra.NoArgs),
		RunE: func(command *cobra.Command, _ []string) error {
			return flags.run(ctx, command.OutOrStdout())
		},
	}
	set := command.Flags()
	set.StringVar(&flags.mutants, "mutants", "", "a list of mutants, in place of the built-in one")
	set.StringVar(&flags.matrix, "matrix", "", "run all clauses, and compare all cells with the committed matrix, or with --matrix=FILE")
	set.Lookup("matrix").NoOptDefVal = committedMatrix
	set.BoolVar(&flags.write, "write", false, "with --matrix: write the file; with --only, too, the lines of those mutants")
	set.StringVar(&flags.options.Only, "only", "", "only these mutants, such as 'calls-*,ignores-the-key'")
	set.IntVar(&flags.options.Parallel, "parallel", 0, "how many mutants run at once (default: processors)")
	set.Uint64Var(&flags.options.Seed, "seed", 0, "the seed of the suite's runs (default: 1)")
	return command
}

func (f *selftestFlags) run(ctx context.Context, out io.Writer) error {
	if f.write && f.matrix == "" {
		return &usageError{errors.New("--write needs --matrix FILE")}
	}
	corpus, err := f.corpus()
	if err != nil {
		return &usageError{err}
	}
	f.options.All = f.matrix != ""
	f.options.Done = func(outcome *selftest.Outcome, left int) { writeOutcome(out, outcome, left) }
	outcomes, err := selftest.Run(ctx, corpus, &f.options)
	if ctx.Err() != nil {
		return &exitError{code: conformance.ExitInterrupted}
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

func (f *selftestFlags) corpus() (*selftest.Corpus, error) {
	if f.mutants == "" {
		return selftest.Own()
	}
	return selftest.Load(f.mutants)
}

// compare holds the cells against the committed ones.
func (f *selftestFlags) compare(out io.Writer, outcomes []selftest.Outcome) error {
	if f.matrix == "" {
		return nil
	}
	matrix := selftest.NewMatrix(outcomes)
	if f.write {
		if before, err := selftest.ReadMatrix(f.matrix); err == nil && f.options.Only != "" {
			matrix.Keep(before)
		}
		return os.WriteFile(f.matrix, matrix.Bytes(), 0o644) //nolint:gosec // it is committed
	}
	before, err := selftest.ReadMatrix(f.matrix)
	if err != nil {
		return &usageError{err}
	}
	differences := matrix.Compare(before)
	for _, difference := range differences {
		fmt.Fprintln(out, "matrix:", difference)
	}
	if len(differences) > 0 {
		return &exitError{code: conformance.ExitNonConformant, text: fmt.Sprintf("%d cells differ from %s", len(differences), f.matrix)}
	}
	if missing := matrix.Missing(before); len(missing) > 0 {
		return &exitError{code: conformance.ExitPartial, text: fmt.Sprintf(
			"%d mutants have no line in %s, %s first; --write writes them", len(missing), f.matrix, missing[0])}
	}
	return nil
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
