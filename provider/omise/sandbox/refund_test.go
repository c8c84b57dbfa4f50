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

func (b *bench) refund(charge, amount string, more ...string) *answer {
	b.t.Helper()
	return b.post("/charges/"+charge+"/refunds", append([]string{"amount", amount}, more...)...)
}

func TestFullRefundBeforeSettlementIsAVoid(t *testing.T) {
	t.Parallel()
	b := start(t, nil)
	b.version = "2019-05-29"
	charge := b.paidCharge()
	refund := b.refund(charge, "100000").ok()
	assert.Equal(t, true, refund.value("voided"))
	assert.Equal(t, "closed", refund.text("status"))
	after := b.get("/charges/" + charge).ok()
	assert.Equal(t, "successful", after.text("status"), "a refunded charge stays successful")
	assert.Equal(t, true, after.value("voided"))
	assert.Equal(t, "100000", after.number("refunded_amount"))
	assert.Equal(t, false, after.value("refundable"))
}

func TestFullRefundAfterSettlementIsNoVoid(t *testing.T) {
	t.Parallel()
	b := start(t, nil)
	charge := b.paidCharge()
	b.clock.turn(25 * time.Hour)
	b.refund(charge, "100000", "void", "true").refused(http.StatusBadRequest, "failed_void")
	assert.Equal(t, false, b.refund(charge, "100000").ok().value("voided"))
}

func TestPartialRefundIsNoVoidAndCanBeFollowed(t *testing.T) {
	t.Parallel()
	b := start(t, nil)
	charge := b.paidCharge()
	first := b.refund(charge, "30000", "metadata[why]", "late").ok()
	assert.Equal(t, false, first.value("voided"))
	assert.Equal(t, "late", first.text("metadata.why"))
	b.refund(charge, "70001").refused(http.StatusBadRequest, "failed_refund")
	second := b.refund(charge, "70000").ok()
	b.refund(charge, "1").refused(http.StatusBadRequest, "failed_refund")

	assert.Equal(t, "100000", b.get("/charges/"+charge).number("refunded"))
	ids := []string{first.text("id"), second.text("id")}
	assert.Equal(t, ids, b.get("/charges/"+charge+"/refunds").ok().ids())
	assert.Equal(t, ids, b.get("/refunds").ok().ids())
	assert.Equal(t, first.body, b.get("/charges/"+charge+"/refunds/"+ids[0]).ok().body)
	b.get("/charges/"+charge+"/refunds/rfnd_test_1").refused(http.StatusNotFound, "not_found")
}

func TestRefundOfAnythingButAPaidChargeIsRefused(t *testing.T) {
	t.Parallel()
	b := start(t, nil)
	pending := b.charge().text("id")
	b.refund(pending, "2000").refused(http.StatusBadRequest, "failed_refund")
	b.post("/charges/" + pending + "/expire").ok()
	b.refund(pending, "2000").refused(http.StatusBadRequest, "failed_refund")
	paid := b.paidCharge()
	for _, amount := range []string{"", "x", "0", "-5", "1.5"} {
		b.refund(paid, amount).refused(http.StatusBadRequest, "bad_request")
	}
	assert.Empty(t, b.get("/refunds").ids())
}

func TestSixteenthPartialRefundIsRefused(t *testing.T) {
	t.Parallel()
	b := start(t, nil)
	b.version = "2019-05-29"
	charge := b.paidCharge()
	for i := range 15 {
		b.refund(charge, strconv.Itoa(1000+i)).ok()
	}
	b.refund(charge, "1000").refused(http.StatusBadRequest, "failed_refund")
	shown := b.get("/charges/" + charge)
	assert.Equal(t, false, shown.value("partially_refundable"))
	assert.Equal(t, true, shown.value("refundable"), "what is left can go back in one")
	left := 100000 - 15*1000 - 14*15/2
	b.refund(charge, strconv.Itoa(left)).ok()
}

// Three months end with the day, as Bangkok counts days.
func TestRefundAfterThreeMonthsIsRefused(t *testing.T) {
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
			clock := &hand{now: made}
			b := start(t, &sandbox.Options{Now: clock.read})
			charge := b.paidCharge()
			clock.turn(last.Sub(made))
			b.refund(charge, "2000").ok()
			clock.turn(time.Second)
			assert.Contains(t, b.refund(charge, "2000").refused(http.StatusBadRequest, "failed_refund"), "too old")
		})
	}
}

func TestRefundFromTheDashboardCountsAndIsTold(t *testing.T) {
	t.Parallel()
	hookURL, hooks := shop(t)
	b := start(t, &sandbox.Options{WebhookURL: hookURL})
	charge := b.paidCharge()
	next(t, hooks) // charge.create
	next(t, hooks) // charge.complete
	made, err := b.manage().CreateRefund(t.Context(), charge, gateway.Money{Amount: 40000, Currency: "THB"})
	require.NoError(t, err)
	key, data := next(t, hooks).event(t)
	assert.Equal(t, "refund.create", key)
	assert.Equal(t, made.ID, data["id"])
	assert.Equal(t, charge, data["charge"])
	b.refund(charge, "60001").refused(http.StatusBadRequest, "failed_refund")

	_, err = b.manage().CreateRefund(t.Context(), charge, gateway.Money{Amount: 60001, Currency: "THB"})
	require.ErrorIs(t, err, gateway.ErrIllegal)
}

func TestARefundThatFailsGivesTheAmountBackToTheCharge(t *testing.T) {
	t.Parallel()
	b := start(t, nil)
	b.version = "2019-05-29"
	charge := b.paidCharge()
	refund := b.refund(charge, "100000").ok().text("id")
	scope := b.manage()
	move := func(to gateway.State) error {
		return scope.TransitionRefund(t.Context(), refund, &gateway.Transition{To: to})
	}
	require.NoError(t, move(gateway.StatePending))
	assert.Equal(t, "pending", b.get("/charges/"+charge+"/refunds/"+refund).text("status"))
	require.NoError(t, move(gateway.StateFailed))
	after := b.get("/charges/" + charge)
	assert.Equal(t, "0", after.number("refunded_amount"))
	assert.Equal(t, false, after.value("voided"))
	assert.Equal(t, true, after.value("refundable"))
	require.ErrorIs(t, move(gateway.StateSucceeded), gateway.ErrIllegal)
}
