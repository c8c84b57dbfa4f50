package kit_test

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit"
	"github.com/paysocket/paysocket/provider/kit/kittest"
	"github.com/paysocket/paysocket/provider/kit/roundtrip"
)

func TestTimeLeft(t *testing.T) {
	t.Parallel()
	canceled, cancel := context.WithCancel(t.Context())
	cancel()
	soon, cancelSoon := context.WithTimeout(t.Context(), time.Minute)
	defer cancelSoon()
	over, cancelOver := context.WithTimeout(t.Context(), -time.Second)
	defer cancelOver()
	for name, row := range map[string]struct {
		ctx   context.Context
		least time.Duration
		begin bool
	}{
		"no deadline":            {t.Context(), time.Hour, true},
		"enough":                 {soon, 30 * time.Second, true},
		"too little":             {soon, 2 * time.Minute, false},
		"too little, not needed": {soon, 0, true},
		"canceled":               {canceled, 0, false},
		"over":                   {over, 0, false},
	} {
		e := kit.TimeLeft(row.ctx, row.least)
		if row.begin {
			assert.Nil(t, e, name)
			continue
		}
		kittest.RequireError(t, e, contract.DeadlineTooShort, contract.NotAttempted)
	}
	assert.Contains(t, kit.TimeLeft(soon, time.Hour).Message, "min_time_left")
}

// exchanged asks an address, and returns what became of it.
func exchanged(t *testing.T, ctx context.Context, address string) *roundtrip.Exchange { //nolint:revive // the test comes first
	t.Helper()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, address, nil)
	require.NoError(t, err)
	return roundtrip.NewTransport(&roundtrip.Options{MaxBody: 16}).Send(request)
}

func TestNoAnswer_SaysWhetherAnythingWasSent(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		fault   kittest.Fault
		reason  contract.Reason
		outcome contract.Outcome
	}{
		"hung up":        {kittest.HangUp, contract.ConnectionLost, contract.Indeterminate},
		"reset":          {kittest.Reset, contract.ConnectionLost, contract.Indeterminate},
		"cut off":        {kittest.Answer(200, "{", "Content-Length", "10"), contract.ConnectionLost, contract.Indeterminate},
		"too large":      {kittest.Answer(200, "0123456789abcdef0"), contract.MalformedResponse, contract.Indeterminate},
		"and no success": {kittest.Answer(400, "0123456789abcdef0"), contract.MalformedResponse, contract.Indeterminate},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			front := kittest.NewFront(t)
			front.Set(row.fault)
			e := kit.NoAnswer(t.Context(), exchanged(t, t.Context(), front.URL()))
			kittest.RequireError(t, e, row.reason, row.outcome)
		})
	}
	t.Run("nobody there", func(t *testing.T) {
		t.Parallel()
		e := kit.NoAnswer(t.Context(), exchanged(t, t.Context(), "http://127.0.0.1:1"))
		kittest.RequireError(t, e, contract.ProviderUnreachable, contract.NotAttempted)
		assert.Contains(t, e.Message, "api_base")
		require.Error(t, errors.Unwrap(e))
	})
	t.Run("nobody asked", func(t *testing.T) {
		t.Parallel()
		kittest.RequireError(t, kit.NoAnswer(t.Context(), &roundtrip.Exchange{}), contract.InvalidRequest, contract.NotAttempted)
	})
	for _, status := range []int{200, 302, 404, 500} {
		front := kittest.NewFront(t)
		front.Set(kittest.Answer(status, ""))
		assert.Nil(t, kit.NoAnswer(t.Context(), exchanged(t, t.Context(), front.URL())), "%d is an answer", status)
	}
}

func TestNoAnswer_SaysWhyTheCallEnded(t *testing.T) {
	t.Parallel()
	front := kittest.NewFront(t)
	asked := make(chan struct{}, 1)
	front.Set(kittest.Hang(asked))

	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-asked; cancel() }()
	e := kit.NoAnswer(ctx, exchanged(t, ctx, front.URL()))
	kittest.RequireError(t, e, contract.ConnectionLost, contract.Indeterminate)
	assert.Contains(t, e.Message, "the call was canceled")
	kittest.RequireError(t, kit.NoAnswer(ctx, exchanged(t, ctx, front.URL())), contract.DeadlineTooShort, contract.NotAttempted)

	ctx, cancel = context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	kittest.RequireError(t, kit.NoAnswer(ctx, exchanged(t, ctx, front.URL())), contract.ProviderTimeout, contract.Indeterminate)
}

