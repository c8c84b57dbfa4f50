package omise_test

import (
	"context"
	"crypto/x509"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/provider/omise"
)

// afterSending returns what may happen to a request after it was sent, and how often a read is tried then.
func afterSending() map[string]struct {
	reply reply
	kind  omise.Kind
	reads int
} {
	type fault = struct {
		reply reply
		kind  omise.Kind
		reads int
	}
	const full, once = omise.MaxAttempts, 1
	return map[string]fault{
		"reset":              {reset, omise.KindLost, full},
		"closed":             {writeAndClose(""), omise.KindLost, full},
		"closed in headers":  {writeAndClose("HTTP/1.1 200 OK\r\nContent-"), omise.KindLost, full},
		"short of its size":  {writeAndClose("HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n{\"object\":"), omise.KindLost, full},
		"a broken chunk":     {writeAndClose("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{"), omise.KindLost, full},
		"truncated JSON":     {ok(`{"object":"charge","id":"chrg_te`), omise.KindMalformed, 2},
		"html":               {ok("<html>"), omise.KindMalformed, 2},
		"500":                {errorAnswer(500, ""), omise.KindFault, full},
		"502":                {answer(502, "", "<html>"), omise.KindFault, full},
		"503":                {answer(503, headers("Retry-After: 0"), ""), omise.KindFault, full},
		"408":                {errorAnswer(408, ""), omise.KindTimeout, full},
		"429":                {answer(429, headers("Retry-After: 0"), ""), omise.KindRateLimited, full},
		"400 backend_error":  {errorAnswer(400, "backend_error"), omise.KindFault, full},
		"400":                {errorAnswer(400, "bad_request"), omise.KindRefused, once},
		"401":                {errorAnswer(401, "authentication_failure"), omise.KindUnauthorized, once},
		"404":                {errorAnswer(404, "not_found"), omise.KindNotFound, once},
		"409":                {errorAnswer(409, ""), omise.KindConflict, once},
		"another type":       {ok(`{"object":"error?","livemode":"no","data":7,"amount":"1","key":{}}`), omise.KindMalformed, once},
		"another object":     {ok(`{"object":"customer"}`), omise.KindMalformed, once},
		"redirect elsewhere": {answer(307, headers("Location: http://127.0.0.1:1/charges"), ""), omise.KindMalformed, 2},
	}
}

func TestClient_SendsOnceWhatCommitsAndRetriesWhatReads(t *testing.T) {
	t.Parallel()
	for name, fault := range afterSending() {
		for _, o := range operations() {
			t.Run(name+"/"+o.name, func(t *testing.T) {
				t.Parallel()
				g, base := listen(t, fault.reply)
				failed := errorOf(t, o.call(t.Context(), client(t, base, nil)))
				want := fault.reads
				if o.commits || name == "408" && o.name == "create_source" {
					want = 1
				}
				assert.Len(t, g.received(), want)
				assert.Equal(t, fault.kind, failed.Kind, failed)
				assert.True(t, failed.Sent)
			})
		}
	}
}

func TestCreateCharge_IsSentOnceOnAReusedConnection(t *testing.T) {
	t.Parallel()
	pending := ok(testdata(t, "charge_pending_2019.json"))
	for name, fault := range map[string]reply{"reset": reset, "closed": writeAndClose("")} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g, base := listen(t, pending, fault)
			c := client(t, base, nil)
			_, err := c.RetrieveCharge(t.Context(), chargeID)
			require.NoError(t, err)
			_, err = c.CreateCharge(t.Context(), newCharge())
			assert.Equal(t, omise.KindLost, errorOf(t, err).Kind)
			got := g.received()
			require.Len(t, got, 2)
			assert.Equal(t, []string{http.MethodGet, http.MethodPost}, []string{got[0].method, got[1].method})
			assert.Equal(t, got[0].conn, got[1].conn, "the connection was used before")
		})
	}
}

