package scripted_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"

	"github.com/paysocket/paysocket/conformance/internal/scripted"
	"github.com/paysocket/paysocket/contract"
	v1 "github.com/paysocket/paysocket/contract/paymentprovider/v1"
)

// ending is how CreatePayment ended for the host, and what the gateway did.
type ending struct {
	reason  contract.Reason
	outcome contract.Outcome
	made    int
	record  scripted.Ending
}

func committed(then scripted.Action) func(*scripted.Call) scripted.Action {
	return func(c *scripted.Call) scripted.Action { _ = c.Commit(); return then }
}

func only(then scripted.Action) func(*scripted.Call) scripted.Action {
	return func(*scripted.Call) scripted.Action { return then }
}

func TestAction_EndsACreatePaymentAsItSays(t *testing.T) {
	t.Parallel()
	limited := contract.NewError(contract.ProviderRateLimited, "too many").WithRetryAfter(time.Second)
	fault := contract.NewError(contract.ProviderFault, "the gateway failed")
	for name, row := range map[string]struct {
		do   func(*scripted.Call) scripted.Action
		want ending
	}{
		"honestly":          {only(scripted.Honest()), ending{made: 1, record: scripted.EndedAnswer}},
		"by the zero value": {only(scripted.Action{}), ending{made: 1, record: scripted.EndedAnswer}},
		"indeterminate":     {only(scripted.Fail(fault)), ending{contract.ProviderFault, contract.Indeterminate, 0, scripted.EndedError}},
		"indeterminate, and it was made": {
			committed(scripted.Fail(fault)), ending{contract.ProviderFault, contract.Indeterminate, 1, scripted.EndedError},
		},
		"rejected": {
			only(scripted.Fail(contract.NewError(contract.ProviderRejected, "no"))),
			ending{contract.ProviderRejected, contract.Rejected, 0, scripted.EndedError},
		},
		"not attempted": {only(scripted.Fail(limited)), ending{contract.ProviderRateLimited, contract.NotAttempted, 0, scripted.EndedError}},
		"without an outcome": {
			only(scripted.WithoutOutcome(limited)), ending{contract.ProviderRateLimited, contract.Indeterminate, 0, scripted.EndedError},
		},
		"by gRPC": {
			committed(scripted.Status(codes.Unavailable, "gone")), ending{contract.ConnectionLost, contract.Indeterminate, 1, scripted.EndedError},
		},
		"with bytes": {
			committed(scripted.Bytes([]byte{0xff, 0xff, 0xff})), ending{contract.ProviderBug, contract.Indeterminate, 1, scripted.EndedAnswer},
		},
		"with another message": {
			committed(scripted.Raw(&v1.CreatePaymentResponse{})), ending{contract.ProviderBug, contract.Indeterminate, 1, scripted.EndedAnswer},
		},
		"with too large a message": {
			committed(scripted.Bytes(make([]byte, 5<<20))), ending{contract.ProviderBug, contract.Indeterminate, 1, scripted.EndedAnswer},
		},
		"twice":          {only(scripted.Twice()), ending{contract.ProviderBug, contract.Indeterminate, 1, scripted.EndedAnswer}},
		"dead before":    {only(scripted.Die()), ending{contract.ConnectionLost, contract.Indeterminate, 0, scripted.EndedDeath}},
		"dead after":     {committed(scripted.Die()), ending{contract.ConnectionLost, contract.Indeterminate, 1, scripted.EndedDeath}},
		"dead answering": {only(scripted.DieAnswering()), ending{contract.ConnectionLost, contract.Indeterminate, 1, scripted.EndedDeath}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, r := newWorld(t, scripted.Shape{}), order()
			w.On(scripted.Rule{Operation: contract.OperationCreatePayment, Match: scripted.Amount(r.Amount), Times: 1, Do: row.do})
			_, err := w.provider.CreatePayment(within(t, long), r)
			assert.Equal(t, row.want.reason, contract.ReasonOf(err), "%v", err)
			assert.Equal(t, row.want.outcome, contract.OutcomeOf(err))
			assert.Len(t, w.Ledger(), row.want.made)
			<-w.last().Over()
			assert.Equal(t, row.want.record, w.last().Ended)
			if row.want.record == scripted.EndedDeath {
				<-w.provider.Done()
				return
			}
			next := order()
			next.Amount = r.Amount
			w.create(next) // the rule held once
		})
	}
}

