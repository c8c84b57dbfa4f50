package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/paysocket/paysocket/conformance/internal/scaffold"
)

// newProviderFlags are the flags of "new-provider".
type newProviderFlags struct {
	module, folder, replace string
}

func newProviderCommand(ctx context.Context) *cobra.Command {
	var flags newProviderFlags
	command := &cobra.Command{
		Use:   "new-provider NAME",
		Short: "Lay out a new provider, in Go",
		Long: `Lay out a provider in a module of its own: it compiles, its tests pass, and it
is conformant to the profile core, against a stand-in of a gateway that does not
exist. Make it yours from there; docs/write-a-provider.md shows how.

NAME is the provider's id, such as tide-pay. Nothing is overwritten.`,
		Args: usage(cobra.ExactArgs(1)),
		RunE: func(command *cobra.Command, args []string) error {
			return flags.run(ctx, command, args[0])
		},
	}
	set := command.Flags()
	set.StringVar(&flags.module, "module", "", "the module's path (default: example.com/payment-provider-NAME)")
	set.StringVar(&flags.folder, "dir", "", "the folder, empty or not there yet (default: payment-provider-NAME)")
	set.StringVar(&flags.replace, "replace", "", "a checkout of Paysocket to build with, in place of the release that this tool is from")
	return command
}

func (f *newProviderFlags) run(ctx context.Context, command *cobra.Command, id string) error {
	out := command.OutOrStdout()
	folder := cmp.Or(f.folder, "payment-provider-"+id)
	project, err := scaffold.New(id, f.module, scaffold.Requirement{})
	if err != nil {
		return &usageError{err}
	}
	if project.Require, err = f.requirement(folder); err != nil {
		return &usageError{err}
	}
	count, err := project.Write(folder)
	if errors.Is(err, scaffold.ErrNotEmpty) {
		return &usageError{err}
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%s: %d files of the module %s\n", folder, count, project.Module)
	switch err := tidy(ctx, folder); {
	case err == nil:
	case project.Require.Complete():
		fmt.Fprintf(command.ErrOrStderr(), "%v\nwhat is there works, but go.mod names more modules than it has to; run \"go mod tidy\" later\n", err)
	default:
		return fmt.Errorf("%w\nthe files are there; run \"go mod tidy\" in %s until it succeeds, and then make", err, folder)
	}
	fmt.Fprintf(out, "\n  cd %s\n  make              build and test\n  make conformance  check the program, and see what is left\n", folder)
	return nil
}

// requirement says where the new module gets Paysocket from.
func (f *newProviderFlags) requirement(folder string) (scaffold.Requirement, error) {
	if f.replace != "" {
		return scaffold.Checkout(f.replace, folder)
	}
	release, err := scaffold.Release(version())
	if err == nil {
		return release, nil
	}
	return release, fmt.Errorf("%w: name the checkout with --replace %s", err, cmp.Or(ownCheckout(), "PATH"))
}

// ownCheckout guesses which checkout the tool was built in; empty if it cannot.
func ownCheckout() string {
	own, err := os.Executable()
	if err != nil {
		return ""
	}
	for folder := filepath.Dir(own); ; folder = filepath.Dir(folder) {
		if scaffold.IsCheckout(folder) {
			return folder
		}
		if folder == filepath.Dir(folder) {
			return ""
		}
	}
}

// tidy lets the go command complete go.mod and go.sum.
func tidy(ctx context.Context, folder string) error {
	command := exec.CommandContext(ctx, "go", "mod", "tidy")
	command.Dir = folder
	said, err := command.CombinedOutput()
	if err != nil {
		return fmt.Errorf("go mod tidy: %w\n%s", err, strings.TrimSpace(string(said)))
	}
	return nil
}
