package main

import (
	"context"
	"fmt"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"github.com/paysocket/paysocket/conformance"
	"github.com/paysocket/paysocket/conformance/selftest"
)

func selftestMigrateCommand(ctx context.Context) *cobra.Command {
	var base string
	command := &cobra.Command{
		Use:   "migrate OLD-LIST",
		Short: "Turn a list of mutants in the old form into the new one",
		Long: `Read a list whose edits have the old form (file, old, new) and print it in the
new one (in, find, put). The old form belongs to the source of commit
` + selftest.Base[:7] + `, where each edit is anchored by its declaration; what both forms
build there is compared. A mutant that cannot be carried is named on stderr, and
the exit code is 1.`,
		Args: usage(cobra.ExactArgs(1)),
		RunE: func(command *cobra.Command, args []string) error {
			return migrate(ctx, command, base, args[0])
		},
	}
	command.Flags().StringVar(&base, "base", "", "a checkout of commit "+selftest.Base[:7]+" (default: what git has)")
	return command
}

func migrate(ctx context.Context, command *cobra.Command, base, file string) error {
	text, err := os.ReadFile(file) //nolint:gosec // the file is the person's own choice
	if err != nil {
		return &usageError{err}
	}
	list, err := selftest.ReadOldList(text)
	if err != nil {
		return &usageError{fmt.Errorf("%s: %w", file, err)}
	}
	tree, err := baseTree(ctx, base)
	if err != nil {
		return &usageError{err}
	}
	migration, err := selftest.Migrate(list, selftest.NewSource(tree))
	if err != nil {
		return err
	}
	if _, err := command.OutOrStdout().Write(migration.Text); err != nil {
		return err
	}
	for _, lost := range migration.Lost {
		fmt.Fprintln(command.ErrOrStderr(), lost)
	}
	fmt.Fprintf(command.ErrOrStderr(), "%d of %d mutants build the same in both forms\n",
		len(list.Mutants)-len(migration.Lost), len(list.Mutants))
	if len(migration.Lost) > 0 {
		return &exitError{code: conformance.ExitNonConformant}
	}
	return nil
}

// baseTree returns the source that lists of the old form were written for.
func baseTree(ctx context.Context, base string) (fs.FS, error) {
	if base != "" {
		return os.DirFS(base), nil
	}
	root, err := selftest.Root(ctx)
	if err != nil {
		return nil, err
	}
	return selftest.Committed(ctx, root, selftest.Base)
}
