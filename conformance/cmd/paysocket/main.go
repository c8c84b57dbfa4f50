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
)

// The exit codes.
const (
	exitOK     = 0
	exitFailed = 1
	exitUsage  = 2
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// run gives the exit code: 1 when what was asked for failed, 2 when the question
// was not understood.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	root := &cobra.Command{
		Use:           "paysocket",
		Short:         "The tool for payment providers",
		SilenceUsage:  true,
		SilenceErrors: true,
		Args:          usage(cobra.NoArgs),
		RunE:          func(command *cobra.Command, _ []string) error { return command.Help() },
	}
	root.CompletionOptions.DisableDefaultCmd = true
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return &usageError{err} })
	root.AddCommand(versionCommand(), describeCommand(ctx), callCommand(ctx), newProviderCommand(ctx), conformanceCommand(ctx), catalogCommand(ctx))
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return exitOK
	}
	if exit, ok := errors.AsType[*exitError](err); ok {
		if exit.text != "" {
			fmt.Fprintln(stderr, "paysocket:", exit.text)
		}
		return exit.code
	}
	fmt.Fprintln(stderr, "paysocket:", err)
	if _, misunderstood := errors.AsType[*usageError](err); misunderstood {
		fmt.Fprintln(stderr, `"paysocket --help" says what there is`)
		return exitUsage
	}
	return exitFailed
}

// usageError is an error of the command line itself.
type usageError struct{ error }

// Unwrap gives the cause.
func (e *usageError) Unwrap() error { return e.error }

// usage makes a check of arguments fail with a usageError.
func usage(check cobra.PositionalArgs) cobra.PositionalArgs {
	return func(command *cobra.Command, args []string) error {
		if err := check(command, args); err != nil {
			return &usageError{err}
		}
		return nil
	}
}
