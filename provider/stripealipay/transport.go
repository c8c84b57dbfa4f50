package stripealipay

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"
	"time"
)

// maxBody bounds an answer, in bytes. A hundred of the largest PaymentIntents
// are well within it.
const maxBody = 8 << 20

var errTooLarge = errors.New("it is larger than 8 MiB")

// exchange is what went over the wire in one request. The SDK hides part of
// it: it takes a redirect for a success, and does not say whether anything was
// sent.
type exchange struct {
	tried     bool        // the SDK got as far as asking for the request to be sent
	connected atomic.Bool // bytes may have left
	status    int         // 0: no answer came
	header    http.Header
	body      []byte
	err       error // why there is no answer, or not a whole one
}

// replayed says that Stripe gave the answer that it had stored under the key,
// as it was then.
func (x *exchange) replayed() bool { return x.header.Get("Idempotent-Replayed") == "true" }

type exchangeKey struct{}

// withExchange lets the transport write down what happens.
func withExchange(ctx context.Context, x *exchange) context.Context {
	return context.WithValue(ctx, exchangeKey{}, x)
}

// transport is what stands between the SDK and the network. It bounds what
// comes in, takes out what the SDK tells of its surroundings, and writes down
// what happened.
type transport struct{ network *http.Transport }

// newTransport makes connections of its own, because the SDK's default client
// follows redirects, waits for 80 s, and asks the environment for a proxy that
// would see the key.
func newTransport() *transport {
	return &transport{network: &http.Transport{
		Proxy:                  nil,
		DialContext:            (&net.Dialer{Timeout: 5 * time.Second}).DialContext,
		ForceAttemptHTTP2:      true,
		TLSHandshakeTimeout:    5 * time.Second,
		DisableCompression:     true, // a small answer must not become a large one
		MaxResponseHeaderBytes: 64 << 10,
		MaxIdleConnsPerHost:    32,
		IdleConnTimeout:        time.Minute,
	}}
}

// RoundTrip sends a request once. net/http may send a POST a second time by
// itself, when a connection that was kept open turns out to be closed, because
// the request has an Idempotency-Key. With Stripe, which honours it, that is
// harmless.
func (t *transport) RoundTrip(request *http.Request) (*http.Response, error) {
	x, ok := request.Context().Value(exchangeKey{}).(*exchange)
	if !ok {
		return nil, errors.New("a request that nobody writes down is not sent")
	}
	x.tried = true
	// Once a connection was handed over, bytes may have left, whatever else is
	// reported. There is no later moment at which it is certain that none have.
	request = request.Clone(httptrace.WithClientTrace(request.Context(), &httptrace.ClientTrace{
		GotConn: func(httptrace.GotConnInfo) { x.connected.Store(true) },
	}))
	request.Header.Del("X-Stripe-Client-User-Agent")
	request.Header.Set("User-Agent", "payment-provider-stripe-alipay/"+Version)
	response, err := t.network.RoundTrip(request)
	if err != nil {
		x.err = err
		return nil, err
	}
	defer func() { _ = response.Body.Close() }()
	x.status, x.header = response.StatusCode, response.Header
	x.body, x.err = io.ReadAll(io.LimitReader(response.Body, maxBody+1))
	if x.err == nil && len(x.body) > maxBody {
		x.body, x.err = nil, errTooLarge
	}
	if x.err != nil {
		return nil, x.err
	}
	response.Body = io.NopCloser(bytes.NewReader(x.body))
	return response, nil
}

// date is Stripe's clock, as its answer tells it.
func (x *exchange) date() (time.Time, bool) {
	at, err := http.ParseTime(x.header.Get("Date"))
	return at, err == nil
}
