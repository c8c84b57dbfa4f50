package jobs

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riverdatabasesql"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivermigrate"
)

// Look asks to look at an attempt at a time.
type Look struct {
	SaleID   string    `json:"sale_id"`
	Key      string    `json:"key"`
	Provider string    `json:"provider"`
	At       time.Time `json:"at"`
	Unknown  bool      `json:"unknown,omitzero"` // whether no payment of it is known
}

// Kind is looked for by River.
func (Look) Kind() string { return "paysocket_look" }

const (
	jobTime = time.Minute

	// A job that is done is of no use any more, and is kept for people who look whether
	// River works.
	keepDone   = 10 * time.Minute
	keepFailed = 24 * time.Hour

	clockGrain = 100 * time.Millisecond // what is due in less is due now

	// A look takes no time: it is handed over to the engine, which bounds how many
	// there are at once.
	maxWorkers = 16

	// Two notifications, and two fetches, are so far apart. PostgreSQL commits what
	// notifies one after another.
	cooldown = 20 * time.Millisecond

	// PostgreSQL is asked also if it tells: not of what comes right after something else,
	// nor of what was scheduled.
	serverPoll = 250 * time.Millisecond
	filePoll   = time.Second
)

// Options are the settings of Jobs.
type Options struct {
	// Postgres tells the engine of the database; otherwise it is SQLite.
	Postgres bool

	// Schema is where River's tables are on PostgreSQL, and the name of our queue, so
	// that two engines in one database have queues of their own.
	Schema string

	// Pool is what listens on PostgreSQL; nil to poll.
	Pool *pgxpool.Pool

	// CallTime is how long the longest call takes that follows from a look.
	CallTime time.Duration

	Logger *slog.Logger
}

// Jobs are the jobs in one database. They may be used by many goroutines at once.
type Jobs struct {
	options  Options
	driver   riverdriver.Driver[*sql.Tx]
	migrator *rivermigrate.Migrator[*sql.Tx]
	inserter *river.Client[*sql.Tx]
}

// New returns the jobs in a database. Nothing is written before Migrate.
func New(db *sql.DB, options *Options) (*Jobs, error) {
	j := &Jobs{options: *options, driver: polling{riversqlite.New(db)}}
	j.options.Logger = slog.New(warnings{options.Logger.Handler()})
	switch {
	case options.Postgres && options.Pool != nil:
		j.driver = riverdatabasesql.NewWithPgxListener(db, options.Pool)
	case options.Postgres:
		j.driver = riverdatabasesql.New(db)
	}
	var err error
	if j.migrator, err = rivermigrate.New(j.driver, &rivermigrate.Config{Schema: j.schema(), Logger: j.options.Logger}); err != nil {
		return nil, fmt.Errorf("preparing River's tables: %w", err)
	}
	if j.inserter, err = river.NewClient(j.driver, &river.Config{
		Schema: j.schema(), Logger: j.options.Logger, FetchCooldown: cooldown,
	}); err != nil {
		return nil, fmt.Errorf("preparing River: %w", err)
	}
	return j, nil
}

// polling is the driver of SQLite without its imitation of LISTEN, which asks every 50 ms
// and writes a row for each notification: the process that has a look to make knows it.
type polling struct{ *riversqlite.Driver }

func (polling) SupportsListener() bool     { return false }
func (polling) SupportsListenNotify() bool { return false }

// schema returns where River's tables are; empty on SQLite, where they have their names.
func (j *Jobs) schema() string {
	if j.options.Postgres {
		return j.options.Schema
	}
	return ""
}

// queue returns the name of our queue. River takes no two "_" one after another.
func (j *Jobs) queue() string { return strings.ReplaceAll(j.options.Schema, "_", "0") }

// Shared reports whether other processes are likely to get the jobs of this one.
func (j *Jobs) Shared() bool { return j.options.Postgres }

// InsertError says that River took no jobs. The transaction is of no use any more.
type InsertError struct{ Err error }

func (e *InsertError) Error() string { return fmt.Sprintf("inserting a job of River: %v", e.Err) }

func (e *InsertError) Unwrap() error { return e.Err }

// Insert inserts looks in a transaction. It fails with an *InsertError.
func (j *Jobs) Insert(ctx context.Context, tx *sql.Tx, looks []Look) error {
	inserts := make([]river.InsertManyParams, len(looks))
	for i := range looks {
		options := &river.InsertOpts{Queue: j.queue(), MaxAttempts: 3}
		if at := looks[i].At; time.Until(at) > clockGrain {
			options.ScheduledAt = at // and not available before River's scheduler has seen it, at whatever time
		}
		inserts[i] = river.InsertManyParams{Args: &looks[i], InsertOpts: options}
	}
	if _, err := j.inserter.InsertManyFastTx(ctx, tx, inserts); err != nil {
		return &InsertError{err}
	}
	return nil
}

// Run hands over the looks of all processes that have become due, until ctx ends. It
// returns when River has stopped.
func (j *Jobs) Run(ctx context.Context, look func(context.Context, *Look)) error {
	workers := river.NewWorkers()
	river.AddWorker(workers, river.WorkFunc(func(ctx context.Context, job *river.Job[Look]) error {
		look(ctx, &job.Args)
		return nil
	}))
	config := &river.Config{
		Schema: j.schema(), Logger: j.options.Logger, Workers: workers, FetchOnlyKnownKinds: true,
		Queues:   map[string]river.QueueConfig{j.queue(): {MaxWorkers: maxWorkers}},
		PollOnly: !j.options.Postgres || j.options.Pool == nil, FetchCooldown: cooldown, FetchPollInterval: serverPoll,
		JobTimeout: jobTime, RescueStuckJobsAfter: jobTime + j.options.CallTime + 30*time.Second,
		CompletedJobRetentionPeriod: keepDone, CancelledJobRetentionPeriod: keepFailed, DiscardedJobRetentionPeriod: keepFailed,
	}
	if !j.options.Postgres {
		config.FetchPollInterval = filePoll
	}
	client, err := river.NewClient(j.driver, config)
	if err != nil {
		return fmt.Errorf("preparing River: %w", err)
	}
	if err := client.Start(ctx); err != nil {
		return fmt.Errorf("starting River: %w", err)
	}
	<-client.Stopped()
	return nil
}

// warnings are those of River's lines that are not about its everyday work.
type warnings struct{ slog.Handler }

func (w warnings) Enabled(ctx context.Context, level slog.Level) bool {
	return level >= slog.LevelWarn && w.Handler.Enabled(ctx, level)
}

func (w warnings) WithAttrs(attrs []slog.Attr) slog.Handler {
	return warnings{w.Handler.WithAttrs(attrs)}
}

func (w warnings) WithGroup(name string) slog.Handler { return warnings{w.Handler.WithGroup(name)} }
