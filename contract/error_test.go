package contract

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestOutcomeOf_AnErrorWithoutOutcomeIsIndeterminate(t *testing.T) {
	t.Parallel()
	assert.Empty(t, OutcomeOf(nil))
	assert.Equal(t, Indeterminate, OutcomeOf(errors.New("the connection broke")))
	assert.Equal(t, Indeterminate, OutcomeOf(context.DeadlineExceeded))
	assert.Equal(t, Indeterminate, OutcomeOf(&Error{Reason: ProviderRejected}))
	assert.Equal(t, Rejected, OutcomeOf(fmt.Errorf("checkout: %w", NewError(ProviderRejected, "no"))))
}

func TestNewError_HasTheOutcomeOfBeforeSending(t *testing.T) {
	t.Parallel()
	assert.Equal(t, NotAttempted, NewError(InvalidRequest, "").Outcome)
	assert.Equal(t, NotAttempted, NewError(ProviderUnreachable, "").Outcome)
	assert.Equal(t, Rejected, NewError(ProviderAuthFailed, "").Outcome)
	assert.Equal(t, Indeterminate, NewError(ProviderTimeout, "").Outcome)
	assert.Equal(t, Indeterminate, NewError("A_REASON_OF_LATER", "").Outcome)
}

func TestReason_AllowsNoCertaintyWhereNoneIs(t *testing.T) {
	t.Parallel()
	for _, reason := range []Reason{
		ProviderTimeout, ConnectionLost, ProviderFault, MalformedResponse, ProviderBug, DuplicatePayments,
		DuplicateRefunds, IdempotencyKeyReused, AttemptUnsettled,
	} {
		assert.False(t, reason.Allows(NotAttempted), reason)
		assert.False(t, reason.Allows(Rejected), reason)
		assert.True(t, reason.Allows(Indeterminate), reason)
		assert.False(t, reason.Allows(""), reason)
	}
	assert.False(t, ProviderUnreachable.Allows(Rejected))
	assert.False(t, ProviderAuthFailed.Allows(NotAttempted))
	assert.True(t, Reason("A_REASON_OF_LATER").Allows(NotAttempted))
	assert.False(t, ProviderBug.Allows("AN_OUTCOME_OF_LATER"))
}

func TestForAttempt_IsIndeterminateWhileAnEarlierCallIsUnknown(t *testing.T) {
	t.Parallel()
	now := time.Now()
	e := NewError(ProviderUnreachable, "no connection")
	assert.Equal(t, NotAttempted, e.ForAttempt(&Attempt{Key: "k"}).Outcome)
	assert.Equal(t, NotAttempted, e.ForAttempt(&Attempt{Key: "k", FirstAt: now}).Outcome)
	assert.Equal(t, Indeterminate, e.ForAttempt(&Attempt{Key: "k", FirstAt: now, LastUnknownAt: now}).Outcome)
	assert.Equal(t, NotAttempted, e.Outcome, "the error itself is not changed")
}

func TestProvesAbsence_NeedsACompleteAndSettledSearch(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 22, 10, 0, 0, 0, time.FixedZone("ICT", 7*3600))
	for _, complete := range []bool{true, false} {
		for _, settled := range []bool{true, false} {
			e := NotFoundByKey(PaymentNotFound, complete, settled, now.Add(-time.Hour), now)
			assert.Equal(t, complete && settled, e.ProvesAbsence())
			assert.Equal(t, "2026-11-22T03:00:00Z", e.Metadata[MetaSearchedUntil])
		}
	}
	assert.False(t, NewError(PaymentNotFound, "by id").ProvesAbsence())
	assert.False(t, NotFoundByKey(ProviderRejected, true, true, now, now).ProvesAbsence())
}

func TestAttempt_IsSettledOnceItsSettleTimeHasPassed(t *testing.T) {
	t.Parallel()
	last := time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
	a := Attempt{Key: "k", FirstAt: last.Add(-time.Minute), LastUnknownAt: last}
	assert.False(t, a.SettledAt(last.Add(2*time.Minute-1), 2*time.Minute))
	assert.True(t, a.SettledAt(last.Add(2*time.Minute), 2*time.Minute))
	assert.True(t, (&Attempt{Key: "k", FirstAt: last}).SettledAt(last, 2*time.Minute))
}

