package ledger

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/internal/faults"
)

func TestMove_OfOneSaleNeverInterleavesWithAnother(t *testing.T) {
	t.Parallel()
	const moves = 40
	for name, create := range engines {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := create(t)
			stores := []*Store{d.open(t), d.open(t)}
			id := stores[0].addSale(t, "1")
			var inside, together atomic.Int32
			failures := inParallel(moves, func(i int) error {
				return stores[i%2].Do(t.Context(), func(ctx context.Context, tx *Tx) error {
					sale, err := tx.Lock(ctx, id)
					if err != nil {
						return err
					}
					if inside.Add(1) > 1 {
						together.Add(1)
					}
					defer inside.Add(-1)
					sale.Attempts[0].Refunded++
					sale.Change(noon, "k-1", "moved")
					sale.Note(noon, "k-1", "note", "moved")
					return tx.Save(ctx, sale)
				})
			})
			require.NoError(t, errors.Join(failures...))
			assert.Zero(t, together.Load(), "two moves were within at once")
			sale, err := stores[1].Sale(t.Context(), id)
			require.NoError(t, err)
			assert.Equal(t, int64(moves), sale.Attempts[0].Refunded, "a move was lost")
			assert.Equal(t, moves, sale.Sequence)
			assert.Equal(t, moves, strings.Count(stores[0].notes(t, id), "moved"))
		})
	}
}

func TestMove_OfOneOrderIsTheSameSaleForAllWhoBeginIt(t *testing.T) {
	t.Parallel()
	const hosts, each = 2, 20
	for name, create := range engines {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := create(t)
			stores := []*Store{d.open(t), d.open(t)}
			made := make([]bool, hosts*each)
			failures := inParallel(len(made), func(i int) error {
				return stores[i%hosts].Do(t.Context(), func(ctx context.Context, tx *Tx) error {
					sale, err := tx.Lock(ctx, "order")
					if made[i] = errors.Is(err, ErrNotFound); made[i] {
						sale, err = NewSale("order", baht(1), "alipay", noon), nil
					}
					if err != nil {
						return err
					}
					sale.Note(noon, "", "note", "begun")
					return tx.Save(ctx, sale)
				})
			})
			require.NoError(t, errors.Join(failures...))
			assert.Equal(t, 1, strings.Count(fmt.Sprint(made), "true"), "one has made the sale")
			assert.Equal(t, hosts*each, strings.Count(stores[0].notes(t, "order"), "begun"))
		})
	}
}

func TestMove_OfTwoSalesInOppositeOrderIsRepeated(t *testing.T) {
	t.Parallel()
	d := newPostgres(t)
	s := d.open(t)
	ids := []string{s.addSale(t, "1"), s.addSale(t, "2")}
	locked := []chan struct{}{make(chan struct{}), make(chan struct{})}
	var runs atomic.Int32
	failures := inParallel(2, func(i int) error {
		first := true
		return s.Do(t.Context(), func(ctx context.Context, tx *Tx) error {
			runs.Add(1)
			if err := note(ids[i], strconv.Itoa(i))(ctx, tx); err != nil {
				return err
			}
			if first {
				first = false
				close(locked[i])
				<-locked[1-i]
			}
			return note(ids[1-i], strconv.Itoa(i))(ctx, tx)
		})
	})
	require.NoError(t, errors.Join(failures...))
	assert.Equal(t, int32(3), runs.Load(), "one of the two has run twice")
	assert.Len(t, s.notes(t, ids[0]), len("0,1"))
	assert.Len(t, s.notes(t, ids[1]), len("0,1"))
	faults.Proved(t, faults.Injected{How: "two transactions wait for each other", Times: int(runs.Load()) - 2, Engine: faults.Postgres}, "HD07")
}

// postgresFails fails as PostgreSQL does in a state.
func postgresFails(ctx context.Context, tx *Tx, state string) error {
	_, err := tx.ExecContext(ctx, "DO $$ BEGIN RAISE EXCEPTION 'for the test' USING ERRCODE = '"+state+"'; END $$")
	return err
}

