package checks

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/conformance/internal/harness"
	"github.com/paysocket/paysocket/conformance/internal/manifest"
	"github.com/paysocket/paysocket/conformance/internal/proxy"
	"github.com/paysocket/paysocket/contract"
)

// counts is the sweep over how many payments, or refunds, the gateway shows for a key,
// with each operation that looks for the key. The proxy shows what never comes to be.
func counts() sweep {
	rows, columns := shownRows(), shownColumns()
	var cells []cell
	for i := range columns {
		for j := range rows {
			crossed := cell{row: rows[j].name, column: columns[i].name, clause: columns[i].clause}
			if why := columns[i].left[rows[j].name]; why != "" {
				crossed.clause, crossed.left = "", why
			}
			cells = append(cells, crossed)
		}
	}
	return sweep{name: "counts", cells: cells, check: func(clause string) Check {
		return func(t *harness.T, e *harness.Env) {
			for i := range columns {
				for j := range rows {
					column, row := &columns[i], &rows[j]
					if column.clause == clause && column.left[row.name] == "" && column.possible(e, row) {
						t.Part(func(t *harness.T) { column.show(t, e, row) })
					}
				}
			}
		}
	}}
}

// shownRow is how many the gateway shows.
type shownRow struct {
	name   string
	others int  // with the key, besides the one that was made with it
	twice  bool // whether that is shown twice
	odd    bool // whether that is shown with a key that is none
}

func shownRows() []shownRow {
	return []shownRow{
		{name: "none"},
		{name: "one"},
		{name: "one, twice", twice: true},
		{name: "one whose key cannot be read", odd: true},
		{name: "two", others: 1},
		{name: "three", others: 2},
	}
}

// shownColumn is an operation that looks for a key.
type shownColumn struct {
	name      string
	operation contract.Operation
	clause    string
	left      map[string]string // by row, why it is left out

	ofRefunds bool

	// ask makes the call, and returns the id in the answer.
	ask func(*harness.T, *shown) (string, error)

	reason   contract.Reason // for several
	metadata string          // where it names them
}

// shown is what was made, the first of it with the key that is looked for.
type shown struct {
	*harness.Scenario

	purchase  *harness.Purchase
	refunding *harness.Refunding
	ids       []string
}

// key returns the key that is looked for.
func (s *shown) key() string {
	if s.refunding != nil {
		return s.refunding.Request.Attempt.Key
	}
	return s.purchase.Request.Attempt.Key
}

func shownColumns() []shownColumn {
	again := "the sweep over states does it in every state"
	payments := shownColumn{reason: contract.DuplicatePayments, metadata: contract.MetaPaymentIDs}
	refunds := shownColumn{reason: contract.DuplicateRefunds, metadata: contract.MetaRefundIDs, ofRefunds: true}
	column := func(of shownColumn, name string, operation contract.Operation, clause, none string, ask func(*harness.T, *shown) (string, error)) shownColumn {
		of.name, of.operation, of.clause, of.ask = name, operation, clause, ask
		of.left = map[string]string{"none": none, "one": again}
		return of
	}
	return []shownColumn{
		column(payments, statusByKey, contract.OperationGetStatus, "STS-010", "STS-010 looks for keys that were never used", func(t *harness.T, s *shown) (string, error) {
			found, err := s.StatusByKey(t, s.purchase.Request.Attempt)
			if err != nil {
				return "", err
			}
			return found.PaymentID, nil
		}),
		column(payments, "CreatePayment again", contract.OperationCreatePayment, "IDM-001", "IDM-009 repeats calls that made nothing", func(t *harness.T, s *shown) (string, error) {
			made, err := s.purchase.Send(t)
			if err != nil {
				return "", err
			}
			return made.PaymentID, nil
		}),
		column(refunds, refundByKey, contract.OperationGetRefund, "REF-011", "REF-011 looks for keys that were never used", func(t *harness.T, s *shown) (string, error) {
			found, err := s.GetRefund(t, &contract.GetRefundRequest{
				PaymentID: s.refunding.Request.PaymentID, Attempt: &s.refunding.Request.Attempt,
			})
			if err != nil {
				return "", err
			}
			return found.RefundID, nil
		}),
		column(refunds, "Refund again", contract.OperationRefund, "REF-002", "REF-012 repeats calls whose refund cannot be seen", func(t *harness.T, s *shown) (string, error) {
			made, err := s.Refund(t, s.refunding.Request)
			if err != nil {
				return "", err
			}
			return made.RefundID, nil
		}),
	}
}

