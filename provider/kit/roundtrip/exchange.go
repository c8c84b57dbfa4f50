package roundtrip

import (
	"context"
	"errors"
	"net/http"
	"sync/atomic"
	"time"
)

var (
	// ErrTooLarge is the Err of an Exchange whose body is larger than MaxBody. Of
	// the errors it alone is fit for a message, after "the answer cannot be
	// used:", and leaves an answer that can be judged by its status.
	ErrTooLarge = errors.New("its body is too large")
	// ErrRepeated is the Err of an Exchange whose connection broke after the
	// request was written, where net/http would have sent it again.
	ErrRepeated = errors.New("the connection broke after the request was written, and it is not sent again")
)

var (
	// errNoExchange is returned by RoundTrip for a request whose context has no
	// Exchange. Its result would be lost, so it is not sent.
	errNoExchange = errors.New("the request was not sent: its context was not made by roundtrip.With")
	// errSecondRequest is returned by RoundTrip for a second request with one
	// Exchange, such as a retry of an SDK or a redirect that it follows. It is
	// not sent, and the Exchange stays as it is.
	errSecondRequest = errors.New("the request was not sent: its context belongs to an earlier request")
)

// errPlain is the Err of an Exchange whose request is not over https, while the
// Transport has a proxy.
var errPlain = errors.New("the request was not sent: it is not over https, and the proxy would see what is in it")

// An Exchange is the result of one request.
type Exchange struct {
	// Tried says that the Transport was called for the request. If it is false,
	// the SDK failed before that, and nothing was sent.
	Tried bool
	// Status is the HTTP status of the answer; 0 if no answer came. It is also
	// set if the body could not be read to its end.
	Status int
	// Header is the answer's; nil if no answer came.
	Header http.Header
	// Body is the answer's whole body; nil if Err is set.
	Body []byte
	// Err is why there is no complete answer. Its text may quote the answer, so
	// it must not be shown.
	Err error

	// ProxyFailure says in what way the Transport's proxy did not lead to the
	// gateway, and what to do; empty if it did, or there is none. It is fit for a
	// message. Nothing was sent to the gateway then.
	ProxyFailure string
	// ProxyStatus is the status with which the proxy refused; 0 if it did not.
	ProxyStatus int

	connected   atomic.Bool // a connection was handed over
	untrusted   atomic.Bool // TLS with the gateway failed
	used        atomic.Bool // by a request of an SDK
	longestWait time.Duration
}

// Sent reports whether the request may have reached the gateway. False means
// that it certainly did not: not one byte of it was sent. True means that there
// was a connection for it. From then on bytes may be sent at any moment, whatever
// else is reported.
func (x *Exchange) Sent() bool { return x.connected.Load() || x.Status != 0 }

// blameProxy sets what the proxy did to a request of which nothing was sent, and
// returns the error. ctx is the request's own.
func (x *Exchange) blameProxy(ctx context.Context, err error) error {
	failed, known := errors.AsType[*proxyError](err)
	switch {
	case known:
	case ctx.Err() != nil:
		failed = &proxyError{failure: proxyTimeout, err: err}
	case x.untrusted.Load():
		failed = &proxyError{failure: gatewayUntrusted, err: err}
	default: // the request cannot be written
		return err
	}
	x.ProxyFailure, x.ProxyStatus = failed.failure, failed.status
	return failed
}

// RetryAfter returns how long the gateway asks to wait, as [RetryAfter] reads
// it, within the Transport's MaxRetryAfter; 0 if the gateway does not ask.
func (x *Exchange) RetryAfter() time.Duration {
	return RetryAfter(x.Header, time.Now(), x.longestWait)
}

// Date returns the header Date of the answer, which is the gateway's clock, to the
// second and in UTC; false if there is none. Use it for time limits that the
// gateway enforces.
func (x *Exchange) Date() (time.Time, bool) { return dateOf(x.Header) }

type exchangeKey struct{}

// With returns a context for one request. RoundTrip writes the result of the
// request to x.
func With(ctx context.Context, x *Exchange) context.Context {
	return context.WithValue(ctx, exchangeKey{}, x)
}
