// Command host-example is a small shop that takes payments through providers
// which it loads from a catalog.
//
// Read it if you build a host. "host-example demo" sells something through
// every provider of the catalog, against stand-ins of their gateways; that is
// package main. "host-example serve" runs until it is told to end; that begins in
// package service. Package shop sells, for both. README.md has the whole picture.
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

	"github.com/paysocket/paysocket/host-example/service"
)

// The exit codes.
const (
	exitOK          = 0
	exitFailed      = 1
	exitUsage       = 2
	exitInterrupted = 130
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// A second Ctrl-C ends the program at once; the children see it and end.
	context.AfterFunc(ctx, stop)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// run gives the exit code: 1 when a step was not as it must be, or the host cut
// something off at its end, 2 when the command line was not understood, 130 when
// ctx ended before the work did.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	root := &cobra.Command{
		Use:           "host-example",
		Short:         "A small shop that takes payments through provider plugins",
		SilenceUsage:  true,
		SilenceErrors: true,
		Args:          usage(cobra.NoArgs),
		RunE:          func(command *cobra.Command, _ []string) error { return command.Help() },
	}
	root.CompletionOptions.DisableDefaultCmd = true
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return &usageError{err} })
	root.AddCommand(demoCommand(ctx), serveCommand(ctx))
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return exitOK
	}
	_, unclean := errors.AsType[*service.EndError](err)
	if ctx.Err() != nil && !unclean {
		fmt.Fprintln(stderr, "host-example: interrupted; everything that was started has been ended:", err)
		return exitInterrupted
	}
	fmt.Fprintln(stderr, "host-example:", err)
	if _, misunderstood := errors.AsType[*usageError](err); misunderstood {
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
