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
	root := rootCommand(ctx)
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	asked, err := root.ExecuteContextC(ctx)
	if err == nil {
		return exitOK
	}
	_, unclean := errors.AsType[*service.ShutdownError](err)
	if ctx.Err() != nil && !unclean {
		fmt.Fprintln(stderr, "host-example: interrupted; everything that was started has ended:", err)
		return exitInterrupted
	}
	return tool.Report(stderr, asked, err)
}

func rootCommand(ctx context.Context) *cobra.Command {
	root := tool.Root(&cobra.Command{
		Use:   "host-example",
		Short: "A small shop that takes payments through provider plugins",
		Example: `  host-example shop --catalog catalog.yaml
  host-example serve --catalog catalog.yaml --base-url https://shop.example
  host-example completion bash > ~/.local/share/bash-completion/completions/host-example`,
	})
	root.AddCommand(serveCommand(ctx), moveCommand(ctx), shopCommand(ctx), demoCommand(ctx))
	return root
}
