package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"

	"github.com/spf13/cobra"
	yaml "go.yaml.in/yaml/v3"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/internal/tool"
	"github.com/paysocket/paysocket/plugin"
	"github.com/paysocket/paysocket/plugin/supervisor"
)

// addition is a binary to add to a catalog.
type addition struct {
	binary, catalog, name, mode string
}

func catalogAddCommand(ctx context.Context) *cobra.Command {
	var a addition
	command := &cobra.Command{
		Use:   "add BINARY --catalog FILE --name NAME",
		Short: "Add a provider, or a folder of them, to a catalog",
		Long: `Start a provider's binary, read its descriptor, and add an entry for it to the end
of a catalog: its sum, and the settings and secrets to fill in, with the provider's
descriptions of them. The other entries are not changed. If the file does not exist,
it is created.

BINARY may also be a folder: every executable file in it whose name begins with
"payment-provider-" is added under the rest of its name, without --name, unless the
catalog has that name already.

The binary is executed, and its sum becomes the approved one, so be sure that it is
the one that you want. The entry has no secrets; it names the files to write them to.`,
		Args: tool.Check(cobra.ExactArgs(1)),
		RunE: func(command *cobra.Command, args []string) error {
			a.binary = args[0]
			if a.isFolder() {
				return a.addFolder(ctx, command.OutOrStdout())
			}
			if a.name == "" {
				return tool.Misused(errors.New("--name is missing; choose a name for the provider, such as wallet-th"))
			}
			return a.addOne(ctx, command.OutOrStdout())
		},
	}
	set := command.Flags()
	set.StringVar(&a.catalog, "catalog", "", "the catalog to add it to")
	set.StringVar(&a.name, "name", "", "the host's name for it, such as wallet-th")
	set.StringVar(&a.mode, "mode", "test", "test or live")
	command.PreRunE = func(*cobra.Command, []string) error {
		switch {
		case a.catalog == "":
			return tool.Misused(errors.New("--catalog is missing; name the file to add to"))
		case a.mode != "test" && a.mode != "live":
			return tool.Misused(fmt.Errorf("--mode %q is unknown; write test or live", a.mode))
		}
		return nil
	}
	return command
}

func (a *addition) isFolder() bool {
	info, err := os.Stat(a.binary)
	return err == nil && info.IsDir()
}

// addFolder adds every provider of a folder that the catalog does not have.
func (a *addition) addFolder(ctx context.Context, out io.Writer) error {
	if a.name != "" {
		return tool.Misused(errors.New("--name goes with a binary; the providers of a folder have the names of their files"))
	}
	providers, err := loadListed(a.binary)
	if err != nil {
		return err
	}
	there, err := readCatalog(a.catalog)
	if err != nil {
		return err
	}
	for i := range providers.Entries {
		one := *a
		one.name, one.binary = providers.Entries[i].Name, providers.Entries[i].Path
		if _, twice := there.catalog.Entry(one.name); twice {
			fmt.Fprintf(out, "%s is in %s already, and stays as it is\n\n", one.name, a.catalog)
			continue
		}
		if err := one.addOne(ctx, out); err != nil {
			return err
		}
	}
	return nil
}

// addOne adds a provider, and prints the entry and what to do next.
func (a *addition) addOne(ctx context.Context, out io.Writer) error {
	entry, err := a.add(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "added %s to %s:\n\n%s\n", a.name, a.catalog, entry)
	_, err = fmt.Fprintf(out, "Compare the sum with what its author says, fill in what is missing, and run: paysocket catalog check %s\n", a.catalog)
	return err
}

