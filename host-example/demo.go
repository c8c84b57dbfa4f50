package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/paysocket/paysocket/internal/tool"
	"github.com/paysocket/paysocket/plugin/supervisor"
)

func demoCommand(ctx context.Context) *cobra.Command {
	var catalogPath string
	var names []string
	var verbose, accidents bool
	var wait time.Duration
	command := &cobra.Command{
		Use:   "demo --catalog FILE [--provider NAME ...]",
		Short: "Make a sale through every provider of a catalog, and have accidents, in test mode",
		Long: `Start the sandboxes of the gateways in the catalog and, as a process of its own, "host-example
serve" with their providers. Make one sale through each: payment, webhook, refund of a
part and of the rest. Then show what the host does when an answer is lost, when a gateway
cannot be reached, and when it is killed in the middle of a sale. This needs no keys and
nothing beyond this machine, and takes about a minute. The last line is "demo: ok"; if a
step fails, the exit code is not 0 instead.

An entry without a sandbox sells in the test mode of its real gateway. You are the
buyer then: open the link that is printed.`,
		Example: `  host-example demo --catalog host-example/catalog.yaml
  host-example demo --catalog catalog.yaml --provider memory`,
		Args: tool.Check(cobra.NoArgs),
		RunE: func(command *cobra.Command, _ []string) error {
			stderr := command.ErrOrStderr()
			catalog, err := loadEntries(catalogPath, func(warning string) { fmt.Fprintf(stderr, "host-example: warning: %s\n", warning) })
			if err != nil {
				return err
			}
			entries, err := selectEntries(catalog, names)
			if err != nil {
				return err
			}
			demo := &demo{out: command.OutOrStdout(), lookupEnv: os.LookupEnv, wait: wait, withAccidents: accidents}
			if verbose {
				demo.verbose = stderr
			}
			return demo.run(ctx, entries)
		},
	}
	command.Flags().StringVar(&catalogPath, "catalog", "", "the catalog of providers, a YAML file")
	command.Flags().StringArrayVar(&names, "provider", nil, "only the entry of this name; may be repeated")
	command.Flags().BoolVar(&accidents, "accidents", true, "have accidents after the sales")
	command.Flags().BoolVarP(&verbose, "verbose", "v", false, "write the log of the host to standard error")
	command.Flags().DurationVar(&wait, "wait", 5*time.Minute, "how long you have to pay at a gateway without a sandbox")
	command.PreRunE = func(*cobra.Command, []string) error {
		if catalogPath == "" {
			return tool.Misused(errors.New("--catalog is missing; name the catalog of providers"))
		}
		return nil
	}
	return command
}

// selectEntries returns the entries with these names, in the order of the catalog.
func selectEntries(catalog *supervisor.Catalog, names []string) ([]supervisor.Entry, error) {
	if len(names) == 0 {
		return catalog.Entries, nil
	}
	wanted := map[string]bool{}
	for _, name := range names {
		if _, ok := catalog.Entry(name); !ok {
			return nil, fmt.Errorf("the catalog has no provider %q", name)
		}
		wanted[name] = true
	}
	var entries []supervisor.Entry
	for _, entry := range catalog.Entries {
		if wanted[entry.Name] {
			entries = append(entries, entry)
		}
	}
	return entries, nil
}

// demo is one run of the command. It sees the host only from outside, over HTTP, and
// knows what is true from the ledgers of the gateways.
type demo struct {
	out       io.Writer
	verbose   io.Writer // gets the host's log; nil if nobody wants it
	lookupEnv func(string) (string, bool)
	wait      time.Duration // how long a person has to pay at a gateway without a sandbox

	withAccidents bool

	stage     *stage
	addresses *addresses
	host      *hostChild
	admin     *adminClient
}

// twinSuffix is what the name of a second account at the same gateway ends with.
const twinSuffix = "-2"

