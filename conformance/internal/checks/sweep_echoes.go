package checks

import (
	"fmt"
	"slices"
	"strings"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/conformance/internal/harness"
	"github.com/paysocket/paysocket/conformance/internal/manifest"
	"github.com/paysocket/paysocket/conformance/internal/proxy"
	"github.com/paysocket/paysocket/contract"
)

// echo is a row of the sweep over echoes: a field by which a gateway repeats what it was
// asked about.
type echo struct {
	name    string
	pointer func(*manifest.Fields) string // into a payment, or a refund; "none" or empty: it is not repeated

	// other returns a value that the gateway did not have, written as it writes them.
	other func(e *harness.Env, body []byte, pointer string) any

	// payment and refund return what the provider's answer has for the field.
	payment func(*contract.Payment) any
	refund  func(*contract.Refund) any

	// names says that the field names what was asked about, so that another value is
	// about something else.
	names bool
}

// echoes is the sweep over every field that a gateway repeats, on every operation that
// reads, and on what repeats a call. CRE-009 and REF-015 do the same to what is written.
func echoes() sweep {
	rows, columns := echoRows(), echoColumns()
	var cells []cell
	for i := range columns {
		for j := range rows {
			crossed := cell{row: rows[j].name, column: columns[i].name, clause: columns[i].clause}
			switch {
			case columns[i].repeats && rows[j].name == "id":
				crossed.clause, crossed.left = "", "only who remembers the first answer can know it"
			case !rows[j].within(&columns[i]):
				crossed.clause, crossed.left = "", "the operation answers with something else"
			}
			cells = append(cells, crossed)
		}
	}
	return sweep{name: "echoes", cells: cells, check: func(clause string) Check {
		return func(t *harness.T, e *harness.Env) {
			for i := range columns {
				column := &columns[i]
				if column.clause == clause && column.made(e) {
					t.Part(func(t *harness.T) { column.falsify(t, e, rows) })
				}
			}
		}
	}}
}

// within reports whether the operation answers with what the field is of.
func (r *echo) within(c *column) bool {
	if c.operation == contract.OperationGetRefund || c.operation == contract.OperationRefund {
		return r.refund != nil
	}
	return r.payment != nil && (!c.repeats || r.name != "id")
}

// echoColumns are the operations that answer with what they read.
func echoColumns() []column {
	clauses := map[contract.Operation]string{
		contract.OperationGetStatus: "STS-011", contract.OperationGetRefund: "REF-018",
		contract.OperationListPayments: "LST-001", contract.OperationCancelPayment: "CAN-004",
	}
	var columns []column
	for _, column := range append(readColumns(), moneyColumns()...) {
		if clause := clauses[column.operation]; clause != "" {
			column.clause = clause
			columns = append(columns, column)
		}
	}
	return append(columns, rewordedColumns()...)
}

// rewordedColumns are calls that repeat one with its key and in other words: a gateway that
// compares more than the contract does says no more than what has the key, and that is read.
func rewordedColumns() []column {
	const words = "said in other words"
	return []column{
		{
			name: "CreatePayment again in other words", operation: contract.OperationCreatePayment, clause: "CRE-009", repeats: true,
			arrange: func(t *harness.T, e *harness.Env, s *harness.Scenario) *arranged {
				purchase := s.Purchase(e.CreateRequest())
				made, err := purchase.Ask(t)
				if err != nil {
					t.Fatalf("CreatePayment failed with no fault injected: %v", err)
				}
				other := *purchase.Request
				other.Description = words
				again := arrangeCreate(&other)
				again.paymentID = made.PaymentID
				return again
			},
		},
		{
			name: "Refund again in other words", operation: contract.OperationRefund, clause: "REF-015", repeats: true, possible: refundsPaid,
			arrange: func(t *harness.T, e *harness.Env, s *harness.Scenario) *arranged {
				refunding := s.Refunding(refundRequest(e, paid(t, e, s).PaymentID, some(e)))
				made, err := refunding.Ask(t)
				if err != nil {
					t.Fatalf("Refund failed with no fault injected: %v", err)
				}
				other := *refunding.Request
				other.Reason = words
				again := arrangeRefund(&other)
				again.refundID = made.RefundID
				return again
			},
		},
	}
}

// inCaseOf returns a currency in lower case where the gateway writes it so.
func inCaseOf(body []byte, pointer, currency string) string {
	was, _ := valueAt(body, pointer)
	if known, _ := was.(string); known != "" && known == strings.ToLower(known) {
		return strings.ToLower(currency)
	}
	return currency
}

