package hostchecks

import (
	"context"
	"slices"
	"time"

	"github.com/paysocket/paysocket/conformance/internal/harness"
	"github.com/paysocket/paysocket/conformance/internal/hostctl"
	"github.com/paysocket/paysocket/conformance/internal/hostproc"
	"github.com/paysocket/paysocket/conformance/internal/scripted"
)

// Monitor judges one clause by everything that happened in the run: all calls, orders and
// answers of all worlds, whatever their checks were about.
type Monitor struct {
	Clause string

	// Fed are clauses whose checks run for it if it is checked by itself.
	Fed []string

	// Least is how much Judge must have seen; with less, the clause is unverified.
	Least int

	// Judge returns how much it has seen: calls, keys or orders.
	Judge func(*M) int
}

// M is what a monitor works with.
type M struct {
	*harness.T

	suite  *Suite
	worlds []*world
	lines  []string
}

// look reads what is left when the checks of a world have ended: what the host says of
// each order, and what it has stored and printed.
func (w *world) look(ctx context.Context) {
	w.mu.Lock()
	orders := slices.Clone(w.orders)
	w.mu.Unlock()
	w.final = make(map[*Order]*hostctl.Order)
	for _, o := range orders {
		if answer, err := w.client(0).Order(ctx, o.ID); err == nil {
			w.final[o] = answer
		}
	}
	if err := w.host.Stop(ctx); err != nil {
		_ = w.host.Kill() // how it ends is another clause's
	}
	w.traces, w.unread = w.host.Traces(ctx)
}

// judge has the monitors of the clauses judge what happened.
func (s *Suite) judge(ctx context.Context, worlds []*world, clauses []string, tally *tally) {
	for _, monitor := range Monitors() {
		if !slices.Contains(clauses, monitor.Clause) {
			continue
		}
		tally.begin(monitor.Clause)
		began := time.Now()
		m := &M{suite: s, worlds: worlds}
		result := harness.Run(ctx, Limit(&s.Manifest.Pace), nil, func(inner *harness.T) {
			m.T = inner
			if seen := monitor.Judge(m); seen < monitor.Least && !m.Failed() {
				m.SkipUnverified("the run showed %d cases of it, and at least %d are needed", seen, monitor.Least)
			}
		})
		tally.end(monitor.Clause, &Outcome{Result: result, Evidence: &harness.Evidence{Timeline: m.lines}, Took: time.Since(began)})
	}
}

// Evidence adds calls to what the report shows.
func (m *M) Evidence(calls ...scripted.CallRecord) {
	for i := range calls {
		line := calls[i].Began.Format("15:04:05.000") + " → " + DescribeCall(&calls[i])
		if !slices.Contains(m.lines, line) {
			m.lines = append(m.lines, m.suite.Canaries.Redact(line))
		}
	}
}

// Wallets returns the providers of all worlds.
func (m *M) Wallets() []*Wallet {
	var all []*Wallet
	for _, w := range m.worlds {
		all = append(all, w.wallets...)
	}
	return all
}

// Keyed are the calls of one operation with one key, in the order in which they began.
type Keyed struct {
	Wallet *Wallet
	Key    string
	Calls  []scripted.CallRecord
}

// Keys returns the calls of all worlds that move money, by operation and key.
func (m *M) Keys() []Keyed {
	var all []Keyed
	for _, w := range m.Wallets() {
		at := make(map[string]int)
		for _, c := range w.Calls() {
			if !c.Operation.MovesMoney() || c.Key() == "" {
				continue
			}
			id := string(c.Operation) + " " + c.PaymentID + " " + c.Key()
			n, known := at[id]
			if !known {
				n = len(all)
				at[id] = n
				all = append(all, Keyed{Wallet: w, Key: c.Key()})
			}
			all[n].Calls = append(all[n].Calls, c)
		}
	}
	return all
}

// Traces returns what the hosts of all worlds have printed, stored and shown.
func (m *M) Traces() []hostproc.Trace {
	var all []hostproc.Trace
	for _, w := range m.worlds {
		m.SetupFailed("read what the host has left", w.unread)
		all = append(all, w.traces...)
	}
	return all
}
