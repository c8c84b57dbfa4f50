package service

import (
	"cmp"
	"log/slog"
	"time"
)

// Options say how the host runs.
type Options struct {
	// Catalog is the file that names the providers.
	Catalog string

	// Listen is where buyers and gateways reach the shop, and Admin where those
	// who run it do. Admin must be a loopback address, unless AdminAnywhere.
	Listen, Admin string
	AdminAnywhere bool

	// BaseURL is what the world calls Listen. Empty: http and its address.
	BaseURL string

	// Live sells for real money: providers must be in the catalog for mode live.
	// Without it they must be there for mode test.
	Live bool

	// RequireConformance asks every provider for a conformance report, also
	// those whose entry names none. Profile is the one that must have been
	// checked, "redirect-wallet" if empty, and MaxReportAge how old a report
	// may be; 0 is any age.
	RequireConformance bool
	Profile            string
	MaxReportAge       time.Duration

	// Trace makes spans of calls and writes them into the log.
	Trace bool

	// Drain bounds the time that calls in flight have at the end, 45 s if 0.
	Drain time.Duration

	// LookupEnv finds secrets that are to come from the environment. Nil: they
	// must not.
	LookupEnv func(name string) (string, bool)

	// Logger gets what happens. Nil discards it.
	Logger *slog.Logger
}

func (o *Options) orDefaults() *Options {
	options := *o
	// What the shop sells needs links to pay at, webhooks and refunds.
	options.Profile = cmp.Or(o.Profile, "redirect-wallet")
	options.Drain = cmp.Or(o.Drain, 45*time.Second)
	if o.Logger == nil {
		options.Logger = slog.New(slog.DiscardHandler)
	}
	return &options
}
