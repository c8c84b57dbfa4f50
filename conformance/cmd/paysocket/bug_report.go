package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/paysocket/paysocket/internal/tool"
)

// bugReport has only what cannot be a secret: versions, sums, states, and names that are
// known from elsewhere than from what somebody wrote. Values, paths and the texts of
// errors are left out, since each may quote a key that stands in the wrong place.
type bugReport struct {
	versions

	Kernel    string         `json:"kernel,omitempty"`
	Variables []string       `json:"variables_set,omitempty"`
	Catalog   *catalogReport `json:"catalog,omitempty"`
	Host      *hostReport    `json:"host,omitempty"`
}

// reportedVariables change what the programs do. That they are set is told, and not to what.
func reportedVariables() []string {
	return []string{
		"ALL_PROXY", "HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY", "GODEBUG", "GOMEMLIMIT", "PGPASSFILE", "PAYSOCKET_SANDBOX",
		"SSL_CERT_DIR", "SSL_CERT_FILE", "TMPDIR", "TZ",
	}
}

func bugReportCommand(ctx context.Context) *cobra.Command {
	var catalog, admin string
	var asJSON bool
	command := &cobra.Command{
		Use:   "bug-report",
		Short: "Print versions and states for a report of a bug, without secrets",
		Long: `Print what somebody who is to find a bug asks for first: the versions, the kernel, and
which variables are set. With --catalog also what "catalog check" finds of each provider,
and with --admin what a running host says of its providers.

Values of settings and variables, secrets, paths, and texts of errors are left out, since
they may contain what you do not want to show. Read the report before you publish it; it
has the names of your catalog's entries.`,
		Example: `  paysocket bug-report --catalog catalog.yaml
  paysocket bug-report --catalog catalog.yaml --admin shop.db.admin --json`,
		Args: tool.Check(cobra.NoArgs),
		RunE: func(command *cobra.Command, _ []string) error {
			report := &bugReport{versions: ownVersions(), Kernel: kernel()}
			for _, name := range reportedVariables() {
				if os.Getenv(name) != "" {
					report.Variables = append(report.Variables, name)
				}
			}
			if catalog != "" {
				report.Catalog = reportCatalog(ctx, catalog)
			}
			if admin != "" {
				report.Host = reportHost(ctx, admin)
			}
			if asJSON {
				return writeJSON(command.OutOrStdout(), report)
			}
			return report.print(command.OutOrStdout())
		},
	}
	command.Flags().StringVar(&catalog, "catalog", "", "the catalog of the host, whose providers are started to be described")
	command.Flags().StringVar(&admin, "admin", "", "the socket of the running host's admin API, such as shop.db.admin")
	command.Flags().BoolVar(&asJSON, "json", false, "as JSON")
	return command
}

// kernel returns the version of the kernel, where there is a file of it.
func kernel() string {
	text, err := os.ReadFile("/proc/sys/kernel/osrelease")
	if err != nil {
		return ""
	}
	return oneLine(strings.TrimSpace(string(text)), 100)
}

func (r *bugReport) print(out io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "paysocket  %s, contract %s, protocol %d\n", r.Paysocket, r.Contract, r.Protocol)
	fmt.Fprintf(&b, "system     %s, %s, kernel %s\n", r.System, r.Go, r.Kernel)
	fmt.Fprintf(&b, "set        %s\n", strings.Join(r.Variables, " "))
	if r.Catalog != nil {
		r.Catalog.print(&b)
	}
	if r.Host != nil {
		r.Host.print(&b)
	}
	_, err := io.WriteString(out, b.String())
	return err
}
