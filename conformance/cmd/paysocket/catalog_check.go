package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/paysocket/paysocket/internal/tool"
)

func catalogCheckCommand(ctx context.Context) *cobra.Command {
	var rules catalogRules
	command := &cobra.Command{
		Use: "check PATH",
		Example: `  paysocket catalog check catalog.yaml
  paysocket catalog check bin`,
		Short: "Check a catalog, or a folder of providers, as a host would",
		Long: `Read a catalog, and do for every entry what a host does before it configures a
provider: check the binary and its sum, start it, read its descriptor and the
version of its contract, read its conformance report, and check each setting and
secret. No provider is configured, so nothing is sent to a gateway. Secrets are
read, and not shown. Run it as the host's user, so that it sees what the host sees.

PATH may also be a folder: then every executable file in it whose name begins with
"payment-provider-" is executed and checked. A folder approves no sums and has no
settings, so compare the sums that are printed.

Exit codes:
  0  a host would start every provider
  1  it would not; what is wrong, and what to do, is printed
  2  the arguments are wrong`,
		Args: tool.Check(cobra.ExactArgs(1)),
		RunE: func(command *cobra.Command, args []string) error {
			providers, err := loadListed(args[0])
			if err != nil {
				return err
			}
			return checkCatalog(ctx, command.OutOrStdout(), providers, &rules)
		},
	}
	rules.add(command)
	return command
}

// catalogRules are what a host requires beyond what a catalog says.
type catalogRules struct {
	requireReport bool
	profile       string
}

// add adds the flags of the rules to a command.
func (r *catalogRules) add(command *cobra.Command) {
	set := command.Flags()
	set.BoolVar(&r.requireReport, "require-conformance", false, "require a conformance report of every entry, as a host with that flag does")
	set.StringVar(&r.profile, "conformance-profile", "", "the profile that reports must be for (default: any)")
}

// checkEntries checks every provider.
func checkEntries(ctx context.Context, catalog *listed, rules *catalogRules) ([]*finding, error) {
	findings := make([]*finding, len(catalog.Entries))
	for i := range catalog.Entries {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		findings[i] = checkEntry(ctx, &catalog.Entries[i], rules)
		if !catalog.folder {
			findings[i].checkConfiguration(&catalog.Entries[i])
		}
	}
	return findings, nil
}

// checkCatalog prints a line for each entry, and below it what is wrong.
func checkCatalog(ctx context.Context, out io.Writer, catalog *listed, rules *catalogRules) error {
	findings, err := checkEntries(ctx, catalog, rules)
	if err != nil {
		return err
	}
	bad := 0
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "PROVIDER\tIS\tVERSION\tCONTRACT\tMODE\tSHA256\tREPORT\tRESULT")
	for i, f := range findings {
		entry := &catalog.Entries[i]
		result := "ok"
		if len(f.problems) > 0 {
			result = "BAD"
			bad++
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%.12s\t%s\t%s\n",
			entry.Name, f.is(), f.version(), f.contract(), cmp.Or(string(entry.Mode), "-"), cmp.Or(entry.SHA256, f.sum, "-"), cmp.Or(f.report, "-"), result)
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