func TestMove_ThatIsRefusedBecauseOfOthersIsRepeatedWhole(t *testing.T) {
	t.Parallel()
	d := newPostgres(t)
	s := d.open(t)
	for i, c := range []struct {
		state string
		runs  int
	}{{"40001", 3}, {"40P01", 3}, {"23505", 3}, {"57P01", 3}, {"22012", 1}, {"53100", 1}} {
		t.Run(c.state, func(t *testing.T) {
			t.Parallel()
			id := s.addSale(t, strconv.Itoa(i))
			runs := 0
			err := s.Do(t.Context(), func(ctx context.Context, tx *Tx) error {
				runs++
				if err := note(id, strconv.Itoa(runs))(ctx, tx); err != nil || runs == 3 {
					return err
				}
				return postgresFails(ctx, tx, c.state)
			})
			assert.Equal(t, c.runs, runs)
			if c.runs == 1 {
				require.ErrorContains(t, err, c.state)
				assert.Empty(t, s.notes(t, id))
				return
			}
			require.NoError(t, err)
			assert.Equal(t, "3", s.notes(t, id), "nothing of the runs before may stay")
			faults.Proved(t, faults.Injected{How: "PostgreSQL refuses a transaction because of others", Times: runs - 1, Engine: faults.Postgres}, "HD07")
		})
	}
}

func TestMove_OfSQLiteIsRepeatedWhileAnotherProcessWrites(t *testing.T) {
	t.Parallel()
	d := newSQLite(t, strings.Replace(sqliteSettings, "busy_timeout(5000)", "busy_timeout(0)", 1))
	s := d.open(t)
	id := s.addSale(t, "1")
	conn, err := d.connect(t).Conn(t.Context())
	require.NoError(t, err)
	runs := 0
	require.NoError(t, s.Do(t.Context(), func(ctx context.Context, tx *Tx) error {
		runs++
		if err := note(id, strconv.Itoa(runs))(ctx, tx); err != nil || runs == 3 {
			return err
		}
		_, err := conn.ExecContext(ctx, "BEGIN IMMEDIATE") // it is this move that writes
		return err
	}))
	assert.Equal(t, "3", s.notes(t, id))
	require.NoError(t, conn.Close())
}

func TestMove_WhoseConnectionIsEndedIsRepeated(t *testing.T) {
	t.Parallel()
	d := newPostgres(t)
	s := d.open(t)
	id := s.addSale(t, "1")
	runs := 0
	require.NoError(t, s.Do(t.Context(), func(ctx context.Context, tx *Tx) error {
		runs++
		if runs == 1 {
			var pid int
			if err := tx.QueryRowContext(ctx, "SELECT pg_backend_pid()").Scan(&pid); err != nil {
				return err
			}
			if _, err := s.db.ExecContext(ctx, "SELECT pg_terminate_backend($1, 5000)", pid); err != nil {
				return err
			}
		}
		return note(id, strconv.Itoa(runs))(ctx, tx)
	}))
	assert.Equal(t, "2", s.notes(t, id))
}

func TestMove_IsCommittedAsItNeedsWhateverWasSetOnItsConnection(t *testing.T) {
	t.Parallel()
	d := newPostgres(t)
	db := d.connect(t)
	s := open(t, db, d.dialect, "paysocket")
	db.SetMaxOpenConns(1) // the one on which something is set
	s.exec(t, "SET synchronous_commit = off")
	s.exec(t, "SET default_transaction_isolation = 'serializable'")
	settings := map[string]string{"synchronous_commit": "on", "transaction_isolation": "read committed"}
	require.NoError(t, s.Do(t.Context(), func(ctx context.Context, tx *Tx) error {
		for name, want := range settings {
			var found string
			if err := tx.QueryRowContext(ctx, "SHOW "+name).Scan(&found); err != nil {
				return err
			}
			assert.Equal(t, want, found, name)
		}
		return nil
	}))
	assert.Equal(t, "off", s.value(t, "SHOW synchronous_commit"), "the platform's setting is its own")
	s.exec(t, "SET synchronous_commit = remote_apply")
	require.NoError(t, s.Do(t.Context(), func(ctx context.Context, tx *Tx) error {
		var found string
		err := tx.QueryRowContext(ctx, "SHOW synchronous_commit").Scan(&found)
		assert.Equal(t, "remote_apply", found)
		return err
	}))
}

func TestMove_DoesNotEndWithItsCaller(t *testing.T) {
	t.Parallel()
	for name, create := range engines {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := create(t)
			s := d.open(t)
			id := s.addSale(t, "1")
			ctx, cancel := context.WithCancel(t.Context())
			require.NoError(t, s.Do(ctx, func(ctx context.Context, tx *Tx) error {
				cancel()
				return note(id, "a")(ctx, tx)
			}))
			require.NoError(t, s.Do(ctx, note(id, "b")))
			assert.Equal(t, "a,b", s.notes(t, id))
		})
	}
}

// slow are statements that run for minutes.
var slow = map[*Dialect]string{
	SQLite:   "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000000000) SELECT count(*) FROM n",
	Postgres: "SELECT pg_sleep(300)",
}

