package checks

import (
	"slices"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/conformance/internal/harness"
	"github.com/paysocket/paysocket/contract"
)

// testedOperation is a column of the sweep over states: one operation.
type testedOperation struct {
	name      string
	operation contract.Operation

	// clause returns under which a failure in a state is reported; or why the cell is
	// left out.
	clause func(*testedState) (clause, left string)

	byKey func(*contract.Descriptor) *contract.Idempotency // which has to have a look-up by key; nil: none

	again bool // whether it repeats a refund that was made through the provider
	reads bool // whether it cannot be done without a read of what it is about

	// do does it, judges the answer, and returns what may have changed.
	do func(t *harness.T, e *harness.Env, d *testedCall) effect
}

// testedCall is what an operation is tried with.
type testedCall struct {
	*recorded

	in   *testedState
	what string
}

// belongs returns the clause of a cell, or why it is left out.
func (d *testedOperation) belongs(c *testedState) (clause, left string) {
	clause, left = d.clause(c)
	if left != "" || c.refund == nil || c.played != unheard {
		return clause, left
	}
	if d.again || d.operation == contract.OperationGetRefund {
		return "REF-018", ""
	}
	return "", "it does not depend on the word for the refund's state"
}

// possible reports whether the provider has the operation.
func (d *testedOperation) possible(e *harness.Env) bool {
	if d.byKey != nil && !looksUp(d.byKey(e.Descriptor)) {
		return false
	}
	ofRefund := d.operation == contract.OperationRefund || d.operation == contract.OperationGetRefund
	ofWebhook := d.operation == contract.OperationParseWebhook
	return e.Descriptor.Has(d.operation) && (!ofRefund || e.RefundTerms() != nil) && (!ofWebhook || e.HasFeature(gateway.FeatureWebhookBuild))
}

// fits reports whether there is something to repeat.
func (d *testedOperation) fits(k *recorded) bool { return !d.again || k.request != nil }

// always returns a clause for every state.
func always(clause string) func(*testedState) (string, string) {
	return func(*testedState) (string, string) { return clause, "" }
}

// whereItCanBeRead returns a clause for the states in which the gateway's answers are as
// they are, another one for those in which the payment is gone, and a reason why those
// are left out in which its state is unheard of.
func whereItCanBeRead(clause, whereGone, why string) func(*testedState) (string, string) {
	return func(c *testedState) (string, string) {
		switch c.played {
		case gone:
			return whereGone, ""
		case unheard:
			return "", why
		default:
			return clause, ""
		}
	}
}

// ofRefunds returns a clause for the states with a refund.
func ofRefunds(clause string) func(*testedState) (string, string) {
	return func(c *testedState) (string, string) {
		if c.refund == nil {
			return "", "there is no refund that it could be about; the payments with one have it"
		}
		return clause, ""
	}
}

// testedOperations has a column for every operation.
func testedOperations() []testedOperation {
	left := func(why string) func(*testedState) (string, string) {
		return func(*testedState) (string, string) { return "", why }
	}
	ofCreate := func(d *contract.Descriptor) *contract.Idempotency { return d.CreateIdempotency }
	ofRefund := func(d *contract.Descriptor) *contract.Idempotency { return d.RefundIdempotency }
	return []testedOperation{
		{name: "CreatePayment again", operation: contract.OperationCreatePayment, clause: always("IDM-001"), do: createAgain},
		{name: "CreatePayment again with another amount", operation: contract.OperationCreatePayment, clause: always("IDM-002"), do: createOther},
		{
			name: "GetStatus by id", operation: contract.OperationGetStatus, reads: true, do: readByID,
			clause: whereItCanBeRead("STS-008", "STS-005", "STS-004 plays such words"),
		},
		{
			name: statusByKey, operation: contract.OperationGetStatus, byKey: ofCreate, reads: true, do: readByKey,
			clause: whereItCanBeRead("STS-010", "STS-010", "LST-001 plays such a word in a list"),
		},
		{name: "CancelPayment", operation: contract.OperationCancelPayment, clause: clauseOfCancel, reads: true, do: cancel},
		{name: "Refund", operation: contract.OperationRefund, clause: clauseOfRefund, do: refundWhatIsLeft},
		{name: "Refund again", operation: contract.OperationRefund, clause: ofRefunds("REF-002"), again: true, do: refundAgain},
		{name: "Refund again with another amount", operation: contract.OperationRefund, clause: ofRefunds("REF-003"), again: true, do: refundOther},
		{name: "GetRefund by id", operation: contract.OperationGetRefund, clause: ofRefunds("REF-011"), reads: true, do: readRefund},
		{name: refundByKey, operation: contract.OperationGetRefund, clause: ofRefunds("REF-011"), byKey: ofRefund, again: true, reads: true, do: readRefundByKey},
		{
			name: "ListPayments", operation: contract.OperationListPayments, reads: true, do: list,
			clause: whereItCanBeRead("LST-001", "LST-002", "LST-001 plays such a word in a list"),
		},
		{
			name: "ParseWebhook", operation: contract.OperationParseWebhook, do: parse,
			clause: whereItCanBeRead("WHK-012", "WHK-012", "WHK-011 plays such a word in an event"),
		},
		{name: "Describe", operation: contract.OperationDescribe, clause: left("it says nothing of payments; DSC-001 calls it when there are some")},
		{name: "Configure", operation: contract.OperationConfigure, clause: left("it says nothing of payments; IDM-012 and RST-002 configure when there are some")},
	}
}

// clauseOfCancel returns under which a cancellation is reported.
func clauseOfCancel(c *testedState) (string, string) {
	switch {
	case c.played == "" && (c.pending() || c.payment.status == contract.PaymentCanceled): // and canceled once more
		return "CAN-001", ""
	case c.paid() && c.played == "":
		return "CAN-002", ""
	default:
		return "CAN-004", ""
	}
}

// clauseOfRefund returns under which a refund is reported.
func clauseOfRefund(c *testedState) (string, string) {
	switch {
	case c.refund != nil && c.played == gone:
		return "", "what is left of it cannot be known; REF-004 asks for payments that are gone"
	case !c.paid() || c.played != "":
		return "REF-004", ""
	case c.payment.spent:
		return "REF-005", ""
	case slices.Contains(c.payment.needs, gateway.FeatureRefundCreate), c.refund != nil && c.refund.elsewhere:
		return "REF-014", ""
	default:
		return "REF-001", ""
	}
}
