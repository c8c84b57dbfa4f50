package roundtrip_test

import (
	"cmp"
	"context"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/provider/kit/roundtrip"
)

const credentials = "shop:pass word:canary"

// at returns the proxy at an address.
func at(address string) func() (string, string) {
	return func() (string, string) { return address, credentials }
}

// tunnelTo opens a tunnel to a server, whatever it is asked for.
func tunnelTo(tb testing.TB, base string) reply {
	tb.Helper()
	return func(conn net.Conn) bool {
		target, err := new(net.Dialer).DialContext(tb.Context(), "tcp", strings.TrimPrefix(base, "https://"))
		if err != nil {
			return false
		}
		defer func() { _ = target.Close() }()
		_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\n\r\n")
		go func() { _, _ = io.Copy(target, conn); _ = target.Close() }()
		_, _ = io.Copy(conn, target)
		return false
	}
}

func TestOptions_PrintNoCredentials(t *testing.T) {
	t.Parallel()
	options := roundtrip.Options{Proxy: at("http://proxy.example:3128")}
	made := transport(t, &options)
	said := fmt.Sprintf("%v %+v %#v %v %+v", options, options, options, made, *made)
	assert.NotContains(t, said, "canary")
	assert.NotContains(t, said, base64.StdEncoding.EncodeToString([]byte(credentials)))
}

func TestTransport_SendsNothingPastAProxyWhoseAddressCannotBeRead(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"", "proxy.example:3128", "socks5://proxy.example", "http://shop:canary@127.0.0.1:1", "http://%zz", "\x7f"} {
		x := unproxied(t.Context(), t, "https://api.gateway.test", &roundtrip.Options{Proxy: at(address)})
		assert.Contains(t, x.ProxyFailure, "check its address", address)
	}
}

func TestTransport_ReachesAGatewayThroughItsProxy(t *testing.T) {
	t.Parallel()
	for _, http2 := range []bool{false, true} {
		var got atomic.Pointer[http.Request]
		gateway, pool := secure(t, http2, func(w http.ResponseWriter, r *http.Request) { got.Store(r); _, _ = io.WriteString(w, "{}") })
		proxy := listen(t, tunnelTo(t, gateway))
		sender := transport(t, &roundtrip.Options{RootCAs: pool, Proxy: at(proxy.base)})
		for range 3 { // through one tunnel
			x := sender.Send(request(t.Context(), t, http.MethodPost, gateway, "amount=1", "Authorization", "Bearer key"))
			require.NoError(t, x.Err)
			assert.Equal(t, "{}", string(x.Body))
		}
		assert.Empty(t, got.Load().Header.Get("Proxy-Authorization"))
		assert.Equal(t, "Bearer key", got.Load().Header.Get("Authorization"))
		assert.Equal(t, http2, got.Load().ProtoMajor == 2)
		require.Len(t, proxy.seen(), 1)
		seen := proxy.seen()[0]
		assert.Equal(t, http.MethodConnect, seen.method)
		assert.Equal(t, strings.TrimPrefix(gateway, "https://"), seen.target)
		assert.Equal(t, http.Header{
			"Proxy-Authorization": {"Basic " + base64.StdEncoding.EncodeToString([]byte(credentials))},
		}, seen.header, "nothing else is its business")
	}
}

func TestTransport_ReachesAProxyOverTLS(t *testing.T) {
	t.Parallel()
	gateway, pool := secure(t, true, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "{}") })
	proxy := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		assert.Equal(t, http.MethodConnect, r.Method)
		conn, _, err := http.NewResponseController(w).Hijack() // HTTP/2 has no such thing
		if assert.NoError(t, err) {
			_ = tunnelTo(t, gateway)(conn) //nolint:contextcheck // it has the test's
			_ = conn.Close()
		}
	}))
	proxy.EnableHTTP2 = true // for who asks
	proxy.StartTLS()
	t.Cleanup(proxy.Close)
	pool.AddCert(proxy.Certificate())
	sender := transport(t, &roundtrip.Options{RootCAs: pool, Proxy: at(proxy.URL)})
	require.NoError(t, sender.Send(request(t.Context(), t, http.MethodPost, gateway, "amount=1")).Err)
	sender.CloseIdleConnections() // which ends the tunnel
}

