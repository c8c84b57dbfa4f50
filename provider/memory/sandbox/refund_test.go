package sandbox_test

import (
	"fmt"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/gateway"
)

func (f *fixture) refund(id, key string, amount int) *reply {
	f.t.Helper()
	body := fmt.Sprintf(`{"amount":%d,"currency":"THB","reason":"cold"}`, amount)
	return f.send("POST", "/v1/payments/"+id+"/refunds", body, "Idempotency-Key", key)
}

func TestRefund_IsPendingForAMinute(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	id := f.paid("k1")
	made := f.refund(id, "r1", 500)
	require.Equal(t, 201, made.status, made.raw)
	assert.JSONEq(t, fmt.Sprintf(`{"id":%q,"object":"refund","live":false,"payment_id":%q,"idempotency_key":"r1",
		"amount":500,"currency":"THB","reason":"cold","status":"pending","created_at":%q,"updated_at":%q}`,
		made.text("id"), id, made.text("created_at"), made.text("created_at")), made.raw)
	assert.Equal(t, "500", f.get(id).number("amount_refunded"))
	assert.Equal(t, "succeeded", f.get(id).text("status"))

	path := "/v1/payments/" + id + "/refunds/" + made.text("id")
	assert.Equal(t, made.raw, f.send("GET", path, "").raw)
	f.advance(time.Minute)
	assert.Equal(t, "succeeded", f.send("GET", path, "").text("status"))
	createdAt, err := time.Parse(time.RFC3339, made.text("created_at"))
	require.NoError(t, err)
	assert.Equal(t, []gateway.Refund{{
		ID: made.text("id"), Key: "r1", Amount: 500, Currency: "THB", State: gateway.StateSucceeded, RawState: "succeeded", CreatedAt: createdAt,
	}}, f.ledger()[0].Refunds)
}

func TestRefund_HasAKeyThatIsUniqueWithinItsPayment(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	first, second := f.paid("k1"), f.paid("k2")
	made := f.refund(first, "r1", 500)
	again := f.refund(first, "r1", 500)
	assert.Equal(t, 200, again.status)
	assert.Equal(t, "true", again.header.Get("Idempotent-Replayed"))
	assert.Equal(t, made.text("id"), again.text("id"))

	reused := f.refund(first, "r1", 501)
	requireRefused(t, reused, 409, "key_reused")
	assert.Equal(t, made.text("id"), reused.text("error.refund_id"))

	other := f.refund(second, "r1", 501)
	assert.Equal(t, 201, other.status)
	requireRefused(t, f.send("GET", "/v1/payments/"+second+"/refunds/"+made.text("id"), ""), 404, "refund_not_found")
}

func TestRefund_IsFoundByItsKey(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	id := f.paid("k1")
	first, second := f.refund(id, "r1", 500), f.refund(id, "r2", 600)
	all := f.send("GET", "/v1/payments/"+id+"/refunds", "")
	assert.JSONEq(t, `{"refunds":[`+first.raw+`,`+second.raw+`]}`, all.raw)
	one := f.send("GET", "/v1/payments/"+id+"/refunds?idempotency_key=r2", "")
	assert.JSONEq(t, `{"refunds":[`+second.raw+`]}`, one.raw)
	none := f.send("GET", "/v1/payments/"+id+"/refunds?idempotency_key=r3", "")
	assert.JSONEq(t, `{"refunds":[]}`, none.raw)
	requireRefused(t, f.send("GET", "/v1/payments/"+id+"/refunds?key=r2", ""), 400, "invalid_request")
}

func TestRefund_NeverExceedsThePayment(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	id := f.paid("k1")
	requireRefused(t, f.refund(id, "r0", 2001), 409, "refund_exceeds_payment")
	var calls sync.WaitGroup
	for i := range 8 {
		calls.Go(func() { f.refund(id, "r"+strconv.Itoa(i+1), 600) })
	}
	calls.Wait()
	assert.Equal(t, "1800", f.get(id).number("amount_refunded"))
	assert.Len(t, f.ledger()[0].Refunds, 3)

	// The amount of a failed refund can be refunded again.
	failed := f.ledger()[0].Refunds[0].ID
	err := f.scope.TransitionRefund(t.Context(), failed, &gateway.Transition{To: gateway.StateFailed, FailureCode: "wallet_closed"})
	require.NoError(t, err)
	assert.Equal(t, "1200", f.get(id).number("amount_refunded"))
	assert.Equal(t, "wallet_closed", f.send("GET", "/v1/payments/"+id+"/refunds/"+failed, "").text("failure_code"))
	assert.Equal(t, 201, f.refund(id, "r9", 800).status)
}

func TestRefund_NeedsASucceededPayment(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	requireRefused(t, f.refund(f.pay("k0").text("id"), "r", 500), 409, "payment_not_refundable")
	for _, state := range []gateway.State{gateway.StateFailed, gateway.StateExpired, gateway.StateCanceled} {
		id := f.pay("k-" + string(state)).text("id")
		f.move(id, state)
		requireRefused(t, f.refund(id, "r", 500), 409, "payment_not_refundable")
	}
	requireRefused(t, f.refund("pay_none", "r", 500), 404, "payment_not_found")
	for _, payment := range f.ledger() {
		assert.Empty(t, payment.Refunds)
	}
}

func TestRefund_IsNotMadeOfAMalformedOrder(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	id := f.paid("k1")
	for body, code := range map[string]string{
		`{"amount":0,"currency":"THB"}`:               "amount_out_of_range",
		`{"amount":-1,"currency":"THB"}`:              "amount_out_of_range",
		`{"currency":"THB"}`:                          "amount_out_of_range",
		`{"amount":1,"currency":"JPY"}`:               "currency_unsupported",
		`{"amount":1}`:                                "currency_unsupported",
		`{"amount":1.5,"currency":"THB"}`:             "invalid_request",
		`{"amount":1,"currency":"THB","metadata":{}}`: "invalid_request",
	} {
		requireRefused(t, f.send("POST", "/v1/payments/"+id+"/refunds", body, "Idempotency-Key", "r1"), 400, code)
	}
	requireRefused(t, f.send("POST", "/v1/payments/"+id+"/refunds", `{"amount":1,"currency":"THB"}`), 400, "invalid_request")
	assert.Empty(t, f.ledger()[0].Refunds)
}

func TestRefund_IsMadeFifteenTimesAtMost(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	id := f.paid("k1")
	for i := range 15 {
		require.Equal(t, 201, f.refund(id, "r"+strconv.Itoa(i), 1).status)
	}
	requireRefused(t, f.refund(id, "r15", 1), 409, "too_many_refunds")
}

func TestRefund_IsRefusedAfterTheNinetiethDay(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	id := f.paid("k1")
	paidAt, err := time.Parse(time.RFC3339, f.get(id).text("paid_at"))
	require.NoError(t, err)
	ends := paidAt.Truncate(24*time.Hour).AddDate(0, 0, 91)

	f.advance(ends.Sub(paidAt) - time.Minute)
	assert.Equal(t, 201, f.refund(id, "r1", 500).status)
	f.advance(time.Minute)
	requireRefused(t, f.refund(id, "r2", 500), 409, "refund_window_expired")
	assert.Equal(t, 200, f.refund(id, "r1", 500).status, "a replay is no new refund")
}
