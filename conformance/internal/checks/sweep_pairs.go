package checks

import (
	"context"
	"math"
	"slices"
	"sync"
	"time"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/conformance/internal/harness"
	"github.com/paysocket/paysocket/conformance/internal/proxy"
	"github.com/paysocket/paysocket/contract"
)

// pairs is the sweep over pairs of operations at once: the gateway keeps each request of
// the first waiting while the second is called, for another payment, for the same one, and
// for another account.
func pairs() sweep {
	deeds := deeds()
	var cells []cell
	for i := range deeds {
		for j := range deeds {
			for _, meeting := range meetings() {
				crossed := cell{row: deeds[i].name, column: deeds[j].name + ", " + meeting.name, clause: meeting.clause}
				if crossed.left = meeting.left(&deeds[i], &deeds[j]); crossed.left != "" {
					crossed.clause = ""
				}
				cells = append(cells, crossed)
			}
		}
	}
	return sweep{name: "pairs", cells: cells, check: func(clause string) Check {
		return func(t *harness.T, e *harness.Env) {
			possible := slices.DeleteFunc(slices.Clone(deeds), func(d deed) bool { return !d.can(e) })
			firsts := slices.DeleteFunc(slices.Clone(possible), func(d deed) bool { return !d.asks() })
			for _, meeting := range meetings() {
				if meeting.clause != clause {
					continue
				}
				for _, first := range sampled(e, firsts, 2) {
					if part := t.Part(func(t *harness.T) { meeting.run(t, e, &first, possible) }); len(part.Failures) > 0 {
						return
					}
				}
			}
		}
	}}
}

// meeting is what two calls have in common.
type meeting struct {
	name   string
	clause string
	run    func(t *harness.T, e *harness.Env, first *deed, all []deed)
	left   func(first, second *deed) string
}

func meetings() []meeting {
	asks := func(first *deed) string {
		if !first.asks() {
			return "the first asks the gateway nothing, so that nothing can keep it waiting"
		}
		return ""
	}
	return []meeting{
		{name: "on one payment", clause: "CON-001", run: meetOnOne, left: func(first, _ *deed) string { return asks(first) }},
		{name: "on two payments", clause: "CON-002", run: meetOnTwo, left: func(first, second *deed) string {
			if first.operation == contract.OperationConfigure && second.operation == contract.OperationConfigure {
				return "a Configure may wait for another"
			}
			return asks(first)
		}},
		{name: "for two accounts", clause: "CON-003", run: meetInTwoAccounts, left: func(first, second *deed) string {
			if second.name != "Configure" {
				return "no other call changes the account"
			}
			return asks(first)
		}},
	}
}

// rehearse makes the deed's call, and returns its requests.
func (d *deed) rehearse(t *harness.T, e *harness.Env) []met {
	s := e.Scenario(t, nil)
	call := d.begin(t, e, s, prepare(t, e, s))
	before := s.Requests()
	if _, err := call.make(t); err != nil {
		t.Fatalf("%s failed with no fault injected: %v", d.name, err)
	}
	return requestsSince(t, s, before)
}

// waiting is a call that the gateway keeps waiting.
type waiting struct {
	*deedCall

	held   *proxy.ArmedFault
	answer any
	err    error
	ended  chan struct{}
}

// hold begins a call, and returns it when its request has reached the gateway; nil if the
// call ends without it.
func (c *deedCall) hold(t *harness.T, request met) *waiting {
	w := &waiting{deedCall: c, ended: make(chan struct{})}
	w.held = c.scenario.Arm(proxy.Fault{Operation: request.operation, Nth: request.nth, Kind: proxy.FaultHold, Optional: true})
	go func() {
		defer close(w.ended)
		w.answer, w.err = c.make(t)
	}()
	select {
	case <-w.held.Reached():
		return w
	case <-w.ended:
		return nil
	}
}

// end lets the request pass, and judges the call.
func (w *waiting) end(t *harness.T, what string) {
	w.held.Release()
	<-w.ended
	w.judge(t, what, w.answer, w.err)
}

