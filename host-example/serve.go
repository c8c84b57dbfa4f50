package main

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/paysocket/paysocket/host-example/service"
)

func serveCommand(ctx context.Context) *cobra.Command {
	var options service.Options
	var verbose bool
	command := &cobra.Command{
		Use:   "serve --catalog FILE",
		Short: "Run the shop until SIGTERM, with the providers of a catalog",
		Long: `Run the shop, and keep the providers of the catalog running: what is lost is
started again, and what has changed in the catalog is swapped without dropping a
call. The log is JSON, on the standard error output.

SIGHUP reads the catalog again; if it cannot be read, the one before stays.
SIGTERM and Ctrl-C take no more sales, let calls in flight finish, and end
everything that was started. A second one ends the host at once, and its
children with it.

At the admin address: a page with the state of each provider, /healthz,
/metrics, and POST /sales; "go doc ./host-example/admin" has them all.`,
		Args: usage(cobra.NoArgs),
		RunE: func(command *cobra.Command, _ []string) error {
			level := slog.LevelInfo
			if verbose {
				level = slog.LevelDebug
			}
			options.Logger = slog.New(slog.NewJSONHandler(command.ErrOrStderr(), &slog.HandlerOptions{Level: level}))
			options.LookupEnv = os.LookupEnv
			reload := make(chan os.Signal, 1) // many signals are one wish
			signal.Notify(reload, syscall.SIGHUP)
			defer signal.Stop(reload)
			return service.Run(ctx, reload, &options)
		},
	}
	set := command.Flags()
	set.StringVar(&options.Catalog, "catalog", "", "the catalog of providers, a YAML file")
	set.StringVar(&options.Listen, "listen", "127.0.0.1:8080", "where buyers and gateways reach the shop")
	set.StringVar(&options.BaseURL, "base-url", "", "what the world calls that, such as https://shop.example (default: its address)")
	set.StringVar(&options.Admin, "admin", "127.0.0.1:8081", "where those who run the host reach it; a loopback address")
	set.BoolVar(&options.AdminAnywhere, "admin-anywhere", false, "let --admin be any address: whoever can connect may sell and restart")
	set.BoolVar(&options.Live, "live", false, "sell for real money: entries must have mode live")
	set.BoolVar(&options.RequireConformance, "require-conformance", false, "admit no provider without a conformance report")
	set.StringVar(&options.Profile, "conformance-profile", "", "the profile that reports must be of (default: redirect-wallet)")
	set.DurationVar(&options.MaxReportAge, "conformance-max-age", 0, "how old reports may be (default: any age)")
	set.BoolVar(&options.Trace, "trace", false, "trace calls with OpenTelemetry, and write finished spans into the log")
	set.DurationVar(&options.Drain, "drain", 0, "how long calls in flight have at the end (default: 45s)")
	set.BoolVarP(&verbose, "verbose", "v", false, "log at level debug")
	command.PreRunE = func(*cobra.Command, []string) error {
		if options.Catalog == "" {
			return &usageError{errors.New("--catalog is missing; name the catalog of providers")}
		}
		if options.Drain < 0 {
			return &usageError{errors.New("--drain is less than nothing; give calls in flight some time")}
		}
		return nil
	}
	return command
}
