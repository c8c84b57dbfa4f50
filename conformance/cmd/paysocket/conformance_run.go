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
	"github.com/paysocket/paysocket/internal/tool"
)

// runFlags are the flags of "conformance run" and "conformance host run".
type runFlags struct {
	file     string
	provider string
	format   string
	json     string
	junit    string
	html     string

	trace        bool
	allowPartial bool

	options conformance.Options
}

func conformanceRunCommand(ctx context.Context) *cobra.Command {
	var flags runFlags
	command := flags.command(ctx, &cobra.Command{
		Use: "run -f MANIFEST",
		Example: `  paysocket conformance run -f conformance.yaml
  paysocket conformance run -f conformance.yaml --run 'IDM-*' --trace
  paysocket conformance run -f conformance.yaml --provider bin/payment-provider-tide-pay --json report.json`,
		Short: "Check a provider",
		Long: `Check a provider, and print what was found.

` + exitNames,
	}, flags.check)
	set := command.Flags()
	set.StringVarP(&flags.file, "file", "f", "", "the provider's manifest")
	set.StringVar(&flags.provider, "provider", "", "the provider's binary, in place of the manifest's")
	set.IntVar(&flags.options.Parallel, "parallel", 0, "how many checks run at once (default: processors, at most 8)")
	return command
}

// command completes a command that checks a subject and prints the report.
func (f *runFlags) command(ctx context.Context, command *cobra.Command, check func(context.Context) (*conformance.Report, error)) *cobra.Command {
	command.Args = tool.Check(cobra.NoArgs)
	command.RunE = func(command *cobra.Command, _ []string) error {
		for _, name := range []string{"run", "skip"} {
			if flag := command.Flags().Lookup(name); flag.Changed && flag.Value.String() == "" {
				return tool.Misused(fmt.Errorf("--%s is empty; leave it out to check everything", name))
			}
		}
		err := f.run(ctx, command.OutOrStdout(), command.ErrOrStderr(), check)
		if misused, ok := errors.AsType[*tool.UsageError](err); ok {
			// A reader of the files must not take an earlier run's for this one's.
			return errors.Join(misused, f.writeFiles(conformance.NoReport(misused, &f.options)))
		}
		return err
	}
	set := command.Flags()
	set.StringVar(&f.options.Run, "run", "", "only these clauses, such as 'IDM-*,CRE-00?' or 'HKY-*'")
	set.StringVar(&f.options.Skip, "skip", "", "all but these clauses")
	set.StringVar(&f.options.Profile, "profile", "", "the profile, in place of the manifest's")
	set.Uint64Var(&f.options.Seed, "seed", 0, "repeats the run that had this seed (default: drawn)")
	set.BoolVar(&f.options.Strict, "strict", false, "SHOULD clauses and warnings count like MUST clauses")
	set.BoolVar(&f.allowPartial, "allow-partial", false, "a partial verdict is a success")
	set.BoolVar(&f.trace, "trace", false, "print the log of what was checked for clauses that did not pass")
	set.StringVar(&f.format, "format", "text", "what is printed: text or json")
	set.StringVar(&f.json, "json", "", "write the report as JSON to this file, too")
	set.StringVar(&f.junit, "junit", "", "write the report for build servers to this file, too")
	set.StringVar(&f.html, "html", "", "write the report as one page to this file, too")
	return command
}

func (f *runFlags) run(ctx context.Context, stdout, stderr io.Writer, check func(context.Context) (*conformance.Report, error)) error {
	switch {
	case f.format != "text" && f.format != "json":
		return tool.Misused(fmt.Errorf("--format %q is unknown; write text or json", f.format))
	case f.options.Parallel < 0:
		return tool.Misused(errors.New("--parallel must not be negative"))
	}
	for _, file := range []string{f.json, f.junit, f.html} {
		if _, err := os.Stat(filepath.Dir(file)); file != "" && err != nil {
			return tool.Misused(fmt.Errorf("the report cannot be written there: %w", err))
		}
	}
	f.options.Manifest, f.options.Provider, f.options.Version = f.file, f.provider, version()
	progress := newProgress(stderr)
	f.options.Progress = progress.step
	report, err := check(ctx)
	progress.end()
	if misused, ok := errors.AsType[*conformance.UsageError](err); ok {
		return tool.Misused(misused)
	}
	if err != nil {
		return err
	}
	if err := f.write(stdout, report); err != nil { // which 1 would call the subject's fault
		return &exitError{code: conformance.ExitInconclusive, text: err.Error()}
	}
	return verdictError(ctx, report, f.allowPartial)
}

