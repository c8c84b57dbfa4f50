package host_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/host"
)

// TestEngine_MatchesAnEventThatTwoTransactionsMissed has what is left if a webhook and the
// answer with the id of its payment are committed in the same moment: neither saw the other.
func TestEngine_MatchesAnEventThatTwoTransactionsMissed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.wallets["wallet-a"]
	w.checkout(alone("3947"))
	id := a.ledger()[0].ID
	require.Equal(t, 200, w.deliver(w.engine, "wallet-a", id))
	w.pass(0)
	a.pay(id)
	_, err := w.db.ExecContext(t.Context(), `UPDATE `+w.table("events")+` SET attempt = NULL`)
	require.NoError(t, err)
	w.pass(0)
	require.Equal(t, host.SaleWaiting, w.sale("3947").Status)
	ctx, end := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- w.engine.Run(ctx) }() // the clock stands still: nothing else is due
	assert.Eventually(t, func() bool { return w.sale("3947").Status == host.SalePaid }, patience, 20*time.Millisecond)
	end()
	require.NoError(t, <-ended)
}

// TestEngine_TakesAnEventThatIsSentAgain has a gateway that repeats a webhook which was
// about no payment when it came first.
func TestEngine_TakesAnEventThatIsSentAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.wallets["wallet-a"]
	w.checkout(alone("3947"))
	id := a.ledger()[0].ID
	again := []gateway.PatchOp{{Op: "replace", Path: "/id", Value: "evt_again"}}
	spec := &gateway.WebhookSpec{Event: gateway.EventPaymentUpdated, Payment: id, BodyPatch: again}
	require.Equal(t, 200, w.send(w.engine, w.webhook("wallet-a", spec)))
	w.pass(0)
	a.pay(id)
	_, err := w.db.ExecContext(t.Context(), `UPDATE `+w.table("events")+` SET attempt = NULL`)
	require.NoError(t, err)
	require.Equal(t, 200, w.send(w.engine, w.webhook("wallet-a", spec)))
	w.pass(0)
	assert.Equal(t, host.SalePaid, w.sale("3947").Status)
	lines := len(w.sale("3947").Timeline)
	require.Equal(t, 200, w.send(w.engine, w.webhook("wallet-a", spec)))
	assert.Len(t, w.sale("3947").Timeline, lines, "a third time it says nothing new")
}

// TestEngine_TellsPaymentsFromRefundsWithTheSameID has a gateway that numbers both from 1:
// the refund of one payment has the id of another payment.
func TestEngine_TellsPaymentsFromRefundsWithTheSameID(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.wallets["wallet-a"]
	w.paid("3946")
	payment := w.paid("3947").Payments[0].GatewayID
	made, err := a.scope.CreateRefund(t.Context(), payment, gateway.Money{Amount: 30_000})
	require.NoError(t, err)
	_, err = w.db.ExecContext(t.Context(), `UPDATE `+w.table("attempts")+` SET gateway_id = '`+made.ID+`' WHERE sale_id = '3946'`)
	require.NoError(t, err)
	request := w.webhook("wallet-a", &gateway.WebhookSpec{Event: gateway.EventRefundUpdated, Payment: payment, Refund: made.ID})
	require.Equal(t, 200, w.send(w.engine, request))
	w.pass(0)
	assert.Equal(t, baht(30_000), w.sale("3947").Payments[0].Refunded)
}

// table returns the name of one of the engine's tables.
func (w *world) table(name string) string {
	if *postgres {
		return "paysocket." + name
	}
	return "paysocket_" + name
}