func TestMalformed_KeepsTheViolationsOfACheck(t *testing.T) {
	t.Parallel()
	plain := kit.Malformed(errors.New("it is not a payment"))
	kittest.RequireError(t, plain, contract.MalformedResponse, contract.Indeterminate)
	assert.Contains(t, plain.Message, "it is not a payment")
	assert.Empty(t, plain.Violations)

	refused := (&contract.Payment{}).Validate()
	e := kit.Malformed(refused)
	kittest.RequireError(t, e, contract.MalformedResponse, contract.Indeterminate)
	assert.NotEmpty(t, e.Violations)
	assert.Contains(t, e.Message, "does not match the request")
	require.ErrorIs(t, e, refused)
}

func TestMalformedWebhook_KeepsTheViolationsOfACheck(t *testing.T) {
	t.Parallel()
	plain := kit.MalformedWebhook(errors.New("it is not an event"))
	require.ErrorIs(t, plain, contract.WebhookMalformed)
	assert.Contains(t, plain.Message, "it is not an event")

	refused := (&contract.Payment{}).Validate()
	e := kit.MalformedWebhook(refused)
	require.ErrorIs(t, e, contract.WebhookMalformed)
	assert.NotEmpty(t, e.Violations)
	require.ErrorIs(t, e, refused)
}

func TestReasonOfStatus_TakesForARefusalOnlyWhatIsOne(t *testing.T) {
	t.Parallel()
	open := []int{408, 409, 424, 425} // they leave open whether the request was executed
	for status := range 1000 {
		reason := kit.ReasonOfStatus(status)
		refused := reason.Allows(contract.Rejected) || reason.Allows(contract.NotAttempted)
		assert.Equal(t, status >= 400 && status <= 499 && !slices.Contains(open, status), refused, "%d is %s", status, reason)
	}
	for status, want := range map[int]contract.Reason{
		200: contract.MalformedResponse, 204: contract.MalformedResponse, 302: contract.MalformedResponse,
		400: contract.ProviderRejected, 401: contract.ProviderAuthFailed, 403: contract.ProviderAuthFailed,
		404: contract.ProviderRejected, 408: contract.ProviderTimeout, 409: contract.AttemptUnsettled,
		422: contract.ProviderRejected, 424: contract.ProviderFault, 425: contract.AttemptUnsettled,
		429: contract.ProviderRateLimited, 500: contract.ProviderFault, 504: contract.ProviderFault, 599: contract.ProviderFault,
		600: contract.MalformedResponse,
	} {
		assert.Equal(t, want, kit.ReasonOfStatus(status), status)
	}
}

func TestRefusal_HasTheOutcomeThatItsReasonAllows(t *testing.T) {
	t.Parallel()
	for status := 100; status < 600; status++ {
		reason := kit.ReasonOfStatus(status)
		e := kit.Refusal(&roundtrip.Exchange{Tried: true, Status: status}, reason, "", "")
		assert.True(t, reason.Allows(e.Outcome), "%d: %v", status, e)
		assert.Equal(t, reason.Allows(contract.Rejected), e.Outcome == contract.Rejected, "%d: %v", status, e)
		assert.NotEmpty(t, e.Message)
	}
}

func TestRefusal_TellsWhatTheGatewaySaid(t *testing.T) {
	t.Parallel()
	front := kittest.NewFront(t)
	front.Set(kittest.Answer(429, "", "Retry-After", "7"))
	x := exchanged(t, t.Context(), front.URL())
	e := kit.Refusal(x, contract.ProviderRateLimited, "slow_down", "")
	assert.Equal(t, 7*time.Second, e.RetryAfter)
	assert.Equal(t, map[string]string{contract.MetaHTTPStatus: "429", contract.MetaProviderCode: "slow_down"}, e.Metadata)
	assert.Contains(t, e.Message, "repeat the call later")

	e = kit.Refusal(x, contract.PaymentNotRefundable, "", "ask the merchant")
	assert.Equal(t, "ask the merchant", e.Message)
	assert.Equal(t, contract.Rejected, e.Outcome)
	assert.NotContains(t, e.Metadata, contract.MetaProviderCode)

	front.Set(kittest.Answer(404, ""))
	x = exchanged(t, t.Context(), front.URL())
	assert.Contains(t, kit.Refusal(x, contract.ProviderRejected, "", "").Message, "check api_base")
	for reason, want := range map[contract.Reason]string{
		contract.PaymentNotFound: "no such payment", contract.RefundNotFound: "no such refund", contract.InvalidRequest: "refused the request",
	} {
		e = kit.Refusal(x, reason, "", "")
		assert.Contains(t, e.Message, want)
		assert.NotContains(t, e.Message, "api_base", "the address is right")
	}
}