// possible reports whether the provider looks up by key, and can make so many refunds.
func (c *shownColumn) possible(e *harness.Env, r *shownRow) bool {
	if !e.Descriptor.Has(c.operation) {
		return false
	}
	if !c.ofRefunds {
		return looksUp(e.Descriptor.CreateIdempotency)
	}
	terms := e.RefundTerms()
	return (r.others == 0 || terms != nil && terms.Multiple && terms.Partial) && looksUp(e.Descriptor.RefundIdempotency) && refundsPaid(e)
}

// native reports whether the gateway itself knows the key, so that nobody has to look.
func (c *shownColumn) native(e *harness.Env) bool {
	idempotency := e.Descriptor.CreateIdempotency
	if c.ofRefunds {
		idempotency = e.Descriptor.RefundIdempotency
	}
	return c.operation.MovesMoney() && idempotency.Kind == contract.IdempotencyNative
}

// make makes the one with the key and the others, whose keys are other ones.
func (c *shownColumn) make(t *harness.T, e *harness.Env, s *harness.Scenario, others int) *shown {
	made := &shown{Scenario: s}
	if !c.ofRefunds {
		made.purchase = lose(t, s)
		made.ids = []string{madeWith(t, s, made.purchase.Request.Attempt.Key).ID}
		for range others {
			made.ids = append(made.ids, s.MustCreate(t, e.CreateRequest()).PaymentID)
		}
		made.purchase.Settle()
		return made
	}
	payment := paid(t, e, s)
	made.refunding = loseRefund(t, s, refundRequest(e, payment.PaymentID, some(e)))
	made.ids = []string{s.InLedger(t, payment.PaymentID).Refunds[0].ID}
	for range others {
		made.ids = append(made.ids, mustRefund(t, s, refundRequest(e, payment.PaymentID, some(e))).RefundID)
	}
	made.refunding.Settle()
	return made
}

// show makes the call twice, of processes that did not make what is looked for: once to
// see what the gateway answers, and once with answers that are changed.
func (c *shownColumn) show(t *harness.T, e *harness.Env, r *shownRow) {
	restart := e.Subject.Binary() != ""
	s := e.Scenario(t, nil)
	made := c.make(t, e, s, r.others)
	if restart {
		s.Restart(t)
	}
	what := c.name + ", and the gateway shows " + r.name + " for the key"
	before := s.Requests()
	if id, err := c.ask(t, made); !harness.True(t, err == nil, "%s failed with no fault injected: %v", c.name, err) || !harness.Equal(t, c.name+": id", made.ids[0], id) {
		return
	}
	faults := c.multiply(t, e, made, r, s.Proxy.Journal()[before:])
	if restart {
		s.Restart(t)
	}
	ledger := s.Ledger(t, "")
	var armed []*proxy.ArmedFault
	for _, fault := range faults {
		armed = append(armed, s.Arm(fault))
	}
	id, err := c.ask(t, made)
	met := 0
	for _, fault := range armed {
		fault.Disarm()
		met += fault.Fired()
	}
	compareLedgers(t, what, "", ledger, s.Ledger(t, ""), effect{})
	switch {
	case met == 0 && c.native(e): // the gateway itself knows what the key led to
		harness.True(t, err == nil && id == made.ids[0], "%s: want %s, got %s, %v", what, made.ids[0], id, err)
	case met == 0:
		t.MarkUnverified("%s: none of its requests is answered with a list that the manifest describes", c.name)
	case r.odd && err == nil: // it may have known the id
		harness.Equal(t, what+": id", made.ids[0], id)
	case r.odd: // it may be the one
		harness.True(t, !saysAbsent(err), "%s: the error says that there is none: %v", what, err)
		c.isUnsure(t, what, err)
	case r.twice && err != nil: // a provider need not believe a list that repeats itself
		harness.True(t, contract.ReasonOf(err) != c.reason && !saysAbsent(err), "%s: the error says that there are several, or none: %v", what, err)
		c.isUnsure(t, what, err)
	case r.twice:
		harness.Equal(t, what+": id", made.ids[0], id)
	case failedWith(t, what, err, c.reason, ""):
		c.isUnsure(t, what, err)
		harness.Equal(t, what+": those that the error names", slices.Sorted(slices.Values(made.ids)),
			slices.Sorted(strings.SplitSeq(metadata(err)[c.metadata], ",")))
	}
}

