package kit

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit/roundtrip"
	"github.com/paysocket/paysocket/provider/kit/strictjson"
)

// API is a client of a gateway's API, JSON over HTTP, for one account. Create it
// with [NewAPI]. It is a [Session], so a provider's session can embed it.
type API struct {
	base        string
	authorize   func(*http.Request)
	refused     func(*roundtrip.Exchange) *contract.Error
	succeeded   func(*roundtrip.Exchange) bool
	userAgent   string
	timeout     time.Duration
	keys        KeyScope
	minTimeLeft time.Duration
	maxBody     int
	http        *roundtrip.Transport
	logger      *slog.Logger
}

// APIOptions are the settings of an API. The zero value of every field means
// its default.
type APIOptions struct {
	// UserAgent is the User-Agent header; default: that of net/http.
	UserAgent string

	// Timeout is returned by the method Timeout, for [Run]; default 25 s. Do
	// itself is bounded by its context only.
	Timeout time.Duration

	// SettleTime is that of the method Keys, for [Run]; default Timeout, for a
	// gateway that lists a payment as soon as it is made.
	SettleTime time.Duration

	// MinTimeLeft is how much time a call must have left to begin a request that
	// moves money; default 0.
	MinTimeLeft time.Duration

	// Succeeded reports whether an answer is a success; default: its status is
	// 200 or 201. A gateway that also refuses with status 200 needs a function
	// that looks into the body.
	Succeeded func(*roundtrip.Exchange) bool

	// HTTP has the options of the transport. Set RepeatKeyed for a gateway that
	// honours idempotency keys.
	HTTP *roundtrip.Options

	// Logger receives one record for each request, at debug level; default none.
	Logger *slog.Logger
}

// NewAPI returns a client of the API at base, which must satisfy
// roundtrip.IsSafeBase. authorize adds the account's key to a request; see
// [Bearer]. Two APIs are for the same account if it adds the same to the headers and
// the address of a request at the same base. refused returns the error of a complete
// answer that is not a success, and never nil; see [Refusal]. options may be nil.
func NewAPI(base string, authorize func(*http.Request), refused func(*roundtrip.Exchange) *contract.Error, options *APIOptions) *API {
	var o APIOptions
	if options != nil {
		o = *options
	}
	if o.HTTP == nil {
		o.HTTP = &roundtrip.Options{}
	}
	if o.Succeeded == nil {
		o.Succeeded = hasUsualStatus
	}
	return &API{
		base:      base,
		authorize: authorize,
		refused:   refused,
		succeeded: o.Succeeded,
		userAgent: o.UserAgent,
		timeout:   cmp.Or(o.Timeout, 25*time.Second),
		keys: KeyScope{
			Base: base, Secrets: secretsIn(base, authorize), SettleTime: cmp.Or(o.SettleTime, o.Timeout, 25*time.Second),
		},
		minTimeLeft: o.MinTimeLeft,
		maxBody:     cmp.Or(o.HTTP.MaxBody, roundtrip.DefaultMaxBody),
		http:        roundtrip.NewTransport(o.HTTP),
		logger:      cmp.Or(o.Logger, slog.New(slog.DiscardHandler)),
	}
}

// hasUsualStatus excludes 202, which is only a promise, and 204, which has no
// body.
func hasUsualStatus(x *roundtrip.Exchange) bool {
	return x.Status == http.StatusOK || x.Status == http.StatusCreated
}

// Bearer returns a function that adds secret to a request as a bearer token.
func Bearer(secret contract.Secret) func(*http.Request) {
	return func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+secret.Reveal()) }
}

// Timeout returns how long a call may take at most.
func (a *API) Timeout() time.Duration { return a.timeout }

// Keys returns for which account the API works.
func (a *API) Keys() KeyScope { return a.keys }

// Close closes idle connections. Requests in flight continue.
func (a *API) Close() { a.http.CloseIdleConnections() }

// A Request is one request to a gateway.
type Request struct {
	Method string // such as http.MethodGet
	Path   string // appended to the base; its parts are escaped
	Query  url.Values
	Body   any // encoded as JSON; nil: no body

	// Moves says that the request can move money. It does not begin with less
	// time left than APIOptions.MinTimeLeft.
	Moves bool

	// IdempotencyKey is sent in the header Idempotency-Key, so that the gateway
	// executes the request only once; empty: no header.
	IdempotencyKey string
}

// Do sends a request once, and decodes the JSON object of a success into the value
// that into points to, as package strictjson does. After an error that value must
// not be used. If into is a *json.RawMessage, the body is stored as it is, for an
// answer of which not every part is to be judged; see strictjson.Members. Bytes
// that are not UTF-8 become U+FFFD before. The Exchange is never nil, and has the
// status and header of the answer.
func (a *API) Do(ctx context.Context, r *Request, into any) (*roundtrip.Exchange, *contract.Error) {
	began := time.Now()
	x, e := a.send(ctx, r)
	if e == nil && !a.succeeded(x) {
		e = a.refused(x)
	}
	if e == nil {
		e = a.decode(x, into)
	}
	a.log(ctx, r, e, time.Since(began))
	return x, e
}

func (a *API) decode(x *roundtrip.Exchange, into any) *contract.Error {
	content := strictjson.ToUTF8(x.Body)
	if raw, ok := into.(*json.RawMessage); ok {
		*raw = content
		return nil
	}
	if err := strictjson.Decode(content, a.maxBody, into); err != nil {
		return Malformed(err)
	}
	return nil
}

func (a *API) send(ctx context.Context, r *Request) (*roundtrip.Exchange, *contract.Error) {
	var least time.Duration
	if r.Moves {
		least = a.minTimeLeft
	}
	if e := TimeLeft(ctx, least); e != nil {
		return &roundtrip.Exchange{}, e
	}
	built, err := a.build(ctx, r)
	if err != nil {
		x := &roundtrip.Exchange{}
		return x, NoAnswer(ctx, x)
	}
	x := a.http.Send(built)
	return x, NoAnswer(ctx, x)
}

func (a *API) build(ctx context.Context, r *Request) (*http.Request, error) {
	address := a.base + r.Path
	if len(r.Query) > 0 {
		address += "?" + r.Query.Encode()
	}
	var body io.Reader
	if r.Body != nil {
		content, err := json.Marshal(r.Body)
		if err != nil {
			return nil, errors.New("the body cannot be written as JSON")
		}
		body = bytes.NewReader(content)
	}
	built, err := http.NewRequestWithContext(ctx, r.Method, address, body)
	if err != nil {
		return nil, err
	}
	if a.userAgent != "" {
		built.Header.Set("User-Agent", a.userAgent)
	}
	built.Header.Set("Accept", "application/json")
	if body != nil {
		built.Header.Set("Content-Type", "application/json")
	}
	if r.IdempotencyKey != "" {
		built.Header.Set("Idempotency-Key", r.IdempotencyKey)
	}
	a.authorize(built)
	return built, nil
}

// log logs a request without its query, which may have an idempotency key.
func (a *API) log(ctx context.Context, r *Request, e *contract.Error, took time.Duration) {
	attrs := []slog.Attr{
		slog.String("method", r.Method),
		slog.String("path", r.Path),
		slog.Duration("duration", took),
	}
	if e != nil {
		attrs = append(attrs, slog.String("reason", string(e.Reason)))
	}
	a.logger.LogAttrs(ctx, slog.LevelDebug, "gateway request", attrs...)
}
