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
	var asJSON bool
	command := &cobra.Command{
		Use: "check PATH",
		Example: `  paysocket catalog check catalog.yaml
  paysocket catalog check catalog.yaml --json | jq '.providers[] | select(.ok | not)'
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
			waiting := newWaiting(command.ErrOrStderr())
			findings, err := checkEntries(ctx, providers, &rules, waiting)
			waiting.end()
			if err != nil {
				return err
			}
			if asJSON {
				err = writeJSON(command.OutOrStdout(), newFoundInCatalog(providers, findings))
			} else {
				err = printCatalog(command.OutOrStdout(), providers, findings)
			}
			if err != nil {
				return err
			}
			return notStarting(findings)
		},
	}
	rules.add(command)
	command.Flags().BoolVar(&asJSON, "json", false, "as JSON")
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
func checkEntries(ctx context.Context, catalog *listed, rules *catalogRules, waiting *waiting) ([]*finding, error) {
	findings := make([]*finding, len(catalog.Entries))
	for i := range catalog.Entries {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		waiting.on(fmt.Sprintf("checking %s, %d of %d", catalog.Entries[i].Name, i+1, len(catalog.Entries)))
		findings[i] = checkEntry(ctx, &catalog.Entries[i], rules)
		if !catalog.folder {
			findings[i].checkConfiguration(&catalog.Entries[i])
		}
	}
	return findings, nil
}

// foundInCatalog is what "catalog check --json" prints.
type foundInCatalog struct {
	Catalog   string            `json:"catalog"`
	OK        bool              `json:"ok"`
	Providers []checkedProvider `json:"providers"`
	Warnings  []string          `json:"warnings"`
}

type checkedProvider struct {
	Name     string   `json:"name"`
	OK       bool     `json:"ok"`
	Path     string   `json:"path"`
	Is       string   `json:"is,omitempty"`
	Version  string   `json:"version,omitempty"`
	Contract string   `json:"contract,omitempty"`
	Mode     string   `json:"mode,omitempty"`
	SHA256   string   `json:"sha256,omitempty"`
	Report   string   `json:"report,omitempty"`
	Problems []string `json:"problems"`
	Notes    []string `json:"notes"`
}

func newFoundInCatalog(catalog *listed, findings []*finding) *foundInCatalog {
	c := &foundInCatalog{Catalog: catalog.path, OK: notStarting(findings) == nil, Providers: []checkedProvider{}, Warnings: []string{}}
	for i, f := range findings {
		entry := &catalog.Entries[i]
		p := checkedProvider{
			Name: entry.Name, OK: len(f.problems) == 0, Path: entry.Path, Mode: string(entry.Mode), SHA256: cmp.Or(entry.SHA256, f.sum),
			Report: f.report, Problems: []string{}, Notes: []string{},
		}
		if f.descriptor != nil {
			p.Is, p.Version, p.Contract = f.is(), f.version(), f.contract()
		}
		for _, problem := range f.problems {
			p.Problems = append(p.Problems, problemOf(entry.Name, problem))
		}
		for _, note := range f.notes {
			p.Notes = append(p.Notes, oneLine(note, 1000))
		}
		c.Providers = append(c.Providers, p)
	}
	c.Warnings = append(c.Warnings, catalog.Warnings...)
	return c
}

// problemOf returns what is wrong without the name of the entry, which stands before it.
func problemOf(name, problem string) string {
	return oneLine(strings.TrimPrefix(problem, "provider "+name+": "), 1000)
}

// notStarting returns an error if a host would not start every provider.
func notStarting(findings []*finding) error {
	bad := 0
	for _, f := range findings {
		if len(f.problems) > 0 {
			bad++
		}
	}
	if bad == 0 {
		return nil
	}
	return &exitError{code: exitFailed, text: fmt.Sprintf("%d of %d providers would not start", bad, len(findings))}
}

// printCatalog prints a line for each entry, and below it what is wrong.
func printCatalog(out io.Writer, catalog *listed, findings []*finding) error {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "PROVIDER\tIS\tVERSION\tCONTRACT\tMODE\tSHA256\tREPORT\tRESULT")
	for i, f := range findings {
		entry := &catalog.Entries[i]
		result := "ok"
		if len(f.problems) > 0 {
			result = "BAD"
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%.12s\t%s\t%s\n",
			entry.Name, f.is(), f.version(), f.contract(), cmp.Or(string(entry.Mode), "-"), cmp.Or(entry.SHA256, f.sum, "-"), cmp.Or(f.report, "-"), result)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	for i, f := range findings {
		name := catalog.Entries[i].Name
		for _, problem := range f.problems {
			fmt.Fprintf(out, "%s: %s\n", name, problemOf(name, problem))
		}
		for _, note := range f.notes {
			fmt.Fprintf(out, "%s: note: %s\n", name, oneLine(note, 1000))
		}
	}
	for _, warning := range catalog.Warnings {
		fmt.Fprintf(out, "warning: %s\n", warning)
	}
	return nil
}
