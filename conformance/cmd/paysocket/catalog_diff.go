package main

import (
	"fmt"
	"io"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/paysocket/paysocket/internal/tool"
	"github.com/paysocket/paysocket/plugin/supervisor"
)

func catalogDiffCommand() *cobra.Command {
	var asJSON bool
	command := &cobra.Command{
		Use:   "diff OLD NEW",
		Short: "Say what a host would do if it went over from one catalog to the other",
		Long: `Say for each provider whether a host that runs the catalog OLD would start it,
stop it, swap it, or leave it alone, when it reads NEW. Secrets are not read, so
a file whose content has changed is no difference: the provider reads it at its
next start.

Paths in a catalog start at its own folder, so keep OLD beside NEW.`,
		Args: tool.Check(cobra.ExactArgs(2)),
		RunE: func(command *cobra.Command, args []string) error {
			before, err := supervisor.LoadCatalog(args[0])
			if err != nil {
				return err
			}
			after, err := supervisor.LoadCatalog(args[1])
			if err != nil {
				return err
			}
			all := diffCatalogs(before, after)
			if asJSON {
				return writeJSON(command.OutOrStdout(), all)
			}
			for i := range all {
				all[i].print(command.OutOrStdout())
			}
			return nil
		},
	}
	command.Flags().BoolVar(&asJSON, "json", false, "as JSON")
	return command
}

// What becomes of a provider.
const (
	isStarted = "started"
	isEnded   = "ended"
	isSwapped = "swapped"
	goesOn    = "unchanged"
)

// change is what would become of one provider.
type change struct {
	Name    string   `json:"name"`
	Becomes string   `json:"becomes"`
	Because []string `json:"because,omitempty"`
	Path    string   `json:"path,omitempty"`
	SHA256  string   `json:"sha256,omitempty"`
	Mode    string   `json:"mode,omitempty"`
}

func (c *change) print(out io.Writer) {
	switch c.Becomes {
	case isStarted:
		fmt.Fprintf(out, "+ %s: is started: %s, sha256 %.12s..., mode %s\n", c.Name, c.Path, c.SHA256, c.Mode)
	case isEnded:
		fmt.Fprintf(out, "- %s: takes no more calls, finishes those it has, and ends\n", c.Name)
	case goesOn:
		fmt.Fprintf(out, "= %s: goes on as it is\n", c.Name)
	default:
		fmt.Fprintf(out, "~ %s: is swapped, because of %s\n", c.Name, strings.Join(c.Because, ", "))
	}
}

func diffCatalogs(before, after *supervisor.Catalog) []change {
	all := []change{}
	names := map[string]struct{}{}
	for _, catalog := range []*supervisor.Catalog{before, after} {
		for i := range catalog.Entries {
			names[catalog.Entries[i].Name] = struct{}{}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		was, known := before.Entry(name)
		will, wanted := after.Entry(name)
		switch {
		case !known:
			all = append(all, change{Name: name, Becomes: isStarted, Path: will.Path, SHA256: will.SHA256, Mode: string(will.Mode)})
		case !wanted:
			all = append(all, change{Name: name, Becomes: isEnded})
		case reflect.DeepEqual(was, will):
			all = append(all, change{Name: name, Becomes: goesOn})
		default:
			all = append(all, change{Name: name, Becomes: isSwapped, Because: changes(was, will), Path: will.Path, SHA256: will.SHA256, Mode: string(will.Mode)})
		}
	}
	return all
}

// changes names the fields of an entry that differ, with their values where
// those are short and no secrets.
func changes(was, will *supervisor.Entry) []string {
	var found []string
	compare := func(field, before, after string) {
		if before != after {
			found = append(found, fmt.Sprintf("%s (%s -> %s)", field, orNothing(before), orNothing(after)))
		}
	}
	compare("path", was.Path, will.Path)
	compare("sha256", short(was.SHA256), short(will.SHA256))
	compare("mode", string(was.Mode), string(will.Mode))
	compare("conformance", was.Conformance, will.Conformance)
	compare("confinement", string(was.Confinement), string(will.Confinement))
	compare("memory_limit", strconv.FormatInt(was.MemoryLimit, 10), strconv.FormatInt(will.MemoryLimit, 10))
	compare("probe", strconv.FormatBool(was.Probe), strconv.FormatBool(will.Probe))
	compare("auto_mtls", strconv.FormatBool(!was.DisableAutoMTLS), strconv.FormatBool(!will.DisableAutoMTLS))
	compare("sandbox", commandOf(was), commandOf(will))
	for _, name := range union(was.Settings, will.Settings) {
		if value, ok := was.Settings[name]; value != will.Settings[name] || !ok {
			found = append(found, "settings."+name) // a value may hold what is nobody's business
		}
	}
	for _, name := range union(was.Secrets, will.Secrets) {
		compare("secrets."+name, sourceOf(was.Secrets[name]), sourceOf(will.Secrets[name]))
	}
	if len(found) == 0 {
		found = append(found, "something that this tool does not know")
	}
	return found
}

func short(sum string) string { return fmt.Sprintf("%.12s", sum) }

func orNothing(text string) string {
	if text == "" {
		return "nothing"
	}
	return oneLine(text, 200)
}

func commandOf(entry *supervisor.Entry) string {
	if entry.Sandbox == nil {
		return ""
	}
	return strings.Join(entry.Sandbox.Command, " ")
}

// sourceOf says where a secret comes from.
func sourceOf(source supervisor.SecretSource) string {
	switch {
	case source.File != "":
		return "file " + source.File
	case source.Env != "":
		return "env " + source.Env
	case source.Sandbox != "":
		return "sandbox " + source.Sandbox
	}
	return ""
}

func union[V any](a, b map[string]V) []string {
	both := maps.Clone(a)
	if both == nil {
		both = map[string]V{}
	}
	maps.Copy(both, b)
	return slices.Sorted(maps.Keys(both))
}
