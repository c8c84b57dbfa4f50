package host

import (
	"context"
	"fmt"
	"log/slog"
	"regexp"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/host/internal/ledger"
	"github.com/paysocket/paysocket/plugin"
)

// The engines of a platform's database. SQLite is a file, for a host of one process,
// which the platform opens with the driver modernc.org/sqlite. PostgreSQL is for hosts
// on several machines; the platform opens it with github.com/jackc/pgx/v5/stdlib, over
// TLS unless it is on the same machine.
const (
	SQLite   = "sqlite"
	Postgres = "postgres"
)

var dialects = map[string]*ledger.Dialect{SQLite: ledger.SQLite, Postgres: ledger.Postgres}

// Provider is a provider under the name that orders have, such as a
// *supervisor.Provider or a *plugin.Client.
type Provider interface {
	// Pin returns the process that takes the provider's calls now. The error says why
	// there is none.
	Pin() (*plugin.Pinned, error)
}

// Options are the settings of an Engine.
type Options struct {
	// Schema is where the tables of the engine are. On SQLite, which has no schemas,
	// their names begin with it. Lower-case letters and "_"; "paysocket" if empty.
	Schema string

	// KeyFile is the path of a file with the key that seals what is known of payers. It
	// is made, readable by its owner only, when the database is opened for the first
	// time. Keep it apart from the database, and from the database's backups.
	KeyFile string

	// OnChange is told of everything that happens to a sale, in a transaction with it:
	// see Change. It may be nil.
	OnChange func(ctx context.Context, tx Tx, change *Change) error

	// WebhookURL returns the address of a provider's webhooks, which Engine.Webhooks
	// serves, for gateways that take it with each payment; nil if the accounts at the
	// gateways have it.
	WebhookURL func(provider string) string

	// CallTime is how long one call that moves money may take; 30 s if 0. It must be
	// more than what the providers need to begin one (their min_time_left).
	CallTime time.Duration

	// Pool listens for what other processes of the host have to be looked at, on
	// PostgreSQL: one connection, which must not go through PgBouncer's pooling of
	// transactions. Without it such a look begins when the database is asked next, which
	// is four times a second. It stays open.
	Pool *pgxpool.Pool

	// Logger gets what has no sale to be told in; nil discards it.
	Logger *slog.Logger

	// wall is the clock by which the ledger's times are, and monotonic one that nobody
	// sets. Tests have their own.
	wall, monotonic func() time.Time

	// withoutJobs has River neither work nor get a job, and the tables be looked through
	// more often instead. It is for tests.
	withoutJobs bool

	// decide is contract.Decide. Tests have variants that are wrong.
	decide func(*contract.History, *contract.Now) contract.Verdict
}

const (
	defaultCallTime = 30 * time.Second
	readTime        = 15 * time.Second // for a call that moves no money

	// skew is how far the clocks of two hosts may be apart. A call is waited for so
	// much longer than its deadline.
	skew = 5 * time.Second
)

func (o *Options) withDefaults() Options {
	var all Options
	if o != nil {
		all = *o
	}
	if all.Schema == "" {
		all.Schema = "paysocket"
	}
	if all.CallTime == 0 {
		all.CallTime = defaultCallTime
	}
	if all.Logger == nil {
		all.Logger = slog.New(slog.DiscardHandler)
	}
	if all.monotonic == nil {
		all.monotonic = time.Now
	}
	if all.decide == nil {
		all.decide = contract.Decide
	}
	return all
}

var schemaName = regexp.MustCompile(`^[a-z][a-z_]{0,30}$`)

func (o *Options) validate() error {
	if !schemaName.MatchString(o.Schema) {
		return fmt.Errorf("host: Options.Schema is %q: write lower-case letters and _, 31 at most", o.Schema)
	}
	if o.CallTime < time.Second || o.CallTime > 5*time.Minute {
		return fmt.Errorf("host: Options.CallTime is %s: write a second to five minutes", o.CallTime)
	}
	return nil
}
