package checks

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/conformance/internal/harness"
	"github.com/paysocket/paysocket/conformance/internal/manifest"
	"github.com/paysocket/paysocket/conformance/internal/proxy"
	"github.com/paysocket/paysocket/contract"
)

// states is the sweep over what is done to a payment, or to its refund, in every state:
// each operation, in each. The answer must be true, and the gateway's ledger must be what
// it was before, but for what the operation is for.
func states() sweep {
	rows, columns := testedStates(), testedOperations()
	var cells []cell
	for i := range columns {
		for j := range rows {
			crossed := cell{row: rows[j].name, column: columns[i].name}
			crossed.clause, crossed.left = columns[i].belongs(&rows[j])
			cells = append(cells, crossed)
		}
	}
	return sweep{name: "states", cells: cells, check: func(clause string) Check {
		return func(t *harness.T, e *harness.Env) {
			x := &stateSweep{env: e}
			for i := range rows {
				for j := range columns {
					of, _ := columns[j].belongs(&rows[i])
					if of == clause && columns[j].possible(e) && rows[i].possible(e) {
						x.try(t, &columns[j], &rows[i])
					}
				}
			}
		}
	}}
}

// What the proxy makes of a payment, besides the state that it is in.
const (
	unheard = "unheard" // the gateway has a word for its state that nobody knows
	gone    = "gone"    // the gateway does not find it any more
)

// testedState is a row: a payment in a state, or a payment with a refund in a state.
type testedState struct {
	name    string
	payment *paymentState
	refund  *refundState // nil: it is about the payment alone

	played string // by the proxy: unheard or gone; empty: nothing
}

// testedStates has a row for every state of a payment and of a refund.
func testedStates() []testedState {
	var rows []testedState
	payments, refunds := paymentStates(), refundStates()
	for i := range payments {
		rows = append(rows, testedState{name: payments[i].name, payment: &payments[i]})
	}
	paid := &payments[1]
	for _, of := range []*paymentState{&payments[0], paid} {
		rows = append(rows,
			testedState{name: of.name + " in a state that nobody knows", payment: of, played: unheard},
			testedState{name: of.name + " that the gateway does not find any more", payment: of, played: gone})
	}
	for i := range refunds {
		rows = append(rows, testedState{name: "a payment with " + refunds[i].name, payment: paid, refund: &refunds[i]})
	}
	return append(rows,
		testedState{name: "a payment with a refund in a state that nobody knows", payment: paid, refund: &refunds[0], played: unheard},
		testedState{name: "a payment with a refund that the gateway does not find any more", payment: paid, refund: &refunds[0], played: gone},
	)
}

// paid reports whether the payer has paid by the gateway's ledger.
func (c *testedState) paid() bool { return c.payment.status == contract.PaymentSucceeded }

// pending reports whether the payer can still pay by the gateway's ledger.
func (c *testedState) pending() bool { return c.payment.status == contract.PaymentPending }

// possible reports whether the sandbox and the provider can bring a payment there.
func (c *testedState) possible(e *harness.Env) bool {
	return c.payment.reachable(e) && (c.refund == nil || e.RefundTerms() != nil && c.refund.reachable(e))
}

// reach brings a new payment there; nil if the gateway never makes one of the moves.
func (c *testedState) reach(t *harness.T, e *harness.Env, s *harness.Scenario) *recorded {
	k := know(t, e, s, c.name)
	if !c.payment.reach(t, e, k) || c.refund != nil && !c.refund.make(t, e, k) {
		return nil
	}
	return k
}

// futureState is a word that no gateway has for a state.
const futureState = "some_future_state"

// play arms what the proxy does to the gateway's answers. It arms nothing if the manifest
// or the sandbox does not say how.
func (c *testedState) play(t *harness.T, e *harness.Env, d *testedOperation, k *recorded) []*proxy.ArmedFault {
	var faults []proxy.Fault
	switch {
	case c.played == unheard && c.refund != nil:
		before := k.s.Requests()
		_ = t.Try(func(t *harness.T) { d.do(t, e, &testedCall{recorded: k, in: c}) }) // for the forms of the answers
		faults = unheardRefund(t, k, k.s.Proxy.Journal()[before:])
	case c.played == unheard:
		if pointer := harness.OptionalField(t, "fields.status", e.Manifest.Fields.Status); pointer != "" {
			for _, operation := range []string{manifest.OpGet, manifest.OpCreate, manifest.OpCancel} {
				faults = append(faults, patch(operation, gateway.PatchOp{Op: "replace", Path: pointer, Value: futureState}))
			}
		}
	case c.played == gone:
		body := harness.OptionalField(t, "errors.object", e.Manifest.Errors.Object)
		if body == "" {
			return nil
		}
		for _, operation := range []string{manifest.OpGet, manifest.OpList, manifest.OpRefunds, manifest.OpCancel, manifest.OpRefund} {
			if c.refund == nil || operation != manifest.OpRefund {
				faults = append(faults, played(operation, &manifest.ErrorAnswer{Status: http.StatusNotFound, Body: body}, -1))
			}
		}
	}
	var armed []*proxy.ArmedFault
	for _, fault := range faults {
		fault.Optional, fault.WhereItFits = true, true
		armed = append(armed, k.s.Arm(fault))
	}
	return armed
}