func TestAction_CarriesRetryAfter(t *testing.T) {
	t.Parallel()
	w, r := newWorld(t, scripted.Shape{}), order()
	w.On(scripted.Rule{Do: func(*scripted.Call) scripted.Action {
		return scripted.Fail(contract.NewError(contract.ProviderRateLimited, "too many").WithRetryAfter(3 * time.Second))
	}})
	_, err := w.provider.CreatePayment(within(t, long), r)
	e, ok := errors.AsType[*contract.Error](err)
	require.True(t, ok)
	assert.Equal(t, 3*time.Second, e.RetryAfter)
	record := w.last()
	assert.Equal(t, contract.ProviderRateLimited, record.Reason)
	assert.Equal(t, contract.NotAttempted, record.Outcome)
}

func TestSilence_LastsUntilTheDeadline(t *testing.T) {
	t.Parallel()
	for name, commit := range map[string]bool{"nothing was made": false, "it was made": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, r := newWorld(t, scripted.Shape{}), order()
			w.On(scripted.Rule{Match: scripted.Amount(r.Amount), Times: 1, Do: func(c *scripted.Call) scripted.Action {
				if commit {
					_ = c.Commit()
				}
				return scripted.Silence()
			}})
			ctx := within(t, 1500*time.Millisecond)
			_, err := w.provider.CreatePayment(ctx, r)
			// The plugin counts the same time by itself, and can be first by some milliseconds.
			deadline, _ := ctx.Deadline()
			require.Less(t, time.Until(deadline), 300*time.Millisecond, "the call ended before its deadline: %v", err)
			assert.Equal(t, contract.Indeterminate, contract.OutcomeOf(err))
			<-w.last().Over()
			record := w.last()
			assert.Equal(t, scripted.EndedUnheard, record.Ended)
			assert.Equal(t, commit, !record.CommittedAt.IsZero())
			assert.Equal(t, commit, len(w.Ledger()) == 1)
		})
	}
}

func TestSilence_IsForEverWithoutADeadline(t *testing.T) {
	t.Parallel()
	w, r := newWorld(t, scripted.Shape{}), order()
	parked := w.Park(scripted.Rule{Match: scripted.Amount(r.Amount), Do: func(*scripted.Call) scripted.Action { return scripted.Silence() }}, scripted.Seen)
	ended := make(chan error, 1)
	go func() {
		_, err := w.provider.CreatePayment(t.Context(), r)
		ended <- err
	}()
	call := <-parked.Arrived
	assert.True(t, call.Deadline.IsZero(), "a call without a deadline has none")
	parked.Release()
	w.KillProcesses()
	assert.ErrorIs(t, <-ended, contract.ConnectionLost)
}

func TestCall_MayBeAnsweredLate(t *testing.T) {
	t.Parallel()
	w, r := newWorld(t, scripted.Shape{}), order()
	w.On(scripted.Rule{Match: scripted.Amount(r.Amount), Do: func(c *scripted.Call) scripted.Action {
		c.Delay(300 * time.Millisecond)
		return scripted.Honest()
	}})
	began := time.Now()
	w.create(r)
	assert.GreaterOrEqual(t, time.Since(began), 300*time.Millisecond)
}

func TestCall_MayBeCommittedAfterItsEnd(t *testing.T) {
	t.Parallel()
	w, r := newWorld(t, scripted.Shape{}), order()
	w.On(scripted.Rule{Match: scripted.Amount(r.Amount), Times: 1, Do: func(*scripted.Call) scripted.Action { return scripted.Silence() }})
	began := time.Now()
	_, err := w.provider.CreatePayment(within(t, 1200*time.Millisecond), r)
	next := again(r, began, time.Now(), err)
	require.ErrorIs(t, w.lookUp(&next.Attempt), contract.PaymentNotFound)
	id, err := w.of(contract.OperationCreatePayment)[0].CommitLate()
	require.NoError(t, err)
	p, err := w.provider.CreatePayment(within(t, long), next)
	require.NoError(t, err)
	assert.Equal(t, id, p.PaymentID)
	assert.True(t, p.Replayed)
	assert.Len(t, w.Ledger(), 1)
}
