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
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/paysocket/paysocket/conformance/cmd/paysocket/internal/machine"
)

// The exit codes.
const (
	exitOK          = 0
	exitFailed      = 1
	exitUsage       = 2
	exitInterrupted = 130
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
	fmt.Fprintln(stderr, "paysocket:", err)
	if _, misunderstood := errors.AsType[*usageError](err); misunderstood {
		fmt.Fprintf(stderr, "%q says what there is\n", asked.CommandPath()+" --help")
		return exitUsage
	}
	return exitFailed
}

func rootCommand(ctx context.Context) *cobra.Command {
	root := &cobra.Command{
		Use:   "paysocket",
		Short: "The tool for payment providers",
		Example: `  paysocket describe bin/payment-provider-memory
  paysocket catalog check catalog.yaml
  paysocket conformance run -f conformance.yaml
  paysocket completion bash > ~/.local/share/bash-completion/completions/paysocket`,
		SilenceUsage:  true,
		SilenceErrors: true,
		Args:          usage(cobra.NoArgs),
		RunE:          func(command *cobra.Command, _ []string) error { return command.Help() },
	}
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return &usageError{err} })
	root.AddCommand(versionCommand(), describeCommand(ctx), callCommand(ctx), newProviderCommand(ctx), conformanceCommand(ctx),
		catalogCommand(ctx), bugReportCommand(ctx))
	return root
}

// usageError is an error of the command line itself.
type usageError struct{ error }

// Unwrap returns the cause.
func (e *usageError) Unwrap() error { return e.error }

// usage makes a check of arguments fail with a usageError.
func usage(check cobra.PositionalArgs) cobra.PositionalArgs {
	return func(command *cobra.Command, args []string) error {
		err := check(command, args)
		if err == nil {
			return nil
		}
		if named := wrongArgument(command, args); named != nil {
			err = named
		}
		return &usageError{err}
	}
}

// wrongArgument says which argument is missing, or is one too many, by the
// names of the command's line of usage; those in brackets may be left out. It
// is nil where that line names none.
func wrongArgument(command *cobra.Command, args []string) error {
	var names []string
	for _, word := range strings.Fields(command.Use)[1:] {
		if strings.HasPrefix(word, "-") {
			break
		}
		names = append(names, word)
	}
	switch taken := strings.Join(names, " "); {
	case len(args) < len(names):
		return fmt.Errorf("%s is missing: %s takes %s", names[len(args)], command.Name(), taken)
	case len(args) > 0 && command.HasSubCommands():
		return unknownCommand(command, args[0])
	case len(args) > len(names) && len(names) > 0:
		return fmt.Errorf("%q is one argument too many: %s takes %s", args[len(names)], command.Name(), taken)
	default:
		return nil
	}
}

// unknownCommand names the commands that may have been meant.
func unknownCommand(command *cobra.Command, typed string) error {
	command.SuggestionsMinimumDistance = 2
	meant := command.SuggestionsFor(typed)
	if len(meant) == 0 {
		return fmt.Errorf("unknown command %q for %q", typed, command.CommandPath())
	}
	return fmt.Errorf("unknown command %q for %q; did you mean %s?", typed, command.CommandPath(), strings.Join(meant, " or "))
}