// isUnsure fails the check if the error of a call that moves money says that nothing was
// made with the key.
func (c *shownColumn) isUnsure(t *harness.T, what string, err error) {
	if c.operation.MovesMoney() {
		harness.Equal(t, what+": the outcome of "+err.Error(), contract.Indeterminate, contract.OutcomeOf(err))
	}
}

// multiply returns faults for the same requests, whose answers show more than there is.
func (c *shownColumn) multiply(t *harness.T, e *harness.Env, made *shown, r *shownRow, exchanges []proxy.Exchange) []proxy.Fault {
	fields := &e.Manifest.Fields
	key := fields.Key
	if c.ofRefunds {
		key = fields.Refund.Key
	}
	if key == "" || key == manifest.None {
		t.MarkUnverified("the manifest does not say where the key is")
		return nil
	}
	var faults []proxy.Fault
	unchanged := make(map[string]int) // requests that no fault is for
	for i := range exchanges {
		of := exchanges[i].Operation
		unchanged[of]++
		if changes := multiplied(exchanges[i].ResponseBody, made, r, key); len(changes) > 0 {
			fault := patch(of, changes...)
			fault.Nth, fault.Times, fault.Optional, fault.WhereItFits = unchanged[of], 1, true, true
			faults = append(faults, fault)
			unchanged[of]--
		}
	}
	return faults
}

// multiplied returns changes of an answer with a list that has the first id: all ids have
// the key, or the first is in the list twice, or its key is none. A number beside the list
// that is its length grows with it. Without a list nothing changes.
func multiplied(body []byte, made *shown, r *shownRow, key string) []gateway.PatchOp {
	ids := made.ids
	for at, object := range inOrder(objectsWith(body, ids[0])) {
		list := at[:max(0, strings.LastIndexByte(at, '/'))]
		elements, _ := valueAt(body, list)
		before, isList := elements.([]any)
		if !isList {
			continue
		}
		var changes []gateway.PatchOp
		length := len(before)
		add := func(element any) {
			changes = append(changes, gateway.PatchOp{Op: "add", Path: list + "/" + strconv.Itoa(length), Value: element})
			length++
		}
		if r.twice {
			add(object)
		}
		if r.odd && has(body, at+key) {
			changes = append(changes, losesKey(at+key, at))
		}
		for _, id := range ids[1:] {
			other := slices.Sorted(func(yield func(string) bool) {
				for at := range objectsWith(body, id) {
					if strings.HasPrefix(at, list+"/") && !yield(at) {
						return
					}
				}
			})
			if len(other) > 0 {
				changes = append(changes, gateway.PatchOp{Op: "replace", Path: other[0] + key, Value: made.key()})
			} else {
				add(withID(object, ids[0], id))
			}
		}
		if length > len(before) {
			changes = append(changes, lengthened(body, list, len(before), length)...)
		}
		return changes
	}
	return nil
}

// losesKey returns a change after which nobody can know what the key of an object is.
// Metadata that merchants write is replaced as a whole: a value in it that is no text is no
// key of the host's.
func losesKey(key, object string) gateway.PatchOp {
	if within := key[:strings.LastIndexByte(key, '/')]; within != object {
		return gateway.PatchOp{Op: "replace", Path: within, Value: 7}
	}
	return gateway.PatchOp{Op: "replace", Path: key, Value: []any{7}}
}

// lengthened returns changes of the totals beside a list.
func lengthened(body []byte, list string, before, now int) []gateway.PatchOp {
	at := list[:max(0, strings.LastIndexByte(list, '/'))]
	var around map[string]any
	if outer, there := valueAt(body, at); there {
		around, _ = outer.(map[string]any)
	} else if json.Unmarshal(body, &around) != nil {
		return nil
	}
	var changes []gateway.PatchOp
	for name, number := range inOrder(around) {
		if number == any(float64(before)) && strings.Contains(name, "total") {
			changes = append(changes, gateway.PatchOp{Op: "replace", Path: at + "/" + escape(name), Value: now})
		}
	}
	return changes
}

// withID returns a copy of an object with another id.
func withID(object map[string]any, id, other string) map[string]any {
	changed := make(map[string]any, len(object))
	for name, value := range object {
		if value == any(id) {
			value = other
		}
		changed[name] = value
	}
	return changed
}
