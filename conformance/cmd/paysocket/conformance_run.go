package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/paysocket/paysocket/conformance"
	"github.com/paysocket/paysocket/conformance/manifest"
)

// runFlags are the flags of "conformance run".
type runFlags struct {
	file     string
	provider string
	format   string
	json     string

	trace        bool
	allowPartial bool

	options conformance.Options
}

func conformanceRunCommand(ctx context.Context) *cobra.Command {
	var flags runFlags
	command := &cobra.Command{
		Use:   "run -f MANIFEST",
		Short: "Check a provider",
		Long: `Check a provider, and print what was found.

` + exitNames,
		Args: usage(cobra.NoArgs),
		RunE: func(command *cobra.Command, _ []string) error {
			return flags.run(ctx, command.OutOrStdout(), command.ErrOrStderr())
		},
	}
	set := command.Flags()
	set.StringVarP(&flags.file, "file", "f", "", "the provider's manifest")
	set.StringVar(&flags.provider, "provider", "", "the provider's binary, in place of the manifest's")
	set.StringVar(&flags.options.Run, "run", "", "only these clauses, such as 'IDM-*,CRE-00?'")
	set.StringVar(&flags.options.Skip, "skip", "", "all but these clauses")
	set.StringVar(&flags.options.Profile, "profile", "", "the profile, in place of the manifest's")
	set.IntVar(&flags.options.Parallel, "parallel", 0, "how many checks run at once (default: processors, at most 8)")
	set.Uint64Var(&flags.options.Seed, "seed", 0, "repeats the run that had this seed (default: drawn)")
	set.BoolVar(&flags.options.Strict, "strict", false, "SHOULD clauses and warnings count like MUST clauses")
	set.BoolVar(&flags.allowPartial, "allow-partial", false, "a partial verdict is a success")
	set.BoolVar(&flags.trace, "trace", false, "print the log of the provider for clauses that did not pass")
	set.StringVar(&flags.format, "format", "text", "what is printed: text or json")
	set.StringVar(&flags.json, "json", "", "write the report as JSON to this file, too")
	return command
}

func (f *runFlags) run(ctx context.Context, stdout, stderr io.Writer) error {
	switch {
	case f.format != "text" && f.format != "json":
		return &usageError{fmt.Errorf("--format %q is not one; there are text and json", f.format)}
	case f.options.Parallel < 0:
		return &usageError{errors.New("--parallel must not be negative")}
	}
	m, binary, err := f.load()
	if err != nil {
		return err
	}
	f.options.Manifest, f.options.Version = f.file, version()
	progress := newProgress(stderr)
	f.options.Progress = progress.step
	report, err := conformance.Run(ctx, m, conformance.Binary(binary), &f.options)
	progress.end()
	if misused, ok := errors.AsType[*conformance.UsageError](err); ok {
		return &usageError{misused}
	}
	if err != nil {
		return err
	}
	if err := f.write(stdout, report); err != nil {
		return err
	}
	return verdictError(ctx, report, f.allowPartial)
}

// load reads the manifest and finds the binary.
func (f *runFlags) load() (*manifest.Manifest, string, error) {
	m, err := loadManifest(f.file)
	if err != nil {
		return nil, "", err
	}
	binary, err := f.binary(m)
	if err != nil {
		return nil, "", &usageError{err}
	}
	return m, binary, nil
}

func loadManifest(file string) (*manifest.Manifest, error) {
	if file == "" {
		return nil, &usageError{errors.New("-f is missing; it names the provider's manifest, such as provider/memory/conformance.yaml")}
	}
	m, err := manifest.Load(file)
	if err != nil {
		return nil, &usageError{err}
	}
	return m, nil
}

// verdictError ends the program with the code of the verdict; nil for success.
// The report has said all there is to say.
func verdictError(ctx context.Context, report *conformance.Report, allowPartial bool) error {
	if ctx.Err() != nil {
		return &exitError{code: conformance.ExitInterrupted}
	}
	if code := report.ExitCode(allowPartial); code != conformance.ExitConformant {
		return &exitError{code: code}
	}
	return nil
}

// binary gives the program to check, which must be there.
func (f *runFlags) binary(m *manifest.Manifest) (string, error) {
	path := cmp.Or(f.provider, m.Provider.Binary)
	absolute, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	info, err := os.Stat(absolute)
	switch {
	case err != nil:
		return "", fmt.Errorf("the provider's binary is not there: %s; build it, or mend provider.command in %s", absolute, m.File)
	case info.IsDir():
		return "", fmt.Errorf("the provider's binary is a folder: %s", absolute)
	default:
		return absolute, nil
	}
}

func (f *runFlags) write(stdout io.Writer, report *conformance.Report) error {
	if f.json != "" {
		text, err := json.MarshalIndent(report, "", "  ")
		if err == nil {
			err = os.WriteFile(f.json, append(text, '\n'), 0o600)
		}
		if err != nil {
			return fmt.Errorf("the report could not be written: %w", err)
		}
	}
	if f.format == "json" {
		return writeJSON(stdout, report)
	}
	conformance.WriteText(stdout, report, f.trace)
	return nil
}

func writeJSON(w io.Writer, value any) error {
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	return encoder.Encode(value)
}
