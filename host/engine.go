package host

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/host/internal/jobs"
	"github.com/paysocket/paysocket/host/internal/ledger"
)

// Engine is the money side of a platform. It may be used by many goroutines at once.
type Engine struct {
	store     *ledger.Store
	providers func(name string) (Provider, bool)
	options   Options
	seal      *seal

	sightings *sightings
	buyers    *slots   // who waits for a provider
	accounts  sync.Map // by Pinned.ID: the account that is established
	witnessed sync.Map // by Pinned.ID: when it was asked for a witness
	restored  *restoration

	jobs    *jobs.Jobs             // nil without River
	jobsRun atomic.Bool            // whether River works in this process
	queues  atomic.Pointer[queues] // while Run runs
}

// Open returns the engine of a platform's database, which it brings up to date. db is
// the platform's own and stays open; providers returns a provider by the name that
// orders have.
//
// Open refuses a database that may lose what it has committed. SQLite must be opened
// with journal_mode WAL, synchronous FULL, foreign_keys and a busy_timeout. PostgreSQL
// must have fsync, full_page_writes and synchronous_commit, and TLS unless it is on the
// same machine. Both must be allowed two connections or more (SetMaxOpenConns).
func Open(
	ctx context.Context, db *sql.DB, database string, providers func(name string) (Provider, bool), options *Options,
) (*Engine, error) {
	if db == nil || providers == nil {
		return nil, errors.New("host: Open needs a database and providers")
	}
	e := &Engine{providers: providers, options: options.withDefaults(), buyers: newBuyers()}
	e.sightings = &sightings{now: e.options.monotonic}
	if err := e.options.validate(); err != nil {
		return nil, err
	}
	dialect, ok := dialects[database]
	if !ok {
		return nil, fmt.Errorf("host: no database is called %q: write host.SQLite or host.Postgres", database)
	}
	store, err := ledger.Open(ctx, db, dialect, e.options.Schema)
	if err != nil {
		return nil, fmt.Errorf("host: %w", err)
	}
	e.store = store
	if err := e.openJobs(ctx, db, database == Postgres); err != nil {
		return nil, errors.Join(fmt.Errorf("host: %w", err), store.Close())
	}
	if err := e.openSeal(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("host: %w", err), store.Close())
	}
	if err := e.noticeRestore(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("host: %w", err), store.Close())
	}
	return e, nil
}

// openSeal reads the key file, and makes sure that it is the one of this database.
func (e *Engine) openSeal(ctx context.Context) error {
	key, made, err := readOrMakeKey(e.options.KeyFile)
	if err != nil {
		return err
	}
	if e.seal, err = newSeal(key); err != nil {
		return err
	}
	return e.store.Do(ctx, func(ctx context.Context, tx *ledger.Tx) error {
		mark, err := tx.Setting(ctx, "key", e.seal.mark)
		if err == nil && mark != e.seal.mark {
			err = fmt.Errorf("the key file %s is not the one that this database was made with: restore that one", e.options.KeyFile)
			if made {
				err = errors.Join(err, os.Remove(e.options.KeyFile))
			}
		}
		return err
	})
}

// Close ends the engine's use of the database. End Run before it.
func (e *Engine) Close() error { return e.store.Close() }

// time returns the time by the ledger's clock, which has no more than milliseconds: that
// of the database if hosts on several machines share it. The error says that this host's
// clock is not to be trusted, and then no money moves.
func (e *Engine) time(ctx context.Context) (time.Time, error) {
	if e.options.wall != nil {
		return e.options.wall().UTC().Truncate(time.Millisecond), nil
	}
	return e.store.Now(ctx)
}

// now is time for what decides about no money: it is this host's clock if the ledger's
// is not to be had.
func (e *Engine) now(ctx context.Context) time.Time {
	at, err := e.time(ctx)
	if err != nil {
		return time.Now().UTC().Truncate(time.Millisecond)
	}
	return at
}

// reseal returns what is known of a payer sealed for another attempt.
func (e *Engine) reseal(from, to *ledger.Attempt) []byte {
	payer, err := e.seal.openPayer(from.Payer, from.Key)
	if err != nil {
		return nil // the call says what is missing
	}
	sealed, err := e.seal.payer(payer, to.Key)
	if err != nil {
		return nil
	}
	return sealed
}

// newID returns an id that nobody can guess. An idempotency key has no kind.
func newID(kind string) string {
	id := strings.ToLower(rand.Text())
	if kind == "" {
		return id
	}
	return kind + "_" + id
}

func sprintf(format string, args ...any) string {
	const longest = 1000 // of a timeline's line
	text := fmt.Sprintf(format, args...)
	if len(text) > longest {
		text = strings.ToValidUTF8(text[:longest], "") + "…"
	}
	return text
}

func asError(err error) (*contract.Error, bool) { return errors.AsType[*contract.Error](err) }
