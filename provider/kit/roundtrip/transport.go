package roundtrip

import (
	"bytes"
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"strings"
	"sync/atomic"
	"time"
)

// DefaultMaxBody is the default of Options.MaxBody.
const DefaultMaxBody = 1 << 20

// The other defaults of Options.
const (
	defaultDialTimeout = 5 * time.Second
	defaultTLSTimeout  = 5 * time.Second
	defaultIdleTimeout = 30 * time.Second
	defaultPingAfter   = 15 * time.Second
	defaultMaxIdle     = 32
)

const maxHeaderBytes = 64 << 10

// Options are the settings of a Transport. The zero value of every field means
// its default.
type Options struct {
	// MaxBody is how large the body of an answer may be, in bytes; default
	// DefaultMaxBody, at most 1 GiB.
	MaxBody int
	// MaxRetryAfter bounds Exchange.RetryAfter; five minutes if 0.
	MaxRetryAfter time.Duration
	// RepeatKeyed lets net/http send a request with an Idempotency-Key (or
	// X-Idempotency-Key) again when a connection that was kept open turns out to
	// be closed, or an HTTP/2 server resets the stream. It is for gateways that
	// honour the key. Default: only GET, HEAD, OPTIONS and TRACE are sent again.
	RepeatKeyed bool
	// Proxy returns the proxy that leads every request to its gateway; default nil:
	// none. The environment is never asked. address is scheme, host and port, such
	// as http://proxy.example:3128, with http or https. credentials are
	// user:password for basic authentication, or empty; they are sent to the proxy
	// only, and a function does not show them where the Options are printed.
	//
	// The proxy is asked for a tunnel (CONNECT), so it sees the gateway's host and
	// port, and nothing of what is said to the gateway. A request over http is not
	// sent, since the proxy would see the key in it.
	Proxy func() (address, credentials string)
	// DialTimeout and TLSTimeout bound the two phases of connecting, to the gateway
	// and to the proxy; default 5 s each. ConnectTimeout bounds the answer of the
	// proxy, which itself connects to the gateway; default 5 s.
	DialTimeout, TLSTimeout, ConnectTimeout time.Duration
	// IdleTimeout is how long a connection is kept open without use; default 30 s.
	// Keep it shorter than the gateway's, often 60 to 75 s: a request that meets a
	// connection just being closed has an unknown outcome.
	IdleTimeout time.Duration
	// PingAfter is how long an HTTP/2 connection may be silent before it is
	// pinged; default 15 s. It has a third of that to answer, or is
	// closed. All requests share one connection, and one that died in silence
	// would otherwise fail each of them for many minutes.
	PingAfter time.Duration
	// MaxIdle is how many connections to a host are kept open without use; default
	// 32.
	MaxIdle int
	// Dial opens connections; default a net.Dialer with DialTimeout.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
	// RootCAs are trusted to certify the gateway, and a proxy; default the system's.
	RootCAs *x509.CertPool
}

// A Transport sends requests. Make it with [NewTransport].
type Transport struct {
	network     *http.Transport
	proxied     bool
	maxBody     int64
	longestWait time.Duration
	repeatKeyed bool
}

// NewTransport makes a Transport with connections of its own. options may be
// nil.
func NewTransport(options *Options) *Transport {
	var o Options
	if options != nil {
		o = *options
	}
	pingAfter := cmp.Or(o.PingAfter, defaultPingAfter)
	return &Transport{
		proxied:     o.Proxy != nil,
		maxBody:     int64(min(cmp.Or(o.MaxBody, DefaultMaxBody), 1<<30)),
		longestWait: o.MaxRetryAfter,
		repeatKeyed: o.RepeatKeyed,
		network: &http.Transport{
			DialContext:            o.dialer(),
			ForceAttemptHTTP2:      true,
			HTTP2:                  &http.HTTP2Config{SendPingTimeout: pingAfter, PingTimeout: pingAfter / 3},
			TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: o.RootCAs},
			TLSHandshakeTimeout:    cmp.Or(o.TLSTimeout, defaultTLSTimeout),
			DisableCompression:     true, // a small answer must not become a large one
			MaxResponseHeaderBytes: maxHeaderBytes,
			MaxIdleConnsPerHost:    cmp.Or(o.MaxIdle, defaultMaxIdle),
			IdleConnTimeout:        cmp.Or(o.IdleTimeout, defaultIdleTimeout),
		},
	}
}

// dialer returns what connects to gateways, through the proxy if there is one.
func (o *Options) dialer() dialer {
	timeout, dial := cmp.Or(o.DialTimeout, defaultDialTimeout), o.Dial
	if dial == nil {
		dial = (&net.Dialer{Timeout: timeout}).DialContext
	}
	if o.Proxy == nil {
		return dial
	}
	return (&tunnel{
		proxy: readProxy(o.Proxy), dial: dial, roots: o.RootCAs, dialTimeout: timeout,
		tlsTimeout:     cmp.Or(o.TLSTimeout, defaultTLSTimeout),
		connectTimeout: cmp.Or(o.ConnectTimeout, defaultDialTimeout),
	}).open
}

// CloseIdleConnections closes the connections that are not in use. Requests
// under way end as usual.
func (t *Transport) CloseIdleConnections() { t.network.CloseIdleConnections() }

