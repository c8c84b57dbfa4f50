package checks

import (
	"fmt"
	"net/http"
	"slices"

	"github.com/paysocket/paysocket/conformance/internal/harness"
	"github.com/paysocket/paysocket/conformance/internal/proxy"
	"github.com/paysocket/paysocket/contract"
)

// faults is the sweep over every fault of every request of every operation. Which
// requests an operation makes, a rehearsal shows.
func faults() sweep {
	rows, columns := faultRows(), append(faultColumns(), secondColumns()...)
	var cells []cell
	for i := range columns {
		for j := range rows {
			crossed := cell{row: rows[j].name, column: columns[i].name, left: rows[j].left(&columns[i])}
			if crossed.left == "" {
				crossed.clause = columns[i].clauseOn(rows[j].class)
			}
			cells = append(cells, crossed)
		}
		for kind, why := range inOrder(leftFaults()) {
			cells = append(cells, cell{row: string(kind), column: columns[i].name, left: why})
		}
	}
	return sweep{name: "faults", cells: cells, check: func(clause string) Check {
		return func(t *harness.T, e *harness.Env) {
			for i := range columns {
				column := &columns[i]
				of := atPace(e, slices.DeleteFunc(slices.Clone(rows), func(r row) bool {
					return column.clauseOn(r.class) != clause || r.left(column) != "" || !r.possible(t, e)
				}))
				if len(of) > 0 && column.made(e) {
					t.Part(func(t *harness.T) { column.sweep(t, e, of) })
				}
			}
		}
	}}
}

// met is a request that an operation makes, the nth of its kind.
type met struct {
	operation string
	nth       int
	commit    bool
	after     bool // whether it comes after one that can move money
	bare      bool // whether the gateway's answer has no body
	alone     bool // whether the call makes no other, of any kind
}

// String returns the request for a failure.
func (m met) String() string {
	if m.nth == 1 {
		return "the request " + m.operation
	}
	return fmt.Sprintf("the request %s, number %d", m.operation, m.nth)
}

// sweep lets each request of the operation meet each fault. What moves money meets one
// in a call, so that the reason is known; what only reads meets many in calls at once,
// because providers try again, and wait in between.
func (c *column) sweep(t *harness.T, e *harness.Env, rows []row) {
	requests := c.rehearse(t, e)
	if len(requests) == 0 {
		return
	}
	var money, many []met
	for _, request := range requests {
		switch {
		case request.commit && c.second:
		case request.commit:
			money = append(money, request)
		case c.second && !request.after: // as in the other column
		case request.nth == 1: // the others of its kind are answered like the first
			many = append(many, request)
		}
	}
	vital := requests[0].alone
	if c.operation == contract.OperationParseWebhook {
		vital = !signed(e) // a signed webhook is believed without
	}
	x := &exposure{column: c, env: e, vital: vital, first: requests[0], hit: make(map[met]bool), missed: make(map[met]bool)}
	defer x.complete(t)
	for i := range rows {
		switch r := &rows[i]; {
		case r.reading: // together, below
		case r.fault.Kind == proxy.FaultRefuse:
			x.alone(t, r, met{commit: true}) // it is about the whole call
		case r.class == unknown, r.class == overdue:
			for _, request := range money {
				if !r.usual(request) {
					x.alone(t, r, request)
				}
			}
		default:
			for _, request := range slices.Concat(money, many) {
				x.alone(t, r, request)
			}
		}
	}
	x.end()
	if c.counts {
		return
	}
	for _, request := range many {
		x.together(t, rows, request)
	}
}

// rehearse makes the call without a fault, and returns the requests that it makes.
func (c *column) rehearse(t *harness.T, e *harness.Env) []met {
	s, calls := c.begin(t, e, 1)
	before := s.Requests()
	ctx, cancel := c.deadline(t, e, &row{})
	defer cancel()
	answer, err := calls[0].call(ctx, s)
	c.judgeRehearsal(t, err)
	requests := requestsSince(t, s, before)
	remembers := c.operation == contract.OperationParseWebhook && signed(e) || c.fails != ""
	harness.True(t, s.Requests() > before || remembers, "%s succeeded, and the gateway was not asked", c.name)
	s.Discard()
	return toMeet(requests, answer)
}

// judgeRehearsal ends the check unless a call without a fault ended as it must.
func (c *column) judgeRehearsal(t *harness.T, err error) {
	if c.fails == "" && err != nil {
		t.Fatalf("%s failed with no fault injected: %v", c.name, err)
	}
	if c.fails != "" && !failedWith(t, c.name, err, c.fails, "") {
		t.FailNow()
	}
}

