package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/paysocket/paysocket/conformance/internal/scaffold"
	"github.com/paysocket/paysocket/internal/tool"
)

// newProviderFlags are the flags of "new-provider".
type newProviderFlags struct {
	language, module, folder, replace string
}

func newProviderCommand(ctx context.Context) *cobra.Command {
	var flags newProviderFlags
	command := &cobra.Command{
		Use: "new-provider NAME",
		Example: `  paysocket new-provider tide-pay
  paysocket new-provider tide-pay --lang python --dir tide`,
		Short: "Generate a new provider, in Go, Python or JavaScript",
		Long: `Generate a Go module with a new provider. It compiles, its tests pass, and it is
conformant to the profile core, with the sandbox of a gateway that does not
exist. docs/write-a-provider.md shows how to make it yours.

In other languages (--lang python, --lang node) the provider is one for the
Memory gateway, has every operation, and is conformant to the profile
redirect-wallet. Its folder paysocket does what is the same for every gateway.
docs/write-a-provider-in-python-or-javascript.md shows how to make it yours.

NAME is the provider's id, such as tide-pay. Nothing is overwritten.`,
		Args: tool.Check(cobra.ExactArgs(1)),
		RunE: func(command *cobra.Command, args []string) error {
			return flags.run(ctx, command, args[0])
		},
	}
	set := command.Flags()
	set.StringVar(&flags.language, "lang", string(scaffold.Go), "the language: go, python or node")
	set.StringVar(&flags.module, "module", "", "the module path, in Go (default: example.com/payment-provider-NAME)")
	set.StringVar(&flags.folder, "dir", "", "a folder that is empty or does not exist (default: payment-provider-NAME)")
	set.StringVar(&flags.replace, "replace", "", "a checkout of Paysocket to build with, instead of this tool's release")
	return command
}

func (f *newProviderFlags) run(ctx context.Context, command *cobra.Command, id string) error {
	folder := cmp.Or(f.folder, "payment-provider-"+id)
	project, err := scaffold.New(id, f.module, scaffold.Requirement{})
	if err != nil {
		return tool.Misused(err)
	}
	if project.Language, err = f.chosen(); err != nil {
		return tool.Misused(err)
	}
	if project.Require, err = f.requirement(folder); err != nil {
		return tool.Misused(err)
	}
	count, err := project.Write(folder)
	if errors.Is(err, scaffold.ErrNotEmpty) {
		return tool.Misused(err)
	}
	if err != nil {
		return err
	}
	return finish(ctx, command, project, folder, count)
}

// chosen returns the language that was asked for.
func (f *newProviderFlags) chosen() (scaffold.Language, error) {
	language := scaffold.Language(f.language)
	switch {
	case !slices.Contains(scaffold.Languages(), language):
		return "", fmt.Errorf("--lang %s: write one of %v", f.language, scaffold.Languages())
	case f.module != "" && language != scaffold.Go:
		return "", fmt.Errorf("--module is the path of a Go module; leave it out with --lang %s", language)
	default:
		return language, nil
	}
}

// finish completes what was written, and says what comes next.
func finish(ctx context.Context, command *cobra.Command, project *scaffold.Project, folder string, count int) error {
	out := command.OutOrStdout()
	if project.Language != scaffold.Go {
		fmt.Fprintf(out, "%s: %d files in %s\n", folder, count, project.Language)
		sayNext(out, folder)
		return nil
	}
	fmt.Fprintf(out, "%s: %d files of the module %s\n", folder, count, project.Module)
	waiting := newWaiting(command.ErrOrStderr())
	waiting.on("go mod tidy")
	err := tidy(ctx, folder)
	waiting.end()
	switch {
	case err == nil:
	case project.Require.Complete():
		fmt.Fprintf(command.ErrOrStderr(), "%v\nthe module works, but go.mod requires more than it needs; run \"go mod tidy\" later\n", err)
	default:
		return fmt.Errorf("%w\nthe files were written; run \"go mod tidy\" in %s until it succeeds, and then make", err, folder)
	}
	sayNext(out, folder)
	return nil
}

func sayNext(out io.Writer, folder string) {
	fmt.Fprintf(out, "\n  cd %s\n  make              build and test\n  make conformance  check the program, and list what is left\n", folder)
}

// requirement returns how the new module requires Paysocket.
func (f *newProviderFlags) requirement(folder string) (scaffold.Requirement, error) {
	if f.replace != "" {
		return scaffold.Checkout(f.replace, folder)
	}
	release, err := scaffold.Release(version())
	if scaffold.Language(f.language) != scaffold.Go && err != nil && ownCheckout() != "" {
		return scaffold.Checkout(ownCheckout(), folder) // only the programs in its bin are used
	}
	if err == nil {
		return release, nil
	}
	return release, fmt.Errorf("%w: name the checkout with --replace %s", err, cmp.Or(ownCheckout(), "PATH"))
}

// ownCheckout returns the checkout that the tool was built in, or "" if it cannot
// find one.
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

// tidy completes go.mod and go.sum.
func tidy(ctx context.Context, folder string) error {
	command := exec.CommandContext(ctx, "go", "mod", "tidy")
	command.Dir = folder
	said, err := command.CombinedOutput()
	if err != nil {
		return fmt.Errorf("go mod tidy: %w\n%s", err, strings.TrimSpace(string(said)))
	}
	return nil
}
