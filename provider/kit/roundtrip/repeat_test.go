package roundtrip_test

import (
	"context"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/provider/kit/roundtrip"
)

// How often a gateway sees a request that meets a kept-open connection which
// the gateway closes: net/http would send some of them again.
func TestTransport_RepeatsWhatMovesMoneyOnlyIfTold(t *testing.T) {
	t.Parallel()
	const key, otherKey = "Idempotency-Key", "X-Idempotency-Key"
	for name, row := range map[string]struct {
		method, body, key string
		repeatKeyed       bool
		want              int
	}{
		"a body":                              {http.MethodPost, "amount=1", "", false, 1},
		"a body and a key":                    {http.MethodPost, "amount=1", key, false, 1},
		"a body and another key":              {http.MethodPost, "amount=1", otherKey, false, 1},
		"no body":                             {http.MethodPost, "", "", false, 1},
		"no body and a key":                   {http.MethodPost, "", key, false, 1},
		"no body and another key":             {http.MethodPost, "", otherKey, false, 1},
		"another method":                      {http.MethodDelete, "", key, false, 1},
		"a read":                              {http.MethodGet, "", "", false, 2},
		"a body, if told":                     {http.MethodPost, "amount=1", "", true, 1},
		"no body, if told":                    {http.MethodPost, "", "", true, 1},
		"a body and a key, if told":           {http.MethodPost, "amount=1", key, true, 2},
		"a body and another key, if told":     {http.MethodPost, "amount=1", otherKey, true, 2},
		"no body and a key, if told":          {http.MethodPost, "", key, true, 2},
		"a key under a name of ours, if told": {http.MethodPost, "amount=1", "Payment-Key", true, 1},
	} {
		for how, broken := range map[string]reply{"closed": cut(""), "reset": reset} {
			t.Run(name+"/"+how, func(t *testing.T) {
				t.Parallel()
				s := listen(t, answer(200, "", "{}"), broken, answer(201, "", "{}"))
				sender := transport(t, &roundtrip.Options{RepeatKeyed: row.repeatKeyed})
				require.NoError(t, sender.Send(request(t.Context(), t, http.MethodGet, s.base, "")).Err)
				r := request(t.Context(), t, row.method, s.base+"/payments", row.body)
				if row.key != "" {
					r.Header.Set(row.key, "k1")
				}
				x := sender.Send(r)
				assert.True(t, x.Sent())
				got := s.seen()[1:]
				require.Len(t, got, row.want)
				assert.Equal(t, 1, got[0].conn, "the connection was used before")
				assert.Equal(t, row.want == 1, x.Err != nil)
				assert.NotErrorIs(t, x.Err, roundtrip.ErrRepeated, "a second time was not even begun")
				for _, request := range got {
					assert.Equal(t, row.body, request.body)
					if row.key != "" {
						assert.Equal(t, "k1", request.header.Get(row.key), "the key arrives all the same")
					}
				}
				assert.Equal(t, row.key != "", r.Header.Get(row.key) != "", "the caller's request is left as it was")
			})
		}
	}
}

func TestTransport_FollowsNoRedirect(t *testing.T) {
	t.Parallel()
	elsewhere := listen(t, answer(200, "", "{}"))
	for _, status := range []int{301, 302, 303, 307, 308} {
		s := listen(t, answer(status, "Location: "+elsewhere.base+"/payments\r\n", "{}"))
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			x := transport(t, nil).Send(request(t.Context(), t, method, s.base, "amount=1"))
			require.NoError(t, x.Err)
			assert.Equal(t, status, x.Status)
			assert.Equal(t, "{}", string(x.Body))
		}
		assert.Len(t, s.seen(), 2)
	}
	assert.Empty(t, elsewhere.seen(), "a key must go to no other host")
}

// An SDK that follows redirects cannot: the Transport sends one request for an
// Exchange.
func TestTransport_FollowsNoRedirectForAnSDK(t *testing.T) {
	t.Parallel()
	elsewhere := listen(t, answer(200, "", "{}"))
	s := listen(t, answer(307, "Location: "+elsewhere.base+"\r\n", ""))
	sdk := &http.Client{Transport: transport(t, nil)}
	var x roundtrip.Exchange
	response, err := sdk.Do(request(roundtrip.With(t.Context(), &x), t, http.MethodPost, s.base, "amount=1"))
	require.ErrorContains(t, err, "the request was not sent: its context belongs to an earlier request")
	if response != nil {
		require.NoError(t, response.Body.Close())
	}
	require.NoError(t, x.Err, "the first one went well")
	assert.Equal(t, http.StatusTemporaryRedirect, x.Status)
	assert.Empty(t, elsewhere.seen())
}

func TestTransport_RoundTripSendsOneRequestForAnExchange(t *testing.T) {
	t.Parallel()
	s := listen(t, answer(402, "Request-Id: req_7\r\n", `{"id":"pay_1"}`))
	sender := transport(t, nil)
	var x roundtrip.Exchange
	assert.False(t, x.Tried)
	ctx := roundtrip.With(t.Context(), &x)
	response, err := sender.RoundTrip(request(ctx, t, http.MethodPost, s.base, "amount=1"))
	require.NoError(t, err)
	body := make([]byte, 100)
	n, _ := response.Body.Read(body)
	require.NoError(t, response.Body.Close())
	assert.Equal(t, `{"id":"pay_1"}`, string(body[:n]), "the SDK reads the body too")
	assert.Equal(t, 402, response.StatusCode)
	assert.Equal(t, []any{true, true, 402, "req_7", `{"id":"pay_1"}`, nil},
		[]any{x.Tried, x.Sent(), x.Status, x.Header.Get("Request-Id"), string(x.Body), x.Err})

	for name, ctx := range map[string]context.Context{"a second one": ctx, "one that nobody watches": t.Context()} {
		closed := &closing{}
		again := request(ctx, t, http.MethodPost, s.base, "amount=1")
		again.Body = closed
		response, err := sender.RoundTrip(again)
		if response != nil {
			require.NoError(t, response.Body.Close())
		}
		require.Error(t, err, name)
		assert.True(t, closed.closed, "as http.RoundTripper demands")
	}
	assert.Equal(t, 402, x.Status)
	require.NoError(t, x.Err)
	assert.Len(t, s.seen(), 1)
}

type closing struct{ closed bool }

func (c *closing) Read([]byte) (int, error) { panic("it is not read") }
func (c *closing) Close() error             { c.closed = true; return nil }

func TestTransport_RoundTripReturnsTheErrorOfTheExchange(t *testing.T) {
	t.Parallel()
	s := listen(t, cut("HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n{"))
	var x roundtrip.Exchange
	response, err := transport(t, nil).RoundTrip(request(roundtrip.With(t.Context(), &x), t, http.MethodPost, s.base, "amount=1"))
	if response != nil {
		require.NoError(t, response.Body.Close())
	}
	require.Error(t, err)
	assert.Equal(t, x.Err, err)
	assert.Equal(t, 200, x.Status)
	assert.True(t, x.Sent())
}
