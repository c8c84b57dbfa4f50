package main

import (
	"context"
	"fmt"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"github.com/paysocket/paysocket/conformance"
	"github.com/paysocket/paysocket/conformance/internal/selftest"
	"github.com/paysocket/paysocket/internal/tool"
)

func selftestMigrateCommand(ctx context.Context) *cobra.Command {
	var base string
	command := &cobra.Command{
		Use:   "migrate OLD-LIST",
		Short: "Turn a list of mutants in the old form into the new one",
		Long: `Read a list whose edits have the old form (file, old, new) and print it in the new one
(in, find, put), for the source in the working tree. The old form belongs to the source of
commit ` + selftest.Base[:7] + `: there each edit is anchored by its declaration, and what both forms
build is compared. Then it goes along with what ` + committedMoves + ` says has
happened since. A mutant that cannot be carried is named on stderr and has no edits, and
the exit code is 1.`,
		Args: tool.Check(cobra.ExactArgs(1)),
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
		return tool.Misused(err)
	}
	list, err := selftest.ReadOldList(text)
	if err != nil {
		return tool.Misused(fmt.Errorf("%s: %w", file, err))
	}
	root, err := selftest.Root(ctx)
	if err != nil {
		return tool.Misused(err)
	}
	tree, err := baseTree(ctx, root, base)
	if err != nil {
		return tool.Misused(err)
	}
	moves, err := readMoves(root)
	if err != nil {
		return tool.Misused(err)
	}
	migration, err := selftest.Migrate(ctx, list, selftest.NewSource(tree), &selftest.MigrateOptions{Moves: moves, Root: root})
	if err != nil {
		return err
	}
	if _, err := command.OutOrStdout().Write(migration.Text); err != nil {
		return err
	}
	for _, note := range migration.Notes {
		fmt.Fprintln(command.ErrOrStderr(), "look at", note)
	}
	for _, lost := range migration.Lost {
		fmt.Fprintln(command.ErrOrStderr(), "lost:", lost)
	}
	fmt.Fprintf(command.ErrOrStderr(), "%d of %d mutants carried, each proven to build in its new form what it built at %s\n",
		len(list.Mutants)-len(migration.Lost), len(list.Mutants), selftest.Base[:7])
	if len(migration.Lost) > 0 {
		return &exitError{code: conformance.ExitNonConformant}
	}
	return nil
}

// baseTree returns the source that lists of the old form were written for.
func baseTree(ctx context.Context, root, base string) (fs.FS, error) {
	if base != "" {
		return os.DirFS(base), nil
	}
	return selftest.Committed(ctx, root, selftest.Base)
}