// add returns the entry as it was written.
func (a *addition) add(ctx context.Context) (string, error) {
	path, err := filepath.EvalSymlinks(a.catalog) // a link stays one
	if errors.Is(err, os.ErrNotExist) {
		path = a.catalog
	} else if err != nil {
		return "", err
	}
	before, err := readCatalog(path)
	if err != nil {
		return "", err
	}
	if _, twice := before.catalog.Entry(a.name); twice {
		return "", fmt.Errorf("the catalog %s has a provider %s already; choose another --name, or edit that entry", a.catalog, a.name)
	}
	client, err := plugin.Open(ctx, a.binary, nil)
	if err != nil {
		return "", err
	}
	descriptor, process := client.Descriptor(), client.Process()
	if err := client.Close(); err != nil {
		return "", err
	}
	if err := a.offers(descriptor); err != nil {
		return "", err
	}
	entry := renderEntry(a, filepath.Dir(path), descriptor, process)
	return entry, before.append(path, entry)
}

func (a *addition) offers(descriptor *contract.Descriptor) error {
	for _, mode := range descriptor.Modes {
		if strings.EqualFold(string(mode), a.mode) {
			return nil
		}
	}
	return fmt.Errorf("%s %s has no mode %s; it has %v", descriptor.ProviderID, descriptor.Version, a.mode, descriptor.Modes)
}

// writtenCatalog is a catalog's file.
type writtenCatalog struct {
	text    string
	mode    os.FileMode
	indent  string // before the hyphens of its entries
	catalog *supervisor.Catalog
}

// readCatalog reads a file that an entry can be added to, or makes up the
// beginning of one if there is none.
func readCatalog(path string) (*writtenCatalog, error) {
	catalog, err := supervisor.LoadCatalog(path)
	if errors.Is(err, os.ErrNotExist) {
		return &writtenCatalog{
			text: "# The providers that a host may load. Paths start at this file's folder.\nproviders:\n",
			mode: 0o644, indent: "  ", catalog: &supervisor.Catalog{},
		}, nil
	}
	if err != nil {
		return nil, err
	}
	text, err := os.ReadFile(path) //nolint:gosec // It has just been loaded, and was not too large.
	if err != nil {
		return nil, err
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	var document struct {
		Providers yaml.Node `yaml:"providers"`
	}
	if err := yaml.Unmarshal(text, &document); err != nil {
		return nil, err
	}
	if document.Providers.Kind != yaml.SequenceNode || document.Providers.Style&yaml.FlowStyle != 0 || document.Providers.Column == 0 {
		return nil, fmt.Errorf("the list of %s is not written as one line for each hyphen; add the entry by hand", path)
	}
	return &writtenCatalog{
		text: string(text), mode: info.Mode().Perm(),
		indent: strings.Repeat(" ", document.Providers.Column-1), catalog: catalog,
	}, nil
}

// append adds the entry to the file, in one step. It looks first whether the
// result is a catalog that says what the one before did, and the entry.
func (w *writtenCatalog) append(path, entry string) error {
	var text strings.Builder
	text.WriteString(w.text)
	if w.text != "" && !strings.HasSuffix(w.text, "\n") {
		text.WriteByte('\n')
	}
	if len(w.catalog.Entries) > 0 {
		text.WriteByte('\n')
	}
	for line := range strings.Lines(entry) {
		if strings.TrimSpace(line) != "" {
			line = w.indent + line
		}
		text.WriteString(line)
	}
	file, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*") // paths start at the folder
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(file.Name()) }() // of no effect once it was renamed
	_, err = file.WriteString(text.String())
	err = errors.Join(err, file.Chmod(w.mode), file.Sync(), file.Close())
	if err != nil {
		return err
	}
	after, err := supervisor.LoadCatalog(file.Name())
	if err != nil {
		return fmt.Errorf("the entry cannot be added: %w; add it by hand:\n%s", err, entry)
	}
	last := len(after.Entries) - 1
	if last != len(w.catalog.Entries) || last > 0 && !reflect.DeepEqual(after.Entries[:last], w.catalog.Entries) {
		return fmt.Errorf("the entry cannot be added to the end of %s without changing others; add it by hand:\n%s", path, entry)
	}
	return os.Rename(file.Name(), path)
}
