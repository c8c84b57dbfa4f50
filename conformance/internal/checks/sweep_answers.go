package checks

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/conformance/internal/harness"
	"github.com/paysocket/paysocket/conformance/internal/manifest"
	"github.com/paysocket/paysocket/contract"
)

// fact is a row of a sweep over answers: one field of an answer, and what it must be by
// the gateway's ledger.
type fact[Answer any] struct {
	field string // as the .proto names it

	// clause is under which a wrong value is reported; empty: that of the path. On some
	// operations, on names another.
	clause string
	on     map[contract.Operation]string

	// left says why the field is not compared; empty: it is.
	left string

	check func(t *harness.T, what string, answer *Answer, k *recorded)
}

// path is a column: one way to an answer.
type path[Answer any] struct {
	name      string
	operation contract.Operation
	clause    string

	// ask returns the answer; nil if there is none about a payment in this state. It
	// may change what is known, such as which payment it is.
	ask func(t *harness.T, e *harness.Env, k *recorded) *Answer

	// whole compares the whole answer, which was read from requests that the gateway has
	// answered since before; nil: field by field is all there is.
	whole func(t *harness.T, e *harness.Env, k *recorded, before int, answer *Answer)
}

// recorded is a payment that a cell is about, and what is known of it.
type recorded struct {
	s        *harness.Scenario
	state    string
	purchase *harness.Purchase
	created  *contract.Payment // the answer of CreatePayment
	ledger   *gateway.Payment
	details  bool // whether the ledger has details

	// refund is the refund that a cell is about, as the ledger has it; nil: none. Of one
	// that was made through the provider, request is the request and refunded the
	// answer.
	refund   *gateway.Refund
	request  *contract.RefundRequest
	refunded *contract.Refund

	// The payment was created after the suite's clock said asked, and since then the
	// gateway's clock has been moved forward by advanced: before the payment changed.
	// If alone is set, nothing else in the scenario depends on that clock.
	asked    time.Time
	advanced time.Duration
	alone    bool

	updatedAt time.Time // of the first read
	unmoved   bool      // whether that is the time of the read before the payment changed
	replayed  bool      // whether the answer repeats that of an earlier call

	// snapshot is the body of the webhook that the answer was read from, if it is no
	// more than that, and fields say where in it something is.
	// event is the event that the answer is of; nil: it is not of one.
	snapshot []byte
	fields   *manifest.Fields
	event    *contract.Event

	heard [][]byte // what else the answer can have been read from
}

// says reports whether the gateway said a word where the answer was read: as a text of its
// own, since many a word is a part of another.
func (k *recorded) says(word string) bool {
	return k.snapshot == nil || bytes.Contains(k.snapshot, []byte(strconv.Quote(word)))
}

// cross returns the cells of a sweep over answers.
func cross[Answer any](facts []fact[Answer], paths []path[Answer]) []cell {
	var cells []cell
	for i := range facts {
		for j := range paths {
			crossed := cell{row: facts[i].field, column: paths[j].name, left: facts[i].left}
			if crossed.left == "" {
				crossed.clause = belongs(&facts[i], &paths[j])
			}
			cells = append(cells, crossed)
		}
	}
	return cells
}

// belongs returns the clause of a cell.
func belongs[Answer any](f *fact[Answer], p *path[Answer]) string {
	return cmp.Or(f.on[p.operation], f.clause, p.clause)
}

// compare asks on every path that has cells of the clause, and compares the fields.
func compare[Answer any](t *harness.T, e *harness.Env, k *recorded, clause string, facts []fact[Answer], paths []path[Answer]) {
	for i := range paths {
		path := &paths[i]
		rows := slices.DeleteFunc(slices.Clone(facts), func(f fact[Answer]) bool {
			return f.left != "" || belongs(&f, path) != clause
		})
		if len(rows) == 0 || !e.Descriptor.Has(path.operation) {
			continue
		}
		t.Part(func(t *harness.T) {
			of, before := *k, k.s.Requests() // which the path may change
			answer := path.ask(t, e, &of)
			if answer == nil {
				return
			}
			of.refresh(t)
			of.hear(before)
			for i := range rows {
				rows[i].check(t, rows[i].field+" of "+of.state+", from "+path.name, answer, &of)
			}
			if path.whole != nil && path.clause == clause {
				path.whole(t, e, &of, before, answer)
			}
			if of.event != nil && path.clause == clause {
				of.happened(t, path.name+" of "+of.state)
			}
		})
	}
}

