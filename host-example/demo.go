package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/plugin/supervisor"
)

func demoCommand(ctx context.Context) *cobra.Command {
	var catalogPath string
	var names []string
	var verbose bool
	var wait time.Duration
	command := &cobra.Command{
		Use:   "demo --catalog FILE [--provider NAME ...]",
		Short: "Make a sale through every provider of a catalog, in test mode",
		Long: `For each entry of the catalog, start the sandbox of its gateway, open the provider
as a plugin, configure it in test mode, and make one sale: payment, webhook,
look-up, refund of a part and of the rest. This needs no keys, no fixed ports and
nothing beyond this machine. The last line is "demo: ok"; if a step fails, the exit
code is not 0 instead.

An entry without a sandbox sells in the test mode of its real gateway. You are the
buyer then: open the link that is printed.`,
		Args: usage(cobra.NoArgs),
		RunE: func(command *cobra.Command, _ []string) error {
			catalog, err := supervisor.LoadCatalog(catalogPath)
			if err != nil {
				return err
			}
			for _, warning := range catalog.Warnings {
				fmt.Fprintf(command.ErrOrStderr(), "host-example: warning: %s\n", warning)
			}
			entries, err := selectEntries(catalog, names)
			if err != nil {
				return err
			}
			demo := &demo{
				out: command.OutOrStdout(), stderr: command.ErrOrStderr(), lookupEnv: os.LookupEnv,
				log: newLogger(command.ErrOrStderr(), verbose), wait: wait, pollInterval: pollInterval,
			}
			return demo.run(ctx, entries)
		},
	}
	command.Flags().StringVar(&catalogPath, "catalog", "", "the catalog of providers, a YAML file")
	command.Flags().StringArrayVar(&names, "provider", nil, "only the entry of this name; may be repeated")
	command.Flags().BoolVarP(&verbose, "verbose", "v", false, "log what the host and the providers do, to standard error")
	command.Flags().DurationVar(&wait, "wait", 5*time.Minute, "how long you have to pay at a gateway without a sandbox")
	command.PreRunE = func(*cobra.Command, []string) error {
		if catalogPath == "" {
			return &usageError{errors.New("--catalog is missing; name the catalog of providers")}
		}
		return nil
	}
	return command
}

// newLogger returns a logger that writes nothing unless verbose: the printed steps say
// enough.
func newLogger(out io.Writer, verbose bool) *slog.Logger {
	if !verbose {
		return slog.New(slog.DiscardHandler)
	}
	return slog.New(slog.NewJSONHandler(out, &slog.HandlerOptions{Level: slog.LevelDebug}))
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

// demo is one run of the command.
type demo struct {
	out, stderr io.Writer
	log         *slog.Logger
	lookupEnv   func(string) (string, bool)

	// For a gateway without a sandbox: how long a person has to pay, and about how
	// often the payment is looked up.
	wait, pollInterval time.Duration
}

// run sells through one provider after the other, with the same host.
func (d *demo) run(ctx context.Context, entries []supervisor.Entry) (err error) {
	for i := range entries {
		if entries[i].Mode != contract.ModeTest {
			return fmt.Errorf("provider %s has mode %s in the catalog, and the demo sells in test mode only", entries[i].Name, entries[i].Mode)
		}
	}
	host, err := openHost(ctx, d.log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, host.close(ctx)) }()
	for i := range entries {
		if err := d.sell(ctx, host, &entries[i]); err != nil {
			return fmt.Errorf("provider %s: %w", entries[i].Name, err)
		}
	}
	_, err = fmt.Fprintln(d.out, "demo: ok")
	return err
}

// sell opens a provider, makes the sale, and closes the provider.
func (d *demo) sell(ctx context.Context, host *host, entry *supervisor.Entry) (err error) {
	out := &printer{out: d.out, provider: entry.Name}
	opened, err := d.open(ctx, host, entry, out)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, opened.close(ctx)) }()
	s := &saleDemo{host: host, opened: opened, out: out, browser: newBrowser(), wait: d.wait, pollInterval: d.pollInterval}
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
	if s.opened.sandbox == nil {
		return append([]step{{"create", s.create}, {"person", s.payInBrowser}}, refunds...)
	}
	sale := []step{
		{"create", s.create},
		{"buyer", s.pay},
		{"webhook", s.webhook},
		{"forged", s.forged},
		{"replayed", s.replayed},
		{"status", s.status},
	}
	return append(append(sale, refunds...), step{"ledger", s.ledger})
}
