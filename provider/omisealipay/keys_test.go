package omisealipay_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/contract"
)

// A reconfiguration is a way to configure a provider anew while a call is under
// way.
type reconfiguration struct {
	name string
	made func(b *bench) *contract.Configuration

	// credentials says that they are those of before. Where they are not, nobody
	// can tell whether the account is; account says that it is.
	credentials, account bool
}

func reconfigurations() []reconfiguration {
	return []reconfiguration{
		{"the same", func(b *bench) *contract.Configuration { return b.configuration(nil) }, true, true},
		{"another time-out", func(b *bench) *contract.Configuration {
			return b.configuration(map[string]string{"timeout": "20s"})
		}, true, true},
		{"another address", func(b *bench) *contract.Configuration {
			return b.configuration(map[string]string{"api_base": strings.Replace(b.api, "127.0.0.1", "localhost", 1)})
		}, false, true},
		{"a stranger's keys", func(b *bench) *contract.Configuration {
			scope, err := b.sandbox.NewScope(b.t.Context(), nil)
			require.NoError(b.t, err)
			c := b.configuration(nil)
			c.Secrets["secret_key"] = contract.NewSecret(scope.Connection().Credentials["secret_key"])
			return c
		}, false, false},
	}
}

func (b *bench) reconfigure(how reconfiguration) {
	b.t.Helper()
	_, err := b.provider.Configure(b.t.Context(), how.made(b))
	require.NoError(b.t, err)
}

func TestConfigure_MakesNoSecondChargeForAKeyUnderWay(t *testing.T) {
	t.Parallel()
	for _, how := range reconfigurations() {
		t.Run(how.name, func(t *testing.T) {
			t.Parallel()
			b := open(t, nil)
			held, release := make(chan struct{}, 2), make(chan struct{})
			b.road.fault(postCharge, 1, holds(held, release, false))
			order := b.order()
			first, second := make(chan error, 1), make(chan error, 1)
			create := func(done chan<- error) {
				_, err := b.provider.CreatePayment(t.Context(), order)
				done <- err
			}
			go create(first)
			<-held
			b.reconfigure(how)

			attempt := b.repeated(order.Attempt, false)
			_, err := b.provider.GetStatus(t.Context(), &contract.GetStatusRequest{Attempt: &attempt})
			assert.False(t, errorFor(t, err, contract.PaymentNotFound, "").ProvesAbsence(), "the first call may still make a charge")

			if !how.credentials {
				create(second)
				requireError(t, <-second, contract.AttemptUnsettled, contract.Indeterminate)
				close(release)
			} else {
				go create(second)
				close(release)
				require.NoError(t, <-second)
			}
			require.NoError(t, <-first)
			assert.Len(t, b.ledger(order.Attempt.Key), 1)
			assert.Equal(t, 1, b.road.count(postCharge))
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
			b := open(t, nil)
			payment := b.paid()
			held, release := make(chan struct{}, 2), make(chan struct{})
			b.road.fault(postRefund, 1, holds(held, release, false))
			order := b.refundOrder(payment.PaymentID, 500)
			first, second := make(chan error, 1), make(chan error, 1)
			refund := func(done chan<- error) {
				_, err := b.provider.Refund(t.Context(), order)
				done <- err
			}
			go refund(first)
			<-held
			b.reconfigure(how)

			attempt := b.repeated(order.Attempt, false)
			_, err := b.provider.GetRefund(t.Context(), &contract.GetRefundRequest{PaymentID: payment.PaymentID, Attempt: &attempt})
			assert.False(t, errorFor(t, err, contract.RefundNotFound, "").ProvesAbsence(), "the first call may still make a refund")

			if !how.credentials {
				refund(second)
				requireError(t, <-second, contract.AttemptUnsettled, contract.Indeterminate)
				close(release)
			} else {
				go refund(second)
				close(release)
				require.NoError(t, <-second)
			}
			require.NoError(t, <-first)
			assert.Equal(t, 1, b.road.count(postRefund))
			assert.EqualValues(t, 500, b.status(payment.PaymentID).AmountRefunded.MinorUnits)
		})
	}
}

func TestConfigure_KeepsRefundsOfAPaymentApart(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	payment := b.paid()
	held, release := make(chan struct{}, 1), make(chan struct{})
	b.road.fault(postRefund, 1, holds(held, release, false))
	first := make(chan error, 1)
	go func() {
		_, err := b.provider.Refund(t.Context(), b.refundOrder(payment.PaymentID, payment.Amount.MinorUnits))
		first <- err
	}()
	<-held
	b.reconfigure(reconfigurations()[0])
	reads := b.road.count(getCharge)
	short, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	second := b.refundOrder(payment.PaymentID, payment.Amount.MinorUnits)
	_, err := b.provider.Refund(short, second)
	requireError(t, err, contract.DeadlineTooShort, contract.NotAttempted)
	assert.Equal(t, reads, b.road.count(getCharge), "what is left of a payment is not read while a refund of it is under way")
	close(release)
	require.NoError(t, <-first)
	_, err = b.provider.Refund(t.Context(), second)
	requireError(t, err, contract.RefundExceedsPayment, contract.NotAttempted)
	assert.Equal(t, 1, b.road.count(postRefund))
}

func TestConfigure_RemembersWhatAKeyLedTo(t *testing.T) {
	t.Parallel()
	for _, how := range reconfigurations() {
		if !how.account { // there the payment is not, and the host may have meant that
			continue
		}
		t.Run(how.name, func(t *testing.T) {
			t.Parallel()
			b := open(t, nil)
			order := b.order()
			made := b.create(order)
			b.reconfigure(how)
			again := b.create(order) // without a word of the call before
			assert.Equal(t, made.PaymentID, again.PaymentID)
			assert.True(t, again.Replayed)
			assert.Equal(t, 1, b.road.count(postCharge))
		})
	}
}

func TestConfigure_ProvesNoAbsenceOfACallThatItsCallerLeft(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	held, release := make(chan struct{}, 1), make(chan struct{})
	b.road.fault(postCharge, 1, holds(held, release, false))
	order := b.order()
	ctx, leave := context.WithCancel(t.Context())
	left := make(chan error, 1)
	go func() {
		_, err := b.provider.CreatePayment(ctx, order)
		left <- err
	}()
	<-held
	leave()
	requireError(t, <-left, contract.ProviderTimeout, contract.Indeterminate)
	order = b.again(order, true)
	b.reconfigure(reconfigurations()[0])
	b.clock.turn(24 * time.Hour) // longer than any settle time
	_, err := b.provider.GetStatus(t.Context(), &contract.GetStatusRequest{Attempt: &order.Attempt})
	assert.False(t, errorFor(t, err, contract.PaymentNotFound, "").ProvesAbsence(), "the request is still on its way")
	close(release)
	b.create(order)
	assert.Len(t, b.ledger(order.Attempt.Key), 1)
	assert.Equal(t, 1, b.road.count(postCharge))
}
