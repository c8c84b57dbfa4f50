package scripted_test

import (
	"errors"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/internal/scripted"
	"github.com/paysocket/paysocket/conformance/internal/scripted/link"
	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/plugin"
)

func TestOverlaps_AreSeenAcrossProcesses(t *testing.T) {
	t.Parallel()
	w := newWorld(t, scripted.Shape{})
	other := w.open("")
	r := order()
	parked := w.Park(scripted.Rule{Match: scripted.Amount(r.Amount)}, scripted.Seen)
	var calls sync.WaitGroup
	for _, p := range []*plugin.Client{w.provider, other} {
		calls.Go(func() { _, _ = p.CreatePayment(within(t, long), r) })
		<-parked.Arrived
	}
	parked.Release()
	calls.Wait()
	overlaps := scripted.Overlaps(w.Calls(), 0)
	require.Len(t, overlaps, 1)
	first, second := overlaps[0].First, overlaps[0].Second
	assert.NotEqual(t, first.Process.PID, second.Process.PID)
	assert.NotEqual(t, first.Process.Nonce, second.Process.Nonce)
	assert.Less(t, first.Number, second.Number)
	assert.Positive(t, overlaps[0].For)
	assert.Empty(t, scripted.Overlaps(w.Calls(), time.Hour))
	assert.Len(t, w.Of(r.Amount), 2, "several processes cannot coordinate their calls")

	_, _ = w.provider.CreatePayment(within(t, long), again(r, first.Began, first.EndedAt, nil))
	assert.Len(t, scripted.Overlaps(w.Calls(), 0), 1, "one after the other is none")
}

func TestCalls_HaveWhatTheHostSent(t *testing.T) {
	t.Parallel()
	w := newWorld(t, scripted.Shape{})
	r := order()
	r.Attempt.FirstAt, r.Attempt.LastUnknownAt = time.Now().Add(-time.Hour).UTC(), time.Now().Add(-time.Minute).UTC()
	before := time.Now()
	w.create(r)
	c := w.last()
	assert.Equal(t, contract.OperationCreatePayment, c.Operation)
	assert.Equal(t, r, c.Request)
	assert.Equal(t, r.Attempt, *c.Attempt)
	assert.Equal(t, r.Amount, c.Amount)
	assert.WithinDuration(t, before.Add(long), c.Deadline, 5*time.Second)
	assert.Equal(t, w.provider.Process().PID, c.Process.PID)
	assert.Equal(t, "1.0.0", c.Process.Version)
	assert.Equal(t, os.Getpid(), c.Process.Host)
	assert.False(t, c.CommittedAt.Before(c.Began))
	assert.False(t, c.EndedAt.Before(c.CommittedAt))
	assert.Equal(t, c.Number, w.Ledger()[0].Call)
}

func TestCalls_AreOrderedWhileManyAreMade(t *testing.T) {
	t.Parallel()
	w := newWorld(t, scripted.Shape{})
	var makers sync.WaitGroup
	for range 8 {
		makers.Go(func() {
			for range 10 {
				_, _ = w.provider.CreatePayment(within(t, long), order())
			}
		})
	}
	require.NoError(t, w.Await(within(t, long), func() bool { return len(w.Ledger()) == 80 }))
	makers.Wait()
	last := 0
	for _, c := range w.Calls() {
		assert.Greater(t, c.Number, last)
		last = c.Number
	}
	assert.Len(t, w.of(contract.OperationCreatePayment), 80)
	assert.Empty(t, scripted.Overlaps(w.Calls(), 0))
}

func TestAwait_EndsWithItsContext(t *testing.T) {
	t.Parallel()
	w := newWorld(t, scripted.Shape{})
	assert.ErrorContains(t, w.Await(within(t, 10*time.Millisecond), func() bool { return false }), "waiting for calls")
}

func TestInstall_MakesANewBinaryOfEachVersion(t *testing.T) {
	t.Parallel()
	w := newWorld(t, scripted.Shape{})
	next := w.open("1.1.0")
	again := w.open("")
	assert.Equal(t, "1.1.0", next.Descriptor().Version)
	assert.Equal(t, "1.0.0", again.Descriptor().Version)
	sums := map[string]bool{w.provider.Process().SHA256: true, next.Process().SHA256: true, again.Process().SHA256: true}
	assert.Len(t, sums, 3)
	_, err := next.CreatePayment(within(t, long), order())
	require.NoError(t, err)
	assert.Equal(t, "1.1.0", w.last().Process.Version)
	assert.Len(t, w.Processes(), 3)
}

func TestUpgrade_ChangesWhatAVersionOffers(t *testing.T) {
	t.Parallel()
	w := newWorld(t, scripted.Shape{})
	w.Upgrade("2.0.0", func(s *scripted.Shape) {
		s.Methods[0].Currencies = []contract.CurrencyLimits{{Currency: "THB", MaxMinorUnits: 100}}
		s.Without = []contract.Operation{contract.OperationCancelPayment}
	})
	next := w.open("2.0.0")
	assert.False(t, next.Descriptor().Has(contract.OperationCancelPayment))
	_, err := next.CreatePayment(within(t, long), order())
	require.ErrorIs(t, err, contract.AmountOutOfRange)
	w.create(order()) // by the version before
	assert.Len(t, w.open("").Descriptor().PaymentMethods[0].Currencies, 3)
}

