package kit_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit"
	"github.com/paysocket/paysocket/provider/kit/kittest"
)

// session is one that counts how often it was closed.
type session struct {
	name    string
	timeout time.Duration
	closed  int
}

func (s *session) Timeout() time.Duration { return s.timeout }
func (s *session) Close()                 { s.closed++ }

func (s *session) Keys() kit.KeyScope {
	return kit.KeyScope{Secrets: []contract.Secret{contract.NewSecret(s.name)}, SettleTime: time.Minute}
}

// in returns the name of the current session; empty if there is none.
func in(t *testing.T, sessions *kit.Sessions[*session]) string {
	t.Helper()
	got, err := kit.Run(t.Context(), sessions, &question{}, nil, (*session).ask)
	if err != nil {
		kittest.RequireError(t, err, contract.NotConfigured, contract.NotAttempted)
		return ""
	}
	return got.by
}

// question and answer are an operation's.
type (
	question struct{}
	answer   struct {
		by    string
		until time.Time
	}
)

func (s *session) ask(ctx context.Context, _ *question) (*answer, *contract.Error) {
	until, _ := ctx.Deadline()
	return &answer{by: s.name, until: until}, nil
}

func (s *session) fail(context.Context, *question) (*answer, *contract.Error) {
	return nil, contract.NewError(contract.ProviderRejected, "no").WithOutcome(contract.Rejected)
}

func lostAttempt() *contract.Attempt {
	now := time.Now().UTC()
	return &contract.Attempt{Key: "k1", FirstAt: now.Add(-time.Minute), LastUnknownAt: now}
}

func TestRun_NeedsAConfiguration(t *testing.T) {
	t.Parallel()
	var sessions kit.Sessions[*session]
	_, err := kit.Run(t.Context(), &sessions, &question{}, nil, (*session).ask)
	kittest.RequireError(t, err, contract.NotConfigured, contract.NotAttempted)
	_, err = kit.Run(t.Context(), &sessions, &question{}, lostAttempt(), (*session).ask)
	kittest.RequireError(t, err, contract.NotConfigured, contract.Indeterminate)
}

func TestRun_SaysNoErrorWhereThereIsNone(t *testing.T) {
	t.Parallel()
	var sessions kit.Sessions[*session]
	sessions.Replace(&session{name: "first", timeout: time.Minute})
	got, err := kit.Run(t.Context(), &sessions, &question{}, lostAttempt(), (*session).ask)
	require.True(t, err == nil, "a nil *contract.Error in an error is not nil") //nolint:testifylint // what callers write
	assert.Equal(t, "first", got.by)
}

func TestRun_LeavesAnAttemptOpenWhileAnEarlierCallIsUnknown(t *testing.T) {
	t.Parallel()
	var sessions kit.Sessions[*session]
	sessions.Replace(&session{timeout: time.Minute})
	for attempt, want := range map[*contract.Attempt]contract.Outcome{
		nil: contract.Rejected, {Key: "k1"}: contract.Rejected, lostAttempt(): contract.Indeterminate,
	} {
		got, err := kit.Run(t.Context(), &sessions, &question{}, attempt, (*session).fail)
		kittest.RequireError(t, err, contract.ProviderRejected, want)
		assert.Nil(t, got)
	}
}

func TestRun_TakesNoLongerThanTheSessionAndTheCallerAllow(t *testing.T) {
	t.Parallel()
	var sessions kit.Sessions[*session]
	sessions.Replace(&session{timeout: time.Minute})
	got, err := kit.Run(t.Context(), &sessions, &question{}, nil, (*session).ask)
	require.NoError(t, err)
	assert.WithinDuration(t, time.Now().Add(time.Minute), got.until, 10*time.Second)

	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	got, err = kit.Run(ctx, &sessions, &question{}, nil, (*session).ask)
	require.NoError(t, err)
	until, _ := ctx.Deadline()
	assert.Equal(t, until, got.until)
}

func TestRun_EndsItsContextWithTheCall(t *testing.T) {
	t.Parallel()
	var sessions kit.Sessions[*session]
	sessions.Replace(&session{timeout: time.Minute})
	var inside context.Context
	_, err := kit.Run(t.Context(), &sessions, &question{}, nil, func(_ *session, ctx context.Context, _ *question) (*answer, *contract.Error) {
		inside = ctx
		return &answer{}, nil
	})
	require.NoError(t, err)
	require.ErrorIs(t, inside.Err(), context.Canceled)
	require.NoError(t, t.Context().Err())
}

func TestSessions_ReplaceClosesTheOneBeforeAndLeavesCallsTheirs(t *testing.T) {
	t.Parallel()
	var sessions kit.Sessions[*session]
	first, second := &session{name: "first", timeout: time.Minute}, &session{name: "second", timeout: time.Minute}
	sessions.Replace(first)
	got, err := kit.Run(t.Context(), &sessions, &question{}, nil, func(s *session, ctx context.Context, q *question) (*answer, *contract.Error) {
		sessions.Replace(second)
		assert.Equal(t, 1, first.closed)
		return s.ask(ctx, q)
	})
	require.NoError(t, err)
	assert.Equal(t, "first", got.by)
	assert.Equal(t, 1, first.closed)
	assert.Zero(t, second.closed)
	assert.Equal(t, "second", in(t, &sessions))
}

func TestSessions_ProveTakesASessionOnlyIfItsProbeSucceeds(t *testing.T) {
	t.Parallel()
	var sessions kit.Sessions[*session]
	first, second := &session{name: "first", timeout: time.Minute}, &session{name: "second", timeout: time.Minute}
	account, err := sessions.Prove(t.Context(), first, func(s *session, ctx context.Context) (*contract.Account, *contract.Error) {
		assert.Empty(t, in(t, &sessions), "it is not in force before it is proven") //nolint:contextcheck // a call of its own
		until, _ := ctx.Deadline()
		assert.WithinDuration(t, time.Now().Add(time.Minute), until, 10*time.Second)
		return &contract.Account{ID: s.name}, nil
	})
	require.NoError(t, err)
	assert.Equal(t, "first", account.ID)

	account, err = sessions.Prove(t.Context(), second, func(*session, context.Context) (*contract.Account, *contract.Error) {
		return nil, contract.NewError(contract.ProviderAuthFailed, "no")
	})
	require.ErrorIs(t, err, contract.ProviderAuthFailed)
	assert.Nil(t, account)
	assert.Equal(t, []int{0, 1}, []int{first.closed, second.closed})
	assert.Equal(t, "first", in(t, &sessions))
}

func TestAsError_KeepsWhatTheContractSays(t *testing.T) {
	t.Parallel()
	refused := (&contract.GetStatusRequest{}).Validate()
	require.Error(t, refused)
	assert.Same(t, refused, kit.AsError(refused))
	assert.Equal(t, contract.ProviderBug, kit.AsError(errors.New("odd")).Reason)
}