// check checks the provider.
func (f *runFlags) check(ctx context.Context) (*conformance.Report, error) {
	m, binary, err := f.load()
	if err != nil {
		return nil, err
	}
	return conformance.Run(ctx, m, conformance.Binary(binary), &f.options)
}

// load reads the manifest and finds the binary.
func (f *runFlags) load() (*conformance.Manifest, string, error) {
	m, err := loadManifest(f.file)
	if err != nil {
		return nil, "", err
	}
	binary, err := f.binary(m)
	if err != nil {
		return nil, "", tool.Misused(err)
	}
	return m, binary, nil
}

func loadManifest(file string) (*conformance.Manifest, error) {
	if file == "" {
		return nil, tool.Misused(errors.New("-f is missing; it names the provider's manifest, such as provider/memory/conformance.yaml"))
	}
	m, err := conformance.LoadManifest(file)
	if err != nil {
		return nil, tool.Misused(err)
	}
	return m, nil
}

// verdictError ends the program with the code of the verdict; nil for success.
// The report has said all there is to say.
func verdictError(ctx context.Context, report *conformance.Report, allowPartial bool) error {
	if ctx.Err() != nil {
		return &exitError{code: exitInterrupted}
	}
	if code := report.ExitCode(allowPartial); code != conformance.ExitConformant {
		return &exitError{code: code}
	}
	return nil
}

// binary returns the program to check, which must exist.
func (f *runFlags) binary(m *conformance.Manifest) (string, error) {
	path := cmp.Or(f.provider, m.Binary())
	absolute, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	info, err := os.Stat(absolute)
	switch {
	case err != nil:
		return "", fmt.Errorf("the provider's binary is not there: %s; build it, or correct provider.command in %s", absolute, f.file)
	case info.IsDir():
		return "", fmt.Errorf("the provider's binary is a folder: %s", absolute)
	default:
		return absolute, nil
	}
}

func (f *runFlags) write(stdout io.Writer, report *conformance.Report) error {
	if err := f.writeFiles(report); err != nil {
		return err
	}
	if f.format == "json" {
		return conformance.WriteJSON(stdout, report)
	}
	return conformance.WriteText(stdout, report, f.trace)
}

// writeFiles writes the report to the files that were asked for.
func (f *runFlags) writeFiles(report *conformance.Report) error {
	for _, file := range []struct {
		path  string
		write func(io.Writer) error
	}{
		{f.json, func(w io.Writer) error { return conformance.WriteJSON(w, report) }},
		{f.junit, func(w io.Writer) error { return conformance.WriteJUnit(w, report, f.allowPartial) }},
		{f.html, func(w io.Writer) error { return conformance.WriteHTML(w, report) }},
	} {
		if file.path == "" {
			continue
		}
		if err := replaceFile(file.path, file.write); err != nil {
			return fmt.Errorf("the report could not be written: %w", err)
		}
	}
	return nil
}

// replaceFile writes a file in one step, so that nobody reads half of it.
func replaceFile(path string, write func(io.Writer) error) error {
	file, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(file.Name()) }() // of no effect once it was renamed
	err = write(file)
	if err == nil {
		err = file.Chmod(0o644)
	}
	if err := errors.Join(err, file.Close()); err != nil {
		return err
	}
	return os.Rename(file.Name(), path)
}

func writeJSON(w io.Writer, value any) error {
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	return encoder.Encode(value)
}