func TestRule_HoldsForTheStartOfAVersion(t *testing.T) {
	t.Parallel()
	w := newWorld(t, scripted.Shape{})
	version := func(v string) func(*scripted.Call) bool {
		return func(c *scripted.Call) bool { return c.Process.Version == v }
	}
	w.On(scripted.Rule{
		Operation: contract.OperationDescribe, Match: version("2.0.0"),
		Do: only(scripted.Alter(func(d *contract.Descriptor) { d.SpecVersion = "one" })),
	})
	w.On(scripted.Rule{
		Operation: contract.OperationConfigure, Match: version("2.0.1"),
		Do: only(scripted.Fail(contract.NewError(contract.ProviderAuthFailed, "the gateway refuses the key"))),
	})
	for v, want := range map[string]plugin.Failure{"2.0.0": plugin.FailureDescribe, "2.0.1": plugin.FailureConfigure} {
		_, err := plugin.Open(t.Context(), w.install(v), &plugin.OpenOptions{Configuration: w.Configuration()})
		e, ok := errors.AsType[*plugin.OpenError](err)
		require.True(t, ok, "%v", err)
		assert.Equal(t, want, e.Failure)
	}
	w.open("2.0.2")
	w.create(order())
}

// A host may get another account by another plugin, or by other secrets for the same one.
func TestAccount_IsThatOfTheSecrets(t *testing.T) {
	t.Parallel()
	w := newWorld(t, scripted.Shape{})
	other := w.server.NewAccount(scripted.Shape{})
	p := w.create(order())
	account, err := w.provider.Configure(within(t, long), other.Configuration())
	require.NoError(t, err)
	assert.Equal(t, other.ID, account.ID)
	_, err = w.provider.GetStatus(within(t, long), &contract.GetStatusRequest{PaymentID: p.PaymentID})
	require.ErrorIs(t, err, contract.PaymentNotFound)
	assert.Len(t, other.Calls(), 1)

	moved := order()
	moved.Attempt = w.Ledger()[0].Request.Attempt
	_, err = w.provider.CreatePayment(within(t, long), moved)
	require.ErrorIs(t, err, contract.AttemptUnsettled, "a key belongs to its account")

	strange := other.Configuration()
	strange.Secrets["secret_key"] = contract.NewSecret("sk_test_nobody")
	_, err = w.provider.Configure(within(t, long), strange)
	assert.ErrorIs(t, err, contract.ProviderAuthFailed)
	strange.Secrets["secret_key"] = contract.NewSecret("sk_live_nobody")
	_, err = w.provider.Configure(within(t, long), strange)
	assert.ErrorIs(t, err, contract.ModeMismatch)
}

func TestProcesses_CanHangAndGoOn(t *testing.T) {
	t.Parallel()
	w := newWorld(t, scripted.Shape{})
	require.Equal(t, 1, w.StopProcesses())
	_, err := w.provider.GetStatus(within(t, 300*time.Millisecond), &contract.GetStatusRequest{PaymentID: "pay_none"})
	assert.ErrorIs(t, err, contract.ProviderTimeout)
	w.ContinueProcesses()
	w.create(order())
	assert.Equal(t, 1, w.KillProcesses())
	<-w.provider.Done()
	assert.Empty(t, w.Processes())
	assert.False(t, w.last().ProcessLost.IsZero())
	assert.Zero(t, w.KillProcesses())
}

func TestPlugin_FinishesItsCallsAndRefusesOthersAtItsEnd(t *testing.T) {
	t.Parallel()
	w := newWorld(t, scripted.Shape{})
	r := order()
	parked := w.Park(scripted.Rule{Match: scripted.Amount(r.Amount)}, scripted.Seen)
	ended := make(chan error, 1)
	go func() {
		_, err := w.provider.CreatePayment(within(t, long), r)
		ended <- err
	}()
	<-parked.Arrived
	w.TerminateProcesses()
	require.Eventually(t, func() bool { return w.provider.Health(t.Context()) != nil }, long, 10*time.Millisecond)
	late := order()
	_, err := w.provider.CreatePayment(within(t, long), late)
	require.ErrorIs(t, err, contract.ProviderUnreachable)
	assert.Equal(t, contract.NotAttempted, contract.OutcomeOf(err))
	late.Attempt = late.Attempt.Next(time.Now(), time.Now(), contract.ProviderFault)
	_, err = w.provider.CreatePayment(within(t, long), late)
	require.ErrorIs(t, err, contract.ProviderUnreachable)
	assert.Equal(t, contract.Indeterminate, contract.OutcomeOf(err))
	parked.Release()
	require.NoError(t, <-ended)
	<-w.provider.Done()
	assert.Len(t, w.Ledger(), 1)
}

func TestPlugin_IsRefusedWithoutAStamp(t *testing.T) {
	t.Parallel()
	_, err := link.Read(binary)
	require.ErrorIs(t, err, link.ErrNoStamp)
	_, err = plugin.Open(t.Context(), binary, nil)
	assert.ErrorContains(t, err, "has no stamp")
}
