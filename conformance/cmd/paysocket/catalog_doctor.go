package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/url"
	"os"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/paysocket/paysocket/conformance/cmd/paysocket/internal/machine"
	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/internal/tool"
	"github.com/paysocket/paysocket/plugin"
	"github.com/paysocket/paysocket/plugin/supervisor"
)

func catalogDoctorCommand(ctx context.Context) *cobra.Command {
	var rules catalogRules
	var asJSON bool
	command := &cobra.Command{
		Use: "doctor PATH",
		Example: `  paysocket catalog doctor catalog.yaml
  paysocket catalog doctor catalog.yaml --json`,
		Short: "Say whether this machine can run the providers of a catalog",
		Long: `Say in one page whether this machine can run the providers of a catalog, or of a
folder: what "catalog check" says of each, and of the machine its kernel, folders,
limits, user, clock, DNS and proxies, each with what to do. Run it as the host's user
and where the host runs: in its container, or by "systemd-run --pipe" with its limits.

A plugin that does nothing is started, and names and proxies of the catalog are looked
up and connected to. Nothing is sent to a gateway.

Exit codes:
  0  nothing is bad; there may be warnings
  1  something is bad, or the catalog cannot be read
  2  the arguments are wrong`,
		Args: tool.Check(cobra.ExactArgs(1)),
		RunE: func(command *cobra.Command, args []string) error {
			d := &diagnosis{Catalog: args[0], waiting: newWaiting(command.ErrOrStderr())}
			err := d.examine(ctx, &rules)
			d.waiting.end()
			if err != nil {
				return err
			}
			if asJSON {
				return errors.Join(writeJSON(command.OutOrStdout(), d), d.problem(""))
			}
			return errors.Join(d.print(command.OutOrStdout()), d.problem("something is BAD: this machine cannot run all of them as it is"))
		},
	}
	rules.add(command)
	command.Flags().BoolVar(&asJSON, "json", false, "as JSON")
	return command
}

// diagnosis is what "catalog doctor --json" prints.
type diagnosis struct {
	Catalog string         `json:"catalog"`
	Status  machine.Status `json:"status"` // the worst of the lines
	Lines   []machine.Line `json:"lines"`

	waiting *waiting
}

// examine looks at the catalog, its providers and the machine. Its error says that the
// question was wrong.
func (d *diagnosis) examine(ctx context.Context, rules *catalogRules) error {
	providers, err := loadListed(d.Catalog)
	if misused, ok := errors.AsType[*tool.UsageError](err); ok {
		return misused
	}
	self, selfErr := os.Executable()
	if selfErr != nil {
		return selfErr
	}
	host := &machine.Host{Confined: true, Proxies: map[string]string{}, Getenv: os.Getenv, Self: self}
	if err != nil {
		d.Lines = []machine.Line{{Topic: "catalog", Name: "file", Status: machine.Bad, Text: err.Error(), Remedy: "correct it"}}
	} else if err := d.providers(ctx, providers, rules, host); err != nil {
		return err
	}
	d.waiting.on("looking at the machine")
	d.Lines = append(d.Lines, machine.Look(ctx, host)...)
	for i := range d.Lines {
		d.Lines[i].Text = oneLine(d.Lines[i].Text, 2000)
	}
	d.Status = machine.Worst(d.Lines)
	return ctx.Err()
}

// providers adds a line for the catalog and for each provider, and fills in what the
// machine has to do for them.
func (d *diagnosis) providers(ctx context.Context, providers *listed, rules *catalogRules, host *machine.Host) error {
	findings, err := checkEntries(ctx, providers, rules, d.waiting)
	if err != nil {
		return err
	}
	line := machine.Line{Topic: "catalog", Name: "file", Status: machine.OK, Text: fmt.Sprintf("%s has %d providers", d.Catalog, len(findings))}
	if len(providers.Warnings) > 0 {
		line.Status, line.Text, line.Remedy = machine.Warn, strings.Join(providers.Warnings, "; "), "change what is named"
	}
	d.Lines = append(d.Lines, line)
	host.Providers, host.Confined, host.Newest = len(findings), false, changed(d.Catalog)
	for i, f := range findings {
		entry := &providers.Entries[i]
		d.Lines = append(d.Lines, f.line(entry.Name, d.Catalog))
		host.Confined = host.Confined || entry.Confinement != plugin.ConfinementOff
		if at := changed(entry.Path); at.After(host.Newest) {
			host.Newest = at
		}
		reach(host, entry, f.descriptor)
	}
	slices.Sort(host.Names)
	host.Names = slices.Compact(host.Names)
	return nil
}

// line returns what was found about a provider as a line.
func (f *finding) line(name, catalog string) machine.Line {
	line := machine.Line{Topic: "providers", Name: name, Status: machine.OK, Text: "starts: " + f.is() + " " + f.version()}
	if len(f.problems) > 0 {
		line.Status, line.Text = machine.Bad, strings.Join(f.problems, "; ")
		line.Remedy = `do what it says; "paysocket catalog check ` + catalog + `" shows each problem on its own`
	}
	return line
}

// changed returns when a file was changed; zero if that is not known.
func changed(path string) time.Time {
	info, err := os.Stat(path)
	if err != nil {
		return time.Time{}
	}
	return info.ModTime()
}

// reach adds the proxy of an entry, and the names of the machines that it talks to. With
// a proxy, only the proxy has to know the others.
func reach(host *machine.Host, entry *supervisor.Entry, descriptor *contract.Descriptor) {
	settings := maps.Clone(entry.Settings)
	if proxy := settings["proxy"]; proxy != "" {
		host.Proxies[entry.Name] = proxy
		settings = map[string]string{"proxy": proxy}
	} else if descriptor != nil {
		for _, field := range descriptor.ConfigFields {
			if !field.Secret && field.Default != "" {
				if settings == nil {
					settings = map[string]string{}
				}
				settings[field.Name] = cmp.Or(settings[field.Name], field.Default)
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(settings)) {
		u, err := url.Parse(settings[name])
		if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Hostname() == "" || net.ParseIP(u.Hostname()) != nil {
			continue
		}
		host.Names = append(host.Names, u.Hostname())
	}
}

// print prints a line for each thing, and below it what to do.
func (d *diagnosis) print(out io.Writer) error {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	words := map[machine.Status]string{machine.OK: "ok", machine.Warn: "warn", machine.Bad: "BAD"}
	for i := range d.Lines {
		line := &d.Lines[i]
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", words[line.Status], line.Topic, line.Name, line.Text)
		if line.Remedy != "" {
			fmt.Fprintf(table, "\t\t\tdo: %s\n", line.Remedy)
		}
	}
	return table.Flush()
}

// problem returns the error of something that is bad.
func (d *diagnosis) problem(text string) error {
	if d.Status != machine.Bad {
		return nil
	}
	return &exitError{code: exitFailed, text: text}
}
