package admin_test

import (
	"maps"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/host"
	"github.com/paysocket/paysocket/host-example/admin"
	"github.com/paysocket/paysocket/host-example/internal/shoptest"
	"github.com/paysocket/paysocket/provider/kit/kittest"
)

// refusal is a request about money that is refused, and what the answer has to say.
type refusal struct {
	path, body string
	status     int
	reason     string
	says       string // the field of a 422, and otherwise a part of the message
}

// fields returns a body, with other members than it has by default.
func fields(defaults, others map[string]string) string {
	all := maps.Clone(defaults)
	maps.Copy(all, others)
	var members []string
	for name, value := range all {
		if value != "" {
			members = append(members, `"`+name+`": `+value)
		}
	}
	return "{" + strings.Join(members, ", ") + "}"
}

// with is members of a body, by name, as JSON; "" takes one away.
type with = map[string]string

func refundOf(sale string, others with) (path, body string) {
	return "/sales/" + sale + "/refunds", fields(with{"id": `"r"`, "amount": `{"currency": "THB", "minor_units": 100}`}, others)
}

func choiceOf(sale string, others with) (path, body string) {
	return "/sales/" + sale + "/pay-again", fields(with{"method": `"wallet"`, "providers": `["wallet-th"]`}, others)
}

func decisionOf(sale, key string, others with) (path, body string) {
	return "/sales/" + sale + "/resolve", fields(with{"idempotency_key": `"` + key + `"`, "by": `"Ann"`, "why": `"so"`}, others)
}

func refused(path, body string, status int, reason, says string) refusal {
	return refusal{path, body, status, reason, says}
}

// refusedRefunds are of "paid", with a refund "known" of 300.00 THB, "waiting" and "other", which is paid.
func refusedRefunds() map[string]refusal {
	row := func(sale string, others with, status int, reason, says string) refusal {
		path, body := refundOf(sale, others)
		return refused(path, body, status, reason, says)
	}
	invalid := func(field, value string) refusal {
		says := field
		if field == "amount" {
			says = "amount.currency"
		}
		return row("paid", with{field: value}, 422, "INVALID_REQUEST", says)
	}
	const more, known = `{"currency": "THB", "minor_units": 70001}`, `{"currency": "THB", "minor_units": 30000}`
	return map[string]refusal{
		"a refund of a payment that is not there": invalid("payment", "2"),
		"a refund of a negative payment":          invalid("payment", "-1"),
		"a refund in another currency":            invalid("amount", `{"currency": "USD", "minor_units": 100}`),
		"a refund in no currency":                 invalid("amount", `{"currency": "ABC", "minor_units": 100}`),
		"a refund of nothing":                     row("paid", with{"amount": `{"currency": "THB", "minor_units": 0}`}, 422, "INVALID_REQUEST", "amount.minor_units"),
		"a refund for a reason with NUL":          invalid("reason", `"\u0000"`),
		"a refund without an id":                  row("paid", with{"id": ""}, 422, "INVALID_REQUEST", "id"),
		"a refund of another payment than known":  row("paid", with{"id": `"known"`, "amount": known, "payment": "2"}, 409, "ORDER_DIFFERS", "payment 1"),
		"a refund of another amount than known":   row("paid", with{"id": `"known"`}, 409, "ORDER_DIFFERS", "THB 300.00"),
		"a refund of another sale than known":     row("other", with{"id": `"known"`, "amount": known}, 409, "ORDER_DIFFERS", "order paid"),
		"a refund of more than is left":           row("paid", with{"amount": more}, 409, "NOT_FREE", "only THB 700.00 of the payment is left"),
		"a refund of what is not paid":            row("waiting", nil, 409, "NOT_FREE", "has not succeeded"),
		"a refund of no sale":                     row("none", nil, 404, "NOT_FOUND", "no such order"),
		"a refund of no id":                       row("a%00b", nil, 404, "NOT_FOUND", "no such order"),
	}
}

// refusedChoices are those of buyers, and what cancels.
func refusedChoices() map[string]refusal {
	row := func(sale string, others with, status int, reason, says string) refusal {
		path, body := choiceOf(sale, others)
		return refused(path, body, status, reason, says)
	}
	return map[string]refusal{
		"another payment while the buyer can pay":      row("waiting", nil, 409, "NOT_FREE", "is not decided"),
		"another payment of what is paid":              row("paid", nil, 409, "NOT_FREE", "succeeded"),
		"another payment while nobody knows":           row("unsure", nil, 409, "NOT_FREE", "unknown"),
		"another payment by a provider that is not":    row("waiting", with{"providers": `["nobody"]`}, 422, "INVALID_REQUEST", "providers"),
		"another payment by no provider":               row("waiting", with{"providers": "[]"}, 422, "INVALID_REQUEST", "providers"),
		"another payment by no method":                 row("waiting", with{"method": ""}, 422, "INVALID_REQUEST", "method"),
		"another payment by who has no phone":          row("waiting", with{"phone": `"12"`}, 422, "INVALID_REQUEST", "phone"),
		"another payment of no sale":                   row("none", nil, 404, "NOT_FOUND", "no such order"),
		"another payment of no id":                     row("a%00b", nil, 404, "NOT_FOUND", "no such order"),
		"a cancellation of no sale":                    refused("/sales/none/cancel", "", 404, "NOT_FOUND", "no such order"),
		"a cancellation of no id":                      refused("/sales/a%00b/cancel", "", 404, "NOT_FOUND", "no such order"),
		"an order for another amount than it is known": refused("/sales", orderOf("paid", "1"), 409, "ORDER_DIFFERS", "THB 1000.00"),
	}
}

