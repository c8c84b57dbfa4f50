package host_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/host"
	"github.com/paysocket/paysocket/provider/kit/kittest"
)

func (w *world) overview() *host.Overview {
	w.t.Helper()
	o, err := w.engine.Overview(w.t.Context())
	require.NoError(w.t, err)
	return o
}

func TestOverview_CountsWhatIsOpenUnknownAndDue(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	none := w.overview()
	assert.Empty(t, none.Open)
	assert.Empty(t, none.LastHour)
	assert.Zero(t, none.Unknown+none.Due+none.Undelivered+none.Attention+none.Unmatched)

	w.paid("paid")
	_, err := w.engine.Checkout(t.Context(), order("pending"))
	require.NoError(t, err)
	began := w.clock.Now()
	w.wallets["wallet-a"].front.Set(kittest.On(creates, kittest.Times(1, kittest.Executed(kittest.Answer(500, `{}`)))))
	_, err = w.engine.Checkout(t.Context(), order("unknown"))
	require.NoError(t, err)
	o := w.overview()
	assert.Equal(t, map[contract.PaymentStatus]int{"": 1, contract.PaymentPending: 1}, o.Open)
	assert.Equal(t, map[contract.PaymentStatus]int{"": 1, contract.PaymentPending: 1, contract.PaymentSucceeded: 1}, o.LastHour)
	assert.Equal(t, 1, o.Unknown)
	assert.True(t, o.OldestUnknown.Equal(began), "%s, not %s", o.OldestUnknown, began)
	assert.Zero(t, o.Due)
	assert.Zero(t, o.OldestDue)

	w.clock.Advance(61 * time.Minute)
	o = w.overview()
	assert.Equal(t, 2, o.Due)
	assert.WithinDuration(t, began.Add(10*time.Second), o.OldestDue, 5*time.Second, "the look-up of the unknown one")
	assert.Empty(t, o.LastHour)
	w.pass(0)
	assert.Zero(t, w.overview().Unknown, "it was found")
}

func TestOverview_ListsWhatAPersonShouldLookAt(t *testing.T) {
	t.Parallel()
	var listens atomic.Bool
	w := newWorld(t, func(o *host.Options) {
		o.OnChange = func(context.Context, host.Tx, *host.Change) error {
			if listens.Load() {
				return nil
			}
			return errors.New("no")
		}
	})
	a := w.wallets["wallet-a"]
	w.paid("3947")
	at := w.clock.Now()
	o := w.overview()
	assert.Equal(t, 1, o.Undelivered)
	assert.True(t, o.OldestUndelivered.Equal(at), "%s, not %s", o.OldestUndelivered, at)
	assert.Zero(t, o.Attention)
	for range 3 {
		w.pass(time.Hour)
	}
	o = w.overview()
	require.Equal(t, 1, o.Attention)
	require.Len(t, o.NeedAttention, 1)
	needs := o.NeedAttention[0]
	assert.Equal(t, "3947", needs.SaleID)
	assert.Equal(t, host.ChangeAttention, needs.Kind)
	assert.Equal(t, w.sale("3947").Payments[0].Key, needs.Attempt.Key)
	assert.Contains(t, needs.Attempt.Attention, "the platform could not be told")

	listens.Store(true)
	w.pass(2 * time.Hour)
	assert.Zero(t, w.overview().Undelivered)

	process, err := a.Pin()
	require.NoError(t, err)
	elsewhere, err := process.CreatePayment(t.Context(), &contract.CreatePaymentRequest{ // by another host of this account
		Attempt: contract.Attempt{Key: "elsewhere-1234567890"}, Reference: "1", Amount: baht(5_000), Method: "wallet", ReturnURL: "https://shop.example/return",
	})
	require.NoError(t, err)
	require.Equal(t, 200, w.deliver(w.engine, "wallet-a", elsewhere.PaymentID))
	o = w.overview()
	assert.Equal(t, 1, o.Unmatched)
	require.Len(t, o.UnmatchedWebhooks, 1)
	assert.Contains(t, o.UnmatchedWebhooks[0].Text, "wallet-a about payment "+elsewhere.PaymentID)
	assert.Equal(t, "elsewhere-1234567890", o.UnmatchedWebhooks[0].Key)
}