// unheardRefund returns patches of the refund's state in answers to the same requests.
// Where that is, the ledger's own word for it shows.
func unheardRefund(t *harness.T, k *recorded, exchanges []proxy.Exchange) []proxy.Fault {
	if !k.needsDetails(t) || k.refund.RawState == "" {
		return nil // the gateway has no word for it
	}
	var faults []proxy.Fault
	shown := false
	seen := make(map[string]int) // requests that no fault is for
	for i := range exchanges {
		of := exchanges[i].Operation
		seen[of]++
		var changes []gateway.PatchOp
		for at, object := range objectsWith(exchanges[i].ResponseBody, k.refund.ID) {
			shown = shown || exchanges[i].GatewayStatus/100 == 2 // a refusal can name it
			for name, value := range inOrder(object) {
				if value == any(k.refund.RawState) {
					changes = append(changes, gateway.PatchOp{Op: "replace", Path: at + "/" + escape(name), Value: futureState})
				}
			}
		}
		if len(changes) > 0 { // the answers to one operation can be a list, and one of it
			fault := patch(of, changes...)
			fault.Nth, fault.Times = seen[of], 1
			faults = append(faults, fault)
			seen[of]--
		}
	}
	if shown && len(faults) == 0 {
		t.MarkUnverified("no answer of the gateway has the ledger's word for the state of a refund")
	}
	return faults
}

// stateSweep tries operations in states. It keeps a scenario until something is wrong in it.
type stateSweep struct {
	env      *harness.Env
	scenario *harness.Scenario
}

// try does an operation with a new payment, and compares the ledgers before and after.
func (x *stateSweep) try(t *harness.T, d *testedOperation, c *testedState) {
	if x.scenario != nil && d.operation == contract.OperationParseWebhook && !signed(x.env) {
		x.scenario.Discard() // each configuration reads back so many webhooks in a second
		x.scenario = nil
	}
	if x.scenario == nil {
		x.scenario = x.env.Scenario(t, nil)
	}
	s := x.scenario
	part := t.Part(func(t *harness.T) {
		k := c.reach(t, x.env, s)
		if k == nil || !d.fits(k) {
			return
		}
		armed := c.play(t, x.env, d, k)
		if c.played != "" && len(armed) == 0 {
			return // nothing says how
		}
		before, asked := s.Ledger(t, ""), s.Requests()
		what := d.name + " of " + c.name
		allowed := d.do(t, x.env, &testedCall{recorded: k, in: c, what: what})
		met := 0
		for _, fault := range armed {
			fault.Disarm()
			met += fault.Fired()
		}
		harness.True(t, s.Requests() > asked || d.operation == contract.OperationParseWebhook, "%s was answered, and the gateway was not asked", what)
		if c.played != "" && met == 0 && d.reads {
			t.MarkUnverified("%s: the provider makes no request for it that the manifest's operations have", what)
		}
		compareLedgers(t, what, k.created.PaymentID, before, s.Ledger(t, ""), allowed)
	})
	if part.SetupErr != nil {
		t.FailNow()
	}
	if len(part.Failures) > 0 {
		x.scenario = nil // the evidence shows it, and its faults may still be armed
	}
}

// effect is what an operation may change at the gateway.
type effect struct {
	stops   bool                    // a payment that nobody has paid may end
	refunds *contract.RefundRequest // a refund is there that was asked for so; nil: none
	as      *contract.Refund        // which was answered with
}

// compareLedgers fails the check if anything changed that may not.
func compareLedgers(t *harness.T, what, paymentID string, before, after []gateway.Payment, allowed effect) {
	if !harness.Equal(t, what+": payments in the gateway's ledger", len(before), len(after)) {
		return
	}
	for i := range before {
		was, is := before[i], after[i]
		if is.ID == paymentID {
			ended := is.State == gateway.StateCanceled || is.State == gateway.StateExpired
			if allowed.stops && was.State != gateway.StateSucceeded && ended {
				was.State = is.State
			}
			if allowed.refunds != nil {
				was.Refunds = append(slices.Clip(was.Refunds), gateway.Refund{
					ID: allowed.as.RefundID, Key: allowed.refunds.Attempt.Key, Amount: allowed.refunds.Amount.MinorUnits,
				})
			}
		}
		harness.Equal(t, what+": the payment in the gateway's ledger", inWords(&was), inWords(&is))
	}
}

// inWords returns what of a payment in a ledger changes by an operation and not by time.
func inWords(p *gateway.Payment) string {
	var words strings.Builder
	fmt.Fprintf(&words, "%s, %d %s, key %q, %s", p.ID, p.Amount, p.Currency, p.Key, p.State)
	for _, r := range p.Refunds {
		fmt.Fprintf(&words, ", refund %s of %d, key %q", r.ID, r.Amount, r.Key)
	}
	return words.String()
}
