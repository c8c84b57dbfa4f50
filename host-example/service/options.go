package service

import (
	"cmp"
	"log/slog"
	"time"
)

// DefaultProfile is the conformance profile that this host needs: the shop redirects
// buyers, relies on webhooks, and refunds.
const DefaultProfile = "redirect-wallet"

// Options configure the host.
type Options struct {
	// Catalog is the path of the catalog of providers.
	Catalog string

	// Database is where the sales are: the path of a file of SQLite, "shop.db" if empty, or
	// postgres://USER@HOST/NAME. DatabasePasswordFile is the file with the password of
	// PostgreSQL, if PGPASSFILE has it not.
	Database, DatabasePasswordFile string

	// KeyFile is the file of the key that seals what is known of buyers. For SQLite it
	// is the database's with ".key" if empty.
	KeyFile string

	// CallTime is how long one call that moves money may take; see host.Options.
	CallTime time.Duration

	// Ready is called with the addresses of the shop, of the admin API and of the staff's
	// pages when the catalog was applied; nil if nobody waits for that.
	Ready func(shop, admin, staff string)

	// Listen is the address at which buyers and gateways reach the shop.
	Listen string

	// Admin is the path of the socket of the admin API, which only the host's user and root
	// can connect to: beside the key file if empty, and Off for none.
	Admin string

	// Staff is the address of the staff's pages, or Off: a loopback address, unless StaffURL
	// is the https URL of a proxy before it.
	Staff, StaffURL string

	// Zone is the time zone of the pages, Asia/Bangkok if empty.
	Zone string

	// FirstPassword shows the password of the first of the staff, which is stored nowhere;
	// nil if nobody watches. Without it nobody can log in until a password is made by the
	// admin API.
	FirstPassword func(name, password string)

	// Metrics is the address of /metrics, for Prometheus; empty for none but that of the
	// admin API.
	Metrics string

	// BaseURL is the public URL of the shop; http and the address of the listener
	// if empty.
	BaseURL string

	// Live says that the host sells for real money. The mode of every entry must
	// then be live, and otherwise test.
	Live bool

	// RequireConformance demands a conformance report of every provider, even if
	// its entry has none. Profile is the profile that a report must be about,
	// DefaultProfile if empty. MaxReportAge is how old it may be; 0 is any age.
	RequireConformance bool
	Profile            string
	MaxReportAge       time.Duration

	// Trace writes a span of each call into the log.
	Trace bool

	// Drain is how long calls in flight may take when the host ends, 45 s if 0.
	Drain time.Duration

	// LookupEnv looks up the secrets that the catalog has in environment
	// variables. Nil forbids such secrets.
	LookupEnv func(name string) (string, bool)

	// Hostctl is the loopback address at which the conformance suite drives the host
	// (docs/hostctl.md), in a build with the tag hostctl; empty to serve it nowhere.
	Hostctl string

	// Logger gets the host's log records. Nil discards them.
	Logger *slog.Logger
}

func (o *Options) orDefaults() *Options {
	options := *o
	options.Database = cmp.Or(o.Database, "shop.db")
	options.Staff = cmp.Or(o.Staff, Off)
	options.Zone = cmp.Or(o.Zone, "Asia/Bangkok")
	options.Profile = cmp.Or(o.Profile, DefaultProfile)
	options.Drain = cmp.Or(o.Drain, 45*time.Second)
	if o.Logger == nil {
		options.Logger = slog.New(slog.DiscardHandler)
	}
	return &options
}
