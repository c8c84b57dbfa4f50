package omisealipay_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit/kittest"
)

var update = flag.Bool("update", false, "write the golden files anew")

// A row is one answer of the gateway's to one request, and what the provider
// makes of it.
type row struct {
	Request string            `json:"request"`
	Status  int               `json:"status"`
	Body    string            `json:"body"`
	Error   string            `json:"error"`
	Fields  []string          `json:"fields,omitempty"`
	Meta    map[string]string `json:"metadata,omitempty"`
	Retry   string            `json:"retry_after,omitempty"`
}

// gatewayErrors are the codes and messages that are known of Omise, the merchant
// guide's five among them, and what may come from machines in between.
func gatewayErrors() []row {
	said := func(status int, code, message string) row {
		body, _ := json.Marshal(map[string]string{"object": "error", "code": code, "message": message})
		return row{Status: status, Body: string(body)}
	}
	rows := []row{
		// The guide's five.
		said(400, "bad_request", "currency is currently not supported"),
		said(400, "bad_request", "type is currently not supported"),
		said(400, "bad_request", "source is invalid"),
		said(400, "bad_request", "return_uri is required"),
		said(404, "not_found", "source src_test_59tz6ut89klcihx52ss was not found"),
		// As recorded, also with several reasons in one message.
		said(400, "invalid_charge", "currency is currently not supported"),
		said(400, "invalid_charge", "amount must be greater than or equal to 2000 (thb subunits)"),
		said(400, "bad_request", "amount is not a number"),
		said(400, "bad_request", "amount must be at least 150"),
		said(400, "bad_request", "amount must be less than 50000"),
		said(400, "bad_request", "currency must be thb"),
		said(400, "bad_request", "currency is currently not supported and amount is not a number"),
		said(400, "bad_request", "currency is currently not supported, amount is not a number, and type is currently not supported"),
		said(400, "bad_request", "amount must be at least 150 and name is too long (maximum is 10 characters)"),
		said(400, "invalid_amount", "amount is invalid"),
		said(400, "used_token", "token was already used"),
		said(400, "used_source", "source was already used"),
		said(400, "failed_fraud_check", "fraud check failed"),
		said(400, "service_not_found", "you are using api version which does not support this operation"),
		said(401, "authentication_failure", "authentication failed"),
		said(400, "authentication_failure", "authentication failed"),
		said(403, "forbidden", "not allowed"),
		said(429, "too_many_requests", "too many requests"),
		said(400, "backend_error", "could not talk to provider, try again"),
		said(500, "internal_error", "internal error"),
		said(503, "search_unavailable", "unavailable"),
		said(408, "request_timeout", "too slow"),
		said(409, "conflict", "in progress"),
		said(425, "too_early", "too early"),
		said(200, "bad_request", "an error that calls itself a success"),
		said(400, "failed_refund", "charge is not captured"),
		said(400, "failed_refund", "amount is greater than the amount that is left to refund"),
		said(400, "failed_refund", "charge was already fully refunded"),
		said(400, "failed_refund", "charge is too old to be refunded"),
		said(400, "failed_void", "void failed"),
		said(400, "failed_expire", "only pending charges can be expired"),
		said(400, "expired_charge", "charge expired"),
		said(400, "failed_reverse", "only uncaptured authorized charges can be reversed"),
		said(400, "failed_capture", "charge was already captured"),
		said(400, "brand_not_supported", "brand not supported"),
		said(400, "invalid_filter", "invalid filter"),
		said(422, "something_new", "a code from the future"),
		said(418, "", ""),
	}
	return append(rows,
		row{Status: 400, Body: "<html>400 Bad Request</html>"}, row{Status: 400, Body: `{"object":"error","code":"backe`},
		row{Status: 422, Body: ""}, row{Status: 404, Body: "<html>404</html>"},
		row{Status: 502, Body: "<html>502 Bad Gateway</html>"}, row{Status: 504, Body: ""},
		row{Status: 200, Body: "<html>hello</html>"}, row{Status: 200, Body: ""}, row{Status: 200, Body: `{"object":"char`},
		row{Status: 200, Body: `{"object":"token","id":"tokn_test_1"}`}, row{Status: 201, Body: `[]`}, row{Status: 302, Body: ""},
	)
}

