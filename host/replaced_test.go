package host_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/host"
)

// A process that is like the one before, as after an upgrade, gets the call at once: the
// buyer does not wait, nor is another provider asked.
func TestEngine_GoesOnWithAProcessThatHasReplacedAnother(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.wallets["wallet-a"]
	first := w.paid("3946")
	a.swapFor(a.scope, nil)
	sale, err := w.engine.Checkout(t.Context(), order("3947"))
	require.NoError(t, err)
	require.Equal(t, host.SaleWaiting, sale.Status)
	assert.Len(t, sale.Payments, 1)
	assert.Len(t, a.ledger(), 2)

	a.swapFor(a.scope, nil)
	refund, err := w.engine.Refund(t.Context(), first.ID, &host.RefundOrder{ID: "r1", Amount: baht(100)})
	require.NoError(t, err)
	assert.NotEmpty(t, refund.GatewayID)
}

func TestEngine_SendsNothingToAProcessThatItHasNotDecidedOn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.wallets["wallet-a"]
	other, err := a.gate.NewScope(t.Context(), &gateway.ScopeSpec{})
	require.NoError(t, err)
	first := w.paid("3946") // so that the account is known
	a.swap = func() {
		_, err := a.client.Configure(t.Context(), a.configuration(other))
		assert.NoError(t, err)
	}
	sale, err := w.engine.Checkout(t.Context(), order("3947"))
	require.NoError(t, err)
	assert.Len(t, a.ledger(), 1, "that of the first order")
	theirs, err := other.Payments(t.Context(), nil)
	require.NoError(t, err)
	assert.Empty(t, theirs)
	require.Equal(t, host.SaleWaiting, sale.Status)
	assert.Equal(t, "wallet-b", sale.Payments[1].Provider)

	// Nor is a refund made in the other account.
	refund, err := w.engine.Refund(t.Context(), first.ID, &host.RefundOrder{ID: "r1", Amount: baht(100)})
	require.NoError(t, err)
	assert.Empty(t, refund.GatewayID)
	assert.False(t, refund.Over)
	a.configure(a.scope)
	w.pass(time.Minute)
	assert.NotEmpty(t, w.sale("3946").Refunds[0].GatewayID)

	// A person says that the merchant has moved.
	a.configure(other)
	_, err = w.engine.Resolve(t.Context(), "3946", first.Payments[0].Key, &host.Resolution{
		AcceptAccount: true, By: "ann", Why: "a new contract with the gateway",
	})
	require.NoError(t, err)
	_, err = w.engine.Checkout(t.Context(), order("3948"))
	require.NoError(t, err)
	theirs, err = other.Payments(t.Context(), nil)
	require.NoError(t, err)
	assert.Len(t, theirs, 1)

	// Nor is a payment made in an account that is known, and not the one decided on.
	before := len(a.ledger())
	a.swapFor(a.scope, nil)
	sale, err = w.engine.Checkout(t.Context(), order("3949"))
	require.NoError(t, err)
	assert.Len(t, a.ledger(), before)
	require.Len(t, sale.Payments, 2)
	assert.Equal(t, "wallet-b", sale.Payments[1].Provider)
}