func TestTransport_SendsNothingInClearWhereThereIsAProxy(t *testing.T) {
	t.Parallel()
	proxy, here := listen(t, answer(200, "", "{}")), listen(t, answer(200, "", "{}"))
	x := transport(t, &roundtrip.Options{Proxy: at(proxy.base)}).Send(request(t.Context(), t, http.MethodPost, here.base, "amount=1"))
	require.ErrorContains(t, x.Err, "not over https")
	assert.Empty(t, x.ProxyFailure)
	assert.True(t, x.Tried)
	assert.False(t, x.Sent())
	assert.Empty(t, proxy.seen())
	assert.Empty(t, here.seen())
}

// unproxied sends a payment through a proxy that does not lead to the gateway.
func unproxied(ctx context.Context, t *testing.T, base string, options *roundtrip.Options) *roundtrip.Exchange {
	t.Helper()
	x := transport(t, options).Send(request(ctx, t, http.MethodPost, base, "amount=1"))
	require.Error(t, x.Err)
	assert.True(t, x.Tried)
	assert.False(t, x.Sent())
	assert.Zero(t, x.Status)
	assert.Nil(t, x.Header)
	assert.Contains(t, x.ProxyFailure, "the proxy")
	assert.NotContains(t, x.ProxyFailure+x.Err.Error(), "canary")
	return x
}

// What the failures say.
const (
	unreachable      = "cannot be reached"
	untrustedProxy   = "no TLS with the proxy"
	malformed        = "does not answer as an HTTP proxy does"
	refused          = "opened no tunnel (status "
	untrustedGateway = "no TLS with the gateway"
	late             = "in time"
)

func TestTransport_SaysWhatFailedOnTheWayThroughTheProxy(t *testing.T) {
	t.Parallel()
	var asked atomic.Int32
	gateway, pool := secure(t, false, func(http.ResponseWriter, *http.Request) { asked.Add(1) })
	status := func(status int) reply { return answer(status, "X-Echo: "+credentials+"\r\n", credentials) }
	for name, row := range map[string]struct {
		proxy   reply
		base    string // of the proxy, if it is another one
		to      string // the gateway, if it is another one
		roots   *x509.CertPool
		failure string
		status  int
	}{
		"407":                   {proxy: status(407), failure: refused, status: 407},
		"403":                   {proxy: status(403), failure: refused, status: 403},
		"502":                   {proxy: status(502), failure: refused, status: 502},
		"a redirect":            {proxy: answer(302, "Location: "+gateway+"\r\n", ""), failure: refused, status: 302},
		"100 and nothing more":  {proxy: cut("HTTP/1.1 100 Continue\r\n\r\n"), failure: refused, status: 100},
		"closed":                {proxy: cut(""), failure: malformed},
		"reset":                 {proxy: reset, failure: malformed},
		"cut in the status":     {proxy: cut("HTTP/1.1 20"), failure: malformed},
		"cut in the header":     {proxy: cut("HTTP/1.1 200 OK\r\nVia: 1.1 " + credentials), failure: malformed},
		"not HTTP":              {proxy: cut("SSH-2.0-" + credentials + "\r\n\r\n"), failure: malformed},
		"a header without end":  {proxy: cut("HTTP/1.1 200 OK\r\nX: " + strings.Repeat("a", 1<<20) + "\r\n\r\n"), failure: malformed},
		"bytes before TLS":      {proxy: cut("HTTP/1.1 200 OK\r\n\r\nwelcome " + credentials), failure: malformed},
		"a tunnel to nothing":   {proxy: cut("HTTP/1.1 200 OK\r\n\r\n"), failure: untrustedGateway},
		"another gateway":       {proxy: tunnelTo(t, gateway), to: "https://api.gateway.test", failure: untrustedGateway},
		"a gateway not trusted": {proxy: tunnelTo(t, gateway), roots: x509.NewCertPool(), failure: untrustedGateway},
		"not there":             {base: "http://" + closedAddress(t), failure: unreachable},
		"no TLS":                {base: "https://" + strings.TrimPrefix(listen(t, status(200)).base, "http://"), failure: untrustedProxy},
		"a proxy not trusted":   {base: gateway, roots: x509.NewCertPool(), failure: untrustedProxy},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			base, roots := row.base, row.roots
			if base == "" {
				base = listen(t, row.proxy).base
			}
			if roots == nil {
				roots = pool
			}
			x := unproxied(t.Context(), t, cmp.Or(row.to, gateway), &roundtrip.Options{RootCAs: roots, Proxy: at(base)})
			assert.Contains(t, x.ProxyFailure, row.failure, "%v", errors.Unwrap(x.Err))
			assert.Equal(t, row.status, x.ProxyStatus)
		})
	}
	t.Cleanup(func() { assert.Zero(t, asked.Load(), "of the gateways") })
}

