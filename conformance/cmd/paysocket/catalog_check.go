package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/paysocket/paysocket/plugin/supervisor"
)

func catalogCheckCommand(ctx context.Context) *cobra.Command {
	var rules catalogRules
	command := &cobra.Command{
		Use:   "check FILE",
		Short: "Check a catalog, and every provider of it, as a host would",
		Long: `Read a catalog, and do for every entry what a host does before it configures a
provider: check the binary and its sum, start it, read its descriptor and the
version of its contract, read its conformance report, and check each setting and
secret. No provider is configured, so nothing is sent to a gateway. Secrets are
read, and not shown. Run it as the host's user, so that it sees what the host sees.

Exit codes:
  0  a host would start every provider
  1  it would not; what is wrong, and what to do, is printed
  2  the arguments are wrong`,
		Args: usage(cobra.ExactArgs(1)),
		RunE: func(command *cobra.Command, args []string) error {
			catalog, err := supervisor.LoadCatalog(args[0])
			if errors.Is(err, os.ErrNotExist) {
				return &usageError{err}
			}
			if err != nil {
				return err
			}
			return checkCatalog(ctx, command.OutOrStdout(), catalog, &rules)
		},
	}
	set := command.Flags()
	set.BoolVar(&rules.requireReport, "require-conformance", false, "require a conformance report of every entry, as a host with that flag does")
	set.StringVar(&rules.profile, "conformance-profile", "", "the profile that reports must be for (default: any)")
	return command
}

// catalogRules are what a host requires beyond what a catalog says.
type catalogRules struct {
	requireReport bool
	profile       string
}

// checkCatalog prints a line for each entry, and below it what is wrong.
func checkCatalog(ctx context.Context, out io.Writer, catalog *supervisor.Catalog, rules *catalogRules) error {
	findings := make([]*finding, len(catalog.Entries))
	bad := 0
	for i := range catalog.Entries {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		findings[i] = checkEntry(ctx, &catalog.Entries[i], rules)
		if len(findings[i].problems) > 0 {
			bad++
		}
	}
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "PROVIDER\tIS\tVERSION\tCONTRACT\tMODE\tSHA256\tREPORT\tRESULT")
	for i, f := range findings {
		entry := &catalog.Entries[i]
		result := "ok"
		if len(f.problems) > 0 {
			result = "BAD"
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%.12s\t%s\t%s\n",
			entry.Name, f.is(), f.version(), f.contract(), entry.Mode, entry.SHA256, cmp.Or(f.report, "-"), result)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	for i, f := range findings {
		for _, problem := range f.problems {
			name := catalog.Entries[i].Name
			fmt.Fprintf(out, "%s: %s\n", name, oneLine(strings.TrimPrefix(problem, "provider "+name+": "), 1000))
		}
		for _, note := range f.notes {
			fmt.Fprintf(out, "%s: note: %s\n", catalog.Entries[i].Name, oneLine(note, 1000))
		}
	}
	for _, warning := range catalog.Warnings {
		fmt.Fprintf(out, "warning: %s\n", warning)
	}
	if bad > 0 {
		return &exitError{code: exitFailed, text: fmt.Sprintf("%d of %d providers would not start", bad, len(findings))}
	}
	return nil
}
