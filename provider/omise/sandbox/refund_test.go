package sandbox_test

import (
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/provider/omise/sandbox"
)

func (m *merchant) refund(charge, amount string, more ...string) *answer {
	m.t.Helper()
	return m.post("/charges/"+charge+"/refunds", append([]string{"amount", amount}, more...)...)
}

func TestRefund_InFullBeforeSettlementIsAVoid(t *testing.T) {
	t.Parallel()
	m := start(t, nil)
	m.version = "2019-05-29"
	charge := m.paidCharge()
	refund := m.refund(charge, "100000").ok()
	assert.Equal(t, true, refund.value("voided"))
	assert.Equal(t, "closed", refund.text("status"))
	after := m.get("/charges/" + charge).ok()
	assert.Equal(t, "successful", after.text("status"), "a refunded charge stays successful")
	assert.Equal(t, true, after.value("voided"))
	assert.Equal(t, "100000", after.number("refunded_amount"))
	assert.Equal(t, false, after.value("refundable"))
}

func TestRefund_InFullAfterSettlementIsNoVoid(t *testing.T) {
	t.Parallel()
	m := start(t, nil)
	charge := m.paidCharge()
	m.clock.advance(25 * time.Hour)
	m.refund(charge, "100000", "void", "true").refused(http.StatusBadRequest, "failed_void")
	assert.Equal(t, false, m.refund(charge, "100000").ok().value("voided"))
}

func TestRefund_InPartIsNoVoidAndAllowsAnother(t *testing.T) {
	t.Parallel()
	m := start(t, nil)
	charge := m.paidCharge()
	first := m.refund(charge, "30000", "metadata[why]", "late").ok()
	assert.Equal(t, false, first.value("voided"))
	assert.Equal(t, "late", first.text("metadata.why"))
	m.refund(charge, "70001").refused(http.StatusBadRequest, "failed_refund")
	second := m.refund(charge, "70000").ok()
	m.refund(charge, "1").refused(http.StatusBadRequest, "failed_refund")

	assert.Equal(t, "100000", m.get("/charges/"+charge).number("refunded"))
	ids := []string{first.text("id"), second.text("id")}
	assert.Equal(t, ids, m.get("/charges/"+charge+"/refunds").ok().ids())
	assert.Equal(t, ids, m.get("/refunds").ok().ids())
	assert.Equal(t, first.body, m.get("/charges/"+charge+"/refunds/"+ids[0]).ok().body)
	m.get("/charges/"+charge+"/refunds/rfnd_test_1").refused(http.StatusNotFound, "not_found")
}

func TestRefund_OfAnUnpaidChargeIsRefused(t *testing.T) {
	t.Parallel()
	m := start(t, nil)
	pending := m.charge().text("id")
	m.refund(pending, "2000").refused(http.StatusBadRequest, "failed_refund")
	m.post("/charges/" + pending + "/expire").ok()
	m.refund(pending, "2000").refused(http.StatusBadRequest, "failed_refund")
	paid := m.paidCharge()
	for _, amount := range []string{"", "x", "0", "-5", "1.5"} {
		m.refund(paid, amount).refused(http.StatusBadRequest, "bad_request")
	}
	assert.Empty(t, m.get("/refunds").ids())
}

func TestRefund_IsRefusedAfterFifteenPartialOnes(t *testing.T) {
	t.Parallel()
	m := start(t, nil)
	m.version = "2019-05-29"
	charge := m.paidCharge()
	for i := range 15 {
		m.refund(charge, strconv.Itoa(1000+i)).ok()
	}
	m.refund(charge, "1000").refused(http.StatusBadRequest, "failed_refund")
	shown := m.get("/charges/" + charge)
	assert.Equal(t, false, shown.value("partially_refundable"))
	assert.Equal(t, true, shown.value("refundable"), "what is left can go back in one")
	left := 100000 - 15*1000 - 14*15/2
	m.refund(charge, strconv.Itoa(left)).ok()
}

// Three months end with the day, as Bangkok counts days.
func TestRefund_IsRefusedAfterThreeMonths(t *testing.T) {
	t.Parallel()
	madeAt := []struct{ made, last string }{
		{"2024-03-01T02:00:00Z", "2024-06-01T16:59:59Z"},
		{"2023-11-30T10:00:00Z", "2024-02-29T16:59:59Z"},
		{"2024-03-31T16:59:00Z", "2024-06-30T16:59:59Z"},
		{"2024-03-31T17:00:00Z", "2024-07-01T16:59:59Z"}, // the first of April in Bangkok
	}
	for _, of := range madeAt {
		t.Run(of.made, func(t *testing.T) {
			t.Parallel()
			made, err := time.Parse(time.RFC3339, of.made)
			require.NoError(t, err)
			last, err := time.Parse(time.RFC3339, of.last)
			require.NoError(t, err)
			clock := &clock{now: made}
			m := start(t, &sandbox.Options{ServerOptions: gateway.ServerOptions{Now: clock.Now}})
			charge := m.paidCharge()
			clock.advance(last.Sub(made))
			m.refund(charge, "2000").ok()
			clock.advance(time.Second)
			assert.Contains(t, m.refund(charge, "2000").refused(http.StatusBadRequest, "failed_refund"), "too old")
		})
	}
}

func TestRefund_FromTheDashboardCountsAndIsAnEvent(t *testing.T) {
	t.Parallel()
	hookURL, hooks := webhookReceiver(t)
	m := start(t, &sandbox.Options{ServerOptions: gateway.ServerOptions{WebhookURL: hookURL}})
	charge := m.paidCharge()
	nextWebhook(t, hooks) // charge.create
	nextWebhook(t, hooks) // charge.complete
	made, err := m.scope().CreateRefund(t.Context(), charge, gateway.Money{Amount: 40000, Currency: "THB"})
	require.NoError(t, err)
	key, data := nextWebhook(t, hooks).event(t)
	assert.Equal(t, "refund.create", key)
	assert.Equal(t, made.ID, data["id"])
	assert.Equal(t, charge, data["charge"])
	m.refund(charge, "60001").refused(http.StatusBadRequest, "failed_refund")

	_, err = m.scope().CreateRefund(t.Context(), charge, gateway.Money{Amount: 60001, Currency: "THB"})
	require.ErrorIs(t, err, gateway.ErrIllegal)
}

func TestRefund_ThatFailsMakesTheAmountRefundableAgain(t *testing.T) {
	t.Parallel()
	m := start(t, nil)
	m.version = "2019-05-29"
	charge := m.paidCharge()
	refund := m.refund(charge, "100000").ok().text("id")
	scope := m.scope()
	move := func(to gateway.State) error {
		return scope.TransitionRefund(t.Context(), refund, &gateway.Transition{To: to})
	}
	require.NoError(t, move(gateway.StatePending))
	assert.Equal(t, "pending", m.get("/charges/"+charge+"/refunds/"+refund).text("status"))
	require.NoError(t, move(gateway.StateFailed))
	after := m.get("/charges/" + charge)
	assert.Equal(t, "0", after.number("refunded_amount"))
	assert.Equal(t, false, after.value("voided"))
	assert.Equal(t, true, after.value("refundable"))
	require.ErrorIs(t, move(gateway.StateSucceeded), gateway.ErrIllegal)
}