// toMeet returns those of a call's requests that can meet a fault.
func toMeet(requests []met, answer any) []met {
	if webhook, ok := answer.(*contract.WebhookResult); ok && webhook.Disposition == contract.DispositionIgnored {
		return nil // the provider has no events of that kind
	}
	return requests
}

// requestsSince returns the requests after so many others.
func requestsSince(t *harness.T, s *harness.Scenario, before int) []met {
	var requests []met
	seen := make(map[string]int)
	after, journal := false, s.Proxy.Journal()[before:]
	for _, exchange := range journal {
		if exchange.Operation == "" {
			t.MarkUnverified("the manifest's operations have no line for %s %s", exchange.Method, exchange.Path)
			continue
		}
		seen[exchange.Operation]++
		requests = append(requests, met{
			operation: exchange.Operation, nth: seen[exchange.Operation], commit: exchange.Commit, after: after, bare: len(exchange.ResponseBody) == 0,
			alone: len(journal) == 1,
		})
		after = after || exchange.Commit
	}
	return requests
}

// begin arranges calls in a new scenario. Later calls, and look-ups by key, are made by
// another process than made the first, if possible, so that its memory replaces nothing.
func (c *column) begin(t *harness.T, e *harness.Env, count int) (*harness.Scenario, []*arranged) {
	restart := (c.later || c.byKey) && e.Subject.Binary() != ""
	s := e.Scenario(t, nil)
	calls := make([]*arranged, count)
	for i := range calls {
		calls[i] = c.arrange(t, e, s)
		calls[i].open = c.later || c.again()
	}
	if restart {
		s.Restart(t)
	}
	return s, calls
}

// again reports whether the call can be made again though it succeeded. With a key it
// cannot: a provider that has heard something unclear of it is careful from then on.
func (c *column) again() bool { return c.second && c.fails == "" || !c.operation.MovesMoney() }

// verdict judges what came of a call of which a request met a fault.
type verdict struct {
	*harness.T
	scenario *harness.Scenario
	column   *column
	row      *row // nil: several faults were met, all of which leave the request's fate unknown
	request  met
	arranged *arranged
	what     string
	sent     int // requests of the call that can move money

	// vital says that the call cannot be answered without the request, and first that it
	// comes before any other.
	vital, first bool
}

// class is what is certain about the request after its fault.
func (v *verdict) class() class {
	if v.row == nil {
		return unknown
	}
	return v.row.class
}

// judge judges what came of the call.
func (v *verdict) judge(answer any, err error) {
	if err == nil {
		v.answered(answer)
	} else {
		v.failed(err)
	}
	if v.arranged.key != "" {
		made := v.made()
		harness.True(v.T, made <= 1, "%s: the gateway has %d of the key", v.what, made)
	}
}

// answered judges a call that succeeded in spite of the fault: because it asked in
// another way, its answer must be true.
func (v *verdict) answered(answer any) {
	doubtful := slices.Contains([]class{unknown, undecided, overdue}, v.class())
	money := v.column.operation.MovesMoney()
	if v.row != nil && v.row.bare && v.column.operation == contract.OperationCancelPayment {
		doubtful = false // it is a success, and the payment may have been read afterwards
	}
	if money && v.request.commit && doubtful && !v.column.later || !money && v.vital || v.column.fails != "" {
		v.Errorf("%s, and the call succeeded: %s", v.what, harness.Show(answer))
		return
	}
	var payment *contract.Payment
	switch answer := answer.(type) {
	case *contract.Payment:
		payment = answer
	case *contract.Refund:
		v.refunded(answer)
		return
	case *contract.PaymentPage:
		harness.Equal(v.T, v.what+": payments in the list", len(v.scenario.Ledger(v.T, "")), len(answer.Payments))
		return
	case *contract.WebhookResult:
		if harness.Equal(v.T, v.what+": events", 1, len(answer.Events)) {
			event := &answer.Events[0]
			harness.True(v.T, !event.Authoritative || event.Refund != nil, "%s, and the event is authoritative", v.what)
			if payment = event.Payment; event.Refund != nil {
				v.refunded(event.Refund)
			}
		}
	case *contract.Account:
		v.Errorf("%s, and the probe succeeded", v.what)
	}
	if payment != nil {
		recorded := v.scenario.InLedger(v.T, payment.PaymentID)
		if v.arranged.key != "" {
			harness.Equal(v.T, v.what+": key in the answer", v.arranged.key, payment.IdempotencyKey)
		}
		harness.Equal(v.T, v.what+": status in the answer", paymentStatus(recorded.State), payment.Status)
		harness.Equal(v.T, v.what+": amount in the answer", recorded.Amount, payment.Amount.MinorUnits)
	}
}

