package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/paysocket/paysocket/conformance"
	"github.com/paysocket/paysocket/internal/tool"
)

func conformanceCommand(ctx context.Context) *cobra.Command {
	command := tool.Group(&cobra.Command{
		Use:   "conformance",
		Short: "Check how a provider, or a host, behaves",
		Long: `Check how a provider, in any language, behaves towards its host and its gateway.

A manifest says how the provider and its gateway's sandbox are started. The suite
runs both on this machine, with a proxy between them that causes faults, and
compares what the provider answers with what really happened.

"conformance host" checks the other side: a host that loads providers.`,
	})
	command.AddCommand(
		conformanceRunCommand(ctx), listCommand(conformance.LoadCatalogue), explainCommand(conformance.LoadCatalogue), conformanceSelftestCommand(ctx),
		conformanceDoctorCommand(ctx), conformanceGatewayCheckCommand(ctx), conformanceHostCommand(ctx),
	)
	return command
}

// exitError ends the program with a code. Its text, if any, is printed.
type exitError struct {
	code int
	text string
}

func (e *exitError) Error() string { return e.text }

// exitNames say what the codes of a run mean.
const exitNames = `Exit codes:
  0    conformant
  1    a MUST clause failed
  2    the question was not understood: flags, filter, manifest
  3    partial, or nothing was checked
  4    inconclusive: the suite could not do its work
  130  interrupted`

// explainCommand explains the clauses of a catalogue.
func explainCommand(load func() (*conformance.Catalogue, error)) *cobra.Command {
	var asJSON bool
	command := &cobra.Command{
		Use:   "explain CLAUSE",
		Short: "Say what a clause asks for, why, and how it is checked",
		Args:  tool.Check(cobra.ExactArgs(1)),
		RunE: func(command *cobra.Command, args []string) error {
			catalogue, err := load()
			if err != nil {
				return err
			}
			at := slices.IndexFunc(catalogue.Clauses, func(c conformance.Clause) bool { return strings.EqualFold(c.ID, args[0]) })
			if asJSON && at >= 0 {
				return writeJSON(command.OutOrStdout(), catalogue.Clauses[at])
			}
			if err := conformance.Explain(command.OutOrStdout(), catalogue, args[0]); err != nil {
				return tool.Misused(err)
			}
			return nil
		},
	}
	command.Flags().BoolVar(&asJSON, "json", false, "as JSON")
	return command
}

// listCommand lists the clauses of a catalogue.
func listCommand(load func() (*conformance.Catalogue, error)) *cobra.Command {
	var asJSON bool
	command := &cobra.Command{
		Use:   "list",
		Short: "List all clauses",
		Args:  tool.Check(cobra.NoArgs),
		RunE: func(command *cobra.Command, _ []string) error {
			catalogue, err := load()
			if err != nil {
				return err
			}
			if asJSON {
				return writeJSON(command.OutOrStdout(), catalogue.Clauses)
			}
			listClauses(command.OutOrStdout(), catalogue)
			return nil
		},
	}
	command.Flags().BoolVar(&asJSON, "json", false, "as JSON")
	return command
}

// listClauses writes a line for each clause, by groups.
func listClauses(w io.Writer, catalogue *conformance.Catalogue) {
	for _, group := range catalogue.GroupOrder {
		fmt.Fprintf(w, "%s  %s\n", group, catalogue.Groups[group])
		for i := range catalogue.Clauses {
			c := &catalogue.Clauses[i]
			if !strings.HasPrefix(c.ID, group+"-") {
				continue
			}
			gate := ""
			if c.Gate != "" {
				gate = "  [" + c.Gate + "]"
			}
			fmt.Fprintf(w, "  %s %-6s %s%s\n", c.ID, c.Level, c.Title, gate)
		}
	}
	fmt.Fprintf(w, "%d clauses\n", len(catalogue.Clauses))
}
