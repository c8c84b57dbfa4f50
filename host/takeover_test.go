package host_test

import (
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/host"
	"github.com/paysocket/paysocket/provider/kit/kittest"
)

// TestEngine_TakesACallOverAsSoonAsItsTimeIsUp has a process stand still in a call, as one
// that was killed, while its buyer asks another one. That counts the time of the call, and
// five seconds, from when it has seen the call first, and then looks it up at once.
func TestEngine_TakesACallOverAsSoonAsItsTimeIsUp(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	held, release := make(chan struct{}, 1), make(chan struct{})
	w.wallets["wallet-a"].front.Set(kittest.On(creates, kittest.Times(1, kittest.Executed(kittest.Hold(held, release)))))
	first := w.engine
	var call sync.WaitGroup
	call.Go(func() { _, _ = first.Checkout(t.Context(), order("3947")) })
	<-held
	w.engine = w.open()
	w.clock.Advance(time.Second)
	sale, err := w.engine.Checkout(t.Context(), order("3947"))
	require.NoError(t, err)
	assert.Equal(t, host.SaleOpen, sale.Status)

	const callTime, skew = 30 * time.Second, 5 * time.Second
	w.pass(callTime + skew - time.Second)
	w.pass(time.Second - time.Millisecond)
	assert.Equal(t, host.SaleOpen, w.sale("3947").Status, "the call may still be under way, by the clock that nobody sets")
	w.pass(time.Millisecond)
	sale = w.sale("3947")
	assert.Equal(t, host.SaleWaiting, sale.Status)
	close(release)
	call.Wait()
	require.Len(t, w.wallets["wallet-a"].ledger(), 1)
	assert.Equal(t, w.wallets["wallet-a"].ledger()[0].ID, w.sale("3947").Payments[0].GatewayID)
}
