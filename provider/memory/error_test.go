package memory_test

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/internal/faults"
	"github.com/paysocket/paysocket/provider/kit/kittest"
	"github.com/paysocket/paysocket/provider/memory"
)

// closedAddress returns an address of this machine where nobody listens.
func closedAddress(t *testing.T) string {
	t.Helper()
	var config net.ListenConfig
	listener, err := config.Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, listener.Close())
	return "http://" + listener.Addr().String()
}

// coded is the body of an error with a code.
func coded(code string) string {
	return `{"error":{"code":"` + code + `","message":"m","field":"amount"}}`
}

func TestError_HasTheReasonAndOutcomeOfTheAnswer(t *testing.T) {
	t.Parallel()
	whole, err := json.Marshal(payment("pay_1", "k1"))
	require.NoError(t, err)
	for name, test := range map[string]struct {
		status  int
		body    string
		reason  contract.Reason
		outcome contract.Outcome
	}{
		"a field":             {400, coded("invalid_request"), contract.InvalidRequest, contract.Rejected},
		"an amount":           {400, coded("amount_out_of_range"), contract.AmountOutOfRange, contract.Rejected},
		"a currency":          {400, coded("currency_unsupported"), contract.CurrencyUnsupported, contract.Rejected},
		"a method":            {400, coded("method_unsupported"), contract.MethodUnsupported, contract.Rejected},
		"a new code":          {400, coded("brand_new"), contract.ProviderRejected, contract.Rejected},
		"a code of ill form":  {400, coded("Bad Code"), contract.ProviderRejected, contract.Rejected},
		"a page":              {404, "<html>", contract.ProviderRejected, contract.Rejected},
		"no such path":        {404, coded("not_found"), contract.ProviderRejected, contract.Rejected},
		"unauthorized":        {401, coded("unauthorized"), contract.ProviderAuthFailed, contract.Rejected},
		"forbidden":           {403, "", contract.ProviderAuthFailed, contract.Rejected},
		"account full":        {409, coded("account_full"), contract.ProviderRejected, contract.Rejected},
		"body too large":      {413, coded("body_too_large"), contract.ProviderRejected, contract.Rejected},
		"request time-out":    {408, "", contract.ProviderTimeout, contract.Indeterminate},
		"conflict":            {409, "", contract.AttemptUnsettled, contract.Indeterminate},
		"too early":           {425, "", contract.AttemptUnsettled, contract.Indeterminate},
		"too many":            {429, "", contract.ProviderRateLimited, contract.NotAttempted},
		"fault":               {500, coded("internal"), contract.ProviderFault, contract.Indeterminate},
		"fault with a code":   {500, coded("amount_out_of_range"), contract.ProviderFault, contract.Indeterminate},
		"bad gateway":         {502, "<html>", contract.ProviderFault, contract.Indeterminate},
		"unavailable":         {503, "", contract.ProviderFault, contract.Indeterminate},
		"gateway time-out":    {504, "", contract.ProviderFault, contract.Indeterminate},
		"redirect":            {307, "", contract.MalformedResponse, contract.Indeterminate},
		"another redirect":    {302, string(whole), contract.MalformedResponse, contract.Indeterminate},
		"another success":     {202, string(whole), contract.MalformedResponse, contract.Indeterminate},
		"no content":          {204, "", contract.MalformedResponse, contract.Indeterminate},
		"an error as success": {200, coded("amount_out_of_range"), contract.MalformedResponse, contract.Indeterminate},
		"null":                {200, "null", contract.MalformedResponse, contract.Indeterminate},
		"a list":              {200, "[]", contract.MalformedResponse, contract.Indeterminate},
		"an account":          {200, `{"object":"account"}`, contract.MalformedResponse, contract.Indeterminate},
		"two objects":         {200, "{}{}", contract.MalformedResponse, contract.Indeterminate},
		"a name twice":        {200, `{"a":1,"a":2}`, contract.MalformedResponse, contract.Indeterminate},
		"no text":             {200, "{\"a\":\"\xff\"}", contract.MalformedResponse, contract.Indeterminate},
		"very deep":           {200, `{"a":` + strings.Repeat("[", 100) + strings.Repeat("]", 100) + "}", contract.MalformedResponse, contract.Indeterminate},
		"very large":          {200, `{"a":"` + strings.Repeat("a", 1<<20) + `"}`, contract.MalformedResponse, contract.Indeterminate},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t)
			f.front.Set(kittest.Answer(test.status, test.body))
			_, err := f.CreatePayment(t.Context(), newPayment("k1"))
			e := kittest.ErrorOf(t, err, test.reason, test.outcome)
			assert.NotContains(t, e.Error(), "html", "the gateway's body must not be passed on")
			assert.NotContains(t, e.Metadata[contract.MetaProviderCode], " ")
			assert.Len(t, f.front.Seen(), 1, "a request that moves money is sent once")

			_, err = f.GetStatus(t.Context(), &contract.GetStatusRequest{PaymentID: "pay_1"})
			kittest.RequireError(t, err, test.reason, "")
		})
	}
}