// meetOnTwo makes calls for another payment while a call waits. None may wait for it.
func meetOnTwo(t *harness.T, e *harness.Env, first *deed, all []deed) {
	for _, request := range first.rehearse(t, e) {
		s := e.Scenario(t, nil)
		own := first.begin(t, e, s, prepare(t, e, s))
		var others []*deedCall
		for _, second := range sampled(e, all, 4) {
			if first.operation != contract.OperationConfigure || second.operation != contract.OperationConfigure {
				others = append(others, second.begin(t, e, s, prepare(t, e, s)))
			}
		}
		held := own.hold(t, request)
		if held == nil {
			continue
		}
		for _, other := range others {
			answer, err := other.make(t)
			other.judge(t, other.name+" while the gateway keeps "+first.name+" for another payment waiting at "+request.String(), answer, err)
			if t.Failed() { // each that has to wait takes as long as a call may
				break
			}
		}
		held.end(t, first.name+" that the gateway kept waiting at "+request.String())
		if t.Failed() {
			return
		}
	}
}

// meetOnOne makes all calls for one payment at once. They may wait for each other.
func meetOnOne(t *harness.T, e *harness.Env, first *deed, all []deed) {
	requests := first.rehearse(t, e)
	if len(requests) == 0 {
		return // it is answered without the gateway
	}
	request := requests[0]
	if at := slices.IndexFunc(requests, func(m met) bool { return m.commit }); at >= 0 {
		request = requests[at]
	}
	s := e.Scenario(t, nil)
	one := prepare(t, e, s)
	held := first.begin(t, e, s, one).hold(t, request)
	if held == nil {
		return
	}
	calls := make([]*waiting, len(all))
	var running sync.WaitGroup
	for i := range all {
		call := &waiting{deedCall: all[i].begin(t, e, s, one)}
		calls[i] = call
		running.Go(func() { call.answer, call.err = call.make(t) })
	}
	done := make(chan struct{})
	go func() { running.Wait(); close(done) }()
	select { // some may wait for the first, and are given the time to do harm
	case <-done:
	case <-time.After(e.Within(overlapping)):
	}
	held.held.Release()
	<-done
	held.shared = true
	held.end(t, first.name+", and all others for the same payment at once")
	for _, call := range calls {
		call.shared = true
		call.judge(t, call.name+" while the gateway kept "+first.name+" for the same payment waiting", call.answer, call.err)
	}
	refunded := int64(0)
	for _, refund := range s.InLedger(t, one.payment.PaymentID).Refunds {
		refunded += refund.Amount
	}
	harness.True(t, refunded <= one.payment.Amount.MinorUnits, "%d were refunded of %d", refunded, one.payment.Amount.MinorUnits)
}

// meetInTwoAccounts configures another account while a call waits at each of its requests.
// The call ends in its own account, and what comes after is in the other one, whole.
func meetInTwoAccounts(t *harness.T, e *harness.Env, first *deed, _ []deed) {
	a := newTwoAccounts(t, e)
	for _, request := range first.rehearse(t, e) {
		a.use(t, a.Scenario)
		held := first.begin(t, e, a.Scenario, prepare(t, e, a.Scenario)).hold(t, request)
		if held == nil {
			continue
		}
		what := first.name + ", with a Configure for another account while it waits at " + request.String()
		changed := make(chan error, 1)
		go func() { _, err := a.Configure(t, a.other.Configuration); changed <- err }()
		if first.operation == contract.OperationConfigure { // the other may have to wait for it
			letHappen(t, e, a.Scenario, math.MaxInt)
			held.end(t, what)
			a.succeeds(t, what, <-changed)
		} else {
			a.succeeds(t, what, <-changed)
			before := a.other.Requests()
			held.end(t, what)
			harness.Equal(t, what+": requests of the call in the other account", before, a.other.Requests())
		}
		a.isWhole(t, e, first, "after "+what)
	}
}

func (a *twoAccounts) succeeds(t *harness.T, what string, err error) {
	if err != nil {
		t.Fatalf("%s: the Configure failed: %v", what, err)
	}
}

// isWhole fails the check unless the provider works for the other account with all of its
// configuration. Of two Configures at once, either may have been the last.
func (a *twoAccounts) isWhole(t *harness.T, e *harness.Env, first *deed, when string) {
	kept, gone := a.other.Through(a.Provider), a.Scenario
	if first.operation == contract.OperationConfigure {
		request := e.CreateRequest()
		a.MustCreate(t, request)
		if len(a.Ledger(t, request.Attempt.Key)) == 1 {
			kept, gone = gone, kept
		}
	}
	staysWith(t, e, kept, gone, when)
}

// context returns the context of a call.
func (c *deedCall) context(t *harness.T) (context.Context, context.CancelFunc) {
	return context.WithTimeout(t.Context(), c.env.CallLimit())
}

// hooks reports whether webhooks can be built at the sandbox.
func hooks(e *harness.Env) bool { return e.HasFeature(gateway.FeatureWebhookBuild) }
