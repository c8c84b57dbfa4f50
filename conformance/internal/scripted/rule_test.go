package scripted_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/internal/scripted"
	"github.com/paysocket/paysocket/contract"
)

// always ends all calls of an operation in one way.
func (w *world) always(operation contract.Operation, then scripted.Action) {
	w.On(scripted.Rule{Operation: operation, Do: func(*scripted.Call) scripted.Action { return then }})
}

func TestAlter_ContradictsWhatWasAskedFor(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*contract.Payment){
		"another amount":   func(p *contract.Payment) { p.Amount.MinorUnits++ },
		"another currency": func(p *contract.Payment) { p.Amount.Currency = "KWD"; p.AmountRefunded.Currency = "KWD" },
		"another key":      func(p *contract.Payment) { p.IdempotencyKey = "another" },
		"another method":   func(p *contract.Payment) { p.Method = "card" },
		"no id":            func(p *contract.Payment) { p.PaymentID = "" },
		"no status":        func(p *contract.Payment) { p.Status = "" },
		"javascript":       leadTo("javascript:alert(1)"),
		"data":             leadTo("data:text/html,<script>alert(1)</script>"),
		"a user's name":    leadTo("https://user:password@gateway.example/"),
		"a false flag": func(p *contract.Payment) {
			p.NextAction = &contract.NextAction{Redirect: &contract.Redirect{URL: "https://a.example/", Insecure: true}}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, scripted.Shape{})
			w.always(contract.OperationCreatePayment, scripted.Alter(change))
			_, err := w.provider.CreatePayment(within(t, long), order())
			assert.ErrorIs(t, err, contract.ProviderBug)
			assert.Equal(t, contract.Indeterminate, contract.OutcomeOf(err))
			assert.Len(t, w.Ledger(), 1, "the gateway made it all the same")
		})
	}
}

func leadTo(to string) func(*contract.Payment) {
	return func(p *contract.Payment) { p.NextAction = &contract.NextAction{Redirect: scripted.Link(to)} }
}

// What the contract allows, and only a host can judge, passes package plugin.
func TestAlter_PassesOnWhatOnlyAHostCanJudge(t *testing.T) {
	t.Parallel()
	w := newWorld(t, scripted.Shape{})
	w.On(scripted.Rule{Operation: contract.OperationCreatePayment, Times: 1, Do: func(*scripted.Call) scripted.Action {
		return scripted.Alter(leadTo("http://pay.gateway.example/p"))
	}})
	p := w.create(order())
	assert.Equal(t, &contract.Redirect{URL: "http://pay.gateway.example/p", Insecure: true}, p.NextAction.Redirect)

	w.On(scripted.Rule{Operation: contract.OperationCreatePayment, Times: 1, Do: func(*scripted.Call) scripted.Action {
		return scripted.Alter(func(p *contract.Payment) { p.Live = true })
	}})
	assert.True(t, w.create(order()).Live)

	w.always(contract.OperationConfigure, scripted.Alter(func(a *contract.Account) { a.ID = "acct_other" }))
	account, err := w.provider.Configure(within(t, long), w.Configuration())
	require.NoError(t, err)
	assert.Equal(t, "acct_other", account.ID)

	w.always(contract.OperationGetStatus, scripted.Alter(func(p *contract.Payment) { p.Amount.MinorUnits-- }))
	read, err := w.provider.GetStatus(within(t, long), &contract.GetStatusRequest{PaymentID: p.PaymentID})
	require.NoError(t, err)
	assert.Equal(t, p.Amount.MinorUnits-1, read.Amount.MinorUnits)
	assert.Equal(t, p.Amount, w.Ledger()[0].Amount, "an answer changes no ledger")
}

