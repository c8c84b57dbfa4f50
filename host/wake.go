package host

import (
	"context"
	"database/sql"
	"errors"
	"log/slog"
	"time"

	"github.com/paysocket/paysocket/host/internal/jobs"
	"github.com/paysocket/paysocket/host/internal/ledger"
)

// The schedule is the ledger's: next_check_at says when an attempt is looked at. What is
// due soon is told to all processes by a job of River, and one of them looks. Whatever is
// due later, and what River misses, is found by looking through the ledger, which each
// process does once in a while.
const (
	sweepInterval = 15 * time.Second

	// soonForWaiting is what is soon for an attempt that somebody waits for.
	soonForWaiting = 2 * time.Minute

	sweepIntervalWithout = time.Second // without River

	// sweepGrace is what River has time for before a sweep takes what is due: its jobs
	// become available every five seconds.
	sweepGrace = 6 * time.Second

	// upgradeTime is how long one version of River's tables may take. No sale waits for
	// it, and a table with many rows, or a slow disk, takes longer than any move.
	upgradeTime = 5 * time.Minute
)

// openJobs brings River's tables up to date.
func (e *Engine) openJobs(ctx context.Context, db *sql.DB, postgres bool) error {
	if e.options.Pool != nil && !postgres {
		return errors.New("Options.Pool is for PostgreSQL")
	}
	if e.options.withoutJobs {
		return nil
	}
	if postgres && e.options.Pool == nil {
		e.options.Logger.LogAttrs(ctx, slog.LevelInfo, "the database is asked for jobs four times a second; with Options.Pool it would tell")
	}
	opened, err := jobs.New(db, &jobs.Options{
		Postgres: postgres, Schema: e.options.Schema, Pool: e.options.Pool, CallTime: e.options.CallTime, Logger: e.options.Logger,
	})
	if err != nil {
		return err
	}
	for more := true; more; {
		err := e.store.DoWithin(ctx, upgradeTime, func(ctx context.Context, tx *ledger.Tx) error {
			return tx.Within(ctx, func(tx *sql.Tx) (err error) {
				more, err = opened.Migrate(ctx, tx)
				return err
			})
		})
		if err != nil {
			return err
		}
	}
	e.jobs = opened
	return nil
}

// runJobs has River work until ctx ends.
func (e *Engine) runJobs(ctx context.Context) {
	defer e.jobsRun.Store(false)
	for ctx.Err() == nil {
		e.jobsRun.Store(true)
		err := e.jobs.Run(ctx, func(_ context.Context, l *jobs.Look) { e.look(l) })
		e.jobsRun.Store(false)
		if err != nil {
			e.fail(ctx, "the jobs of other processes are not worked, and are tried again", remedyRiver, err)
		}
		select {
		case <-ctx.Done():
		case <-time.After(sweepInterval):
		}
	}
}

// rhythm returns how long Run waits before the next sweep, and how long something must
// have been due for a sweep to take it. The pause varies, so that the processes of a host
// do not sweep together.
func (e *Engine) rhythm() (pause, grace time.Duration) {
	if e.jobsRun.Load() {
		return jitter(sweepInterval), sweepGrace
	}
	return sweepIntervalWithout, 0
}

// soon returns the attempts of a sale that the move has made due before a sweep would see
// that in time.
func (m *move) soon() []jobs.Look {
	var looks []jobs.Look
	for _, a := range m.sale.Attempts {
		horizon := sweepInterval
		if a.Hints > 0 || a.Status == "" && !a.IsCalling() {
			horizon = soonForWaiting
		}
		if at := a.NextCheckAt; !at.IsZero() && at.Before(m.at.Add(horizon)) && !at.Equal(a.StoredNextCheckAt()) {
			looks = append(looks, jobs.Look{SaleID: m.sale.ID, Key: a.Key, Provider: a.Provider, At: at, Unknown: a.Status == ""})
		}
	}
	return looks
}

// insertLooks inserts jobs in the transaction of a move, unless that has failed before.
func (e *Engine) insertLooks(ctx context.Context, tx *ledger.Tx, looks []jobs.Look, without *beside) error {
	if e.jobs == nil || without.jobs || len(looks) == 0 {
		return nil
	}
	return tx.Within(ctx, func(tx *sql.Tx) error { return e.jobs.Insert(ctx, tx, looks) })
}

// expect makes Run look at attempts of a move that is committed, also if River is late.
// What is due at once is left to River if it was told and other processes get its jobs as
// well: a second one would ask the gateway the same.
func (e *Engine) expect(looks []jobs.Look, at time.Time, told bool) {
	for i := range looks {
		if wait := looks[i].At.Sub(at); wait > 0 || !told || !e.jobsRun.Load() || !e.jobs.Shared() {
			time.AfterFunc(wait, func() { e.look(&looks[i]) })
		}
	}
}

// redeliverIn has Run deliver the changes that are due after a pause.
func (e *Engine) redeliverIn(pause time.Duration) {
	if pause < sweepInterval {
		time.AfterFunc(pause, func() {
			if q := e.queues.Load(); q != nil {
				q.deliver()
			}
		})
	}
}

// look has Run look at an attempt. It does nothing while Run does not run.
func (e *Engine) look(l *jobs.Look) {
	if q := e.queues.Load(); q != nil {
		q.look(l)
	}
}
