package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/spf13/cobra"

	"github.com/paysocket/paysocket/conformance"
	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/internal/tool"
)

func conformanceDoctorCommand(ctx context.Context) *cobra.Command {
	var flags runFlags
	command := &cobra.Command{
		Use:   "doctor -f MANIFEST",
		Short: "Find out whether a run could do its work, and check nothing",
		Long: `Start the provider and its gateway's sandbox like a run, let the suite prove
that it can fail, and print which clauses could not be checked, and why.

Then make one payment through the provider, without a fault: it is created, found in
the sandbox's ledger, paid, read, listed, read from a webhook and refunded, as far as
provider and sandbox can. What does not fit the manifest is named, with what to write.

Exit codes:
  0    a run could do its work
  2    the flags or the manifest are wrong, or the manifest does not fit
  4    a run could not begin, or the payment failed for another reason
  130  interrupted`,
		Args: tool.Check(cobra.NoArgs),
		RunE: func(command *cobra.Command, _ []string) error {
			m, binary, err := flags.load()
			if err != nil {
				return err
			}
			flags.options.Manifest, flags.options.Provider, flags.options.Version = flags.file, flags.provider, version()
			report, problem := conformance.Doctor(ctx, m, conformance.Binary(binary), &flags.options)
			return diagnosed(ctx, command.OutOrStdout(), report, problem)
		},
	}
	command.Flags().StringVarP(&flags.file, "file", "f", "", "the provider's manifest")
	command.Flags().StringVar(&flags.provider, "provider", "", "the provider's binary, in place of the manifest's")
	return command
}

// diagnosed writes what a doctor found, and returns the error that ends the program with
// its code.
func diagnosed(ctx context.Context, out io.Writer, report *conformance.Report, problem error) error {
	if report == nil {
		return tool.Misused(problem)
	}
	conformance.WriteDiagnosis(out, report, problem)
	switch {
	case ctx.Err() != nil:
		return &exitError{code: exitInterrupted}
	case errors.As(problem, new(*conformance.UsageError)):
		return &exitError{code: exitUsage}
	case problem != nil:
		return &exitError{code: conformance.ExitInconclusive}
	default:
		return nil
	}
}

func conformanceGatewayCheckCommand(ctx context.Context) *cobra.Command {
	var file string
	var asJSON bool
	command := &cobra.Command{
		Use:   "gateway-check -f MANIFEST",
		Short: "Check a gateway's sandbox against the control protocol",
		Long: `Start the gateway's sandbox of a manifest and check it against the control
protocol gwctl/1: that its scopes are separate, that its ledger shows every
change, that it refuses illegal moves, and that it signs webhooks as requested.`,
		Args: tool.Check(cobra.NoArgs),
		RunE: func(command *cobra.Command, _ []string) error {
			m, err := loadManifest(file)
			if err != nil {
				return err
			}
			sandbox, err := gateway.StartSandbox(ctx, m.Sandbox(), nil)
			if err != nil {
				return &exitError{code: conformance.ExitInconclusive, text: err.Error()}
			}
			defer func() { _ = sandbox.Close() }()
			findings := gateway.Check(ctx, sandbox.Client, m.Amount())
			if asJSON {
				err = writeJSON(command.OutOrStdout(), checkedOf(findings))
			} else {
				printFindings(command.OutOrStdout(), findings)
			}
			if err != nil {
				return err
			}
			return failing(ctx, findings)
		},
	}
	command.Flags().StringVarP(&file, "file", "f", "", "the provider's manifest")
	command.Flags().BoolVar(&asJSON, "json", false, "as JSON")
	return command
}

// checked is a line of what "gateway-check --json" prints.
type checked struct {
	Name   string `json:"name"`
	Result string `json:"result"` // pass, fail or not_advertised
	Text   string `json:"text,omitempty"`
}

func checkedOf(findings []gateway.Finding) []checked {
	all := []checked{}
	for _, finding := range findings {
		c := checked{Name: finding.Name, Result: "pass"}
		switch {
		case finding.Err != nil:
			c.Result, c.Text = "fail", finding.Err.Error()
		case finding.Lacks != "":
			c.Result, c.Text = "not_advertised", string(finding.Lacks)
		}
		all = append(all, c)
	}
	return all
}

func printFindings(out io.Writer, findings []gateway.Finding) {
	failed := 0
	for _, finding := range findings {
		switch {
		case finding.Err != nil:
			failed++
			fmt.Fprintf(out, "FAIL           %s: %s\n", finding.Name, finding.Err)
		case finding.Lacks != "":
			fmt.Fprintf(out, "not advertised %s: %s\n", finding.Name, finding.Lacks)
		default:
			fmt.Fprintf(out, "pass           %s\n", finding.Name)
		}
	}
	fmt.Fprintf(out, "%d checked, %d failed\n", len(findings), failed)
}

// failing returns the error that ends the program with its code.
func failing(ctx context.Context, findings []gateway.Finding) error {
	switch {
	case ctx.Err() != nil:
		return &exitError{code: exitInterrupted}
	case slices.ContainsFunc(findings, func(f gateway.Finding) bool { return f.Err != nil }):
		return &exitError{code: conformance.ExitNonConformant}
	default:
		return nil
	}
}