// Send sends a request once, reads the answer to its end, and returns what
// became of it. The request's context bounds all of that.
func (t *Transport) Send(request *http.Request) *Exchange {
	x := &Exchange{}
	_ = t.exchange(request, x) //nolint:bodyclose // exchange closes it
	return x
}

// RoundTrip does the same for an SDK, and is an http.RoundTripper. The context
// must be made by [With] and serve one request. The body of the response has
// been read, and need not be closed.
func (t *Transport) RoundTrip(request *http.Request) (*http.Response, error) {
	x, _ := request.Context().Value(exchangeKey{}).(*Exchange)
	if x == nil {
		return nil, refuse(request, errNoExchange)
	}
	if x.used.Swap(true) {
		return nil, refuse(request, errSecondRequest)
	}
	response := t.exchange(request, x)
	if x.Err != nil {
		return nil, x.Err
	}
	response.Body = io.NopCloser(bytes.NewReader(x.Body))
	return response, nil
}

// refuse closes the body of a request that is not sent, as an
// http.RoundTripper must.
func refuse(request *http.Request, err error) error {
	if request.Body != nil {
		_ = request.Body.Close()
	}
	return err
}

// exchange sends a request and writes what becomes of it into x. The body of
// the response has been read and closed; without an answer it is nil.
func (t *Transport) exchange(request *http.Request, x *Exchange) *http.Response {
	x.Tried, x.longestWait = true, t.longestWait
	if t.proxied && request.URL.Scheme != "https" {
		x.Err = refuse(request, errPlain)
		return nil
	}
	ctx, trace := request.Context(), x.watch()
	once := !t.mayRepeat(request)
	if once {
		var cancel context.CancelCauseFunc
		ctx, cancel = context.WithCancelCause(ctx)
		defer cancel(nil)
		endSecond(trace, cancel)
	}
	request = request.WithContext(httptrace.WithClientTrace(ctx, trace))
	if once {
		discourage(request)
	}
	response, err := t.network.RoundTrip(request)
	if err == nil {
		defer func() { _ = response.Body.Close() }()
		x.Status, x.Header = response.StatusCode, response.Header
		x.Body, err = t.read(response)
	}
	if err != nil && errors.Is(context.Cause(ctx), ErrRepeated) {
		err = ErrRepeated
	}
	if t.proxied && err != nil && !x.Sent() {
		err = x.blameProxy(ctx, err)
	}
	x.Err = err
	return response
}

// watch returns the hooks that notice whether a request may have been sent, and
// whether TLS with the gateway failed.
func (x *Exchange) watch() *httptrace.ClientTrace {
	return &httptrace.ClientTrace{
		GotConn: func(httptrace.GotConnInfo) { x.connected.Store(true) },
		TLSHandshakeDone: func(_ tls.ConnectionState, err error) {
			if err != nil {
				x.untrusted.Store(true)
			}
		},
	}
}

// endSecond ends a request when it gets a connection after it was written to an
// earlier one. Over HTTP/2, net/http repeats a request without a body when the
// server resets its stream, and not only with the code that means that it was
// not processed; it looks at the context once more before it writes.
func endSecond(trace *httptrace.ClientTrace, cancel context.CancelCauseFunc) {
	var written atomic.Bool
	got := trace.GotConn
	trace.GotConn = func(info httptrace.GotConnInfo) {
		got(info)
		if written.Load() {
			cancel(ErrRepeated)
		}
	}
	trace.WroteHeaders = func() { written.Store(true) }
}

// mayRepeat reports whether it is harmless that net/http sends the request a
// second time.
func (t *Transport) mayRepeat(request *http.Request) bool {
	switch request.Method {
	case "", http.MethodGet, http.MethodHead, http.MethodOptions, http.MethodTrace:
		return true
	}
	return t.repeatKeyed && (len(request.Header["Idempotency-Key"]) > 0 || len(request.Header["X-Idempotency-Key"]) > 0)
}

// discourage removes what lets net/http send a request again: GetBody, and where
// there is no body, the key under its usual name. In lower case it is the same
// header to the gateway.
func discourage(request *http.Request) {
	request.GetBody = nil
	if request.Body != nil && request.Body != http.NoBody {
		return
	}
	for _, name := range []string{"Idempotency-Key", "X-Idempotency-Key"} {
		if values, ok := request.Header[name]; ok {
			request.Header = request.Header.Clone()
			delete(request.Header, name)
			request.Header[strings.ToLower(name)] = values
		}
	}
}

// read reads the body to its end, but not that of a 101: it is the connection
// itself, and the end of the context does not end it.
func (t *Transport) read(response *http.Response) ([]byte, error) {
	if response.StatusCode < http.StatusOK {
		return nil, nil
	}
	var body bytes.Buffer
	body.Grow(int(min(max(response.ContentLength, 0), 256<<10)) + bytes.MinRead)
	n, err := body.ReadFrom(io.LimitReader(response.Body, t.maxBody+1))
	switch {
	case err != nil:
		return nil, err
	case n > t.maxBody:
		return nil, ErrTooLarge
	}
	return body.Bytes(), nil
}
