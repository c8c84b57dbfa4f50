package omisealipay

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/contract"
)

type (
	paymentCall = sharedCall[contract.Payment]
)

// within returns a context that ends after so much time.
func within(t *testing.T, timeout time.Duration) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), timeout)
	t.Cleanup(cancel)
	return ctx
}

// failure returns the error of a call that must have failed.
func failure(t *testing.T, err *contract.Error) *contract.Error {
	t.Helper()
	require.NotNil(t, err)
	return err
}

func TestSharedCalls_MoveNoMoneyWithTooLittleTimeLeft(t *testing.T) {
	t.Parallel()
	all := newSharedCalls[contract.Payment]()
	committing := func(least time.Duration) func(*paymentCall) (*contract.Payment, *contract.Error) {
		return func(c *paymentCall) (*contract.Payment, *contract.Error) {
			if err := c.commit(least); err != nil {
				return nil, err
			}
			return &contract.Payment{}, nil
		}
	}
	_, _, err := all.do(within(t, time.Minute), keyedRequest{key: "k"}, time.Hour, committing(2*time.Minute))
	assert.Equal(t, contract.DeadlineTooShort, failure(t, err).Reason)
	_, _, err = all.do(within(t, time.Minute), keyedRequest{key: "k"}, time.Hour, committing(time.Second))
	require.Nil(t, err)
	_, _, err = all.do(within(t, time.Hour), keyedRequest{key: "k"}, time.Minute, committing(2*time.Minute))
	assert.Equal(t, contract.DeadlineTooShort, failure(t, err).Reason, "the longest time that a call may take counts too")
	_, _, err = all.do(t.Context(), keyedRequest{key: "k"}, time.Hour, committing(time.Second))
	assert.Equal(t, contract.NotAttempted, failure(t, err).Outcome, "a call without a deadline is none that Run made")
}

func TestSharedCalls_MoveNoMoneyOnceEveryCallerHasLeft(t *testing.T) {
	t.Parallel()
	all := newSharedCalls[contract.Payment]()
	ctx, leave := context.WithCancel(within(t, time.Hour))
	ended := make(chan *contract.Error, 1)
	_, _, err := all.do(ctx, keyedRequest{key: "k"}, time.Minute, func(c *paymentCall) (*contract.Payment, *contract.Error) {
		leave()
		<-c.ctx.Done() // the last caller has left
		err := c.commit(0)
		ended <- err
		return nil, err
	})
	assert.Equal(t, contract.NotAttempted, failure(t, err).Outcome)
	require.NotNil(t, <-ended)
}

func TestSharedCalls_AreIndeterminateForACallerThatLeftAfterTheCommit(t *testing.T) {
	t.Parallel()
	all := newSharedCalls[contract.Payment]()
	ctx, leave := context.WithCancel(within(t, time.Hour))
	release, left := make(chan struct{}), make(chan *contract.Error, 1)
	finished := make(chan struct{})
	go func() {
		_, _, err := all.do(ctx, keyedRequest{key: "k"}, time.Minute, func(c *paymentCall) (*contract.Payment, *contract.Error) {
			defer close(finished)
			if err := c.commit(0); err != nil {
				return nil, err
			}
			leave()
			<-release
			assert.NoError(t, c.ctx.Err(), "what was begun is seen to its end")
			return &contract.Payment{}, nil
		})
		left <- err
	}()
	err := failure(t, <-left)
	assert.Equal(t, contract.ProviderTimeout, err.Reason)
	assert.Equal(t, contract.Indeterminate, err.Outcome)
	close(release)
	<-finished
}

