package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/paysocket/paysocket/conformance"
	"github.com/paysocket/paysocket/conformance/internal/selftest"
	"github.com/paysocket/paysocket/internal/tool"
)

func selftestCheckCommand(ctx context.Context, kind selftest.Kind) *cobra.Command {
	var mutants string
	var record bool
	var byHand []string
	var options selftest.CheckOptions
	command := &cobra.Command{
		Use:   "check",
		Short: "Name the mutants that do not fit the source",
		Long: `Name the mutants that do not fit the source as it is in the working tree, and say why,
without building them. The exit code is 1 if there are any.`,
		Args: tool.Check(cobra.NoArgs),
		RunE: func(command *cobra.Command, _ []string) error {
			root, err := selftest.Root(ctx)
			if err != nil {
				return tool.Misused(err)
			}
			if mutants == "" {
				mutants = filepath.Join(root, filepath.FromSlash(kind.File()))
			}
			corpus, err := selftest.Load(kind, mutants)
			if err != nil {
				return tool.Misused(err)
			}
			problems, err := selftest.Check(ctx, corpus, root, &options)
			if err == nil && record {
				problems, err = checkRecord(ctx, command.OutOrStdout(), corpus, root, byHand, problems)
			}
			if err != nil {
				return &exitError{code: conformance.ExitInconclusive, text: err.Error()}
			}
			for _, problem := range problems {
				fmt.Fprintln(command.OutOrStdout(), problem)
			}
			fmt.Fprintf(command.OutOrStdout(), "%d mutants, %d problems\n", len(corpus.Mutants), len(problems))
			if len(problems) > 0 {
				return &exitError{code: conformance.ExitNonConformant}
			}
			return nil
		},
	}
	set := command.Flags()
	set.StringVar(&mutants, "mutants", "", "a list of mutants (default: "+kind.File()+")")
	set.BoolVar(&options.Compile, "compile", false, "type-check the packages that each mutant changes, too")
	if kind == selftest.Providers {
		set.BoolVar(&record, "record", false, "replay "+committedMoves+" and compare what it leads to, too")
		set.StringSliceVar(&byHand, "by-hand", nil, "with --record: mutants that were carried by hand, which the record does not lead to")
	}
	set.IntVar(&options.Parallel, "parallel", 0, "how many mutants are checked at once (default: processors)")
	return command
}

// checkRecord compares the mutants with those that the record leads to, but for those
// that were carried by hand.
func checkRecord(
	ctx context.Context, out io.Writer, corpus *selftest.Corpus, root string, byHand []string, problems []error,
) ([]error, error) {
	moves, err := readMoves(root)
	if err != nil {
		return nil, err
	}
	found, err := selftest.CheckRecord(ctx, corpus, root, moves)
	if err != nil {
		return nil, err
	}
	for _, gap := range found.Gaps {
		fmt.Fprintln(out, "the record is silent:", gap)
	}
	fmt.Fprintf(out, "%d mutants build what %s leads to from commit %s; of %d declarations it does not tell\n",
		found.Same, committedMoves, selftest.Base[:7], len(found.Gaps))
	return append(problems, exceptByHand(found.Problems, byHand)...), nil
}

// exceptByHand returns the problems but those of the mutants that were carried by
// hand. Where one of these has no problem, that is one.
func exceptByHand(problems []error, byHand []string) []error {
	for _, name := range byHand {
		others := slices.DeleteFunc(slices.Clone(problems), func(problem error) bool {
			after, isOfMutants := strings.CutPrefix(problem.Error(), "mutant "+name)
			return isOfMutants && strings.IndexAny(after, ": ") == 0
		})
		if len(others) == len(problems) {
			others = append(others, fmt.Errorf("mutant %s: --by-hand names it, and the record leads to it; take it out", name))
		}
		problems = others
	}
	return problems
}

func readMoves(root string) ([]selftest.Move, error) {
	record, err := os.ReadFile(filepath.Join(root, committedMoves)) //nolint:gosec // a file of the module
	if err != nil {
		return nil, err
	}
	moves, err := selftest.ReadMoves(record)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", committedMoves, err)
	}
	return moves, nil
}
