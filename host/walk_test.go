package host_test

import (
	"context"
	"database/sql"
	"errors"
	"flag"
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/host"
	"github.com/paysocket/paysocket/provider/memory"
	"github.com/paysocket/paysocket/provider/omisealipay"
)

var walks = flag.Int("walks", 10, "how many random walks TestEngine_KeepsItsPromisesInRandomWalks makes")

// walk is a platform with two hosts on one database that do things at random, while
// everything between them and the gateways goes wrong.
type walk struct {
	*world

	drawn    *rapid.T
	traffic  *traffic
	hosts    [2]*walkHost
	running  sync.WaitGroup // calls that hang
	shift    time.Duration  // of the hosts' clocks
	failing  int            // how often OnChange still fails
	orders   []*host.Order
	most     int // orders
	ways     []way
	late     map[string]bool // payments that were paid when they were over
	statuses map[string]contract.PaymentStatus
	trail    []string
}

// walkHost is a process of the platform, with processes of the providers.
type walkHost struct {
	engine  *host.Engine
	wallets map[string]*wallet
	end     func()
}

// scoped is a test that ends with one walk.
type scoped struct {
	testing.TB

	drawn *rapid.T
	ends  []func()
}

func (s *scoped) Cleanup(end func())                { s.ends = append(s.ends, end) }
func (s *scoped) Errorf(format string, args ...any) { s.drawn.Errorf(format, args...) }
func (s *scoped) Fatalf(format string, args ...any) { s.drawn.Fatalf(format, args...) }
func (s *scoped) FailNow()                          { s.drawn.FailNow() }

func (s *scoped) TempDir() string {
	folder, err := os.MkdirTemp("", "walk-")
	require.NoError(s, err)
	s.Cleanup(func() { _ = os.RemoveAll(folder) })
	return folder
}

func (s *scoped) end() {
	for len(s.ends) > 0 {
		last := s.ends[len(s.ends)-1]
		s.ends = s.ends[:len(s.ends)-1]
		last()
	}
}

// TestEngine_KeepsItsPromisesInRandomWalks compares, after each step, what the hosts say
// with what the gateways did; see walk.check. For long: go test ./host -run RandomWalks
// -walks 1000 -timeout 1h.
func TestEngine_KeepsItsPromisesInRandomWalks(t *testing.T) {
	onSQLite(t)
	t.Parallel()
	require.NoError(t, flag.Set("rapid.checks", strconv.Itoa(*walks)))
	rapid.Check(t, func(drawn *rapid.T) {
		s := &scoped{TB: t, drawn: drawn}
		defer s.end()
		newWalk(s, drawn).take(drawn, 60)
	})
}

func newWalk(s *scoped, drawn *rapid.T) *walk {
	w := &walk{drawn: drawn, late: map[string]bool{}, statuses: map[string]contract.PaymentStatus{}}
	w.world = newWorld(s, func(o *host.Options) {
		host.WithClocks(o, w.wall, func() time.Time { return w.clock.Now() })
		o.OnChange = w.hear
	})
	w.traffic = newTraffic(w.clock.Now)
	_, err := w.db.ExecContext(s.Context(), "CREATE TABLE told (sale TEXT, sequence INTEGER, kind TEXT)")
	require.NoError(s, err)
	w.wallets["alipay"] = newAlipay(w.world)
	for _, name := range []string{"wallet-a", "wallet-b"} {
		if w.draw(2) == 1 {
			w.wallets[name].terms = blind
		}
	}
	w.most, w.ways = 1+w.draw(3), themes[w.draw(len(themes))]
	for _, base := range w.wallets {
		base.another()
		base.front.Set(w.traffic.pass)
	}
	for h := range w.hosts {
		w.start(h)
	}
	s.Cleanup(w.releaseAll) // also after a failure, or the gateways could not be closed
	return w
}

func (w *walk) wall() time.Time { return w.clock.Now().Add(w.shift) }

func (w *walk) draw(n int) int { return rapid.IntRange(0, n-1).Draw(w.drawn, "choice") }

func (w *walk) note(format string, args ...any) {
	w.trail = append(w.trail, w.clock.Now().Format("02 15:04:05 ")+fmt.Sprintf(format, args...))
}

func (w *walk) fail(format string, args ...any) {
	w.t.Helper()
	for _, o := range w.orders {
		sale, err := w.hosts[0].engine.Sale(w.t.Context(), o.ID)
		if err != nil {
			continue
		}
		for _, entry := range sale.Timeline {
			w.trail = append(w.trail, fmt.Sprintf("  %s: %s %.6s %s %s", o.ID, entry.At.Format("02 15:04:05"), entry.Key, entry.Kind, entry.Text))
		}
	}
	w.t.Fatalf("%s\nthe steps were:\n%s", fmt.Sprintf(format, args...), strings.Join(w.trail, "\n"))
}

