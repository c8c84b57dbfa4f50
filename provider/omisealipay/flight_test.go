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
	assert.Equal(t, "chrg_test_1", all.recall("k").id)
}
