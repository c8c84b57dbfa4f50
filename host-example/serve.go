package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"golang.org/x/term"

	"github.com/paysocket/paysocket/host-example/service"
	"github.com/paysocket/paysocket/internal/tool"
)

func serveCommand(ctx context.Context) *cobra.Command {
	var options service.Options
	var verbose bool
	command := &cobra.Command{
		Use:   "serve --catalog FILE",
		Short: "Run the shop with the providers of a catalog until SIGTERM",
		Long: `Run the shop, and keep the providers of the catalog running: a process that is lost is
replaced, and an entry that has changed is swapped without aborting a call. The sales are
in the database, and go on with the next start, however this one ended. The log is JSON,
on standard error.

SIGHUP reads the catalog again; if that fails, the previous one stays. SIGTERM and
Ctrl-C accept no more requests, let calls in flight finish, and end everything that was
started. A second one ends the host and its child processes at once.

The staff's pages are at --staff. The password of the first of the staff is printed once,
at the first start, if standard output is a terminal. The admin API, for programs of the
host's user, is on a socket; "go doc ./host-example/admin" lists what it has.`,
		Example: `  host-example serve --catalog catalog.yaml
  host-example serve --catalog catalog.yaml --live --base-url https://shop.example --require-conformance \
    --database postgres://shop@db/shop --database-password-file db-password --key-file shop.key`,
		Args: tool.Check(cobra.NoArgs),
		RunE: func(command *cobra.Command, _ []string) error {
			options.Logger = newLogger(command.ErrOrStderr(), verbose)
			options.LookupEnv = os.LookupEnv
			if term.IsTerminal(int(os.Stdout.Fd())) && command.OutOrStdout() == io.Writer(os.Stdout) { // or it may be a log
				options.FirstPassword = func(name, password string) { printFirstPassword(os.Stdout, name, password) }
			}
			return runHost(ctx, &options)
		},
	}
	serveFlags(command.Flags(), &options)
	command.Flags().BoolVarP(&verbose, "verbose", "v", false, "log at level debug")
	command.PreRunE = func(*cobra.Command, []string) error {
		if options.Catalog == "" {
			return tool.Misused(errors.New("--catalog is missing; name the catalog of providers"))
		}
		if options.Drain < 0 {
			return tool.Misused(errors.New("--drain is negative; give a duration such as 45s"))
		}
		return nil
	}
	return command
}

func serveFlags(set *pflag.FlagSet, options *service.Options) {
	set.StringVar(&options.Catalog, "catalog", "", "the catalog of providers, a YAML file")
	set.StringVar(&options.Database, "database", "shop.db", "where the sales are: a file of SQLite, or postgres://USER@HOST/NAME without a password")
	set.StringVar(&options.DatabasePasswordFile, "database-password-file", "", "the file with the password of PostgreSQL, readable by the host's user only (default: PGPASSFILE)")
	set.StringVar(&options.KeyFile, "key-file", "", "the key that seals what is known of buyers, made at the first start (default for SQLite: the database's file with .key)")
	set.DurationVar(&options.CallTime, "call-time", 0, "how long one call that moves money may take; after a crash such a call is waited for so long (default: 30s)")
	set.StringVar(&options.Listen, "listen", "127.0.0.1:8080", "where buyers and gateways reach the shop")
	set.StringVar(&options.BaseURL, "base-url", "", "the public URL of the shop, such as https://shop.example (default: http and the address of --listen)")
	set.StringVar(&options.Admin, "admin", "", "the path of the admin API's socket, for the host's user only; off for none (default: the key file with .admin in place of .key)")
	set.StringVar(&options.Staff, "staff", "127.0.0.1:8081", "where the staff reach their pages; a loopback address unless --staff-url is given; off for none")
	set.StringVar(&options.StaffURL, "staff-url", "", "the https URL of a proxy before --staff, such as https://staff.example")
	set.StringVar(&options.Zone, "zone", "", "the time zone of the pages, and of the staff's days (default: Asia/Bangkok)")
	set.StringVar(&options.Metrics, "metrics", "", "the address of /metrics and /healthz without details, for other programs (default: on the admin API's socket only)")
	set.BoolVar(&options.Live, "live", false, "sell for real money; every entry must have mode live")
	set.BoolVar(&options.RequireConformance, "require-conformance", false, "admit no provider without a conformance report")
	set.StringVar(&options.Profile, "conformance-profile", "", "the profile that a report must be about (default: "+service.DefaultProfile+")")
	set.DurationVar(&options.MaxReportAge, "conformance-max-age", 0, "how old a report may be (default: any age)")
	set.BoolVar(&options.Trace, "trace", false, "trace calls with OpenTelemetry, and write the spans into the log")
	set.DurationVar(&options.Drain, "drain", 0, "how long calls in flight may take when the host ends (default: 45s)")
	testFlags(set, options)
}

// newLogger returns the logger of a host.
func newLogger(out io.Writer, verbose bool) *slog.Logger {
	level := slog.LevelInfo
	if verbose {
		level = slog.LevelDebug
	}
	return slog.New(slog.NewJSONHandler(out, &slog.HandlerOptions{Level: level}))
}

// printFirstPassword prints what is stored nowhere.
func printFirstPassword(out io.Writer, name, password string) {
	fmt.Fprintf(out, "\nThe staff's pages have one account. This is shown once; change it after the first login.\n\n  name:     %s\n  password: %s\n\n", name, password)
}

// runHost runs a host until ctx ends, and reads its catalog again on SIGHUP.
func runHost(ctx context.Context, options *service.Options) error {
	if err := hideMemory(); err != nil {
		options.Logger.LogAttrs(ctx, slog.LevelWarn, "the host's memory is not kept from core dumps", slog.String("error", err.Error()))
	}
	if err := keepDescriptors(); err != nil {
		options.Logger.LogAttrs(ctx, slog.LevelWarn, "providers may inherit open files of the host", slog.String("error", err.Error()))
	}
	reload := make(chan os.Signal, 1) // several signals are one reload
	signal.Notify(reload, syscall.SIGHUP)
	defer signal.Stop(reload)
	return service.Run(ctx, reload, options)
}
