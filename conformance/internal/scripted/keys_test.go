package scripted_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/internal/scripted"
	"github.com/paysocket/paysocket/contract"
)

var kinds = map[string]scripted.Shape{"look-up": {}, "native": {Kind: contract.IdempotencyNative}}

// lose makes a payment whose answer is lost with the process, and returns the next request.
func (w *world) lose(r *contract.CreatePaymentRequest) *contract.CreatePaymentRequest {
	w.t.Helper()
	w.On(scripted.Rule{Match: scripted.Amount(r.Amount), Times: 1, Do: func(c *scripted.Call) scripted.Action {
		_ = c.Commit()
		return scripted.Die()
	}})
	began := time.Now()
	_, err := w.provider.CreatePayment(within(w.t, long), r)
	require.ErrorIs(w.t, err, contract.ConnectionLost)
	next := again(r, began, time.Now(), err)
	w.provider = w.open("")
	return next
}

func TestProvider_FindsALostPaymentInAnotherProcess(t *testing.T) {
	t.Parallel()
	for name, shape := range kinds {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, shape)
			r := order()
			next := w.lose(r)
			require.NoError(t, w.lookUp(&next.Attempt))
			p := w.create(next)
			assert.True(t, p.Replayed)
			assert.Len(t, w.Ledger(), 1)

			other := *next
			other.Amount.MinorUnits += 100000
			_, err := w.provider.CreatePayment(within(t, long), &other)
			assert.ErrorIs(t, err, contract.IdempotencyKeyReused)
			assert.Len(t, w.Ledger(), 1)
		})
	}
}

func TestProvider_WaitsForTheSettleTime(t *testing.T) {
	t.Parallel()
	w := newWorld(t, scripted.Shape{SettleTime: time.Second})
	r := order()
	next := w.lose(r)
	w.Forget(w.Ledger()[0].PaymentID)
	absence := func() bool {
		e, ok := errors.AsType[*contract.Error](w.lookUp(&next.Attempt))
		require.True(t, ok)
		require.ErrorIs(t, e, contract.PaymentNotFound)
		return e.ProvesAbsence()
	}
	assert.False(t, absence(), "it has not settled")
	_, err := w.provider.CreatePayment(within(t, long), next)
	e, _ := errors.AsType[*contract.Error](err)
	require.ErrorIs(t, err, contract.AttemptUnsettled)
	assert.Greater(t, e.RetryAfter, time.Duration(0))
	assert.LessOrEqual(t, e.RetryAfter, time.Second)
	assert.Len(t, w.Ledger(), 1)
	require.Eventually(t, absence, long, 50*time.Millisecond)
	w.create(next)
	assert.Len(t, w.Ledger(), 2, "a gateway that forgets makes a second one")
	w.Remember(w.Ledger()[0].PaymentID)
	assert.ErrorIs(t, w.lookUp(&next.Attempt), contract.DuplicatePayments)
}

func TestProvider_NamesDuplicates(t *testing.T) {
	t.Parallel()
	w := newWorld(t, scripted.Shape{})
	r := order()
	p := w.create(r)
	second := w.Duplicate(p.PaymentID)
	attempt := r.Attempt.Next(p.CreatedAt, time.Now(), nil)
	e, _ := errors.AsType[*contract.Error](w.lookUp(&attempt))
	require.ErrorIs(t, e, contract.DuplicatePayments)
	assert.Equal(t, p.PaymentID+","+second, e.Metadata[contract.MetaPaymentIDs])
	repeated := *r
	repeated.Attempt = attempt
	_, err := w.provider.CreatePayment(within(t, long), &repeated)
	assert.ErrorIs(t, err, contract.DuplicatePayments)
	assert.Len(t, w.Ledger(), 2)
}

// A gateway honours a key for its life, and then it makes a second payment of it.
func TestProvider_ForgetsAKeyAfterItsLife(t *testing.T) {
	t.Parallel()
	w := newWorld(t, scripted.Shape{Kind: contract.IdempotencyNative, KeyLife: time.Second})
	r := order()
	next := w.lose(r)
	require.Eventually(t, func() bool { return time.Since(w.Ledger()[0].CreatedAt) > time.Second }, long, 50*time.Millisecond)
	assert.False(t, w.create(next).Replayed)
	assert.Len(t, w.Ledger(), 2)
}

// What a host must not do, the ledger shows.
func TestProvider_MakesASecondPaymentForAHostThatForgetsTheFirstCall(t *testing.T) {
	t.Parallel()
	w := newWorld(t, scripted.Shape{})
	r := order()
	w.lose(r)
	w.create(r) // without FirstAt, in a process that knows nothing
	assert.Len(t, w.Of(r.Amount), 2)
}