// run sells through one provider after the other, and then has accidents with the last
// one that has a sandbox.
func (d *demo) run(ctx context.Context, entries []supervisor.Entry) (err error) {
	if d.addresses, err = freeAddresses(ctx); err != nil {
		return err
	}
	all := entries
	var unlucky *supervisor.Entry
	if d.withAccidents {
		unlucky = lastSandboxed(entries)
	}
	if unlucky != nil {
		twin := *unlucky
		twin.Name += twinSuffix
		all = append(slices.Clip(all), twin)
	}
	options := &stageOptions{webhookURL: d.addresses.webhookURL, lookupEnv: d.lookupEnv, withFronts: true}
	if d.stage, err = newStage(ctx, all, options); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.stage.close(ctx)) }()
	d.printSandboxes(entries)
	d.addresses.admin = socketPrefix + filepath.Join(d.stage.folder, "admin")
	d.admin = newAdminClient(d.addresses.admin)
	if err := d.start(ctx); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.host.end()) }()
	if err := d.printProviders(ctx, entries); err != nil {
		return err
	}
	for i := range entries {
		if err := d.sell(ctx, &entries[i]); err != nil {
			return fmt.Errorf("provider %s: %w", entries[i].Name, err)
		}
	}
	if unlucky != nil {
		if err := d.accidents(ctx, unlucky.Name); err != nil {
			return err
		}
	}
	_, err = fmt.Fprintln(d.out, "demo: ok")
	return err
}

// start starts the host, for the first time or again.
func (d *demo) start(ctx context.Context) (err error) {
	d.host, err = startHost(ctx, d.stage, d.addresses, d.verbose)
	return err
}

func lastSandboxed(entries []supervisor.Entry) *supervisor.Entry {
	for i := len(entries) - 1; i >= 0; i-- {
		if entries[i].Sandbox != nil {
			return &entries[i]
		}
	}
	return nil
}

func (d *demo) printSandboxes(entries []supervisor.Entry) {
	for i := range entries {
		if box := d.stage.sandboxes[entries[i].Name]; box != nil {
			d.printer(entries[i].Name).print("sandbox", "%s imitates the gateway at %s", box.name, box.scope.Connection().APIBase)
		}
	}
}

// printProviders prints the providers' processes.
func (d *demo) printProviders(ctx context.Context, entries []supervisor.Entry) error {
	var health struct {
		Providers []struct {
			Provider, Path, SHA256, Version string
			PID                             int
		}
	}
	status, err := d.admin.call(ctx, http.MethodGet, "/healthz", nil, &health)
	if err != nil || status != http.StatusOK {
		return fmt.Errorf("asking the host for its health: %d %w", status, err)
	}
	for _, state := range health.Providers {
		for i := range entries {
			if entries[i].Name == state.Provider {
				d.printer(state.Provider).print("plugin", "%s, process %d of %s, sha256 %.12s... as in the catalog",
					state.Version, state.PID, filepath.Base(state.Path), state.SHA256)
			}
		}
	}
	return nil
}

func (d *demo) printer(provider string) *printer { return &printer{out: d.out, provider: provider} }

// sell makes a sale through one provider.
func (d *demo) sell(ctx context.Context, entry *supervisor.Entry) error {
	s := &saleDemo{demo: d, provider: entry.Name, out: d.printer(entry.Name), browser: newBrowser()}
	if box := d.stage.sandboxes[entry.Name]; box != nil {
		s.scope = box.scope
	}
	for _, step := range s.steps() {
		if err := step.do(ctx); err != nil {
			return fmt.Errorf("step %s: %w", step.name, err)
		}
	}
	return nil
}

// step is one step of a sale.
type step struct {
	name string
	do   func(context.Context) error
}

// steps returns the steps of the sale. Some of them need a sandbox.
func (s *saleDemo) steps() []step {
	refunds := []step{{"refund", s.refundPart}, {"refund", s.refundRest}, {"refused", s.refundTooMuch}}
	if s.scope == nil {
		return append([]step{{"account", s.account}, {"create", s.create}, {"person", s.payInBrowser}}, refunds...)
	}
	sale := []step{
		{"account", s.account},
		{"create", s.create},
		{"again", s.again},
		{"buyer", s.pay},
		{"webhook", s.webhook},
		{"forged", s.forged},
		{"replayed", s.replayed},
	}
	return append(append(sale, refunds...), step{"ledger", s.ledger})
}
