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
		Short: "Sell something through every provider of a catalog, in test mode",
		Long: `For each entry of the catalog, start the sandbox of its gateway, open the provider
as a plugin, configure it in test mode, and make one sale: payment, webhook,
look-up, refund of a part and of the rest. No keys, no fixed ports, nothing
beyond this machine. The last line is "demo: ok", or the exit code is not 0.

An entry without a sandbox sells at its gateway's own test mode. Then you are
the buyer: open the link that is printed.`,
		Args: usage(cobra.NoArgs),
		RunE: func(command *cobra.Command, _ []string) error {
			catalog, err := supervisor.LoadCatalog(catalogPath)
			if err != nil {
				return err
			}
			for _, warning := range catalog.Warnings {
				fmt.Fprintf(command.ErrOrStderr(), "host-example: warning: %s\n", warning)
			}
			entries, err := chosen(catalog, names)
			if err != nil {
				return err
			}
			demo := &demo{
				out: command.OutOrStdout(), stderr: command.ErrOrStderr(), lookupEnv: os.LookupEnv,
				log: logger(command.ErrOrStderr(), verbose), wait: wait, pause: pollPause,
			}
			return demo.run(ctx, entries)
		},
	}
	command.Flags().StringVar(&catalogPath, "catalog", "", "the catalog of providers, a YAML file")
	command.Flags().StringArrayVar(&names, "provider", nil, "only the entry of this name; may be repeated")
	command.Flags().BoolVarP(&verbose, "verbose", "v", false, "log what host and providers do, to the standard error output")
	command.Flags().DurationVar(&wait, "wait", 5*time.Minute, "how long a person has to pay, where there is no stand-in")
	command.PreRunE = func(*cobra.Command, []string) error {
		if catalogPath == "" {
			return &usageError{errors.New("--catalog is missing; name the catalog of providers")}
		}
		return nil
	}
	return command
}

// logger keeps to what has to be known: each line that a step prints says more.
func logger(out io.Writer, verbose bool) *slog.Logger {
	if !verbose {
		return slog.New(slog.DiscardHandler)
	}
	return slog.New(slog.NewJSONHandler(out, &slog.HandlerOptions{Level: slog.LevelDebug}))
}

// chosen gives the entries of those names, in the order of the catalog.
func chosen(catalog *supervisor.Catalog, names []string) ([]supervisor.Entry, error) {
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

	// Where there is no stand-in: how long to wait for the person who pays, and
	// about how long between two looks.
	wait, pause time.Duration
}

// run sells through one provider after the other, on one host.
func (d *demo) run(ctx context.Context, entries []supervisor.Entry) (err error) {
	for i := range entries {
		if entries[i].Mode != contract.ModeTest {
			return fmt.Errorf("provider %s is in the catalog for mode %s, and the demo sells in test mode only", entries[i].Name, entries[i].Mode)
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

// sell opens one entry, makes the sale, and ends what it started.
func (d *demo) sell(ctx context.Context, host *host, entry *supervisor.Entry) (err error) {
	lines := &lines{out: d.out, provider: entry.Name}
	opened, err := d.open(ctx, host, entry, lines)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, opened.close(ctx)) }()
	s := &sell{host: host, opened: opened, lines: lines, browser: newBrowser(), wait: d.wait, pause: d.pause}
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

// steps are those that can be seen: some need a stand-in, which plays along.
func (s *sell) steps() []step {
	refunds := []step{{"refund", s.refundPart}, {"refund", s.refundRest}, {"refused", s.refundTooMuch}}
	if s.opened.standIn == nil {
		return append([]step{{"create", s.create}, {"person", s.person}}, refunds...)
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
