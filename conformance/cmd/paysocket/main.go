// Command paysocket is the tool for people who write, check and run payment
// providers.
//
// Read its help; "paysocket describe BINARY" shows what a provider can do.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/paysocket/paysocket/conformance/cmd/paysocket/internal/machine"
	"github.com/paysocket/paysocket/internal/tool"
)

// The exit codes.
const (
	exitOK          = tool.OK
	exitFailed      = tool.Failed
	exitUsage       = tool.Usage
	exitInterrupted = tool.Interrupted
)

func main() {
	machine.Serve(os.Getenv) // "catalog doctor" starts this program as a plugin
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// run returns the exit code: 1 when what was asked for failed, 2 when the
// question was not understood.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	root := rootCommand(ctx)
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	asked, err := root.ExecuteContextC(ctx)
	if err == nil {
		return exitOK
	}
	if exit, ok := errors.AsType[*exitError](err); ok {
		if exit.text != "" {
			fmt.Fprintln(stderr, "paysocket:", exit.text)
		}
		return exit.code
	}
	return tool.Report(stderr, asked, err)
}

func rootCommand(ctx context.Context) *cobra.Command {
	root := tool.Root(&cobra.Command{
		Use:   "paysocket",
		Short: "The tool for payment providers",
		Example: `  paysocket describe bin/payment-provider-memory
  paysocket catalog check catalog.yaml
  paysocket conformance run -f conformance.yaml
  paysocket completion bash > ~/.local/share/bash-completion/completions/paysocket`,
	})
	root.AddCommand(versionCommand(), describeCommand(ctx), callCommand(ctx), newProviderCommand(ctx), conformanceCommand(ctx),
		catalogCommand(ctx), bugReportCommand(ctx))
	addExamples(root)
	return root
}
