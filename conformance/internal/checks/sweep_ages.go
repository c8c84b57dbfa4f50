package checks

import (
	"slices"
	"sync"
	"time"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/conformance/internal/harness"
	"github.com/paysocket/paysocket/conformance/internal/proxy"
	"github.com/paysocket/paysocket/contract"
)

// ages is the sweep over the times of an attempt: every operation that takes one, at every
// age of the earlier calls, for each thing that they may have led to.
func ages() sweep {
	rows, columns := ageRows(), ageColumns()
	var cells []cell
	for i := range columns {
		for j := range rows {
			crossed := cell{row: rows[j].name, column: columns[i].name()}
			if columns[i].fate == fateMade && rows[j].past {
				crossed.left = "the window ends before what is made now, and no sandbox makes anything in the past"
			} else {
				crossed.clause = columns[i].clauseAt(&rows[j])
			}
			cells = append(cells, crossed)
		}
	}
	return sweep{name: "ages", cells: cells, check: func(clause string) Check {
		return func(t *harness.T, e *harness.Env) {
			for i := range columns {
				column := &columns[i]
				of := slices.DeleteFunc(slices.Clone(rows), func(r age) bool {
					return column.clauseAt(&r) != clause || column.fate == fateMade && r.past
				})
				if len(of) > 0 && column.possible(e) {
					t.Part(func(t *harness.T) { column.run(t, e, of) })
				}
			}
		}
	}}
}

// age is a row: when the earlier calls of an attempt were, before now.
type age struct {
	name    string
	first   time.Duration // since the first call began
	unknown bool          // whether a call is of unknown result
	last    time.Duration // since that call ended

	// settles says that last is counted from the settle time: so much beyond it.
	settles bool

	past bool // whether the window of a look-up ends before now
}

const (
	day = 24 * time.Hour

	// slowMachine is by how much two clocks of a check may differ.
	slowMachine = 10 * time.Second

	// lookupMargin is by how much a look-up must go beyond the calls, and ahead how far the
	// gateway's clock is ahead of the host's while something is made.
	lookupMargin, ahead = time.Minute, 50 * time.Second
)

func ageRows() []age {
	return []age{
		{name: "one that failed for certain a second ago", first: time.Second},
		{name: "one that failed for certain three days ago", first: 3 * day},
		{name: "one of unknown result that has just ended", first: time.Second, unknown: true},
		{name: "one three days ago, and one of unknown result that has just ended", first: 3 * day, unknown: true},
		{name: "one of unknown result whose deadline is still to come", first: time.Second, unknown: true, last: -30 * time.Second},
		{name: "one of unknown result, settled soon", first: 3 * day, unknown: true, settles: true, last: -slowMachine, past: true},
		{name: "one of unknown result, almost settled", first: 3 * day, unknown: true, settles: true, last: -2 * time.Second, past: true},
		{name: "one of unknown result, just settled", first: 3 * day, unknown: true, settles: true, last: time.Second, past: true}, // clocks count in seconds
		{name: "one of unknown result minutes ago", first: 10 * time.Minute, unknown: true, last: 5 * time.Minute, past: true},
		{name: "one of unknown result hours ago", first: 7 * time.Hour, unknown: true, last: 6 * time.Hour, past: true},
		{name: "one of unknown result days ago", first: 40 * day, unknown: true, last: 3 * day, past: true},
	}
}

// attempt returns the attempt of a key at this age.
func (a *age) attempt(key string, settle time.Duration) contract.Attempt {
	now := time.Now()
	attempt := contract.Attempt{Key: key, FirstAt: now.Add(-a.first)}
	if !a.unknown {
		return attempt
	}
	attempt.LastUnknownAt = now.Add(-a.last)
	if a.settles {
		attempt.LastUnknownAt = now.Add(-max(settle+a.last, 0))
		attempt.FirstAt = attempt.LastUnknownAt.Add(-a.first)
	}
	return attempt
}

// fate is what the earlier calls led to.
type fate string

const (
	fateNothing  fate = "nothing was made"
	fateMade     fate = "something was made"
	fateUnderWay fate = "a call is under way"
)

// ageColumn is a column: an operation, and what the earlier calls led to.
type ageColumn struct {
	of    *keyed
	looks bool // whether the operation looks up, and does not make
	fate  fate
	times bool // whether it is about the times that the gateway is asked for

	clause string
	failed string // if every earlier call failed for certain; empty: clause
}

