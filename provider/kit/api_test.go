package kit_test

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit"
	"github.com/paysocket/paysocket/provider/kit/kittest"
	"github.com/paysocket/paysocket/provider/kit/roundtrip"
)

// bill is a gateway's object.
type bill struct {
	ID string `json:"id"`
}

func refused(x *roundtrip.Exchange) *contract.Error {
	return kit.Refusal(x, kit.ReasonOfStatus(x.Status), "", "")
}

func newAPI(t *testing.T, faults ...kittest.Fault) (*kit.API, *kittest.Front) {
	t.Helper()
	front := kittest.NewFront(t)
	front.Set(faults...)
	api := kit.NewAPI(front.URL(), kit.Bearer(contract.NewSecret("sk_canary")), refused, &kit.APIOptions{
		UserAgent: "payment-provider-acme/1", MinTimeLeft: 10 * time.Second,
	})
	t.Cleanup(api.Close)
	return api, front
}

func TestAPI_SendsWhatTheRequestSays(t *testing.T) {
	t.Parallel()
	api, front := newAPI(t, kittest.Answer(201, `{"id":"b1"}`, "X-Replayed", "true"))
	var made bill
	x, e := api.Do(t.Context(), &kit.Request{
		Method: http.MethodPost, Path: "/v1/bills", Query: url.Values{"a b": {"&"}}, Body: map[string]any{"amount": 1},
		Moves: true, IdempotencyKey: "k1",
	}, &made)
	require.Nil(t, e)
	assert.Equal(t, "b1", made.ID)
	assert.Equal(t, 201, x.Status)
	assert.Equal(t, "true", x.Header.Get("X-Replayed"))
	sent := front.Requests()
	require.Len(t, sent, 1)
	assert.Equal(t, url.Values{"a b": {"&"}}, sent[0].Query)
	assert.JSONEq(t, `{"amount":1}`, string(sent[0].Body))
	for name, want := range map[string]string{
		"Authorization": "Bearer sk_canary", "User-Agent": "payment-provider-acme/1", "Accept": "application/json",
		"Content-Type": "application/json", "Idempotency-Key": "k1",
	} {
		assert.Equal(t, []string{want}, sent[0].Header[name], name)
	}

	_, e = api.Do(t.Context(), &kit.Request{Method: http.MethodGet, Path: "/v1/bills/b1"}, &made)
	require.Nil(t, e)
	sent = front.Requests()
	assert.Empty(t, sent[0].Body)
	assert.NotContains(t, sent[0].Header, "Content-Type")
	assert.NotContains(t, sent[0].Header, "Idempotency-Key")
}

func TestAPI_AuthorizesLastSoThatItMaySign(t *testing.T) {
	t.Parallel()
	front := kittest.NewFront(t)
	front.Set(kittest.Answer(200, "{}"))
	api := kit.NewAPI(front.URL(), func(r *http.Request) {
		body, err := r.GetBody()
		require.NoError(t, err)
		content, _ := io.ReadAll(body)
		r.Header.Set("Signature", r.URL.Path+string(content)+r.Header.Get("Idempotency-Key"))
	}, refused, nil)
	_, e := api.Do(t.Context(), &kit.Request{Method: http.MethodPost, Path: "/v1/bills", Body: 7, IdempotencyKey: "k1"}, &bill{})
	require.Nil(t, e)
	assert.Equal(t, "/v1/bills7k1", front.Requests()[0].Header.Get("Signature"))
}

func TestAPI_JudgesEveryAnswer(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		status  int
		body    string
		reason  contract.Reason
		outcome contract.Outcome
	}{
		"refused":           {400, `{}`, contract.ProviderRejected, contract.Rejected},
		"redirected":        {302, `{"id":"b1"}`, contract.MalformedResponse, contract.Indeterminate},
		"accepted":          {202, `{"id":"b1"}`, contract.MalformedResponse, contract.Indeterminate},
		"nothing said":      {204, ``, contract.MalformedResponse, contract.Indeterminate},
		"failed":            {500, ``, contract.ProviderFault, contract.Indeterminate},
		"a page":            {200, `<html>canary`, contract.MalformedResponse, contract.Indeterminate},
		"a name twice":      {200, `{"id":"canary","id":"b2"}`, contract.MalformedResponse, contract.Indeterminate},
		"two objects":       {200, `{}{}`, contract.MalformedResponse, contract.Indeterminate},
		"another type":      {200, `{"id":7}`, contract.MalformedResponse, contract.Indeterminate},
		"a null":            {200, `null`, contract.MalformedResponse, contract.Indeterminate},
		"refused, and more": {400, `{"id":"canary"`, contract.ProviderRejected, contract.Rejected},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			api, front := newAPI(t, kittest.Answer(row.status, row.body))
			var got bill
			x, e := api.Do(t.Context(), &kit.Request{Method: http.MethodPost, Path: "/v1/bills", Moves: true}, &got)
			kittest.RequireError(t, e, row.reason, row.outcome)
			assert.Equal(t, row.status, x.Status)
			assert.Empty(t, got.ID, "nothing is believed")
			assert.NotContains(t, e.Error(), "canary")
			assert.Len(t, front.Seen(), 1, "a request that moves money is sent once")
		})
	}
}

