package checks

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/paysocket/paysocket/conformance/internal/harness"
	"github.com/paysocket/paysocket/conformance/internal/proxy"
	"github.com/paysocket/paysocket/contract"
)

// exposure exposes the calls of a column to faults. It keeps a scenario from one call to
// the next as long as they can be made again, because some take long to arrange.
type exposure struct {
	column *column
	env    *harness.Env
	vital  bool // whether the call cannot be answered without each request
	first  met  // the request that comes before any other

	scenario *harness.Scenario
	calls    []*arranged

	hit, missed map[met]bool // requests that met a fault, and that a call did without
}

// note notes whether a request met a fault. A call may do without a request that it makes
// if there is time for it, but not without one that can move money.
func (x *exposure) note(t *harness.T, request met, fired bool) {
	if fired {
		x.hit[request] = true
		return
	}
	x.missed[request] = true
	if request.commit {
		x.unmet(t, request)
	}
}

// unmet says that a request met no fault.
func (x *exposure) unmet(t *harness.T, request met) {
	t.MarkUnverified("%s made %s in one call and not in another, and met no fault there", x.column.name, request)
}

// complete says which requests met no fault at all.
func (x *exposure) complete(t *harness.T) {
	for request := range x.missed {
		if !x.hit[request] {
			x.unmet(t, request)
		}
	}
}

// alone makes a call of which one request meets one fault.
func (x *exposure) alone(t *harness.T, r *row, request met) {
	if x.column.later && r.class != unknown { // what the process was told before would do for the attempt
		x.end()
	}
	again := x.scenario != nil
	x.begin(t, 1, r)
	fired := false
	part := t.Try(func(t *harness.T) { fired = x.meet(t, r, request) })
	if again && !fired && part.SetupErr == nil { // it remembers from a call before
		x.end()
		x.begin(t, 1, r)
		part = t.Try(func(t *harness.T) { fired = x.meet(t, r, request) })
	}
	x.note(t, request, fired)
	t.Adopt(&part)
	if part.SetupErr != nil {
		t.FailNow()
	}
	x.settle(&part)
}

// begin sets the scenario up, or takes the one before, with the connections that the row
// is about.
func (x *exposure) begin(t *harness.T, calls int, r *row) {
	if x.scenario == nil || len(x.calls) != calls {
		x.end()
		x.scenario, x.calls = x.column.begin(t, x.env, calls)
	}
	reconnect(t, x.scenario, r.configuration(t, x.env, x.scenario))
	if r.used { // it leaves a connection open
		x.scenario.MustStatus(t, x.scenario.MustCreate(t, x.env.CreateRequest()).PaymentID)
	}
	if !r.fresh {
		x.readBefore(t)
	}
}

// readBefore makes every second call that only reads once with no fault, so that a
// provider can remember what it read. A look-up by key may remember the id.
func (x *exposure) readBefore(t *harness.T) {
	c := x.column
	if c.byKey || c.operation.MovesMoney() || c.fails != "" {
		return
	}
	for i, call := range x.calls {
		if i%2 == 1 || call.paymentID == "" {
			continue
		}
		ctx, cancel := c.deadline(t, x.env, &row{})
		_, err := call.call(ctx, x.scenario)
		cancel()
		if err != nil {
			t.Fatalf("%s failed with no fault injected: %v", c.name, err)
		}
	}
}

// settle ends the scenario unless it can be used again.
func (x *exposure) settle(part *harness.Result) {
	switch {
	case len(part.Failures) > 0:
		x.scenario = nil // the evidence shows it
	case slices.ContainsFunc(x.calls, func(a *arranged) bool { return !a.open }):
		x.end()
	}
}

// end ends the scenario in which nothing was found.
func (x *exposure) end() {
	if x.scenario != nil {
		x.scenario.Discard()
		x.scenario = nil
	}
}

// reconnect closes the provider's connections, and a circuit breaker that is open. A
// configuration that probes opens a connection with it.
func reconnect(t *harness.T, s *harness.Scenario, configuration *contract.Configuration) {
	if _, err := s.Configure(t, configuration); err != nil {
		t.Fatalf("the configuration was refused: %v", err)
	}
}

