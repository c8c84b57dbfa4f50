package omisealipay

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/contract"
)

func TestMoneyIsNotMovedWithTooLittleTimeLeft(t *testing.T) {
	t.Parallel()
	all := newFlights[contract.Payment](time.Now)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for least, want := range map[time.Duration]contract.Reason{2 * time.Minute: contract.DeadlineTooShort, time.Second: ""} {
		_, _, err := all.do(ctx, wish{key: "k"}, time.Hour, func(f *flight[contract.Payment]) (*contract.Payment, *contract.Error) {
			if err := f.commit(least); err != nil {
				return nil, err
			}
			return &contract.Payment{}, nil
		})
		assert.Equal(t, want, contract.ReasonOf(err))
	}
	_, _, err := all.do(t.Context(), wish{key: "k"}, time.Minute, func(f *flight[contract.Payment]) (*contract.Payment, *contract.Error) {
		return nil, f.commit(2 * time.Minute)
	})
	assert.Equal(t, contract.DeadlineTooShort, contract.ReasonOf(err), "the longest time that a call may take counts too")
}

func TestMoneyIsNotMovedForNobody(t *testing.T) {
	t.Parallel()
	all := newFlights[contract.Payment](time.Now)
	ctx, leave := context.WithCancel(t.Context())
	ended := make(chan *contract.Error, 1)
	waitForNobody := func(f *flight[contract.Payment]) (*contract.Payment, *contract.Error) {
		leave()
		<-f.ctx.Done() // the last caller has left
		err := f.commit(0)
		ended <- err
		return nil, err
	}
	_, _, err := all.do(ctx, wish{key: "k"}, time.Minute, waitForNobody)
	assert.Equal(t, contract.NotAttempted, contract.OutcomeOf(err))
	require.NotNil(t, <-ended)
}

func TestWhoLeavesAfterMoneyWasMovedIsToldThatItMayHaveBeen(t *testing.T) {
	t.Parallel()
	all := newFlights[contract.Payment](time.Now)
	ctx, leave := context.WithCancel(t.Context())
	release, left := make(chan struct{}), make(chan struct{})
	landed := make(chan struct{})
	pay := func(f *flight[contract.Payment]) (*contract.Payment, *contract.Error) {
		defer close(landed)
		if err := f.commit(0); err != nil {
			return nil, err
		}
		leave()
		<-release
		assert.NoError(t, f.ctx.Err(), "what was begun is seen to its end")
		f.learnt("chrg_test_1")
		return &contract.Payment{}, nil
	}
	go func() {
		defer close(left)
		_, _, err := all.do(ctx, wish{key: "k"}, time.Minute, pay)
		assert.Equal(t, contract.ProviderTimeout, contract.ReasonOf(err))
		assert.Equal(t, contract.Indeterminate, contract.OutcomeOf(err))
	}()
	<-left
	assert.True(t, all.open("k"))
	close(release)
	<-landed
	assert.Equal(t, "chrg_test_1", all.recall("k", accountID{}).id)
}

func TestOnlyCallsThatAskForTheSameShareAFlight(t *testing.T) {
	t.Parallel()
	all := newFlights[contract.Payment](time.Now)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	now := time.Now()
	_, first, fits := all.board(ctx, wish{key: "k", terms: "1 THB"}, time.Hour)
	require.True(t, first && fits)
	for name, test := range map[string]struct {
		wish wish
		fits bool
	}{
		"the same":        {wish{key: "k", terms: "1 THB"}, true},
		"another amount":  {wish{key: "k", terms: "2 THB"}, false},
		"a repeated call": {wish{key: "k", terms: "1 THB", attempt: contract.Attempt{FirstAt: now}}, false},
	} {
		_, first, fits := all.board(ctx, test.wish, time.Hour)
		assert.False(t, first, name)
		assert.Equal(t, test.fits, fits, name)
	}
}

func TestTheMostPatientCallerDecidesWhetherThereIsTime(t *testing.T) {
	t.Parallel()
	all := newFlights[contract.Payment](time.Now)
	short, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	long, cancelLong := context.WithTimeout(t.Context(), time.Minute)
	defer cancelLong()
	shared, _, _ := all.board(short, wish{key: "k"}, time.Hour)
	require.NotNil(t, shared.timeFor(30*time.Second))
	_, _, _ = all.board(long, wish{key: "k"}, time.Hour)
	require.Nil(t, shared.timeFor(30*time.Second))
}

func TestACallerWhoseEarlierCallIsUnknownIsToldNothingCertain(t *testing.T) {
	t.Parallel()
	all := newFlights[contract.Payment](time.Now)
	now := time.Now()
	known := contract.Attempt{FirstAt: now}
	unknown := contract.Attempt{FirstAt: now, LastUnknownAt: now}
	shared, _, _ := all.board(t.Context(), wish{key: "k", attempt: known}, time.Hour)
	_, _, fits := all.board(t.Context(), wish{key: "k", attempt: unknown}, time.Hour)
	require.True(t, fits)
	shared.fly(func(*flight[contract.Payment]) (*contract.Payment, *contract.Error) {
		return nil, contract.NewError(contract.ProviderUnreachable, "x")
	})
	_, err := shared.wait(t.Context(), &known)
	assert.Equal(t, contract.NotAttempted, contract.OutcomeOf(err))
	_, err = shared.wait(t.Context(), &unknown)
	assert.Equal(t, contract.Indeterminate, contract.OutcomeOf(err))
}