func TestAccount_HasEveryStatusAndFailureCode(t *testing.T) {
	t.Parallel()
	w := newWorld(t, scripted.Shape{})
	p := w.create(order())
	read := func() *contract.Payment {
		got, err := w.provider.GetStatus(within(t, long), &contract.GetStatusRequest{PaymentID: p.PaymentID})
		require.NoError(t, err)
		return got
	}
	for _, status := range []contract.PaymentStatus{
		contract.PaymentPending, contract.PaymentSucceeded, contract.PaymentFailed, contract.PaymentExpired, contract.PaymentCanceled, contract.PaymentUnknown,
	} {
		w.Move(p.PaymentID, status)
		got := read()
		assert.Equal(t, status, got.Status)
		assert.Equal(t, status == contract.PaymentPending, got.NextAction != nil)
	}
	for _, code := range []contract.FailureCode{
		contract.FailureDeclined, contract.FailureInsufficientFunds, contract.FailurePayerCanceled, contract.FailurePayerTimeout,
		contract.FailureLimitExceeded, contract.FailureFraudSuspected, contract.FailureMethodUnavailable,
		contract.FailureAccountRestricted, contract.FailureProcessingError, contract.FailureOther,
	} {
		w.Fail(p.PaymentID, code)
		assert.Equal(t, code, read().Failure.Code)
	}
}

func TestAbsent_ProvesAsMuchAsItSays(t *testing.T) {
	t.Parallel()
	w := newWorld(t, scripted.Shape{})
	r := order()
	w.create(r)
	attempt := r.Attempt.Next(time.Now(), time.Now(), contract.ProviderFault)
	require.NoError(t, w.lookUp(&attempt))
	for _, row := range []struct{ complete, settled bool }{{true, true}, {false, true}, {true, false}} {
		w.On(scripted.Rule{Match: scripted.Key(attempt.Key), Times: 1, Do: func(*scripted.Call) scripted.Action {
			return scripted.Absent(row.complete, row.settled)
		}})
		err := w.lookUp(&attempt)
		require.ErrorIs(t, err, contract.PaymentNotFound)
		e, _ := err.(*contract.Error) //nolint:errorlint // The error is that of package plugin.
		assert.Equal(t, row.complete && row.settled, e.ProvesAbsence())
	}
}

func TestPark_HoldsACallAtItsPoint(t *testing.T) {
	t.Parallel()
	w := newWorld(t, scripted.Shape{})
	for at, made := range map[scripted.Point]int{scripted.Seen: 0, scripted.Committed: 1, scripted.Answered: 1} {
		r := order()
		parked := w.Park(scripted.Rule{Match: scripted.Amount(r.Amount), Times: 1}, at)
		ended := make(chan error, 1)
		go func() {
			p, err := w.provider.CreatePayment(within(t, long), r)
			if err == nil {
				assert.False(t, p.Replayed, "it was committed once")
			}
			ended <- err
		}()
		call := <-parked.Arrived
		assert.Equal(t, r.Attempt.Key, call.Key())
		assert.Len(t, w.Of(r.Amount), made, at)
		answer, err := call.Made()
		require.NoError(t, err)
		if made == 0 {
			assert.Nil(t, answer)
		} else {
			assert.Equal(t, w.Of(r.Amount)[0].PaymentID, answer.(*contract.Payment).PaymentID)
		}
		if at != scripted.Answered {
			assert.Equal(t, scripted.InFlight, w.last().Ended)
		}
		parked.Release()
		require.NoError(t, <-ended)
		assert.Len(t, w.Of(r.Amount), 1)
	}
}

func TestOn_IsUndone(t *testing.T) {
	t.Parallel()
	w := newWorld(t, scripted.Shape{})
	remove := w.On(scripted.Rule{Do: func(*scripted.Call) scripted.Action {
		return scripted.Fail(contract.NewError(contract.ProviderRejected, "no"))
	}})
	_, err := w.provider.CreatePayment(within(t, long), order())
	require.ErrorIs(t, err, contract.ProviderRejected)
	remove()
	w.create(order())
}

func TestInstall_TakesAnyLegalProviderID(t *testing.T) {
	t.Parallel()
	for _, id := range []string{"ab", "omise-alipay", "a" + strings.Repeat("9", 62)} {
		w := newWorld(t, scripted.Shape{ProviderID: id})
		assert.Equal(t, id, w.provider.Descriptor().ProviderID)
	}
}