// failed judges the error.
func (v *verdict) failed(err error) {
	what := v.what + ": the reason of " + err.Error()
	reason, outcome := contract.ReasonOf(err), contract.OutcomeOf(err)
	harness.True(v.T, reason != contract.ProviderBug, "%s, and the answer breaks the contract: %v", v.what, err)
	if v.checksReason() {
		reasons := v.row.reasons
		if v.column.later {
			reasons = append(slices.Clone(reasons), contract.AttemptUnsettled)
		}
		if v.column.fails != "" {
			reasons = append(slices.Clone(reasons), v.column.fails)
		}
		harness.OneOf(v.T, what, reason, reasons...)
		after := asError(err).RetryAfter
		harness.True(v.T, v.row.wait == 0 || v.row.waits(after), "%s: the error says to wait for %s: %v", v.what, after, err)
	} else {
		absent := saysAbsent(err) && !slices.Contains(wholes(), v.column.operation)
		harness.True(v.T, !absent, "%s, and the error says that there is none: %v", v.what, err)
		harness.True(v.T, reason != contract.ProviderAuthFailed || v.class() == refused, "%s, and the error blames the credentials: %v", v.what, err)
	}
	harness.True(v.T, reason != contract.PaymentNotCancelable, "%s, and the error says that the payment is still pending: %v", v.what, err)
	if v.column.operation == contract.OperationParseWebhook {
		harness.Equal(v.T, v.what+": the status for the gateway after "+err.Error(), http.StatusServiceUnavailable, contract.WebhookStatus(err))
	}
	if !v.column.operation.MovesMoney() {
		return
	}
	what = v.what + ": the outcome of " + err.Error()
	switch certain := v.certain(); {
	case certain != "":
		harness.Equal(v.T, what, certain, outcome)
	case v.arranged.key != "" && v.column.fails == "" && outcome != contract.Indeterminate:
		harness.Equal(v.T, v.what+": payments or refunds of the key at the gateway, and the outcome is "+string(outcome), 0, v.made())
	}
}

// checksReason reports whether the contract's table has the reason for this request:
// for one that can move money, and for what is clear of any request.
func (v *verdict) checksReason() bool {
	if v.row == nil || len(v.row.reasons) == 0 {
		return false
	}
	obvious := v.row.class == unsent || v.row.class == limited || v.row.class == refused
	return obvious || v.request.commit && v.column.operation.MovesMoney()
}

// certain returns the outcome that the contract has; empty: more than one is legal.
func (v *verdict) certain() contract.Outcome {
	switch {
	case v.column.later && v.first: // nothing is known yet of the earlier call
		return contract.Indeterminate
	case v.column.later:
		return ""
	case v.class() == unsent:
		return contract.NotAttempted
	case v.sent == 0:
		return "" // it was about something that comes before
	case !v.request.commit:
		return contract.Indeterminate // it was about something that comes after
	case v.class() == limited:
		return contract.NotAttempted
	case v.class() == refused:
		return contract.Rejected
	default:
		return contract.Indeterminate
	}
}

// made returns how many payments or refunds the gateway has for the key.
func (v *verdict) made() int {
	if v.column.operation == contract.OperationCreatePayment {
		return len(v.scenario.Ledger(v.T, v.arranged.key))
	}
	count := 0
	for _, refund := range v.scenario.InLedger(v.T, v.arranged.paymentID).Refunds {
		if refund.Key == v.arranged.key {
			count++
		}
	}
	return count
}

// once fails the check if more than one request could move money, unless the gateway
// knows by a key that they are the same.
func (v *verdict) once(e *harness.Env, requestsBefore int) {
	writes := 0
	for _, exchange := range v.scenario.Proxy.Journal()[:requestsBefore] {
		if exchange.Commit {
			writes++
		}
	}
	idempotency := e.Descriptor.CreateIdempotency
	if v.column.operation != contract.OperationCreatePayment {
		idempotency = e.Descriptor.RefundIdempotency
	}
	sentOnce(v.T, v.scenario, idempotency, writes, v.what)
}

// limits fails the check if the gateway was asked too often.
func (v *verdict) limits(before int) {
	asked := 1 - v.request.nth
	for _, exchange := range v.scenario.Proxy.Journal()[before:] {
		if exchange.Operation == v.request.operation {
			asked++
		}
	}
	most := map[class]int{limited: 3, refused: 1}[v.row.class]
	if v.row.class == limited && v.request.commit {
		most = 1
	}
	harness.True(v.T, most == 0 || asked <= most, "%s: %d requests", v.what, asked)
}