func TestMove_WhoseTimeIsUpLeavesNoTransactionOpen(t *testing.T) {
	t.Parallel()
	for name, create := range engines {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := create(t)
			s := d.open(t)
			id := s.addSale(t, "1")
			for name, wait := range map[string]func(context.Context, *Tx) error{
				"in a statement": func(ctx context.Context, tx *Tx) error {
					_, err := tx.ExecContext(ctx, slow[d.dialect])
					return err
				},
				"in nothing": func(ctx context.Context, _ *Tx) error {
					<-ctx.Done()
					return nil
				},
			} {
				s.moveTime = 300 * time.Millisecond
				err := s.Do(t.Context(), func(ctx context.Context, tx *Tx) error {
					return errors.Join(note(id, "it is too late")(ctx, tx), wait(ctx, tx))
				})
				require.Error(t, err, name)
				s.moveTime = moveTime
				require.NoError(t, s.Do(t.Context(), note(id, name)), "the sale must be free again")
				if d.dialect == Postgres {
					const open = `SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start IS NOT NULL`
					assert.Eventually(t, func() bool { return s.value(t, open) == "0" }, 10*time.Second, 10*time.Millisecond)
				}
			}
			assert.NotContains(t, s.notes(t, id), "late")
		})
	}
}

func TestMove_ThatPanicsIsUndone(t *testing.T) {
	t.Parallel()
	for name, create := range engines {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := create(t)
			s := d.open(t)
			id := s.addSale(t, "1")
			assert.Panics(t, func() {
				_ = s.Do(t.Context(), func(ctx context.Context, tx *Tx) error {
					require.NoError(t, note(id, "a")(ctx, tx))
					panic("for the test")
				})
			})
			require.NoError(t, s.Do(t.Context(), note(id, "b")))
			assert.Equal(t, "b", s.notes(t, id))
		})
	}
}

func TestSavepoint_UndoesWhatIsWithinAndNotTheMove(t *testing.T) {
	t.Parallel()
	for name, create := range engines {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := create(t)
			s := d.open(t)
			id := s.addSale(t, "1")
			s.exec(t, "CREATE TABLE orders (id BIGINT PRIMARY KEY)")
			refused := errors.New("for the test")
			require.NoError(t, s.Do(t.Context(), func(ctx context.Context, tx *Tx) error {
				insert := func(then error) func(*Tx) error {
					return func(tx *Tx) error {
						_, err := tx.ExecContext(ctx, "INSERT INTO orders VALUES (1)")
						return errors.Join(err, then)
					}
				}
				require.NoError(t, note(id, "a")(ctx, tx))
				require.ErrorIs(t, tx.Savepoint(ctx, insert(refused)), refused)
				require.NoError(t, tx.Savepoint(ctx, insert(nil)))
				require.Error(t, tx.Savepoint(ctx, insert(nil)), "a statement that fails does not end the move")
				return note(id, "b")(ctx, tx)
			}))
			assert.Equal(t, "a,b", s.notes(t, id))
			assert.Equal(t, "1", s.value(t, "SELECT count(*) FROM orders"))
		})
	}
}

func TestMoves_LeaveConnectionsForThePlatform(t *testing.T) {
	t.Parallel()
	const pool, moves = 6, 50
	d := newPostgres(t)
	db := d.connect(t)
	db.SetMaxOpenConns(pool)
	s := open(t, db, d.dialect, "paysocket")
	id := s.addSale(t, "1")
	other := d.connect(t)
	holder, err := other.BeginTx(t.Context(), nil)
	require.NoError(t, err)
	_, err = holder.ExecContext(t.Context(), s.names.render("SELECT 1 FROM {sales} FOR UPDATE"))
	require.NoError(t, err)

	ended := make(chan error, 1)
	go func() {
		ended <- errors.Join(inParallel(moves, func(i int) error { return s.Do(t.Context(), note(id, strconv.Itoa(i))) })...)
	}()
	const waiting = `SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`
	assert.Eventually(t, func() bool {
		var n int
		err := other.QueryRowContext(t.Context(), waiting).Scan(&n)
		return err == nil && n == pool/2
	}, 10*time.Second, 10*time.Millisecond, "moves must wait for the sale")
	assert.LessOrEqual(t, db.Stats().InUse, pool/2)
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	require.NoError(t, db.PingContext(ctx), "the platform must get a connection")
	require.NoError(t, holder.Rollback())
	require.NoError(t, <-ended)
	assert.Zero(t, db.Stats().InUse)
}
