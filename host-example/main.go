// Command host-example is a small shop that takes payments through providers
// which it loads from a catalog.
//
// Read it if you build a host. "host-example serve" runs until SIGTERM; start with
// package shop, which is what a platform has to write, and package service, which runs it
// for months. "host-example shop" is serve with sandboxes for the gateways, to try it,
// and "host-example demo" sells through such a host and has accidents; both are package
// main. README.md describes the whole.
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
	// A second Ctrl-C ends the program at once; its child processes notice and end.
	context.AfterFunc(ctx, stop)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// run returns the exit code: exitUsage if the command line is not valid,
// exitInterrupted if ctx ended before the command did, and exitFailed if a step failed
// or the host aborted something at its end.
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
	root.AddCommand(serveCommand(ctx), moveCommand(ctx), shopCommand(ctx), demoCommand(ctx))
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return exitOK
	}
	_, unclean := errors.AsType[*service.ShutdownError](err)
	if ctx.Err() != nil && !unclean {
		fmt.Fprintln(stderr, "host-example: interrupted; everything that was started has ended:", err)
		return exitInterrupted
	}
	fmt.Fprintln(stderr, "host-example:", err)
	if _, isUsage := errors.AsType[*usageError](err); isUsage {
		return exitUsage
	}
	return exitFailed
}

// usageError is an error in the command line.
type usageError struct{ error }

// Unwrap returns the cause.
func (e *usageError) Unwrap() error { return e.error }

// usage wraps the error of a check of arguments in a usageError.
func usage(check cobra.PositionalArgs) cobra.PositionalArgs {
	return func(command *cobra.Command, args []string) error {
		if err := check(command, args); err != nil {
			return &usageError{err}
		}
		return nil
	}
}