func echoRows() []echo {
	text := func(other string) func(*harness.Env, []byte, string) any {
		return func(*harness.Env, []byte, string) any { return other }
	}
	amount := func(e *harness.Env, body []byte, pointer string) any {
		return asWritten(body, pointer, e.Manifest.Fixtures.Amounts.OK+1)
	}
	currency := func(e *harness.Env, body []byte, pointer string) any {
		return inCaseOf(body, pointer, otherCurrency(e))
	}
	mode := func(e *harness.Env, _ []byte, _ string) any { return e.Manifest.Mode != contract.ModeLive }
	id := func(_ *harness.Env, body []byte, pointer string) any {
		was, _ := valueAt(body, pointer)
		known, _ := was.(string)
		return unknownID(known)
	}
	return []echo{
		{name: "id", pointer: func(f *manifest.Fields) string { return f.ID }, other: id, names: true, payment: func(p *contract.Payment) any { return p.PaymentID }},
		{name: "key", pointer: func(f *manifest.Fields) string { return f.Key }, other: text("another-key-1"), payment: func(p *contract.Payment) any { return p.IdempotencyKey }},
		{name: "amount", pointer: func(f *manifest.Fields) string { return f.Amount }, other: amount, payment: func(p *contract.Payment) any { return p.Amount.MinorUnits }},
		{name: "currency", pointer: func(f *manifest.Fields) string { return f.Currency }, other: currency, payment: func(p *contract.Payment) any { return p.Amount.Currency }},
		{name: "method", pointer: func(f *manifest.Fields) string { return f.Method }, other: text("some_other_method"), payment: func(p *contract.Payment) any { return p.Method }},
		{name: "live", pointer: func(f *manifest.Fields) string { return f.Live }, other: mode, payment: func(p *contract.Payment) any { return p.Live }},

		{name: "amount of the refund", pointer: func(f *manifest.Fields) string { return f.Refund.Amount }, other: amount, refund: func(r *contract.Refund) any { return r.Amount.MinorUnits }},
		{name: "currency of the refund", pointer: func(f *manifest.Fields) string { return f.Refund.Currency }, other: currency, refund: func(r *contract.Refund) any { return r.Amount.Currency }},
		{name: "payment of the refund", pointer: func(f *manifest.Fields) string { return f.Refund.Payment }, other: id, names: true, refund: func(r *contract.Refund) any { return r.PaymentID }},
		{name: "key of the refund", pointer: func(f *manifest.Fields) string { return f.Refund.Key }, other: text("another-key-1"), refund: func(r *contract.Refund) any { return r.IdempotencyKey }},
		{name: "live of the refund", pointer: func(f *manifest.Fields) string { return f.Refund.Live }, other: mode, refund: func(r *contract.Refund) any { return r.Live }},
	}
}

// falsify lets the gateway's answers have another value in each field, in all answers to
// a call that have it.
func (c *column) falsify(t *harness.T, e *harness.Env, rows []echo) {
	requests := c.rehearse(t, e)
	var s *harness.Scenario
	var calls []*arranged
	for i := range rows {
		pointer := rows[i].pointer(&e.Manifest.Fields)
		if !rows[i].within(c) || pointer == "" || pointer == manifest.None {
			continue // by the manifest, the gateway does not repeat it
		}
		if s == nil {
			s, calls = c.begin(t, e, 1)
		}
		part := t.Part(func(t *harness.T) { c.falsifyOne(t, e, s, calls[0], &rows[i], requests) })
		if part.SetupErr != nil {
			t.FailNow()
		}
		switch {
		case len(part.Failures) > 0:
			s = nil // the evidence shows it
		case !calls[0].open:
			s.Discard()
			s = nil
		}
	}
	if s != nil {
		s.Discard()
	}
}

