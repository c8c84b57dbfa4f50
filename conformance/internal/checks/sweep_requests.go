package checks

import (
	"fmt"
	"slices"
	"strings"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/conformance/internal/harness"
	"github.com/paysocket/paysocket/contract"
)

// given is a row of the sweep over requests: one field that a host may set, as the .proto
// names it, filled in every legal way.
type given struct {
	operation contract.Operation
	field     string

	clause string // under which a failure is reported
	left   string // why the field is not filled; empty: it is

	// cases are legal values of the field.
	cases func(e *harness.Env) []legal

	// always says that the value must be accepted. Others may be refused by a gateway
	// that cannot take them, which must then be said.
	always bool
}

// legal is one legal value of a field.
type legal struct {
	name   string
	create func(*contract.CreatePaymentRequest)
	refund func(*contract.RefundRequest)

	// arrived fails the check unless the ledger has the value; nil: it has no such field.
	arrived func(t *harness.T, what string, k *recorded)
}

// requests is the sweep over every field of the requests that make something at the
// gateway, at its bounds and in the scripts of buyers and merchants.
func requests() sweep {
	rows := append(givenToPayments(), givenToRefunds()...)
	var cells []cell
	for i := range rows {
		crossed := cell{row: rows[i].field, column: string(rows[i].operation), clause: rows[i].clause, left: rows[i].left}
		cells = append(cells, crossed)
	}
	return sweep{name: "requests", cells: cells, check: func(clause string) Check {
		return func(t *harness.T, e *harness.Env) {
			for i := range rows {
				row := &rows[i]
				of := row.clause == clause && row.left == "" && e.Descriptor.Has(row.operation)
				if of && (row.operation != contract.OperationRefund || refundsPaid(e)) {
					t.Part(func(t *harness.T) { row.fill(t, e) })
				}
			}
		}
	}}
}

// fill sends a request for each legal value.
func (g *given) fill(t *harness.T, e *harness.Env) {
	s := e.Scenario(t, nil)
	for _, value := range g.cases(e) {
		what := fmt.Sprintf("%s with %s that is %s", operationWord(g.operation), g.field, value.name)
		k := &recorded{s: s, state: "a payment", details: e.Suite.HasFeature(gateway.FeatureLedgerDetails)}
		var err error
		if g.operation == contract.OperationRefund {
			k.created = paid(t, e, s)
			k.request = refundRequest(e, k.created.PaymentID, k.some(e))
			value.refund(k.request)
			k.refunded, err = s.Refund(t, k.request)
		} else {
			request := e.CreateRequest()
			value.create(request)
			k.purchase = s.Purchase(request)
			k.created, err = s.Create(t, request)
		}
		if err != nil {
			g.refused(t, what, err)
			continue
		}
		if k.refunded != nil {
			k.refund = &gateway.Refund{ID: k.refunded.RefundID}
		}
		k.refresh(t)
		if value.arrived != nil {
			value.arrived(t, what, k)
		}
		if read, err := s.Status(t, k.created.PaymentID); harness.True(t, err == nil, "%s: the payment cannot be read: %v", what, err) {
			harness.Equal(t, what+": id on reading", k.created.PaymentID, read.PaymentID)
		}
	}
}

// operationWord returns the name of an operation for a failure.
func operationWord(operation contract.Operation) string {
	return map[contract.Operation]string{contract.OperationCreatePayment: "CreatePayment", contract.OperationRefund: "Refund"}[operation]
}

// refused judges the refusal of a legal value.
func (g *given) refused(t *harness.T, what string, err error) {
	if !harness.True(t, !g.always, "%s was refused: %v", what, err) {
		return
	}
	harness.OneOf(t, what+": the reason of "+err.Error(), contract.ReasonOf(err), contract.InvalidRequest, contract.ProviderRejected)
	harness.OneOf(t, what+": the outcome of "+err.Error(), contract.OutcomeOf(err), contract.NotAttempted, contract.Rejected)
	if contract.ReasonOf(err) != contract.InvalidRequest || len(asError(err).Violations) == 0 {
		return // a gateway may not say what it refuses
	}
	named := slices.ContainsFunc(asError(err).Violations, func(v contract.Violation) bool {
		parent, _, _ := strings.Cut(g.field, ".")
		return strings.HasPrefix(v.Field, parent)
	})
	harness.True(t, named, "%s: the error does not name the field: %v", what, err)
}

// scripts are texts for people in the scripts of buyers and merchants, and such as are
// changed by who cuts, escapes, trims or guesses. None is longer than the most.
func scripts(most int) map[string]string {
	all := map[string]string{
		"Thai":               "ชาเขียวสองแก้ว",
		"Chinese":            "两杯绿茶，谢谢",
		"Arabic":             "كوبان من الشاي",
		"Hebrew and Latin":   "תה green תה",
		"emoji":              "tea 🍵👩‍👩‍👧 for two",
		"four-byte letters":  "𠮷野家 𝒯𝑒𝒶",
		"quotes":             `"tea" & 'cake' <b>\n</b> %20 + ;`,
		"a line break":       "first line\nsecond line",
		"other breaks":       "first line\r\nsecond\tline\r\n",
		"blanks around":      "  tea  ",
		"two accents":        "cafe\u0301 caf\u00e9", // the same to people, and not to a gateway
		"a number":           "00770",
		"a word":             "null",
		"long, in Thai":      strings.Repeat("ช", most/3),
		"long, in letters":   strings.Repeat("t", most-1) + "a",
		"long, in four each": strings.Repeat("𠮷", most/4),
	}
	return all
}

// eachText returns a case for each text.
func eachText(most int, value func(text string) legal) func(*harness.Env) []legal {
	return func(*harness.Env) []legal {
		var cases []legal
		for name, text := range inOrder(scripts(most)) {
			with := value(text)
			with.name = name
			cases = append(cases, with)
		}
		return cases
	}
}