func TestProvider_BeginsNothingWithTooLittleTime(t *testing.T) {
	t.Parallel()
	w := newWorld(t, scripted.Shape{MinTimeLeft: 10 * time.Second})
	_, err := w.provider.CreatePayment(within(t, 5*time.Second), order())
	assert.ErrorIs(t, err, contract.DeadlineTooShort)
	assert.Equal(t, contract.NotAttempted, contract.OutcomeOf(err))
	assert.Empty(t, w.Ledger())
}

func TestProvider_RefundsOnceForAKey(t *testing.T) {
	t.Parallel()
	for name, shape := range kinds {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, shape)
			p := w.paid()
			r := &contract.RefundRequest{Attempt: contract.Attempt{Key: "refund"}, PaymentID: p.PaymentID, Amount: contract.Money{Currency: "THB", MinorUnits: 100}}
			w.On(scripted.Rule{Operation: contract.OperationRefund, Times: 1, Do: func(c *scripted.Call) scripted.Action {
				_ = c.Commit()
				return scripted.Die()
			}})
			began := time.Now()
			_, err := w.provider.Refund(within(t, long), r)
			require.ErrorIs(t, err, contract.ConnectionLost)
			r.Attempt = r.Attempt.Next(began, time.Now(), err)
			w.provider = w.open("")
			found, err := w.provider.GetRefund(within(t, long), &contract.GetRefundRequest{PaymentID: p.PaymentID, Attempt: &r.Attempt})
			require.NoError(t, err)
			f, err := w.provider.Refund(within(t, long), r)
			require.NoError(t, err)
			assert.True(t, f.Replayed)
			assert.Equal(t, found.RefundID, f.RefundID)
			require.Len(t, w.Ledger()[0].Refunds, 1)

			w.MoveRefund(p.PaymentID, f.RefundID, contract.RefundFailed)
			assert.Zero(t, w.Ledger()[0].AmountRefunded.MinorUnits, "a refund that failed takes nothing")
			w.DuplicateRefund(p.PaymentID, f.RefundID)
			_, err = w.provider.GetRefund(within(t, long), &contract.GetRefundRequest{PaymentID: p.PaymentID, Attempt: &r.Attempt})
			assert.ErrorIs(t, err, contract.DuplicateRefunds)
			w.ForgetRefund(p.PaymentID, f.RefundID)
			_, err = w.provider.GetRefund(within(t, long), &contract.GetRefundRequest{PaymentID: p.PaymentID, Attempt: &r.Attempt})
			assert.NoError(t, err)
		})
	}
}

func TestProvider_CancelsWhatNobodyHasPaid(t *testing.T) {
	t.Parallel()
	w := newWorld(t, scripted.Shape{})
	p := w.create(order())
	got, err := w.provider.CancelPayment(within(t, long), &contract.CancelPaymentRequest{PaymentID: p.PaymentID})
	require.NoError(t, err)
	assert.Equal(t, contract.PaymentCanceled, got.Status)
	w.Move(p.PaymentID, contract.PaymentSucceeded) // late
	got, err = w.provider.CancelPayment(within(t, long), &contract.CancelPaymentRequest{PaymentID: p.PaymentID})
	require.NoError(t, err)
	assert.Equal(t, contract.PaymentSucceeded, got.Status)
}

func TestProvider_MakesOnePaymentOfConcurrentCallsInOneProcess(t *testing.T) {
	t.Parallel()
	for name, shape := range kinds {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, shape)
			held, r := w.create(order()), order()
			parked := w.Park(scripted.Rule{Match: scripted.Amount(r.Amount)}, scripted.Seen)
			const calls = 4
			made := make(chan *contract.Payment, calls)
			for range calls {
				go func() {
					p, err := w.provider.CreatePayment(within(t, long), r)
					assert.NoError(t, err)
					made <- p
				}()
				<-parked.Arrived
			}
			w.Edit(held.PaymentID, func(*contract.Payment) { // while the gateway is held, the calls come together
				parked.Release()
				for range 100 {
					_, err := w.provider.Describe(within(t, long))
					assert.NoError(t, err)
				}
			})
			for range calls {
				if p := <-made; p != nil {
					assert.Equal(t, w.Of(r.Amount)[0].PaymentID, p.PaymentID)
				}
			}
			assert.Len(t, w.Of(r.Amount), 1)
			assert.Len(t, scripted.Overlaps(w.Calls(), 0), calls*(calls-1)/2)
		})
	}
}