func (c *ageColumn) operation() contract.Operation {
	if c.looks {
		return c.of.finds
	}
	return c.of.makes
}

func (c *ageColumn) name() string {
	if c.times {
		return "the times that " + string(c.operation()) + " asks for"
	}
	return string(c.operation()) + ", and " + string(c.fate)
}

func (c *ageColumn) clauseAt(a *age) string {
	if !a.unknown && c.failed != "" {
		return c.failed
	}
	return c.clause
}

func (c *ageColumn) possible(e *harness.Env) bool {
	return e.Descriptor.Has(c.operation()) && (!c.looks || looksUp(c.of.idempotency(e))) && c.of.possible(e)
}

func ageColumns() []ageColumn {
	payment, refund := keyedPayments(), keyedRefunds()
	return []ageColumn{
		{of: payment, fate: fateNothing, clause: "IDM-009", failed: "IDM-006"},
		{of: payment, fate: fateNothing, times: true, clause: "IDM-010"},
		{of: payment, fate: fateMade, clause: "IDM-005"},
		{of: payment, fate: fateUnderWay, clause: "IDM-004"},
		{of: payment, looks: true, fate: fateNothing, clause: "STS-010"},
		{of: payment, looks: true, fate: fateMade, clause: "STS-010"},
		{of: payment, looks: true, fate: fateUnderWay, clause: "IDM-012"},
		{of: refund, fate: fateNothing, clause: "REF-012", failed: "REF-002"},
		{of: refund, fate: fateMade, clause: "REF-002"},
		{of: refund, fate: fateUnderWay, clause: "REF-002"},
		{of: refund, looks: true, fate: fateNothing, clause: "REF-011"},
		{of: refund, looks: true, fate: fateMade, clause: "REF-011"},
		{of: refund, looks: true, fate: fateUnderWay, clause: "REF-017"},
	}
}

// run makes the column's call at each age.
func (c *ageColumn) run(t *harness.T, e *harness.Env, rows []age) {
	if c.fate == fateUnderWay {
		c.meetsOne(t, e, rows)
		return
	}
	restart := c.fate == fateMade && e.Subject.Binary() != "" // its memory must not replace the times
	s := e.Scenario(t, nil)
	if c.fate == fateMade {
		s.Advance(t, ahead)
	}
	goals := make([]*goal, len(rows))
	for i := range rows {
		goals[i] = c.of.goal(t, e, s)
		if c.fate == fateMade {
			c.of.lose(t, s, goals[i], rows[i].unknown)
		}
	}
	if restart {
		s.Restart(t)
	}
	for i := range rows {
		c.asks(t, e, s, &rows[i], goals[i])
	}
}

// asks makes the call of one cell, and judges what came of it.
func (c *ageColumn) asks(t *harness.T, e *harness.Env, s *harness.Scenario, a *age, w *goal) {
	idempotency := c.of.idempotency(e)
	attempt := a.attempt(w.key, idempotency.SettleTime)
	native := idempotency.Kind == contract.IdempotencyNative
	if !c.looks && native && a.unknown && time.Since(attempt.FirstAt) > idempotency.KeyLife/2 {
		return // the gateway may have forgotten the key, and a host does not ask again
	}
	what := string(c.operation()) + ", " + string(c.fate) + ", after " + a.name
	began, before := time.Now(), s.Requests()
	if c.times {
		_, _, _ = w.make(s, t, attempt) // IDM-009 looks at what comes of it
		c.asksWidely(t, s, what, before, &attempt, began)
		return
	}
	if c.looks {
		found, err := w.find(s, t, attempt)
		switch {
		case c.fate == fateMade && harness.True(t, err == nil, "%s: it was not found: %v", what, err):
			harness.Equal(t, what+": id", c.of.made(t, s, w), []string{found})
		case c.fate == fateNothing && failedWith(t, what, err, c.of.absent, ""):
			c.provesAsMuch(t, what, err, &attempt, idempotency.SettleTime, began)
			c.asksWidely(t, s, what, before, &attempt, began)
		}
		return
	}
	id, replayed, err := w.make(s, t, attempt)
	made, settled := c.of.made(t, s, w), attempt.SettledAt(began, idempotency.SettleTime)
	switch {
	case c.fate == fateMade:
		harness.Equal(t, what+": how many there are", 1, len(made))
		if harness.True(t, err == nil, "%s: what can be found was not: %v", what, err) {
			harness.Equal(t, what+": id", made, []string{id})
			harness.Equal(t, what+": replayed", true, replayed)
		}
	case settled || native && err == nil:
		if harness.True(t, err == nil, "%s: nothing was made: %v", what, err) {
			harness.Equal(t, what+": id", made, []string{id})
			harness.Equal(t, what+": replayed", false, replayed)
		}
	case attempt.SettledAt(time.Now(), idempotency.SettleTime): // it settled during the call
	default:
		harness.Equal(t, what+": how many there are", 0, len(made))
		if failedWith(t, what, err, contract.AttemptUnsettled, contract.Indeterminate) {
			rest := attempt.LastUnknownAt.Add(idempotency.SettleTime).Sub(began)
			wait := asError(err).RetryAfter
			harness.True(t, wait > 0 && wait <= rest+time.Second && (wait >= rest-slowMachine || native),
				"%s: the settle time is over in %s, and the error asks to wait for %s", what, rest.Round(time.Second), wait)
		}
	}
}