func TestSharedCalls_AreSharedByEqualRequestsOnly(t *testing.T) {
	t.Parallel()
	all := newSharedCalls[contract.Payment]()
	ctx, now := within(t, time.Minute), time.Now()
	_, first, fits := all.join(ctx, keyedRequest{key: "k", terms: "1 THB"}, time.Hour)
	require.True(t, first && fits)
	for name, test := range map[string]struct {
		request keyedRequest
		fits    bool
	}{
		"the same":        {keyedRequest{key: "k", terms: "1 THB"}, true},
		"another amount":  {keyedRequest{key: "k", terms: "2 THB"}, false},
		"a repeated call": {keyedRequest{key: "k", terms: "1 THB", attempt: contract.Attempt{FirstAt: now}}, false},
	} {
		_, first, fits := all.join(ctx, test.request, time.Hour)
		assert.False(t, first, name)
		assert.Equal(t, test.fits, fits, name)
	}
}

func TestSharedCalls_HaveTheTimeOfTheirMostPatientCaller(t *testing.T) {
	t.Parallel()
	all := newSharedCalls[contract.Payment]()
	shared, _, _ := all.join(within(t, 10*time.Second), keyedRequest{key: "k"}, time.Hour)
	require.NotNil(t, shared.checkTime(30*time.Second))
	_, _, _ = all.join(within(t, time.Minute), keyedRequest{key: "k"}, time.Hour)
	require.Nil(t, shared.checkTime(30*time.Second))
}

func TestSharedCalls_AreIndeterminateForACallerWhoseEarlierCallIsUnknown(t *testing.T) {
	t.Parallel()
	all := newSharedCalls[contract.Payment]()
	now := time.Now()
	known := contract.Attempt{FirstAt: now}
	unknown := contract.Attempt{FirstAt: now, LastUnknownAt: now}
	shared, _, _ := all.join(t.Context(), keyedRequest{key: "k", attempt: known}, time.Hour)
	_, _, fits := all.join(t.Context(), keyedRequest{key: "k", attempt: unknown}, time.Hour)
	require.True(t, fits)
	shared.run(func(*paymentCall) (*contract.Payment, *contract.Error) {
		return nil, contract.NewError(contract.ProviderUnreachable, "x")
	})
	_, err := shared.wait(t.Context(), &known)
	assert.Equal(t, contract.NotAttempted, failure(t, err).Outcome)
	_, err = shared.wait(t.Context(), &unknown)
	assert.Equal(t, contract.Indeterminate, failure(t, err).Outcome)
}

func TestSharedCalls_MakeAnErrorOfAPanic(t *testing.T) {
	t.Parallel()
	all := newSharedCalls[contract.Payment]()
	_, _, err := all.do(within(t, time.Minute), keyedRequest{key: "k"}, time.Minute, func(*paymentCall) (*contract.Payment, *contract.Error) {
		panic("boom")
	})
	assert.Equal(t, contract.ProviderBug, failure(t, err).Reason)
	assert.Equal(t, contract.Indeterminate, contract.OutcomeOf(err))
	assert.NotContains(t, err.Error(), "boom", "what was thrown may hold anything")
	assert.Empty(t, all.running)
}

func TestSharedCalls_AreNotSharedByACallerThatKnowsMore(t *testing.T) {
	t.Parallel()
	all := newSharedCalls[contract.Payment]()
	begun, release := make(chan struct{}), make(chan struct{})
	first, second := make(chan *contract.Error, 1), make(chan *contract.Payment, 1)
	ctx := within(t, time.Minute)
	go func() {
		_, _, err := all.do(ctx, keyedRequest{key: "k"}, time.Minute, func(*paymentCall) (*contract.Payment, *contract.Error) {
			close(begun)
			<-release
			return &contract.Payment{PaymentID: "first"}, nil
		})
		first <- err
	}()
	<-begun
	go func() {
		knowing := keyedRequest{key: "k", attempt: contract.Attempt{FirstAt: time.Now()}}
		payment, joined, err := all.do(ctx, knowing, time.Minute, func(*paymentCall) (*contract.Payment, *contract.Error) {
			return &contract.Payment{PaymentID: "second"}, nil
		})
		assert.Nil(t, err)
		assert.False(t, joined)
		second <- payment
	}()
	close(release)
	require.Nil(t, <-first)
	assert.Equal(t, "second", (<-second).PaymentID)
}
