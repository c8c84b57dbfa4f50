package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/paysocket/paysocket/conformance/internal/selftest"
	"github.com/paysocket/paysocket/internal/tool"
)

// committedMoves is where the repository keeps what happened to the source of mutants.
const committedMoves = "conformance/internal/selftest/moves.yaml"

// selftestMoveCommands are the commands for those who rearrange the source.
func selftestMoveCommands(ctx context.Context) []*cobra.Command {
	rewrite := moveCommand(ctx, "rewrite IN FROM TO", "Replace a run of tokens in what mutants find and put",
		`IN is "everywhere", a package folder, or a folder and a declaration in one argument
("provider/memory client.send"). FROM and TO are Go tokens. A $name in FROM stands for
any tokens with whole brackets, and in TO for the same ones. Where a mutant finds only a
part of FROM, it finds all of it from now on.`, 3,
		func(args []string) *selftest.Move {
			return &selftest.Move{Rewrite: args[0], From: args[1], To: args[2]}
		})
	return []*cobra.Command{
		moveCommand(ctx, "rename FOLDER OLD NEW", "Rename a declaration, a method, a field or a variable",
			`OLD is F, T.M for a method, T.f for a field of a struct, or F:x (T.M:x) for a variable
inside of a function. NEW is its new name, with its type again for a method or field (T.N),
and without its function for a variable. Edits of it, and what other edits say of it, are
renamed.`, 3,
			func(args []string) *selftest.Move {
				return &selftest.Move{Rename: args[0] + " " + args[1] + " -> " + args[2]}
			}),
		moveCommand(ctx, "move FOLDER NAME TO-FOLDER TO-NAME", "Move a declaration to another package",
			`A type moves with its methods. What other edits say of it gets the name of the package
before it, or loses it.`, 4,
			func(args []string) *selftest.Move {
				return &selftest.Move{Move: args[0] + " " + args[1] + " -> " + args[2] + " " + args[3]}
			}),
		moveCommand(ctx, "move-package FOLDER TO-FOLDER", "Move a package to another folder",
			`Its name before a dot stays: that is "requalify".`, 2,
			func(args []string) *selftest.Move {
				return &selftest.Move{Package: args[0] + " -> " + args[1]}
			}),
		moveCommand(ctx, "requalify FOLDER OLD NEW", "Change the name of a package before a dot",
			`FOLDER is where the package is now.`, 3,
			func(args []string) *selftest.Move {
				return &selftest.Move{Qualifier: args[0] + " " + args[1] + " -> " + args[2]}
			}),
		moveCommand(ctx, "rehome FOLDER OLD TO-FOLDER NEW", "Look for edits of one declaration in another one, too",
			`For code that was moved from one function into another, or split off it. An edit that
still fits OLD stays there; one that fits NEW goes there.`, 4,
			func(args []string) *selftest.Move {
				return &selftest.Move{Rehome: args[0] + " " + args[1] + " -> " + args[2] + " " + args[3]}
			}),
		moveCommand(ctx, "gone FOLDER NAME", "Note that a declaration was taken out",
			`For one that nothing took the place of. Otherwise it was renamed, moved or rehomed.`, 2,
			func(args []string) *selftest.Move {
				return &selftest.Move{Gone: args[0] + " " + args[1]}
			}),
		withImports(rewrite),
		refitCommand(ctx),
	}
}

// moveCommand returns the command for one kind of entry.
func moveCommand(ctx context.Context, use, short, long string, arguments int, entry func([]string) *selftest.Move) *cobra.Command {
	command := &cobra.Command{
		Use: use, Short: short,
		Long: long + `

The change is made in ` + selftest.Providers.File() + ` and in
host_mutants.yaml beside it, and noted in ` + committedMoves + `. It can be done before or after the source is changed:
what names mean is read from the working tree if a mutant fits it, and from the last commit
if not. What had to be taken at its word is said.`,
		Args: tool.Check(cobra.ExactArgs(arguments)),
	}
	command.RunE = func(command *cobra.Command, args []string) error {
		move := entry(args)
		if imports, err := command.Flags().GetStringSlice("import"); err == nil {
			move.Imports = imports
		}
		return applyMove(ctx, command.OutOrStdout(), move)
	}
	return command
}

func withImports(command *cobra.Command) *cobra.Command {
	command.Flags().StringSlice("import", nil, "what TO needs to be imported, as 'path' or 'name path'")
	return command
}

func applyMove(ctx context.Context, out io.Writer, move *selftest.Move) error {
	root, err := selftest.Root(ctx)
	if err != nil {
		return tool.Misused(err)
	}
	moves := filepath.Join(root, committedMoves)
	record, err := os.ReadFile(moves) //nolint:gosec // a file of the module
	if err != nil {
		return tool.Misused(err)
	}
	if err := changeLists(out, root, func(list []byte) (*selftest.Change, error) { return selftest.Apply(ctx, root, list, move) }); err != nil {
		return err
	}
	return os.WriteFile(moves, append(record, move.Line()...), 0o644) //nolint:gosec // it is committed
}

// changeLists changes both committed lists of mutants, or none.
func changeLists(out io.Writer, root string, change func(list []byte) (*selftest.Change, error)) error {
	changes := make(map[selftest.Kind]*selftest.Change)
	kinds := []selftest.Kind{selftest.Providers, selftest.Hosts}
	for _, kind := range kinds {
		list, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(kind.File()))) //nolint:gosec // a file of the module
		if err == nil {
			changes[kind], err = change(list)
		}
		if err != nil {
			return tool.Misused(err)
		}
	}
	for _, kind := range kinds {
		err := os.WriteFile(filepath.Join(root, filepath.FromSlash(kind.File())), changes[kind].List, 0o644) //nolint:gosec // it is committed
		if err != nil {
			return err
		}
		tellChange(out, kind, changes[kind])
	}
	return nil
}

func tellChange(out io.Writer, kind selftest.Kind, change *selftest.Change) {
	for _, note := range change.Notes {
		fmt.Fprintln(out, "look at", note)
	}
	for _, stale := range change.Stale {
		fmt.Fprintln(out, "until the source follows,", stale)
	}
	fmt.Fprintf(out, "%s: %d mutants changed, %d do not fit the working tree, %d things to look at\n", filepath.Base(kind.File()),
		len(change.Mutants), len(change.Stale), len(change.Notes))
}

func refitCommand(ctx context.Context) *cobra.Command {
	return &cobra.Command{
		Use:   "refit",
		Short: "Give stale mutants other patterns",
		Long: `For mutants that are stale because something around the code that they change is not as
it was. Where that code still stands in its declaration, another pattern is found for it,
with what the last commit has around it. Nothing is noted in ` + committedMoves + `,
since "migrate" does the same by itself.`,
		Args: tool.Check(cobra.NoArgs),
		RunE: func(command *cobra.Command, _ []string) error {
			root, err := selftest.Root(ctx)
			if err != nil {
				return tool.Misused(err)
			}
			return changeLists(command.OutOrStdout(), root, func(list []byte) (*selftest.Change, error) { return selftest.Refit(ctx, root, list) })
		},
	}
}