func TestTransport_BoundsEachStepThroughTheProxy(t *testing.T) {
	t.Parallel()
	gateway, pool := secure(t, false, func(http.ResponseWriter, *http.Request) {})
	mute := func(conn net.Conn) bool { _, _ = io.Copy(io.Discard, conn); return false }
	silent := serve(t, func(conn net.Conn) { mute(conn) })
	const soon = 50 * time.Millisecond
	for name, row := range map[string]struct {
		base    string
		options roundtrip.Options
		failure string
	}{
		"TLS with the proxy": {"https://" + silent, roundtrip.Options{TLSTimeout: soon}, untrustedProxy},
		"the tunnel":         {listen(t, mute).base, roundtrip.Options{ConnectTimeout: soon}, late},
		"half an answer": {
			listen(t, func(conn net.Conn) bool { _, _ = io.WriteString(conn, "HTTP/1.1 200"); return mute(conn) }).base,
			roundtrip.Options{ConnectTimeout: soon},
			late,
		},
		"TLS with the gateway": {
			listen(t, func(conn net.Conn) bool { _, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\n\r\n"); return mute(conn) }).base,
			roundtrip.Options{TLSTimeout: soon},
			untrustedGateway,
		},
		"the dial": {"http://proxy.test", roundtrip.Options{DialTimeout: soon, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		}}, unreachable},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			row.options.RootCAs, row.options.Proxy = pool, at(row.base)
			x := unproxied(t.Context(), t, gateway, &row.options)
			assert.Contains(t, x.ProxyFailure, row.failure)
		})
	}
}

func TestTransport_EndsWithItsContextBeforeTheProxyAnswers(t *testing.T) {
	t.Parallel()
	asked := make(chan struct{})
	proxy := listen(t, hold("", asked))
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-asked; cancel() }()
	x := unproxied(ctx, t, "https://api.gateway.test", &roundtrip.Options{Proxy: at(proxy.base)})
	assert.Contains(t, x.ProxyFailure, late)
	require.ErrorIs(t, x.Err, context.Canceled)
}

// A request that was written to a tunnel may have been executed, whatever the proxy
// says when net/http opens another tunnel for it.
func TestTransport_SaysThatTheRequestMayHaveLeftThroughATunnelBefore(t *testing.T) {
	t.Parallel()
	var asked atomic.Int32
	gateway, pool := secure(t, false, func(w http.ResponseWriter, _ *http.Request) {
		if asked.Add(1) > 1 {
			panic(http.ErrAbortHandler)
		}
		_, _ = io.WriteString(w, "{}")
	})
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		asked.Store(0)
		proxy := listen(t, tunnelTo(t, gateway), answer(407, "", ""))
		sender := transport(t, &roundtrip.Options{RootCAs: pool, RepeatKeyed: true, Proxy: at(proxy.base)})
		require.NoError(t, sender.Send(request(t.Context(), t, method, gateway, "amount=1")).Err)
		x := sender.Send(request(t.Context(), t, method, gateway, "amount=1", "Idempotency-Key", "k"))
		require.ErrorContains(t, x.Err, "407", "it was repeated")
		assert.True(t, x.Sent())
		assert.Empty(t, x.ProxyFailure)
	}
}
