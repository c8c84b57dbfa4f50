package ledger

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/internal/faults"
)

// assertNothingIsStored makes a move that must fail while a database is broken, and
// succeed afterwards without any repair.
func assertNothingIsStored(t *testing.T, s *Store, message string, breaks, mends func()) {
	t.Helper()
	id := s.addSale(t, "1")
	breaks()
	err := s.Do(t.Context(), func(ctx context.Context, tx *Tx) error {
		sale, err := tx.Lock(ctx, id)
		if err != nil {
			return err
		}
		sale.PaidBy = "k-1"
		for i := range 200 {
			sale.Note(noon, "", "note", fmt.Sprint(i, strings.Repeat(" half", 200)))
		}
		return tx.Save(ctx, sale)
	})
	require.ErrorContains(t, err, message)
	_, unknown := errors.AsType[*CommitUnknownError](err)
	assert.False(t, unknown, "it is known that nothing is stored")
	mends()
	sale, err := s.Sale(t.Context(), id)
	require.NoError(t, err)
	assert.Empty(t, sale.PaidBy)
	require.NoError(t, s.Do(t.Context(), note(id, "mended")))
	assert.Equal(t, "mended", s.notes(t, id))
}

func TestMove_InAFullDatabaseStoresNothing(t *testing.T) {
	t.Parallel()
	for name, create := range engines {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := create(t)
			s := d.open(t)
			if d.dialect == SQLite {
				limit := func(pages string) func() {
					return func() {
						_, err := s.writer.ExecContext(t.Context(), "PRAGMA max_page_count = "+pages)
						require.NoError(t, err)
					}
				}
				assertNothingIsStored(t, s, "full", limit("1"), limit("1000000"))
				return
			}
			const full = `CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS
			$$ BEGIN IF NEW.n > 100 THEN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END IF; RETURN NEW; END $$;
			CREATE TRIGGER full_disk BEFORE INSERT ON {timeline} FOR EACH ROW EXECUTE FUNCTION full_disk()`
			assertNothingIsStored(t, s, "53100", func() { s.exec(t, full) }, func() { s.exec(t, "DROP TRIGGER full_disk ON {timeline}") })
		})
	}
}

func TestMove_InAReadOnlyDatabaseStoresNothing(t *testing.T) {
	t.Parallel()
	for name, create := range engines {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := create(t)
			s := d.open(t)
			set := func(sqlite, postgres string) func() {
				return func() {
					if d.dialect == SQLite {
						_, err := s.writer.ExecContext(t.Context(), sqlite)
						require.NoError(t, err)
						return
					}
					s.db.SetMaxOpenConns(1)
					s.exec(t, postgres)
				}
			}
			assertNothingIsStored(t, s, map[*Dialect]string{SQLite: "readonly", Postgres: "25006"}[d.dialect],
				set("PRAGMA query_only = 1", "SET default_transaction_read_only = on"), set("PRAGMA query_only = 0", "SET default_transaction_read_only = off"))
		})
	}
}

func TestMove_InALockedDatabaseEndsInTime(t *testing.T) {
	t.Parallel()
	for name, create := range engines {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := create(t)
			d.dsn = strings.Replace(d.dsn, "busy_timeout(5000)", "busy_timeout(100)", 1)
			s := d.open(t)
			holder, err := d.connect(t).Conn(t.Context())
			require.NoError(t, err)
			execute := func(statements ...string) func() {
				return func() {
					for _, each := range statements {
						_, err := holder.ExecContext(t.Context(), s.names.render(each))
						require.NoError(t, err)
					}
				}
			}
			message, hold := "55P03", execute("BEGIN", "SELECT 1 FROM {sales} FOR UPDATE")
			if d.dialect == SQLite {
				message, hold = "locked", execute("BEGIN IMMEDIATE")
			}
			assertNothingIsStored(t, s, message, func() {
				hold()
				s.moveTime = 500 * time.Millisecond
			}, func() {
				execute("ROLLBACK")()
				s.moveTime = moveTime
			})
			require.NoError(t, holder.Close())
		})
	}
}

func TestMove_WhoseCommitIsRefusedIsKnownToBeUndone(t *testing.T) {
	t.Parallel()
	d := newPostgres(t)
	s := d.open(t)
	s.exec(t, "CREATE TABLE orders (id BIGINT UNIQUE DEFERRABLE INITIALLY DEFERRED)")
	for name, do := range map[string]func(context.Context, *Tx) error{
		"by a constraint": func(ctx context.Context, tx *Tx) error {
			_, err := tx.ExecContext(ctx, "INSERT INTO orders VALUES (1), (1)")
			return err
		},
		"because of a statement whose error was lost": func(ctx context.Context, tx *Tx) error {
			_, _ = tx.ExecContext(ctx, "SELECT 1/0")
			return nil
		},
	} {
		err := s.Do(t.Context(), do)
		require.ErrorContains(t, err, "committing", name)
		_, unknown := errors.AsType[*CommitUnknownError](err)
		assert.False(t, unknown, name)
	}
}

// cutter cuts a connection at a commit, before or after the server has it.
type cutter struct {
	net.Conn

	armed    *atomic.Bool
	reaching bool
	cut      bool
}

func (c *cutter) Write(data []byte) (int, error) {
	if !strings.Contains(string(data), "commit\x00") || !c.armed.CompareAndSwap(true, false) {
		return c.Conn.Write(data)
	}
	if c.cut = true; !c.reaching {
		return len(data), c.Close() // the host's machine has it, and sends it no more
	}
	return c.Conn.Write(data)
}

func (c *cutter) Read(data []byte) (int, error) {
	n, err := c.Conn.Read(data)
	if c.cut && err == nil {
		return 0, errors.Join(net.ErrClosed, c.Close())
	}
	return n, err
}

func TestMove_WhoseConnectionIsLostInItsCommitIsNotKnown(t *testing.T) {
	t.Parallel()
	for _, reaching := range []bool{true, false} {
		t.Run(fmt.Sprint("the commit reaches the server ", reaching), func(t *testing.T) {
			t.Parallel()
			d := newPostgres(t)
			config, err := pgx.ParseConfig(d.dsn)
			require.NoError(t, err)
			var armed atomic.Bool
			config.DialFunc = func(ctx context.Context, network, address string) (net.Conn, error) {
				var dialer net.Dialer
				conn, err := dialer.DialContext(ctx, network, address)
				return &cutter{Conn: conn, armed: &armed, reaching: reaching}, err
			}
			db := stdlib.OpenDB(*config)
			t.Cleanup(func() { assert.NoError(t, db.Close()) })
			s := open(t, db, d.dialect, "paysocket")
			id := s.addSale(t, "1")
			armed.Store(true)
			runs := 0
			err = s.Do(t.Context(), func(ctx context.Context, tx *Tx) error {
				runs++
				return note(id, "once")(ctx, tx)
			})
			_, unknown := errors.AsType[*CommitUnknownError](err)
			require.True(t, unknown, "%v", err)
			assert.Equal(t, 1, runs, "what may be stored is not done again")
			assert.Equal(t, reaching, s.notes(t, id) == "once")
			require.NoError(t, s.Do(t.Context(), note(id, "again")), "the next one has another connection")
			faults.Proved(t, faults.Injected{How: "the connection is cut at a commit", Times: faults.Observed(!armed.Load()), Engine: faults.Postgres}, "HD03")
		})
	}
}