// hear notes what the gateway has answered since there were so many requests, or ever if
// it was not asked since.
func (k *recorded) hear(since int) {
	k.heard = nil
	journal := k.s.Proxy.Journal()
	if since == len(journal) {
		since = 0
	}
	for i := range journal[since:] {
		if x := &journal[since+i]; x.GatewayStatus/100 == 2 {
			k.heard = append(k.heard, x.ResponseBody)
		}
	}
}

// readFrom returns the bodies from which the answer was read.
func (k *recorded) readFrom() [][]byte {
	if k.snapshot != nil {
		return [][]byte{k.snapshot}
	}
	return k.heard
}

// saysTime reports whether the gateway said a time where the answer was read.
func (k *recorded) saysTime(at time.Time) bool {
	return slices.ContainsFunc(k.readFrom(), func(body []byte) bool {
		return slices.ContainsFunc(scalarsIn(body), func(said string) bool {
			when, ok := timeOf(said)
			return ok && (when.Equal(at) || when.Equal(at.Truncate(time.Second)))
		})
	})
}

// saysNumber reports whether the gateway said a number where the answer was read.
func (k *recorded) saysNumber(n int64) bool {
	return slices.ContainsFunc(k.readFrom(), func(body []byte) bool {
		return slices.Contains(scalarsIn(body), strconv.FormatInt(n, 10))
	})
}

// happened checks when the event happened: not before the change that it is about, and not
// after now, by the gateway's clock.
func (k *recorded) happened(t *harness.T, what string) {
	earliest := k.ledger.CreatedAt.Add(k.advanced)
	latest := earliest.Add(time.Since(k.asked))
	if k.refund != nil {
		earliest = k.refund.CreatedAt // zero if the ledger does not say it
	}
	at := k.event.OccurredAt
	harness.True(t, !at.Before(earliest.Truncate(time.Second)) && at.Before(latest.Add(time.Second)),
		"%s: what it is about happened at the gateway between %s and %s, and the event says %s", what, earliest, latest, at)
}

// advance moves the gateway's clock forward, so that what happens next is at another time.
func (k *recorded) advance(t *harness.T, by time.Duration) {
	if k.s.Advance(t, by) {
		k.advanced += by
	}
}

// refresh reads the ledger's rows again.
func (k *recorded) refresh(t *harness.T) {
	k.ledger = k.s.InLedger(t, k.created.PaymentID)
	if k.refund == nil {
		return
	}
	for i := range k.ledger.Refunds {
		if k.ledger.Refunds[i].ID == k.refund.ID {
			k.refund = &k.ledger.Refunds[i]
		}
	}
}

// know creates a payment with every field set that the contract has.
func know(t *harness.T, e *harness.Env, s *harness.Scenario, state string) *recorded {
	request := e.CreateRequest()
	request.Reference, request.Description = "order 7/"+state, "two cups, "+state
	request.Amount.MinorUnits = fragile(e.Manifest.Fixtures.Amounts.Min, request.Amount.MinorUnits)
	purchase := s.Purchase(request)
	asked := time.Now()
	created, err := purchase.Ask(t)
	if err != nil {
		t.Fatalf("CreatePayment failed with no fault injected: %v", err)
	}
	return &recorded{
		s: s, state: state, asked: asked, purchase: purchase, created: created, ledger: s.InLedger(t, created.PaymentID),
		details: e.Suite.HasFeature(gateway.FeatureLedgerDetails),
	}
}

// needsDetails reports whether the ledger has details. Without them the clause is not
// verified.
func (k *recorded) needsDetails(t *harness.T) bool {
	if !k.details {
		t.MarkUnverified("the sandbox lacks the feature %s", gateway.FeatureLedgerDetails)
	}
	return k.details
}

// sameTime fails the check unless two times are equal; to the second if the ledger does
// not promise more, or the provider tells whole seconds.
func (k *recorded) sameTime(t *harness.T, what string, want, got time.Time) {
	if !k.details || k.snapshot != nil || got.Equal(got.Truncate(time.Second)) {
		want, got = want.Truncate(time.Second), got.Truncate(time.Second)
	}
	hint := ""
	if off := got.Sub(want); off != 0 && off%(15*time.Minute) == 0 && off.Abs() <= 14*time.Hour {
		hint = fmt.Sprintf(" (%s off: a time zone?)", off)
	}
	harness.True(t, want.Equal(got), "%s: want %s, got %s%s", what, want.Format(time.RFC3339Nano), got.Format(time.RFC3339Nano), hint)
}
