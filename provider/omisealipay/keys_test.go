package omisealipay_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit/kittest"
)

// A reconfiguration is a way to configure a provider anew while a call is under
// way.
type reconfiguration struct {
	name string
	made func(f *fixture) *contract.Configuration

	// credentials says that they are those of before. Where they are not, nobody
	// can tell whether the account is; account says that it is.
	credentials, account bool
}

func reconfigurations() []reconfiguration {
	return []reconfiguration{
		{"the same", func(f *fixture) *contract.Configuration { return f.configuration() }, true, true},
		{"another time-out", func(f *fixture) *contract.Configuration {
			return f.configuration("timeout", "20s")
		}, true, true},
		{"another address", func(f *fixture) *contract.Configuration {
			return f.configuration("api_base", strings.Replace(f.front.URL(), "127.0.0.1", "localhost", 1))
		}, false, true},
		{"a stranger's keys", func(f *fixture) *contract.Configuration {
			scope, err := f.sandbox.NewScope(f.t.Context(), nil)
			require.NoError(f.t, err)
			c := f.configuration()
			c.Secrets["secret_key"] = contract.NewSecret(scope.Connection().Credentials["secret_key"])
			return c
		}, false, false},
	}
}

func (f *fixture) reconfigure(how reconfiguration) {
	f.t.Helper()
	_, err := f.Configure(f.t.Context(), how.made(f))
	require.NoError(f.t, err)
}

func TestConfigure_MakesNoSecondChargeForAKeyUnderWay(t *testing.T) {
	t.Parallel()
	for _, how := range reconfigurations() {
		t.Run(how.name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t, nil)
			held, release := make(chan struct{}, 2), make(chan struct{})
			f.fail(postCharge, 1, kittest.Hold(held, release))
			order := f.newPayment()
			first, second := make(chan error, 1), make(chan error, 1)
			create := func(done chan<- error) {
				_, err := f.CreatePayment(t.Context(), order)
				done <- err
			}
			go create(first)
			<-held
			f.reconfigure(how)

			attempt := f.answered(order.Attempt)
			_, err := f.GetStatus(t.Context(), &contract.GetStatusRequest{Attempt: &attempt})
			assert.False(t, kittest.ErrorOf(t, err, contract.PaymentNotFound, "").ProvesAbsence(), "the first call may still make a charge")

			if !how.credentials {
				create(second)
				kittest.RequireError(t, <-second, contract.AttemptUnsettled, contract.Indeterminate)
				close(release)
			} else {
				go create(second)
				close(release)
				require.NoError(t, <-second)
			}
			require.NoError(t, <-first)
			assert.Len(t, f.ledger(order.Attempt.Key), 1)
			assert.Equal(t, 1, f.front.Count(postCharge))
		})
	}
}

func TestConfigure_MakesNoSecondRefundForAKeyUnderWay(t *testing.T) {
	t.Parallel()
	for _, how := range reconfigurations() {
		if !how.account { // a stranger's account does not have the payment
			continue
		}
		t.Run(how.name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t, nil)
			payment := f.paid()
			held, release := make(chan struct{}, 2), make(chan struct{})
			f.fail(postRefund, 1, kittest.Hold(held, release))
			order := f.newRefund(payment.PaymentID, 500)
			first, second := make(chan error, 1), make(chan error, 1)
			refund := func(done chan<- error) {
				_, err := f.Refund(t.Context(), order)
				done <- err
			}
			go refund(first)
			<-held
			f.reconfigure(how)

			attempt := f.answered(order.Attempt)
			_, err := f.GetRefund(t.Context(), &contract.GetRefundRequest{PaymentID: payment.PaymentID, Attempt: &attempt})
			assert.False(t, kittest.ErrorOf(t, err, contract.RefundNotFound, "").ProvesAbsence(), "the first call may still make a refund")

			if !how.credentials {
				refund(second)
				kittest.RequireError(t, <-second, contract.AttemptUnsettled, contract.Indeterminate)
				close(release)
			} else {
				go refund(second)
				close(release)
				require.NoError(t, <-second)
			}
			require.NoError(t, <-first)
			assert.Equal(t, 1, f.front.Count(postRefund))
			assert.EqualValues(t, 500, f.status(payment.PaymentID).AmountRefunded.MinorUnits)
		})
	}
}

func TestConfigure_KeepsRefundsOfAPaymentApart(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	payment := f.paid()
	held, release := make(chan struct{}, 1), make(chan struct{})
	f.fail(postRefund, 1, kittest.Hold(held, release))
	first := make(chan error, 1)
	go func() {
		_, err := f.Refund(t.Context(), f.newRefund(payment.PaymentID, payment.Amount.MinorUnits))
		first <- err
	}()
	<-held
	f.reconfigure(reconfigurations()[0])
	reads := f.front.Count(getCharge)
	short, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	second := f.newRefund(payment.PaymentID, payment.Amount.MinorUnits)
	_, err := f.provider.Refund(short, second)
	kittest.RequireError(t, err, contract.DeadlineTooShort, contract.NotAttempted)
	assert.Equal(t, reads, f.front.Count(getCharge), "what is left of a payment is not read while a refund of it is under way")
	close(release)
	require.NoError(t, <-first)
	_, err = f.Refund(t.Context(), second)
	kittest.RequireError(t, err, contract.RefundExceedsPayment, contract.NotAttempted)
	assert.Equal(t, 1, f.front.Count(postRefund))
}

func TestConfigure_RemembersWhatAKeyLedTo(t *testing.T) {
	t.Parallel()
	for _, how := range reconfigurations() {
		t.Run(how.name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t, nil)
			order := f.newPayment()
			made := f.create(order)
			f.reconfigure(how)
			if !how.credentials {
				_, err := f.CreatePayment(t.Context(), order)
				e := kittest.ErrorOf(t, err, contract.AttemptUnsettled, contract.Indeterminate)
				assert.Equal(t, made.PaymentID, e.Metadata[contract.MetaPaymentID])
			} else {
				again := f.create(order) // without a word of the call before
				assert.Equal(t, made.PaymentID, again.PaymentID)
				assert.True(t, again.Replayed)
			}
			assert.Equal(t, 1, f.front.Count(postCharge))
		})
	}
}

func TestConfigure_ProvesNoAbsenceOfACallThatItsCallerLeft(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	held, release := make(chan struct{}, 1), make(chan struct{})
	f.fail(postCharge, 1, kittest.Hold(held, release))
	order := f.newPayment()
	ctx, leave := context.WithCancel(t.Context())
	left := make(chan error, 1)
	go func() {
		_, err := f.provider.CreatePayment(ctx, order)
		left <- err
	}()
	<-held
	leave()
	kittest.RequireError(t, <-left, contract.ProviderTimeout, contract.Indeterminate)
	order = repeat(order, f.lost)
	f.reconfigure(reconfigurations()[0])
	f.clock.Advance(24 * time.Hour) // longer than any settle time
	_, err := f.GetStatus(t.Context(), &contract.GetStatusRequest{Attempt: &order.Attempt})
	assert.False(t, kittest.ErrorOf(t, err, contract.PaymentNotFound, "").ProvesAbsence(), "the request is still on its way")
	close(release)
	f.create(order)
	assert.Len(t, f.ledger(order.Attempt.Key), 1)
	assert.Equal(t, 1, f.front.Count(postCharge))
}
