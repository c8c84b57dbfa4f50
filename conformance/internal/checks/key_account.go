package checks

import (
	"errors"
	"time"

	"github.com/paysocket/paysocket/conformance/internal/harness"
	"github.com/paysocket/paysocket/conformance/internal/manifest"
	"github.com/paysocket/paysocket/conformance/internal/proxy"
	"github.com/paysocket/paysocket/contract"
)

// twoAccounts are a provider that was used for one account and is configured for another.
type twoAccounts struct {
	*harness.Scenario // the provider, and the account that it was first used for

	other *harness.Scenario
}

func newTwoAccounts(t *harness.T, e *harness.Env) *twoAccounts {
	return &twoAccounts{
		Scenario: e.Scenario(t, nil),
		other:    e.Scenario(t, &harness.ScenarioOptions{NoProcess: true}),
	}
}

// use configures the provider for an account.
func (a *twoAccounts) use(t *harness.T, account *harness.Scenario) {
	if _, err := a.Configure(t, account.Configuration); err != nil {
		t.Fatalf("a configuration that was in force, or another account's, was refused: %v", err)
	}
}

// mayExist fails the check if a look-up proves that a key led to nothing.
func mayExist(t *harness.T, when string, err error) {
	var e *contract.Error
	harness.True(t, !errors.As(err, &e) || !e.ProvesAbsence(), "%s, a look-up by the key proves that there is nothing: %v", when, err)
}

func keepsKeysToTheirAccount(t *harness.T, e *harness.Env) {
	a := newTwoAccounts(t, e)
	held := a.Arm(proxy.Fault{Operation: manifest.OpCreate, Kind: proxy.FaultHold})
	request := e.CreateRequest()
	began := time.Now()
	first := make(chan error, 1)
	go func() { _, err := a.Create(t, request); first <- err }()
	reached(t, held, "CreatePayment")
	lookedUp := func(when string) {
		if e.Descriptor.CreateIdempotency.LookupByKey {
			_, err := a.StatusByKey(t, contract.Attempt{Key: request.Attempt.Key, FirstAt: began})
			mayExist(t, when, err)
		}
	}
	repeated := func(when string) {
		own := *request
		_, err := a.Create(t, &own)
		failedWith(t, when+", the key in another account", err, contract.AttemptUnsettled, contract.Indeterminate)
		lookedUp(when + ", in another account")
		harness.Equal(t, when+": payments of the key in the other account", 0, len(a.other.Ledger(t, request.Attempt.Key)))
	}
	a.use(t, a.other)
	repeated("while the gateway has not answered")
	held.Release()
	err := <-first
	harness.True(t, err == nil, "the call that the gateway kept waiting failed after a Configure: %v", err)
	repeated("once there is a payment")
	onePayment(t, a.Scenario, "with two accounts", request.Attempt.Key)
	a.use(t, a.Scenario)
	_, err = a.Create(t, request)
	harness.True(t, err == nil, "in its own account again, the key no longer leads to its payment: %v", err)
	onePayment(t, a.Scenario, "in its own account again", request.Attempt.Key)
	keepsALostKeyToItsAccount(t, e)
}

// keepsALostKeyToItsAccount repeats a call whose answer was lost in another account,
// long after it has settled.
func keepsALostKeyToItsAccount(t *harness.T, e *harness.Env) {
	a := newTwoAccounts(t, e)
	purchase := lose(t, a.Scenario)
	purchase.Settle()
	key := purchase.Request.Attempt.Key
	a.use(t, a.other)
	_, err := purchase.Send(t)
	failedWith(t, "a key of unknown result in another account", err, contract.AttemptUnsettled, contract.Indeterminate)
	if e.Descriptor.CreateIdempotency.LookupByKey {
		_, err = a.StatusByKey(t, purchase.Request.Attempt)
		mayExist(t, "after a call of unknown result, in another account", err)
	}
	harness.Equal(t, "payments of a key of unknown result in the other account", 0, len(a.other.Ledger(t, key)))
	onePayment(t, a.Scenario, "of unknown result", key)
}

func keepsRefundKeysToTheirAccount(t *harness.T, e *harness.Env) {
	a := newTwoAccounts(t, e)
	payment := paid(t, e, a.Scenario)
	held := a.Arm(proxy.Fault{Operation: manifest.OpRefund, Kind: proxy.FaultHold})
	request := refundRequest(e, payment.PaymentID, some(e))
	began := time.Now()
	first := make(chan error, 1)
	go func() { _, err := a.Refund(t, request); first <- err }()
	reached(t, held, "Refund")
	lookedUp := func(when string) {
		if e.Descriptor.RefundIdempotency.LookupByKey {
			attempt := contract.Attempt{Key: request.Attempt.Key, FirstAt: began}
			_, err := a.GetRefund(t, &contract.GetRefundRequest{PaymentID: payment.PaymentID, Attempt: &attempt})
			mayExist(t, when, err)
		}
	}
	repeated := func(when string) {
		own := *request
		_, err := a.Refund(t, &own)
		failedWith(t, when+", the refund in another account", err, contract.AttemptUnsettled, contract.Indeterminate)
		lookedUp(when + ", in another account")
	}
	a.use(t, a.other)
	repeated("while the gateway has not answered")
	held.Release()
	err := <-first
	harness.True(t, err == nil, "the refund that the gateway kept waiting failed after a Configure: %v", err)
	repeated("once there is a refund")
	a.use(t, a.Scenario)
	_, err = a.Refund(t, request)
	harness.True(t, err == nil, "in its own account again, the key no longer leads to its refund: %v", err)
	refundsInLedger(t, a.Scenario, "with two accounts", payment.PaymentID, 1)
}