func TestError_HasItsCodeWhateverTheTextsBeside(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.front.Set(kittest.Answer(409, "{\"error\":{\"code\":\"account_full\",\"message\":\"\xff\\ud800\",\"field\":[],\"payment_id\":7}}"))
	_, err := f.CreatePayment(t.Context(), newPayment("k1"))
	kittest.RequireError(t, err, contract.ProviderRejected, contract.Rejected)
}

func TestError_NamesTheFieldAndTheGatewaysCode(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	request := newPayment("k1")
	request.Amount.MinorUnits = 99 // without a probe the account's limits are unknown
	_, err := f.CreatePayment(t.Context(), request)
	e := kittest.ErrorOf(t, err, contract.AmountOutOfRange, contract.Rejected)
	assert.Equal(t, map[string]string{contract.MetaProviderCode: "amount_out_of_range", contract.MetaHTTPStatus: "400"}, e.Metadata)
	require.Len(t, e.Violations, 1)
	assert.Equal(t, "amount.minor_units", e.Violations[0].Field)
}

func TestError_SaysHowLongToWait(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 2, 3, 4, 5, 6, 0, time.UTC)
	for header, want := range map[string]time.Duration{
		"7":   7 * time.Second,
		" 7 ": 7 * time.Second,
		now.Add(90 * time.Second).Format(http.TimeFormat): 90 * time.Second,
		now.Add(-time.Hour).Format(http.TimeFormat):       0,
		"86400":                5 * time.Minute,
		"99999999999999999999": 5 * time.Minute,
		"-1":                   0,
		"1.5":                  0,
		"soon":                 0,
		"":                     0,
	} {
		t.Run(header, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t)
			f.front.Set(kittest.Answer(429, "", "Retry-After", header, "Date", now.Format(http.TimeFormat)))
			_, err := f.CreatePayment(t.Context(), newPayment("k1"))
			e := kittest.ErrorOf(t, err, contract.ProviderRateLimited, contract.NotAttempted)
			assert.Equal(t, want, e.RetryAfter)
		})
	}
}

func TestError_IsIndeterminateIfTheConnectionBreaks(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]kittest.Fault{
		"reset":         kittest.Reset,
		"closed":        kittest.HangUp,
		"in the middle": kittest.Answer(200, `{"object":`, "Content-Length", "1000"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t)
			f.front.Set(fault)
			_, err := f.CreatePayment(t.Context(), newPayment("k1"))
			kittest.RequireError(t, err, contract.ConnectionLost, contract.Indeterminate)
			_, err = f.GetStatus(t.Context(), &contract.GetStatusRequest{PaymentID: "pay_1"})
			kittest.RequireError(t, err, contract.ConnectionLost, "")
		})
	}
}

// net/http may send a request with an idempotency key again when a connection
// that it kept open breaks. With this gateway that cannot make two payments.
func TestCreatePayment_MakesOnePaymentIfAnIdleConnectionBreaks(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.status(f.pay("k0").PaymentID) // leaves an idle connection
	f.front.Seen()
	var reset faults.Counter
	f.front.Set(kittest.On("POST", kittest.Times(1, reset.Of(kittest.Executed(kittest.Reset)))))
	payment, err := f.CreatePayment(t.Context(), newPayment("k1"))
	require.NoError(t, err)
	assert.True(t, payment.Replayed)
	assert.Equal(t, []string{"POST /v1/payments", "POST /v1/payments"}, f.front.Seen())
	assert.Len(t, f.ledger(), 2)
	faults.Proved(t, faults.Injected{How: "a connection that was used is reset under a payment", Times: reset.Times()}, "PG07")
}