func TestAPI_AsksTheProviderWhatASuccessIs(t *testing.T) {
	t.Parallel()
	front := kittest.NewFront(t)
	api := kit.NewAPI(front.URL(), kit.Bearer(contract.Secret{}), func(x *roundtrip.Exchange) *contract.Error {
		return kit.Refusal(x, contract.PaymentNotFound, "unknown", "no such bill")
	}, &kit.APIOptions{Succeeded: func(x *roundtrip.Exchange) bool { return bytes.Contains(x.Body, []byte(`"code":"ok"`)) }})
	front.Set(kittest.Answer(202, `{"code":"ok","id":"b1"}`))
	var got bill
	_, e := api.Do(t.Context(), &kit.Request{Method: http.MethodGet, Path: "/"}, &got)
	require.Nil(t, e)
	assert.Equal(t, "b1", got.ID)
	front.Set(kittest.Answer(200, `{"code":"unknown"}`))
	_, e = api.Do(t.Context(), &kit.Request{Method: http.MethodGet, Path: "/"}, &got)
	kittest.RequireError(t, e, contract.PaymentNotFound, contract.Rejected)
}

func TestAPI_BeginsNothingThatItCannotHearTheEndOf(t *testing.T) {
	t.Parallel()
	api, front := newAPI(t, kittest.Answer(200, "{}"))
	ctx, cancel := context.WithTimeout(t.Context(), 9*time.Second)
	defer cancel()
	x, e := api.Do(ctx, &kit.Request{Method: http.MethodPost, Path: "/v1/bills", Moves: true}, &bill{})
	kittest.RequireError(t, e, contract.DeadlineTooShort, contract.NotAttempted)
	require.NotNil(t, x)
	assert.False(t, x.Sent())
	x, e = api.Do(t.Context(), &kit.Request{Method: http.MethodPost, Path: "/v1/bills", Body: func() {}}, &bill{})
	kittest.RequireError(t, e, contract.InvalidRequest, contract.NotAttempted)
	require.NotNil(t, x)
	_, e = api.Do(t.Context(), &kit.Request{Method: "NO METHOD", Path: "/v1/bills"}, &bill{})
	kittest.RequireError(t, e, contract.InvalidRequest, contract.NotAttempted)
	assert.Empty(t, front.Seen())

	_, e = api.Do(ctx, &kit.Request{Method: http.MethodGet, Path: "/v1/bills/b1"}, &bill{})
	require.Nil(t, e, "a read may begin as long as there is time at all")
}

func TestAPI_IsASession(t *testing.T) {
	t.Parallel()
	var sessions kit.Sessions[*kit.API]
	api, _ := newAPI(t)
	sessions.Replace(api)
	assert.Equal(t, 25*time.Second, api.Timeout())
	assert.Equal(t, time.Second, kit.NewAPI("https://acme.test", kit.Bearer(contract.Secret{}), refused, &kit.APIOptions{Timeout: time.Second}).Timeout())
}

func TestAPI_FollowsNothing(t *testing.T) {
	t.Parallel()
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("the key was sent elsewhere") }))
	t.Cleanup(elsewhere.Close)
	for _, status := range []int{301, 302, 303, 307, 308} {
		api, front := newAPI(t, kittest.Answer(status, `{}`, "Location", elsewhere.URL))
		_, e := api.Do(t.Context(), &kit.Request{Method: http.MethodPost, Path: "/v1/bills", Moves: true}, &bill{})
		kittest.RequireError(t, e, contract.MalformedResponse, contract.Indeterminate)
		assert.Len(t, front.Seen(), 1)
	}
}

// Whether a key is honoured decides whether net/http may repeat a request on a
// connection that was kept open and breaks.
func TestAPI_RepeatsWhatHasAKeyOnlyIfTold(t *testing.T) {
	t.Parallel()
	for _, repeats := range []bool{false, true} {
		front := kittest.NewFront(t)
		api := kit.NewAPI(front.URL(), kit.Bearer(contract.Secret{}), refused, &kit.APIOptions{HTTP: &roundtrip.Options{RepeatKeyed: repeats}})
		front.Set(kittest.Answer(200, "{}"))
		_, e := api.Do(t.Context(), &kit.Request{Method: http.MethodGet, Path: "/"}, &bill{}) // leaves an idle connection
		require.Nil(t, e)
		front.Set(kittest.On("POST", kittest.Times(1, kittest.Reset)), kittest.Answer(200, "{}"))
		_, e = api.Do(t.Context(), &kit.Request{Method: http.MethodPost, Path: "/", Body: 1, IdempotencyKey: "k1"}, &bill{})
		assert.Equal(t, repeats, e == nil, "%v", e)
		want := 1
		if repeats {
			want = 2
		}
		assert.Equal(t, want, front.Count("POST"))
	}
}

func TestAPI_LogsNoSecret(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	front := kittest.NewFront(t)
	front.Set(kittest.Answer(400, `sk_canary`))
	api := kit.NewAPI(front.URL(), kit.Bearer(contract.NewSecret("sk_canary")), refused, &kit.APIOptions{
		Logger: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug - 4})),
	})
	_, e := api.Do(t.Context(), &kit.Request{Method: http.MethodPost, Path: "/v1/bills", IdempotencyKey: "k-canary"}, &bill{})
	require.NotNil(t, e)
	assert.Contains(t, log.String(), `msg="gateway request" method=POST path=/v1/bills duration=`)
	assert.Contains(t, log.String(), "reason=PROVIDER_REJECTED")
	assert.NotContains(t, log.String(), "canary")
}