func (c *column) falsifyOne(t *harness.T, e *harness.Env, s *harness.Scenario, a *arranged, r *echo, requests []met) {
	honest := c.honest(t, e, s, a)
	var armed []*proxy.ArmedFault
	for _, request := range requests {
		if request.nth == 1 {
			armed = append(armed, r.arm(t, e, s, a, request.operation)...)
		}
	}
	answer, err := c.make(t, e, s, a)
	met := 0
	for _, fault := range armed {
		fault.Disarm()
		met += fault.Fired()
	}
	if met == 0 {
		t.MarkUnverified("the %s is not where the manifest says in the gateway's answers to %s", r.name, c.name)
		return
	}
	what := fmt.Sprintf("%s, and the gateway's answers have another %s", c.name, r.name)
	if c.repeats {
		r.mayNotPass(t, what, a, honest, answer, err)
		return
	}
	named := r.names && (!c.byKey || r.refund != nil) || c.byKey && strings.HasPrefix(r.name, "key")
	if err != nil {
		harness.True(t, contract.ReasonOf(err) != contract.ProviderBug, "%s, and the answer breaks the contract: %v", what, err)
		harness.True(t, named || !saysAbsent(err), "%s: the error says that there is none: %v", what, err)
		return
	}
	told, found := r.of(answer, a.paymentID)
	if !found { // a list has another payment in its place if the id is another
		harness.True(t, r.name == "id" || r.name == "key", "%s, and the payment is left out", what)
		return
	}
	original, _ := r.of(honest, a.paymentID)
	if c.byKey && r.refund != nil && strings.HasPrefix(r.name, "key") { // it may know the id, and read that
		harness.Equal(t, what+": the key in the answer", original, told)
		return
	}
	harness.True(t, !named, "%s, and the call succeeded with %s", what, harness.Show(answer))
	harness.True(t, told != original, "%s, and the provider still answers with %v", what, told)
}

// mayNotPass judges a call that moves money whose answers from the gateway are of something
// else than was asked for: only what was read elsewhere may be answered with.
func (r *echo) mayNotPass(t *harness.T, what string, a *arranged, honest, answer any, err error) {
	if err != nil {
		harness.True(t, contract.ReasonOf(err) != contract.ProviderBug, "%s, and the answer breaks the contract: %v", what, err)
		harness.Equal(t, what+": the outcome of "+err.Error(), contract.Indeterminate, contract.OutcomeOf(err))
		return
	}
	original, _ := r.of(honest, a.paymentID)
	told, _ := r.of(answer, a.paymentID)
	harness.Equal(t, what+": the "+r.name+" in the answer", original, told)
}

// saysAbsent reports whether an error says that there is no such payment or refund, and
// does not say that this is not certain.
func saysAbsent(err error) bool {
	reason := contract.ReasonOf(err)
	return (reason == contract.PaymentNotFound || reason == contract.RefundNotFound) && metadata(err)[contract.MetaComplete] != "false"
}

// arm falsifies the field in the answers to one request, with a value written as the last
// answer has it.
func (r *echo) arm(t *harness.T, e *harness.Env, s *harness.Scenario, a *arranged, operation string) []*proxy.ArmedFault {
	pointer, form := r.pointer(&e.Manifest.Fields), operation
	if operation == manifest.OpCancel {
		form = manifest.OpGet
	}
	body := s.Body(t, form)
	id := a.paymentID
	if r.refund != nil { // which can be within a list, or within its payment
		id = a.refundID
	}
	for at := range inOrder(objectsWith(body, id)) {
		pointer = at + r.pointer(&e.Manifest.Fields)
		break // the outermost
	}
	if !has(body, pointer) {
		return nil
	}
	fault := patch(operation, gateway.PatchOp{Op: "replace", Path: pointer, Value: r.other(e, body, pointer)})
	fault.WhereItFits, fault.Optional = true, true
	return []*proxy.ArmedFault{s.Arm(fault)}
}

// honest returns an answer that nothing was done to.
func (c *column) honest(t *harness.T, e *harness.Env, s *harness.Scenario, a *arranged) any {
	if c.operation.MovesMoney() && !c.repeats { // the answer to a read has the same form
		return s.MustStatus(t, a.paymentID)
	}
	answer, err := c.make(t, e, s, a)
	if err != nil {
		t.Fatalf("%s failed with no fault injected: %v", c.name, err)
	}
	return answer
}

// make makes the call within the manifest's limit.
func (c *column) make(t *harness.T, e *harness.Env, s *harness.Scenario, a *arranged) (any, error) {
	ctx, cancel := c.deadline(t, e, &row{})
	defer cancel()
	return a.call(ctx, s)
}

// of returns the field's value in an answer, and false if the answer does not have it.
func (r *echo) of(answer any, paymentID string) (any, bool) {
	switch answer := answer.(type) {
	case *contract.Payment:
		return r.payment(answer), true
	case *contract.Refund:
		return r.refund(answer), true
	case *contract.PaymentPage:
		at := slices.IndexFunc(answer.Payments, func(p contract.Payment) bool { return p.PaymentID == paymentID })
		if at < 0 {
			return nil, false
		}
		return r.payment(&answer.Payments[at]), true
	}
	return nil, false
}
