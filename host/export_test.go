package host

import (
	"context"
	"strconv"
	"time"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/host/internal/ledger"
)

// WithClocks sets the clocks of an engine that is opened with the options.
func WithClocks(o *Options, wall, monotonic func() time.Time) { o.wall, o.monotonic = wall, monotonic }

// FingerprintKey returns one of the keys of an engine.
func FingerprintKey(e *Engine) []byte { return e.seal.fingerprint() }

// WithDecide has an engine that is opened with the options decide in another way.
func WithDecide(o *Options, decide func(*contract.History, *contract.Now) contract.Verdict) {
	o.decide = decide
}

// WithoutJobs opens an engine without River.
func WithoutJobs(o *Options) { o.withoutJobs = true }

// CheckDue looks once after everything that is due, as Run does again and again.
func CheckDue(ctx context.Context, e *Engine) error {
	q := newQueues(ctx, e)
	_, err := q.sweep(e.now(ctx))
	q.end()
	e.redeliverDue(ctx)
	return err
}

// Waiting returns how many attempts wait in a full queue that gets more, after one that
// was looked at has been due again.
func Waiting(ctx context.Context, more int) int {
	q, of := newQueues(ctx, nil), &queue{again: map[string]bool{"again": true}, workers: maxAtOnce}
	q.queues["wallet"] = of
	add := func(from, to int) {
		for n := range to - from {
			q.add("wallet", ledger.Due{Key: strconv.Itoa(from + n)})
		}
	}
	add(0, maxDue)
	q.looked(of, ledger.Due{Key: "again"})
	add(maxDue, maxDue+more)
	return len(of.waiting)
}

// NextOf returns what is looked at next when attempts came to a provider's queue that is
// full of others, whose results are known, and how many wait after that.
func NextOf(ctx context.Context, due ...ledger.Due) (keys []string, waiting int) {
	q, of := newQueues(ctx, nil), &queue{again: map[string]bool{}, workers: maxAtOnce}
	q.queues["wallet"] = of
	for n := range maxDue {
		q.add("wallet", ledger.Due{Key: strconv.Itoa(n)})
	}
	q.add("wallet", due...)
	for range due {
		next, _ := q.next("wallet", of)
		keys = append(keys, next.Key)
	}
	return keys, len(of.waiting)
}

// DueNow returns the providers that have something due.
func DueNow(ctx context.Context, e *Engine) ([]string, error) {
	return e.store.DueProviders(ctx, e.now(ctx))
}

// ReadOrMakeKey returns the key of a file, and whether it has made the file.
func ReadOrMakeKey(path string) (key []byte, made bool, err error) { return readOrMakeKey(path) }