// refusedDecisions are about the payments of "paid" and "unsure", by their keys.
func refusedDecisions(keys map[string]string) map[string]refusal {
	row := func(sale string, others with, status int, reason, says string) refusal {
		path, body := decisionOf(sale, keys[sale], others)
		return refused(path, body, status, reason, says)
	}
	invalid := func(others with, field string) refusal { return row("paid", others, 422, "INVALID_REQUEST", field) }
	return map[string]refusal{
		"a decision of nobody":                  invalid(with{"by": ""}, "by"),
		"a decision without a reason":           invalid(with{"why": ""}, "why"),
		"a decision for a reason with NUL":      invalid(with{"why": `"\u0000"`}, "why"),
		"a decision for and against":            invalid(with{"adopt": `"p"`, "release": "true"}, "adopt"),
		"a decision for what is no id":          invalid(with{"adopt": `"p 1"`}, "adopt"),
		"a decision about no payment":           invalid(with{"idempotency_key": ""}, "idempotency_key"),
		"a decision about another payment":      invalid(with{"idempotency_key": `"` + keys["unsure"] + `"`}, "idempotency_key"),
		"a decision against what is paid":       row("paid", with{"release": "true"}, 409, "NOT_FREE", "has succeeded: refund it instead"),
		"a decision for another payment":        row("paid", with{"adopt": `"p"`}, 409, "NOT_FREE", "is known as"),
		"a decision for what cannot be read":    row("unsure", with{"adopt": `"p"`}, 409, "NOT_FREE", "was not adopted"),
		"a decision about a sale that is not":   row("none", nil, 404, "NOT_FOUND", "no such order"),
		"a decision about what cannot be an id": row("a%00b", nil, 404, "NOT_FOUND", "no such order"),
	}
}

func orderOf(id, minorUnits string) string {
	return strings.NewReplacer("order-1", id, "100000", minorUnits).Replace(validOrder)
}

// sellAll sells what the refusals are about, and returns the keys of the payments by sale.
func sellAll(t *testing.T, a *admin.Admin, f *shoptest.Fixture) map[string]string {
	t.Helper()
	keys := map[string]string{}
	for _, id := range []string{"paid", "other", "waiting"} {
		keys[id] = ask(t, a, http.MethodPost, "/sales", orderOf(id, "100000")).Payments[0].Key
	}
	for _, payment := range f.Payments() {
		if payment.Reference == "paid" || payment.Reference == "other" {
			require.NoError(t, f.Scope.Transition(t.Context(), payment.ID, &gateway.Transition{To: gateway.StateSucceeded}))
			f.Await(payment.Reference, host.SalePaid)
		}
	}
	_, body := refundOf("paid", with{"id": `"known"`, "amount": `{"currency": "THB", "minor_units": 30000}`})
	ask(t, a, http.MethodPost, "/sales/paid/refunds", body)
	f.Front.Set(kittest.On("POST /v1/payments", kittest.Times(1, kittest.Executed(kittest.Answer(http.StatusBadGateway, "")))),
		kittest.On("GET /v1/payments", kittest.Answer(http.StatusBadGateway, "")))
	unknown := ask(t, a, http.MethodPost, "/sales", orderOf("unsure", "100000"))
	require.Equal(t, "OPEN", unknown.Status)
	keys["unsure"] = unknown.Payments[0].Key
	return keys
}

// TestRefusals_SayWhatIsWrong has the refusals of all requests about money.
func TestRefusals_SayWhatIsWrong(t *testing.T) {
	t.Parallel()
	a, f := newAdmin(t)
	keys := sellAll(t, a, f)
	before := f.Payments()
	all := refusedRefunds()
	maps.Copy(all, refusedChoices())
	maps.Copy(all, refusedDecisions(keys))
	for what, c := range all {
		status, got := send(t, a, request(t, http.MethodPost, c.path, c.body))
		assert.Equal(t, c.status, status, "%s: %+v", what, got.Error)
		if !assert.NotNil(t, got.Error, what) {
			continue
		}
		assert.Equal(t, c.reason, got.Error.Reason, what)
		assert.Equal(t, "NOT_ATTEMPTED", got.Error.Outcome, what)
		if status != http.StatusUnprocessableEntity {
			assert.Contains(t, got.Error.Message, c.says, what)
			continue
		}
		if assert.Len(t, got.Error.Violations, 1, "%s: %+v", what, got.Error) {
			assert.Equal(t, c.says, got.Error.Violations[0].Field, what)
			assert.NotEmpty(t, got.Error.Violations[0].Description, what)
		}
	}
	assert.Equal(t, before, f.Payments())
}
