package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/paysocket/paysocket/host-example/move"
	"github.com/paysocket/paysocket/host-example/shop"
	"github.com/paysocket/paysocket/internal/tool"
)

func moveCommand(ctx context.Context) *cobra.Command {
	options := move.Options{Credentials: &shop.Credentials{LookupEnv: os.LookupEnv}}
	var back bool
	command := &cobra.Command{
		Use:   "move --from FILE --to postgres://USER@HOST/NAME",
		Short: "Move the sales from a file of SQLite to an empty database of PostgreSQL",
		Long: `Copy all sales from a file of SQLite to an empty database of PostgreSQL, read them back,
and compare. No host may run on either. Afterwards none starts on the file, which stays as
a copy of what was moved. If the command fails or is ended in any way, run it again.

With --back a host may use the file again, and none the database, as long as nothing was
sold there. docs/operating.md has the steps before and after.`,
		Example: "  host-example move --from shop.db --to postgres://shop@db/shop --database-password-file db-password",
		Args:    tool.Check(cobra.NoArgs),
		RunE: func(command *cobra.Command, _ []string) error {
			stderr := command.ErrOrStderr()
			options.Progress = func(line string) { fmt.Fprintln(stderr, "host-example: move:", line) }
			if back {
				report, err := move.Back(ctx, &options)
				if err == nil {
					fmt.Fprintf(command.OutOrStdout(), "The sales are in %s again; %s was left.\nStart the host with --database %[1]s\n", report.To, report.From)
				}
				return err
			}
			report, err := move.Run(ctx, &options)
			if err == nil {
				printMove(command.OutOrStdout(), report)
			}
			return err
		},
	}
	set := command.Flags()
	set.StringVar(&options.From, "from", "", "the file of SQLite, which was --database of serve")
	set.StringVar(&options.To, "to", "", "the database of PostgreSQL: postgres://USER@HOST/NAME without a password")
	set.StringVar(&options.Credentials.PasswordFile, "database-password-file", "", "the file with the password of PostgreSQL, readable by the host's user only (default: PGPASSFILE)")
	set.StringVar(&options.KeyFile, "key-file", "", "the key that seals what is known of buyers, which was --key-file of serve (default: the file of SQLite with .key)")
	set.BoolVar(&back, "back", false, "undo the move from this file to this database")
	command.PreRunE = func(*cobra.Command, []string) error {
		if options.From == "" || options.To == "" {
			return tool.Misused(errors.New("--from or --to is missing; name the file of SQLite, and the database of PostgreSQL"))
		}
		return nil
	}
	return command
}

// printMove prints what was moved, and how to go on.
func printMove(out io.Writer, report *move.Report) {
	if len(report.Tables) == 0 {
		fmt.Fprintln(out, "PostgreSQL had committed the move already; it is complete now.")
	}
	for _, table := range report.Tables {
		fmt.Fprintf(out, "%-24s %9d rows, digest %s\n", table.Name, table.Rows, table.Digest)
	}
	fmt.Fprintf(out, "The sales are in %s; no host starts on %s any more.\nStart the host with --database '%[1]s' --key-file %[3]s\n", report.To, report.From, report.KeyFile)
}