func TestRetrieveCharge_SucceedsAtTheNextAttempt(t *testing.T) {
	t.Parallel()
	for name, fault := range afterSending() {
		if fault.reads == 1 {
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g, base := listen(t, fault.reply, ok(testdata(t, "charge_pending_2019.json")))
			charge, err := client(t, base, nil).RetrieveCharge(t.Context(), chargeID)
			require.NoError(t, err)
			assert.Equal(t, chargeID, charge.ID)
			assert.Len(t, g.received(), 2)
		})
	}
}

func TestClient_RetriesARefusedConnectionAndSendsNothing(t *testing.T) {
	t.Parallel()
	for _, o := range operations() {
		t.Run(o.name, func(t *testing.T) {
			t.Parallel()
			dials := 0
			c, err := omise.NewWithDial(testKeys(), &omise.Options{BaseURL: "http://127.0.0.1", Backoff: noBackoff}, func(context.Context, string, string) (net.Conn, error) {
				dials++
				return nil, errRefused
			})
			require.NoError(t, err)
			err = o.call(t.Context(), c)
			failed := errorOf(t, err)
			assert.Equal(t, omise.KindUnreachable, failed.Kind)
			assert.False(t, failed.Sent)
			assert.Equal(t, omise.MaxAttempts, dials)
			require.ErrorIs(t, err, errRefused)
		})
	}
}

func TestCreateCharge_IsSentOnceTheConnectionSucceeds(t *testing.T) {
	t.Parallel()
	g := &gateway{script: []reply{ok(testdata(t, "charge_pending_2019.json"))}}
	dials := 0
	c, err := omise.NewWithDial(testKeys(), &omise.Options{BaseURL: "http://127.0.0.1", Backoff: noBackoff}, func(ctx context.Context, network, address string) (net.Conn, error) {
		if dials++; dials < omise.MaxAttempts {
			return nil, errRefused
		}
		return dialPipes(g)(ctx, network, address)
	})
	require.NoError(t, err)
	t.Cleanup(c.Close)
	_, err = c.CreateCharge(t.Context(), newCharge())
	require.NoError(t, err)
	assert.Len(t, g.received(), 1)
}

func TestClient_SendsNoKeyToAnUntrustedCertificate(t *testing.T) {
	t.Parallel()
	served := make(chan struct{}, 8)
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { served <- struct{}{} }))
	dials := make(chan struct{}, 8)
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			dials <- struct{}{}
		}
	}
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	t.Cleanup(server.Close)
	_, err := client(t, server.URL, nil).CreateCharge(t.Context(), newCharge())
	failed := errorOf(t, err)
	assert.Equal(t, omise.KindUnreachable, failed.Kind)
	assert.False(t, failed.Sent)
	assert.Contains(t, failed.Message, "certificate")
	assert.Len(t, dials, 1)
	assert.Empty(t, served)
}

func TestCreateCharge_IsSentOnceOverHTTP2(t *testing.T) {
	t.Parallel()
	var posts atomic.Int32
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			_, _ = io.WriteString(w, testdata(t, "charge_pending_2019.json"))
			return
		}
		assert.Equal(t, 2, r.ProtoMajor)
		posts.Add(1)
		panic(http.ErrAbortHandler) // resets the stream
	}))
	server.EnableHTTP2 = true
	server.StartTLS()
	t.Cleanup(server.Close)
	pool := x509.NewCertPool()
	pool.AddCert(server.Certificate())
	c, err := omise.NewTrusting(testKeys(), &omise.Options{BaseURL: server.URL}, pool)
	require.NoError(t, err)
	t.Cleanup(c.Close)
	_, err = c.RetrieveCharge(t.Context(), chargeID)
	require.NoError(t, err)
	_, err = c.CreateCharge(t.Context(), newCharge())
	failed := errorOf(t, err)
	assert.Equal(t, omise.KindLost, failed.Kind)
	assert.True(t, failed.Sent)
	assert.Equal(t, int32(1), posts.Load())
}

