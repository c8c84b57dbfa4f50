package main

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"github.com/paysocket/paysocket/conformance"
	"github.com/paysocket/paysocket/internal/tool"
)

func conformanceHostCommand(ctx context.Context) *cobra.Command {
	command := tool.Group(&cobra.Command{
		Use:   "host",
		Short: "Check how a host behaves",
		Long: `Check how a host, in any language, behaves towards the providers that it loads.

A manifest says how the host is started and ended. The suite plays the provider: the
host loads payment-provider-scripted like any other, the suite answers its calls, and
keeps a ledger of what the gateway did. It loses answers, contradicts, delivers webhooks
late and twice, kills the plugin and the host, and compares what the host says of its
orders with the ledger. docs/hostctl.md says what a host serves in a test build.`,
		Example: `  paysocket conformance host doctor -f host.yaml
  paysocket conformance host run -f host.yaml
  paysocket conformance host run -f host.yaml --run 'HKY-*' --seed 7
  paysocket conformance host explain HOC-001`,
	})
	command.AddCommand(
		conformanceHostRunCommand(ctx), listCommand(conformance.LoadHostCatalogue), explainCommand(conformance.LoadHostCatalogue),
		conformanceHostDoctorCommand(ctx), conformanceHostSelftestCommand(ctx),
	)
	return command
}

func conformanceHostRunCommand(ctx context.Context) *cobra.Command {
	var flags runFlags
	command := flags.command(ctx, &cobra.Command{
		Use:   "run -f MANIFEST",
		Short: "Check a host",
		Long: `Check a host, and print what was found.

` + exitNames,
		Example: `  paysocket conformance host run -f host.yaml --json report.json --html report.html
  paysocket conformance host run -f host.yaml --run HKY-001 --seed 7`,
	}, flags.checkHost)
	flags.ofHost(command)
	command.Flags().IntVar(&flags.options.Parallel, "parallel", 0, "how many hosts run at once (default: 3)")
	return command
}

// ofHost adds the flags that name the host.
func (f *runFlags) ofHost(command *cobra.Command) {
	command.Flags().StringVarP(&f.file, "file", "f", "", "the host's manifest")
	command.Flags().StringVar(&f.provider, "provider", "", "the binary of payment-provider-scripted (default: beside this program, or in PATH)")
}

// checkHost checks the host.
func (f *runFlags) checkHost(ctx context.Context) (*conformance.Report, error) {
	m, err := loadHostManifest(f.file)
	if err != nil {
		return nil, err
	}
	return conformance.RunHost(ctx, m, &f.options)
}

func loadHostManifest(file string) (*conformance.HostManifest, error) {
	if file == "" {
		return nil, tool.Misused(errors.New("-f is missing; it names the host's manifest, such as host-example/host.yaml"))
	}
	m, err := conformance.LoadHostManifest(file)
	if err != nil {
		return nil, tool.Misused(err)
	}
	return m, nil
}

func conformanceHostDoctorCommand(ctx context.Context) *cobra.Command {
	var flags runFlags
	command := &cobra.Command{
		Use:   "doctor -f MANIFEST",
		Short: "Find out whether a run could do its work, and check nothing",
		Long: `Start the host like a run, and print which clauses could not be checked, and why.

Then have one order placed, paid and noticed, without a fault. What does not fit the
manifest is named, with what to write.

Exit codes:
  0    a run could do its work
  2    the flags or the manifest are wrong, or the manifest does not fit
  4    a run could not begin, or the payment failed for another reason
  130  interrupted`,
		Example: `  paysocket conformance host doctor -f host.yaml`,
		Args:    tool.Check(cobra.NoArgs),
		RunE: func(command *cobra.Command, _ []string) error {
			m, err := loadHostManifest(flags.file)
			if err != nil {
				return err
			}
			flags.options.Manifest, flags.options.Provider, flags.options.Version = flags.file, flags.provider, version()
			report, problem := conformance.DoctorHost(ctx, m, &flags.options)
			return diagnosed(ctx, command.OutOrStdout(), report, problem)
		},
	}
	flags.ofHost(command)
	return command
}