// meet reports whether the request met the fault.
func (x *exposure) meet(t *harness.T, r *row, request met) bool {
	call, fault := x.calls[0], r.toSend(x.env, time.Now())
	fault.Operation, fault.Nth, fault.Times, fault.Optional = request.operation, request.nth, -1, true
	before := x.scenario.Requests()
	armed := x.scenario.Arm(fault)
	if fault.Kind == proxy.FaultRefuse && call.paymentID != "" {
		_, _ = x.scenario.Status(t, call.paymentID) // a connection that was kept open is lost with it
	}
	ctx, cancel := x.column.deadline(t, x.env, r)
	defer cancel()
	answer, err := call.call(ctx, x.scenario)
	armed.Disarm()
	call.open = call.open && (err != nil || x.column.again())
	if armed.Fired() == 0 {
		return false // it did without the request this time
	}
	v := &verdict{
		T: t, scenario: x.scenario, column: x.column, row: r, request: request, arranged: call, vital: x.vital, first: request.operation == "" || request == x.first,
		what: x.column.name + ", and " + r.name,
	}
	if request.operation != "" {
		v.what += " at " + request.String()
	}
	for _, exchange := range x.scenario.Proxy.Journal()[before:] {
		if exchange.Commit {
			v.sent++
		}
	}
	if x.column.counts {
		v.once(x.env, before)
		return true
	}
	v.judge(answer, err)
	v.limits(before)
	return true
}

// The calls that are made at once, and the faults that they meet in all: fewer than open
// a circuit breaker.
const (
	atOnce        = 6
	faultsInRound = 12
)

// together makes calls at once until each fault was met that leaves a request's fate
// unknown. If anything is wrong, each fault is met alone, to name it.
func (x *exposure) together(t *harness.T, rows []row, request met) {
	kinds := make(map[string][]row)
	for i := range rows {
		if r := &rows[i]; r.class == unknown && r.fault.Kind != proxy.FaultRefuse && !r.usual(request) {
			kind := fmt.Sprint(r.fresh, r.used, r.limit)
			kinds[kind] = append(kinds[kind], *r)
		}
	}
	defer x.end()
	for _, queue := range inOrder(kinds) {
		for len(queue) > 0 {
			var left []row
			part := t.Try(func(t *harness.T) { left = x.round(t, queue, request) })
			if part.SetupErr != nil {
				t.Adopt(&part)
				t.FailNow()
			}
			x.settle(&part)
			if len(part.Failures) > 0 {
				x.blame(t, &part, queue[:len(queue)-len(left)], request)
				return
			}
			x.note(t, request, len(left) < len(queue))
			if len(left) == len(queue) {
				break
			}
			queue = left
		}
	}
}

// blame meets each of the faults alone. If none fails the check, the part does that
// failed with all of them.
func (x *exposure) blame(t *harness.T, part *harness.Result, rows []row, request met) {
	for i := range rows {
		if alone := t.Try(func(t *harness.T) { x.alone(t, &rows[i], request) }); len(alone.Failures) > 0 {
			t.Adopt(&alone)
			return
		}
	}
	t.Adopt(part)
}

// round makes calls at once, and returns the faults that were not met.
func (x *exposure) round(t *harness.T, queue []row, request met) []row {
	x.begin(t, atOnce, &queue[0])
	s, calls := x.scenario, x.calls
	queue = slices.Clone(queue)
	faults := queue[:min(len(queue), faultsInRound)]
	armed := make([]*proxy.ArmedFault, len(faults))
	names := make([]string, len(faults))
	for i := range faults {
		fault := faults[i].toSend(x.env, time.Now())
		fault.Operation, fault.Nth, fault.Times, fault.Optional = request.operation, 1, 1, true
		if i == len(faults)-1 {
			fault.Times = -1 // for whatever comes after
		}
		armed[i], names[i] = s.Arm(fault), faults[i].name
	}
	ctx, cancel := x.column.deadline(t, x.env, &faults[0])
	defer cancel()
	answers, errs := make([]any, len(calls)), make([]error, len(calls))
	var waiting sync.WaitGroup
	for i := range calls {
		waiting.Go(func() { answers[i], errs[i] = calls[i].call(ctx, s) })
	}
	waiting.Wait()
	left := queue[len(faults):]
	for i := range armed {
		armed[i].Disarm()
		if armed[i].Fired() == 0 {
			left = append(left, faults[i])
		}
	}
	for i := range calls {
		v := &verdict{
			T: t, scenario: s, column: x.column, request: request, arranged: calls[i], vital: x.vital, first: request.operation == "" || request == x.first,
			what: x.column.name + ", and one of these at " + request.String() + ": " + strings.Join(names, "; "),
		}
		if request.after {
			v.sent = 1
		}
		v.judge(answers[i], errs[i])
		calls[i].open = calls[i].open && (errs[i] != nil || x.column.again())
	}
	return left
}