// meetsOne makes the call at each age while the gateway keeps another call with the key
// waiting.
func (c *ageColumn) meetsOne(t *harness.T, e *harness.Env, rows []age) {
	s := e.Scenario(t, nil)
	w := c.of.goal(t, e, s)
	settle := c.of.idempotency(e).SettleTime
	held := s.Arm(proxy.Fault{Operation: c.of.request, Kind: proxy.FaultHold})
	var calls sync.WaitGroup
	calls.Go(func() {
		_, _, err := w.make(s, t, contract.Attempt{Key: w.key})
		harness.True(t, err == nil, "the call that the gateway kept waiting failed: %v", err)
	})
	reached(t, held, c.name())
	for i := range rows {
		attempt := rows[i].attempt(w.key, settle)
		what := c.name() + ", and before it " + rows[i].name
		if c.looks {
			_, err := w.find(s, t, attempt)
			mayExist(t, what, err)
			continue
		}
		calls.Go(func() {
			if _, _, err := w.make(s, t, attempt); err != nil {
				failedWith(t, what, err, contract.AttemptUnsettled, contract.Indeterminate)
			}
		})
	}
	if !c.looks {
		letHappen(t, e, s, 1+s.Writes())
	}
	held.Release()
	calls.Wait()
	harness.Equal(t, c.name()+": how many there are", 1, len(c.of.made(t, s, w)))
}

// keyed is what has an idempotency key: payments or refunds.
type keyed struct {
	makes, finds contract.Operation
	request      string // of the gateway's that makes one
	absent       contract.Reason
	saysWindow   bool // whether a look-up must say which window it read

	possible    func(*harness.Env) bool
	idempotency func(*harness.Env) *contract.Idempotency
	goal        func(*harness.T, *harness.Env, *harness.Scenario) *goal
	made        func(*harness.T, *harness.Scenario, *goal) []string // the ids of the key in the ledger
}

// goal is one payment or refund that a host wants.
type goal struct {
	key, paymentID string

	make func(*harness.Scenario, *harness.T, contract.Attempt) (id string, replayed bool, err error)
	find func(*harness.Scenario, *harness.T, contract.Attempt) (id string, err error)
}

// lose makes the payment or refund. If lost is set, the gateway's answer does not reach the
// provider.
func (k *keyed) lose(t *harness.T, s *harness.Scenario, w *goal, lost bool) {
	if !lost {
		_, _, err := w.make(s, t, contract.Attempt{Key: w.key})
		harness.True(t, err == nil, "%s failed with no fault injected: %v", k.makes, err)
		return
	}
	fault := s.Arm(proxy.Fault{Operation: k.request, Phase: proxy.AfterCommit, Kind: proxy.FaultCloseNoResponse, Times: -1})
	_, _, err := w.make(s, t, contract.Attempt{Key: w.key})
	fault.Disarm()
	if !failedWith(t, "the call whose answer was lost", err, "", contract.Indeterminate) {
		t.FailNow()
	}
}

// refundsPaid reports whether payments can be paid at the sandbox, and refunded.
func refundsPaid(e *harness.Env) bool {
	return e.RefundTerms() != nil && e.HasFeature(gateway.FeatureTransition(gateway.StateSucceeded))
}
