package shop

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/contract"
)

var noon = time.Date(2026, time.March, 1, 12, 0, 0, 0, time.UTC)

const callTime = 30 * time.Second

var (
	lost        = contract.NewError(contract.ConnectionLost, "the answer was lost")
	unreachable = contract.NewError(contract.ProviderUnreachable, "nobody listens")
	refused     = contract.NewError(contract.ProviderRejected, "no")
)

// call makes one call that begins at a time and ends a second later.
func call(t *testing.T, a *Attempt, at time.Time, err error) (contract.Attempt, contract.Outcome) {
	t.Helper()
	carried, beginErr := a.beginCall(at, callTime)
	require.NoError(t, beginErr)
	return carried, a.endCall(at.Add(time.Second), err)
}

func TestAttempt_FirstCallCarriesTheKeyAlone(t *testing.T) {
	t.Parallel()
	a := newAttempt()
	carried, outcome := call(t, &a, noon, nil)
	assert.Equal(t, contract.Attempt{Key: a.Key}, carried)
	assert.Empty(t, outcome)
	assert.Zero(t, a.CallDeadline)
}

func TestAttempt_KeysAreValidAndUnique(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for range 1000 {
		a := newAttempt()
		assert.Regexp(t, `^[A-Za-z0-9_-]{26,64}$`, a.Key)
		assert.False(t, seen[a.Key])
		seen[a.Key] = true
	}
}

func TestAttempt_RetryAfterADefiniteAnswerCarriesNoLostCall(t *testing.T) {
	t.Parallel()
	a := newAttempt()
	_, outcome := call(t, &a, noon, unreachable)
	assert.Equal(t, contract.NotAttempted, outcome)
	carried, _ := call(t, &a, noon.Add(time.Minute), nil)
	assert.Equal(t, contract.Attempt{Key: a.Key, FirstAt: noon}, carried)
}

func TestAttempt_RetryAfterALostCallCarriesBothTimes(t *testing.T) {
	t.Parallel()
	for name, err := range map[string]error{
		"indeterminate":        lost,
		"an error of no words": errors.New("EOF"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := newAttempt()
			_, outcome := call(t, &a, noon, err)
			assert.Equal(t, contract.Indeterminate, outcome)
			carried, _ := call(t, &a, noon.Add(time.Minute), nil)
			assert.Equal(t, contract.Attempt{Key: a.Key, FirstAt: noon, LastUnknownAt: noon.Add(time.Second)}, carried)
		})
	}
}

func TestAttempt_StaysOpenWhenARefusalFollowsALostCall(t *testing.T) {
	t.Parallel()
	for _, err := range []error{refused, unreachable} {
		a := newAttempt()
		call(t, &a, noon, lost)
		_, outcome := call(t, &a, noon.Add(time.Minute), err)
		assert.Equal(t, contract.Indeterminate, outcome, "%v", err)
		assert.Equal(t, noon.Add(time.Second), a.LastUnknownAt, "the lost call is still the latest one with an unknown result")
	}
}

func TestAttempt_RefusesASecondCallInFlight(t *testing.T) {
	t.Parallel()
	a := newAttempt()
	_, err := a.beginCall(noon, callTime)
	require.NoError(t, err)
	before := a
	_, err = a.beginCall(noon.Add(callTime-1), callTime)
	var inFlight *InFlightError
	require.ErrorAs(t, err, &inFlight)
	assert.Equal(t, noon.Add(callTime), inFlight.Until)
	assert.Equal(t, before, a, "a refused call changes nothing")
}

func TestAttempt_CallCutOffByACrashIsLostAtItsDeadline(t *testing.T) {
	t.Parallel()
	a := newAttempt()
	_, err := a.beginCall(noon, callTime)
	require.NoError(t, err)
	carried, err := a.beginCall(noon.Add(time.Hour), callTime)
	require.NoError(t, err)
	assert.Equal(t, contract.Attempt{Key: a.Key, FirstAt: noon, LastUnknownAt: noon.Add(callTime)}, carried)
}

func TestAttempt_TimesStayInOrderWhenTheClockIsSetBack(t *testing.T) {
	t.Parallel()
	a := newAttempt()
	_, err := a.beginCall(noon, callTime)
	require.NoError(t, err)
	a.endCall(noon.Add(-time.Hour), lost)
	assert.Equal(t, noon, a.LastUnknownAt)
}

func TestAttempt_DoesNotRepeatAKeyThatTheGatewayForgot(t *testing.T) {
	t.Parallel()
	native := &contract.Idempotency{Kind: contract.IdempotencyNative, KeyLife: 24 * time.Hour}
	a := newAttempt()
	call(t, &a, noon, unreachable)
	assert.True(t, a.mayRetry(noon.Add(48*time.Hour), native), "nothing was executed, so nothing can happen twice")
	call(t, &a, noon, lost)
	assert.True(t, a.mayRetry(noon.Add(23*time.Hour), native))
	assert.False(t, a.mayRetry(noon.Add(24*time.Hour), native))
	lookup := &contract.Idempotency{Kind: contract.IdempotencyLookup}
	assert.True(t, a.mayRetry(noon.Add(48*time.Hour), lookup), "a provider that looks calls up does not forget")
}

func TestIsRetryable_OnlyWhenTheResultMayChange(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		err    *contract.Error
		repeat bool
	}{
		{unreachable, true},
		{contract.NewError(contract.ProviderRateLimited, ""), true},
		{lost, true},
		{contract.NewError(contract.AttemptUnsettled, ""), true},
		{refused, false},
		{contract.NewError(contract.InvalidRequest, ""), false},
		{contract.NewError(contract.ProviderAuthFailed, ""), false},
		{contract.NewError(contract.DuplicatePayments, ""), false},
		{contract.NewError(contract.IdempotencyKeyReused, ""), false},
	} {
		assert.Equal(t, c.repeat, isRetryable(c.err, contract.OutcomeOf(c.err)), "%s", c.err.Reason)
	}
}
