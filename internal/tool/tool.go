// Package tool has what the commands of all programs share: which exit code an error has,
// and errors that say what to try.
package tool

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
)

// The exit codes of all programs.
const (
	OK          = 0
	Failed      = 1
	Usage       = 2
	Interrupted = 130
)

// UsageError is an error of the command line itself.
type UsageError struct{ err error }

// Error implements error.
func (e *UsageError) Error() string { return e.err.Error() }

// Unwrap returns the cause.
func (e *UsageError) Unwrap() error { return e.err }

// Misused returns err as a UsageError.
func Misused(err error) error { return &UsageError{err} }

// Root makes a command the root of a program's: without arguments it prints its help, and
// it prints no errors by itself.
func Root(root *cobra.Command) *cobra.Command {
	root.SilenceUsage, root.SilenceErrors = true, true
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return Misused(err) })
	return Group(root)
}

// Group makes a command one that has others below it, and does nothing but print its help.
func Group(command *cobra.Command) *cobra.Command {
	command.Args = Check(cobra.NoArgs)
	command.RunE = func(command *cobra.Command, _ []string) error { return command.Help() }
	return command
}

// Report prints the error of a command, and what to try if the command line was not valid.
// It returns the exit code.
func Report(stderr io.Writer, asked *cobra.Command, err error) int {
	fmt.Fprintf(stderr, "%s: %v\n", asked.Root().Name(), err)
	if _, misused := errors.AsType[*UsageError](err); !misused {
		return Failed
	}
	fmt.Fprintf(stderr, "%q says what there is\n", asked.CommandPath()+" --help")
	return Usage
}

// Check makes a check of arguments fail with a UsageError.
func Check(check cobra.PositionalArgs) cobra.PositionalArgs {
	return func(command *cobra.Command, args []string) error {
		err := check(command, args)
		if err == nil {
			return nil
		}
		if named := wrongArgument(command, args); named != nil {
			err = named
		}
		return Misused(err)
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