// hear is OnChange, which fails at times.
func (w *walk) hear(ctx context.Context, tx host.Tx, change *host.Change) error {
	if w.failing > 0 {
		w.failing--
		return errors.New("the platform has its own troubles")
	}
	_, err := tx.Exec(ctx, "INSERT INTO told VALUES ($1, $2, $3)", change.SaleID, change.Sequence, string(change.Kind))
	return err
}

// start starts a host, with processes of the providers that work for their first
// accounts.
func (w *walk) start(h int) {
	s := &scoped{TB: w.t, drawn: w.drawn}
	started := &walkHost{wallets: map[string]*wallet{}, end: s.end}
	inside := &world{t: s, clock: w.clock}
	for name, base := range w.wallets {
		own := &wallet{world: inside, front: base.front, gate: base.gate, scope: base.scope, secrets: base.secrets, terms: base.terms}
		own.start = func() contract.PaymentProvider { return memory.New(&memory.Options{Now: w.wall}) }
		settle := 30 * time.Second
		if name == "alipay" {
			own.start = func() contract.PaymentProvider { return omisealipay.New(&omisealipay.Options{Now: w.wall}) }
			settle = 2 * time.Minute
		}
		own.calls = w.traffic.of(h, settle)
		own.configure(own.scope)
		started.wallets[name] = own
	}
	db, err := sql.Open("sqlite", "file:"+w.database+durable)
	require.NoError(w.t, err)
	s.Cleanup(func() { _ = db.Close() })
	started.engine, err = host.Open(w.t.Context(), db, host.SQLite, func(name string) (host.Provider, bool) {
		found := started.wallets[name]
		return found, found != nil
	}, w.options)
	require.NoError(w.t, err)
	s.Cleanup(func() { _ = started.engine.Close() })
	w.hosts[h] = started
	w.t.Cleanup(started.end)
}

// act does something at a host. If its call hangs, the walk goes on without it.
func (w *walk) act(h int, what string, do func(*host.Engine) error) {
	w.note("host %d: %s", h, what)
	engine, ended := w.hosts[h].engine, make(chan struct{})
	var err error
	w.running.Go(func() {
		defer close(ended)
		err = do(engine)
	})
	select {
	case <-ended:
		if err != nil {
			w.note("  %v", err)
		}
	case <-w.traffic.arrived:
		w.note("  hangs")
	case <-time.After(20 * time.Second):
		w.fail("it does not end")
	}
	if w.traffic.crashed[h] {
		w.crash(h)
	}
}

// crash kills a host and starts another one. Its calls that hang end with it.
func (w *walk) crash(h int) {
	w.note("host %d is killed", h)
	w.traffic.crashed[h] = true
	for a := w.traffic.waiting(h); a != nil; a = w.traffic.waiting(h) {
		w.traffic.release(a, []trouble{crashesMade, crashesLate, crashesLost}[w.draw(3)])
	}
	w.settleDown()
	w.hosts[h].end()
	w.traffic.crashed[h] = false
	w.start(h)
}

// advance turns the clock. What hangs ends with its deadline, and requests without a
// caller arrive in time.
func (w *walk) advance(by time.Duration) {
	w.note("advance by %s", by)
	end := w.clock.Now().Add(by)
	for {
		a := w.traffic.waiting(anyHost)
		g := w.traffic.haunted(end)
		switch {
		case g != nil:
			w.note("  a request with %.6s arrives", g.word)
			if g.until.After(w.clock.Now().Add(time.Second)) {
				w.turn(g.until.Add(-time.Second))
			}
			g.run()
		case a != nil && !a.until.After(end):
			fate := []trouble{losesItsAnswer, isLost, arrivesLate}[w.draw(3)]
			w.note("  the time of %.6s is up, and it %s", a.word, fate)
			w.turn(a.until)
			w.traffic.release(a, fate)
			w.settleDown()
		default:
			w.turn(end)
			return
		}
	}
}

func (w *walk) turn(to time.Time) {
	if d := to.Sub(w.clock.Now()); d > 0 {
		w.clock.Advance(d)
	}
}

// releaseAll ends all calls that hang.
func (w *walk) releaseAll() {
	for a := w.traffic.waiting(anyHost); a != nil; a = w.traffic.waiting(anyHost) {
		w.traffic.release(a, isLost)
	}
	w.running.Wait()
}

// settleDown waits until every call that does not hang has ended.
func (w *walk) settleDown() {
	if w.traffic.waiting(anyHost) == nil {
		w.running.Wait()
	}
}

// expected reports whether an error is one that a platform has to expect.
func expected(err error) bool {
	return err == nil || errors.As(err, new(*host.NotFreeError)) || errors.As(err, new(*host.OrderDiffersError)) ||
		errors.Is(err, host.ErrNotFound)
}

// transition moves a payment as its payer or its gateway does, if that can be.
func (w *walk) transition(scope gateway.Scope, p *gateway.Payment, to gateway.State) {
	if err := scope.Transition(w.t.Context(), p.ID, &gateway.Transition{To: to}); err != nil {
		return
	}
	w.note("the payment %s of %s becomes %s", p.ID, p.Reference, to)
	if p.State != gateway.StatePending {
		w.late[p.ID] = true
	}
}