func TestError_IsATimeoutIfTheGatewayDoesNotAnswer(t *testing.T) {
	t.Parallel()
	f := newFixture(t, "timeout", "1s", "min_time_left", "0s")
	f.front.Set(kittest.Hang(make(chan struct{}, 1)))
	_, err := f.CreatePayment(t.Context(), newPayment("k1"))
	kittest.RequireError(t, err, contract.ProviderTimeout, contract.Indeterminate)
}

func TestError_IsNotAttemptedIfNoConnectionIsMadeInTime(t *testing.T) {
	t.Parallel()
	var config net.ListenConfig
	silent, err := config.Listen(t.Context(), "tcp", "127.0.0.1:0") // never completes a TLS handshake
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, silent.Close()) })
	var accepted faults.Counter
	go func() {
		for {
			conn, err := silent.Accept()
			if err != nil {
				return
			}
			t.Cleanup(func() { _ = conn.Close() }) // one that nobody keeps is closed at once
			accepted.Happened()
		}
	}()
	f := newFixture(t)
	c := configuration(f.scope.Connection(), "timeout", "1s", "min_time_left", "0s", "api_base", "https://"+silent.Addr().String())
	_, err = f.Configure(t.Context(), c)
	require.NoError(t, err)
	_, err = f.CreatePayment(t.Context(), newPayment("k1"))
	kittest.RequireError(t, err, contract.DeadlineTooShort, contract.NotAttempted)
	faults.Proved(t, faults.Injected{How: "a gateway that accepts the connection and says nothing", Times: accepted.Times()}, "PG03")
}

func TestCreatePayment_ReturnsAtOnceWhenItsContextIsCanceled(t *testing.T) {
	t.Parallel()
	provider := memory.New(nil) // called directly: the gates would answer first
	f := newFixtureOf(t, provider)
	asked := make(chan struct{})
	f.front.Set(kittest.On("POST", kittest.Hang(asked)))
	ctx, cancel := context.WithCancel(t.Context())
	failed := make(chan error)
	go func() {
		_, err := provider.CreatePayment(ctx, newPayment("k1"))
		failed <- err
	}()
	<-asked
	_, err := f.GetStatus(t.Context(), &contract.GetStatusRequest{PaymentID: "pay_1"})
	kittest.RequireError(t, err, contract.PaymentNotFound, "") // others are served meanwhile
	cancel()
	kittest.RequireError(t, <-failed, contract.ConnectionLost, contract.Indeterminate)
	_, err = provider.CreatePayment(ctx, newPayment("k2"))
	kittest.RequireError(t, err, contract.DeadlineTooShort, contract.NotAttempted)
	_, err = provider.CreatePayment(ctx, newPayment("k1")) // the first call with it may still make a payment
	kittest.RequireError(t, err, contract.DeadlineTooShort, contract.Indeterminate)
}

func TestProvider_FollowsNoRedirect(t *testing.T) {
	t.Parallel()
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		t.Error("the secret key was sent elsewhere")
	}))
	t.Cleanup(elsewhere.Close)
	f := newFixture(t)
	for _, status := range []int{301, 302, 303, 307, 308} {
		f.front.Set(kittest.Answer(status, "", "Location", elsewhere.URL+"/v1/payments"))
		_, err := f.CreatePayment(t.Context(), newPayment("k1"))
		kittest.RequireError(t, err, contract.MalformedResponse, contract.Indeterminate)
		_, err = f.GetStatus(t.Context(), &contract.GetStatusRequest{PaymentID: "pay_1"})
		kittest.RequireError(t, err, contract.MalformedResponse, "")
	}
}

func TestProvider_ShowsNoSecretInErrorsAndLogs(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	logger := slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug - 4}))
	provider := memory.New(&memory.Options{Logger: logger})
	f := newFixtureOf(t, provider)
	secret := f.scope.Connection().Credentials["secret_key"]
	f.front.Set(kittest.Answer(400, `{"error":{"code":"invalid_request","message":"`+secret+`","field":"`+secret+`","payment_id":""}}`))
	_, err := f.CreatePayment(t.Context(), newPayment("k1"))
	e := kittest.ErrorOf(t, err, contract.InvalidRequest, contract.Rejected)
	assert.NotContains(t, e.Error(), secret)
	assert.Empty(t, e.Violations)
	assert.Contains(t, log.String(), "path=/v1/payments")
	assert.NotContains(t, log.String(), secret)
}