// TestRejection_HasAMeaningForEveryAnswer compares with a golden table, which
// is to be read by people when it changes.
func TestRejection_HasAMeaningForEveryAnswer(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	paid, pending := f.paid(), f.create(f.newPayment())
	asks := []struct {
		request string
		call    func() error
	}{
		{postSource, func() error { _, err := f.behindTheGates().CreatePayment(t.Context(), f.newPayment()); return err }},
		{postCharge, func() error { _, err := f.behindTheGates().CreatePayment(t.Context(), f.newPayment()); return err }},
		{postRefund, func() error {
			_, err := f.behindTheGates().Refund(t.Context(), f.newRefund(paid.PaymentID, 1))
			return err
		}},
		{postExpire, func() error {
			_, err := f.behindTheGates().CancelPayment(t.Context(), &contract.CancelPaymentRequest{PaymentID: pending.PaymentID})
			return err
		}},
	}
	var table []row
	for _, ask := range asks {
		for _, r := range gatewayErrors() {
			r.Request = ask.request
			f.front.Set()
			f.fail(ask.request, 3, kittest.Answer(r.Status, r.Body, "X-Request-Id", "req-1"))
			r.explain(t, ask.call())
			table = append(table, r)
		}
	}
	compareGolden(t, "testdata/refusals.json", table)
}

func (r *row) explain(t *testing.T, err error) {
	t.Helper()
	var e *contract.Error
	require.ErrorAs(t, err, &e, "%s %d %s", r.Request, r.Status, r.Body)
	require.True(t, e.Reason.Allows(e.Outcome), "%v", e)
	require.LessOrEqual(t, len(e.Message), contract.MaxMessageLength)
	r.Error = fmt.Sprintf("%s (%s): %s", e.Reason, e.Outcome, e.Message)
	for _, v := range e.Violations {
		r.Fields = append(r.Fields, v.Field)
	}
	r.Meta = e.Metadata
	if e.RetryAfter > 0 {
		r.Retry = e.RetryAfter.String()
	}
}

func compareGolden(t *testing.T, file string, table []row) {
	t.Helper()
	got, err := json.MarshalIndent(table, "", "  ")
	require.NoError(t, err)
	got = append(got, '\n')
	if *update {
		require.NoError(t, os.WriteFile(file, got, 0o600))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, strings.Split(string(want), "\n"), strings.Split(string(got), "\n"))
}

func TestRejection_ExplainsTheErrorsOfTheGuide(t *testing.T) {
	t.Parallel()
	for message, want := range map[string]struct {
		status int
		reason contract.Reason
		field  string
	}{
		"currency is currently not supported": {http.StatusBadRequest, contract.CurrencyUnsupported, "amount.currency"},
		"type is currently not supported":     {http.StatusBadRequest, contract.MethodUnsupported, "method"},
		"source is invalid":                   {http.StatusBadRequest, contract.ProviderRejected, ""},
		"return_uri is required":              {http.StatusBadRequest, contract.InvalidRequest, "return_url"},
		"source src_test_1 was not found":     {http.StatusNotFound, contract.ProviderRejected, ""},
	} {
		for _, code := range []string{"bad_request", "invalid_charge"} {
			if want.status == http.StatusNotFound {
				code = "not_found"
			}
			f := newFixture(t, nil)
			f.fail(postCharge, 1, refuses(want.status, code, message))
			_, err := f.CreatePayment(t.Context(), f.newPayment())
			e := kittest.ErrorOf(t, err, want.reason, contract.Rejected)
			assert.Contains(t, e.Message, message)
			if want.field != "" {
				require.Len(t, e.Violations, 1)
				assert.Equal(t, want.field, e.Violations[0].Field)
			}
		}
	}
}