func TestClient_FollowsNoRedirect(t *testing.T) {
	t.Parallel()
	elsewhere, target := listen(t, ok(testdata(t, "charge_pending_2019.json")))
	for _, status := range []int{301, 302, 303, 307, 308} {
		_, base := listen(t, answer(status, headers("Location: "+target+"/charges"), ""))
		_, err := client(t, base, nil).CreateCharge(t.Context(), newCharge())
		assert.Equal(t, status, errorOf(t, err).HTTPStatus)
		_, err = client(t, base, nil).RetrieveCharge(t.Context(), chargeID)
		assert.Equal(t, omise.KindMalformed, errorOf(t, err).Kind)
	}
	assert.Empty(t, elsewhere.received(), "a key must go to no other host")
}

func TestClient_StopsReadingAnEndlessBody(t *testing.T) {
	t.Parallel()
	const most = 64 << 20
	written := make(chan int, 1)
	_, base := listen(t, func(conn net.Conn) bool {
		total, _ := io.WriteString(conn, "HTTP/1.1 200 OK\r\n\r\n")
		for chunk := strings.Repeat(" ", 64<<10); total < most; {
			n, err := io.WriteString(conn, chunk)
			if total += n; err != nil {
				break
			}
		}
		written <- total
		return false
	})
	_, err := client(t, base, nil).CreateCharge(t.Context(), newCharge())
	assert.Equal(t, omise.KindMalformed, errorOf(t, err).Kind)
	assert.Less(t, <-written, most)
}

func TestError_HasADialErrorOnOneLine(t *testing.T) {
	t.Parallel()
	hostile := errors.New("no\n route for " + secretKey + strings.Repeat(".", 999))
	c, err := omise.NewWithDial(testKeys(), &omise.Options{Backoff: noBackoff}, func(context.Context, string, string) (net.Conn, error) { return nil, hostile })
	require.NoError(t, err)
	_, err = c.RetrieveCapability(t.Context())
	failed := errorOf(t, err)
	assert.True(t, strings.HasPrefix(failed.Message, "no route for [redacted]..."), failed.Message)
	assert.Len(t, failed.Message, 256)
}

func TestClient_SendsNothingWithACanceledContext(t *testing.T) {
	t.Parallel()
	g, base := listen(t, ok(`{}`))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, o := range operations() {
		err := o.call(ctx, client(t, base, nil))
		failed := errorOf(t, err)
		assert.Equal(t, omise.KindExpired, failed.Kind, o.name)
		assert.False(t, failed.Sent, o.name)
		require.ErrorIs(t, err, context.Canceled, o.name)
	}
	assert.Empty(t, g.received())
}

func TestClient_IgnoresTheProxyOfTheEnvironment(t *testing.T) {
	proxy, address := listen(t, ok(`{}`))
	t.Setenv("HTTP_PROXY", address)
	t.Setenv("HTTPS_PROXY", address)
	c, err := omise.NewWithDial(testKeys(), &omise.Options{Backoff: noBackoff}, func(_ context.Context, _, address string) (net.Conn, error) {
		assert.Equal(t, "api.omise.co:443", address)
		return nil, errRefused
	})
	require.NoError(t, err)
	_, err = c.RetrieveCapability(t.Context())
	require.ErrorIs(t, err, errRefused)
	assert.Empty(t, proxy.received())
}

func TestClient_ShowsKeysInNoErrorAndNoLog(t *testing.T) {
	t.Parallel()
	var replies []reply
	for _, fault := range afterSending() {
		replies = append(replies, fault.reply)
	}
	echo := answer(400, "", `{"object":"error","code":"bad_request","message":"Authorization: `+strings.Join(secrets()[:2], " ")+`"}`)
	lines, logger := newLogger()
	for _, fault := range slices.Concat(replies, []reply{echo}) {
		_, base := listen(t, fault)
		c := client(t, base, &omise.Options{Logger: logger})
		for _, o := range operations() {
			requireNoSecrets(t, o.call(t.Context(), c).Error())
		}
	}
	text := lines.String()
	requireNoSecrets(t, text)
	assert.Contains(t, text, `"operation":"create_charge","method":"POST","path":"/charges"`)
	assert.NotContains(t, text, "shop.example", "what a request contains is not logged")
}
