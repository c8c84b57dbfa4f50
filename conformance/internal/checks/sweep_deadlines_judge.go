package checks

import (
	"errors"
	"time"

	"github.com/paysocket/paysocket/conformance/internal/harness"
	"github.com/paysocket/paysocket/conformance/internal/proxy"
	"github.com/paysocket/paysocket/contract"
)

// lateCall is one call of the sweep over deadlines.
type lateCall struct {
	run      *deadlineRun
	column   *column
	row      *tardy
	request  met   // that meets the fault
	requests []met // all that the call makes with no fault
	limit    time.Duration

	scenario       *harness.Scenario
	arranged       *arranged
	armed          *proxy.ArmedFault // nil: no request meets a fault
	patient        *patient          // nil: the call was made as usual
	before, writes int               // requests before the call

	answer any
	err    error
	goesOn bool  // whether its request to the gateway went on after the call
	again  error // of the same call once more, after one that was canceled
}

func (l *lateCall) what() string {
	if l.request.operation == "" {
		return l.column.name + ", and " + l.row.name
	}
	return l.column.name + ", and " + l.row.name + " at " + l.request.String()
}

// judge judges a call that has ended.
func (l *lateCall) judge(t *harness.T, e *harness.Env) {
	defer func() {
		if l.armed != nil {
			l.armed.Disarm()
		}
	}()
	what := l.what()
	if l.patient != nil {
		t.SetupFailed("call "+l.column.name, l.patient.failed)
		if l.patient.overdue {
			t.Latef("%s: the call had a deadline of %s and still runs %s later", what, l.limit, l.patient.wait)
			return
		}
	}
	if l.armed != nil && l.armed.Fired() == 0 {
		return // it did without the request
	}
	switch {
	case l.row.clause == "DLN-004":
		harness.True(t, l.err != nil, "%s, and it was answered", what)
		harness.Equal(t, what+": requests to the gateway", 0, l.scenario.Requests()-l.before)
	case l.row.clause == "DLN-002":
		harness.True(t, l.err != nil || !l.vital(), "%s, and it was answered", what)
		if l.goesOn {
			t.Latef("%s, and its request to the gateway goes on", what)
		}
		harness.True(t, l.again == nil, "%s, and after it the same call fails: %v", what, l.again)
	case l.row.spot == spotEach:
		l.judgeSlow(t)
	default:
		l.judgeLate(t, e)
	}
}

// judgeSlow judges a call that waited until its deadline.
func (l *lateCall) judgeSlow(t *harness.T) {
	v := &verdict{
		T: t, scenario: l.scenario, column: l.column, request: l.request, arranged: l.arranged, vital: l.vital(), first: l.request == l.requests[0],
		row: &row{name: l.row.name, class: unknown, fault: l.row.fault, limit: l.limit}, what: l.what(), sent: l.scenario.Writes() - l.writes,
	}
	v.judge(l.answer, l.err)
	// Many servers of gRPC break a call off by themselves, and what they called goes on
	// behind it.
	if l.goesOn {
		t.Latef("%s: the call ended, but its request to the gateway goes on", l.what())
	}
}

// judgeLate judges a call that has too little time left for a request that can move money.
// A provider that needs longer than that for any call need not have answered.
func (l *lateCall) judgeLate(t *harness.T, e *harness.Env) {
	what := l.what()
	reason, outcome := contract.DeadlineTooShort, contract.NotAttempted
	if l.row.spot == spotBefore {
		reason = "" // what it waited for may have been its last
	}
	switch {
	case l.column.later && l.err == nil: // it found what the earlier call made
	case l.column.later:
		failedWith(t, what, l.err, "", contract.Indeterminate)
	case errors.Is(l.err, contract.ProviderTimeout) && e.Pace.Call > tooShort/2:
	case errors.Is(l.err, contract.ProviderTimeout):
		t.Latef("%s: it was not refused before its deadline: %v", what, l.err)
	default:
		failedWith(t, what, l.err, reason, outcome)
	}
	harness.Equal(t, what+": requests that can move money", 0, l.scenario.Writes()-l.writes)
}

// vital reports whether the call cannot be answered without each of its requests.
func (l *lateCall) vital() bool {
	if l.column.operation == contract.OperationParseWebhook {
		return !signed(l.run.env) // a signed webhook is believed without
	}
	return l.requests[0].alone
}
