package ledger

import (
	"context"
	"errors"
	"reflect"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// reads are all methods of a store that read outside of a transaction.
var reads = map[string]func(context.Context, *Store) error{
	"Accounts":           func(ctx context.Context, s *Store) error { _, err := s.Accounts(ctx, "omise"); return err },
	"Attention":          func(ctx context.Context, s *Store) error { _, _, err := s.Attention(ctx, 1); return err },
	"Begun":              func(ctx context.Context, s *Store) error { _, err := s.Begun(ctx, noon, noon); return err },
	"Due":                func(ctx context.Context, s *Store) error { _, err := s.Due(ctx, "omise", noon, 1); return err },
	"DueChanges":         func(ctx context.Context, s *Store) error { _, err := s.DueChanges(ctx, noon, 1); return err },
	"DueProviders":       func(ctx context.Context, s *Store) error { _, err := s.DueProviders(ctx, noon); return err },
	"HasAttempts":        func(ctx context.Context, s *Store) error { _, err := s.HasAttempts(ctx, "omise"); return err },
	"Missed":             func(ctx context.Context, s *Store) error { _, err := s.Missed(ctx, noon, 1); return err },
	"Newest":             func(ctx context.Context, s *Store) error { _, err := s.Newest(ctx); return err },
	"Open":               func(ctx context.Context, s *Store) error { _, err := s.Open(ctx); return err },
	"Queue":              func(ctx context.Context, s *Store) error { _, _, err := s.Queue(ctx, noon); return err },
	"Sale":               func(ctx context.Context, s *Store) error { _, err := s.Sale(ctx, "1"); return err },
	"SaleOfRefund":       func(ctx context.Context, s *Store) error { _, err := s.SaleOfRefund(ctx, "1"); return err },
	"Settings":           func(ctx context.Context, s *Store) error { _, err := s.Settings(ctx, "x"); return err },
	"Stray":              func(ctx context.Context, s *Store) error { _, err := s.Stray(ctx, "1"); return err },
	"Timeline":           func(ctx context.Context, s *Store) error { _, err := s.Timeline(ctx, "1"); return err },
	"Undecided":          func(ctx context.Context, s *Store) error { _, err := s.Undecided(ctx, 1); return err },
	"UndeliveredChanges": func(ctx context.Context, s *Store) error { _, _, err := s.UndeliveredChanges(ctx); return err },
	"Unknown":            func(ctx context.Context, s *Store) error { _, _, err := s.Unknown(ctx); return err },
	"Unmatched":          func(ctx context.Context, s *Store) error { _, _, err := s.Unmatched(ctx, 1); return err },
	"Witness":            func(ctx context.Context, s *Store) error { _, err := s.Witness(ctx, "omise"); return err },
}

// allTables are locked as ALTER TABLE does.
const allTables = `LOCK TABLE {accounts}, {attempts}, {changes}, {events}, {sales}, {settings}, {strays}, {timeline}, {tries} IN ACCESS EXCLUSIVE MODE`

func TestReads_EndInTimeWhileSomebodyExcludesThem(t *testing.T) {
	t.Parallel()
	s := newPostgres(t).open(t)
	s.addSale(t, "1")
	s.readTime = 100 * time.Millisecond
	lock, err := s.db.BeginTx(t.Context(), nil)
	require.NoError(t, err)
	_, err = lock.ExecContext(t.Context(), s.names.render(allTables))
	require.NoError(t, err)
	for name, read := range reads {
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		err := read(ctx, s)
		_, slow := errors.AsType[*SlowError](err)
		assert.True(t, slow, "%s: %v", name, err)
		assert.NoError(t, ctx.Err(), name)
		cancel()
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err = reads["Sale"](ctx, s)
	_, slow := errors.AsType[*SlowError](err)
	assert.False(t, slow, "its caller has left: %v", err)
	require.NoError(t, lock.Rollback())
	for name, read := range reads {
		if err := read(t.Context(), s); !errors.Is(err, ErrNotFound) {
			assert.NoError(t, err, name)
		}
	}
}

func TestReads_AreAllThatAStoreHas(t *testing.T) {
	t.Parallel()
	others := []string{"Do", "DoWithin", "Now", "Close"}
	for method := range reflect.TypeFor[*Store]().Methods() {
		if _, known := reads[method.Name]; !known {
			assert.Contains(t, others, method.Name, "it is tested whether it ends in time")
		}
	}
}

func TestMove_ThatHasWaitedForALockSaysSo(t *testing.T) {
	t.Parallel()
	for name, create := range engines {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := create(t)
			s, other := d.open(t), d.open(t)
			id := s.addSale(t, "1")
			s.moveTime = 300 * time.Millisecond
			require.NoError(t, other.Do(t.Context(), func(ctx context.Context, tx *Tx) error {
				if _, err := tx.Lock(ctx, id); err != nil {
					return err
				}
				err := s.Do(ctx, note(id, "x"))
				_, slow := errors.AsType[*SlowError](err)
				assert.True(t, slow, "%v", err)
				return nil
			}))
			assert.Empty(t, s.notes(t, id), "nothing is stored")
		})
	}
}