func TestAttempt_NextCarriesTheTimesOfEarlierCalls(t *testing.T) {
	t.Parallel()
	noon := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	at := func(seconds int) time.Time { return noon.Add(time.Duration(seconds) * time.Second) }
	lost := NewError(ConnectionLost, "")

	first := Attempt{Key: "k"}
	assert.Equal(t, Attempt{Key: "k", FirstAt: at(0)}, first.Next(at(0), at(1), nil))
	assert.Equal(t, Attempt{Key: "k", FirstAt: at(0)}, first.Next(at(0), at(1), NewError(ProviderUnreachable, "")))

	second := first.Next(at(0), at(1), lost)
	assert.Equal(t, Attempt{Key: "k", FirstAt: at(0), LastUnknownAt: at(1)}, second)
	assert.Equal(t, second, second.Next(at(5), at(6), NewError(ProviderRejected, "")), "does not make the first one known")
	assert.Equal(t, at(6), second.Next(at(5), at(6), context.DeadlineExceeded).LastUnknownAt)
	assert.Equal(t, at(5), first.Next(at(5), at(4), lost).LastUnknownAt, "the clock was set back")
	assert.Equal(t, at(30), first.Next(at(0), at(30), errors.New("a crash; 30 s was the deadline")).LastUnknownAt)
}

func TestAttempt_SettlesForAHostThatWaitsAsItIsTold(t *testing.T) {
	t.Parallel()
	const settle = 2 * time.Minute
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	attempt := Attempt{Key: "k"}.Next(now, now, NewError(ProviderTimeout, ""))
	unsettled := NewError(AttemptUnsettled, "")
	for range 4 {
		now = now.Add(30 * time.Second)
		attempt = attempt.Next(now, now, unsettled)
	}
	assert.True(t, attempt.SettledAt(now, settle))

	first := Attempt{Key: "k"}.Next(now, now, unsettled)
	assert.True(t, first.Unknown(), "after a first call that is unsettled, the result is unknown")
}

func TestError_KeepsItsCauseAndMatchesItsReason(t *testing.T) {
	t.Parallel()
	cause := errors.New("dial refused")
	err := error(Errorf(ProviderUnreachable, "cannot reach the gateway: %w", cause))
	require.ErrorIs(t, err, cause)
	require.ErrorIs(t, fmt.Errorf("wrapped: %w", err), ProviderUnreachable)
	require.NotErrorIs(t, err, ProviderTimeout)
	assert.Equal(t, ProviderUnreachable, ReasonOf(err))
	assert.Empty(t, ReasonOf(cause))
	assert.Equal(t, "PROVIDER_UNREACHABLE (NOT_ATTEMPTED): cannot reach the gateway: dial refused", err.Error())
}

func TestError_WithAddsToACopy(t *testing.T) {
	t.Parallel()
	e := NewError(MalformedResponse, "")
	with := e.With(MetaPaymentID, "p1").With(MetaRequestID, "")
	assert.Nil(t, e.Metadata)
	assert.Equal(t, map[string]string{MetaPaymentID: "p1"}, with.Metadata)
}

func TestFromContext_IsNotAttempted(t *testing.T) {
	t.Parallel()
	assert.NoError(t, FromContext(t.Context()))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	e, ok := errors.AsType[*Error](FromContext(ctx))
	require.True(t, ok)
	assert.Equal(t, DeadlineTooShort, e.Reason)
	assert.Equal(t, NotAttempted, e.Outcome)
	require.ErrorIs(t, e, context.Canceled)
}

func TestUnimplementedPaymentProvider_SupportsNothing(t *testing.T) {
	t.Parallel()
	var p UnimplementedPaymentProvider
	_, err := p.CreatePayment(t.Context(), nil)
	assert.Equal(t, CapabilityUnsupported, ReasonOf(err))
	assert.Equal(t, NotAttempted, OutcomeOf(err))
	require.ErrorContains(t, err, "CREATE_PAYMENT")
}
