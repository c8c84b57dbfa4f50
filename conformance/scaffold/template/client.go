package acmepay

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/paysocket/paysocket/contract"
)

const (
	methodGet  = http.MethodGet
	methodPost = http.MethodPost

	maxBody       = 1 << 20 // of an answer, in bytes
	maxRetryAfter = 5 * time.Minute
)

// client speaks HTTP to the gateway for one account.
type client struct {
	settings *settings
	http     *http.Client
	logger   *slog.Logger
}

// request is one request to the gateway.
type request struct {
	method string
	path   string // parts escaped
	query  url.Values
	body   any // nil: none

	// moves says that the request can move money, so it is not begun when too
	// little time is left to hear the answer.
	moves bool

	// idempotencyKey is sent so that the gateway executes the request once. It
	// also lets net/http send a POST a second time by itself, when a connection
	// that was kept open turns out to be closed. That is harmless with a
	// gateway that honours the key. With one that does not, send no header of
	// that name, and leave http.Request.GetBody nil.
	idempotencyKey string
}

// newClient makes an HTTP client of its own, because http.DefaultClient has no
// time-outs, follows redirects with a POST's answer, and asks the environment
// for a proxy that would see the key.
func newClient(s *settings, logger *slog.Logger) *client {
	return &client{settings: s, logger: logger, http: &http.Client{
		// The time of a whole call is in its context.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			Proxy:                  nil,
			DialContext:            (&net.Dialer{Timeout: 5 * time.Second}).DialContext,
			TLSHandshakeTimeout:    5 * time.Second,
			DisableCompression:     true, // a small answer must not become a large one
			MaxResponseHeaderBytes: 64 << 10,
			MaxIdleConnsPerHost:    32,
			IdleConnTimeout:        time.Minute,
		},
	}}
}

// close gives up idle connections; calls under way go on.
func (c *client) close() { c.http.CloseIdleConnections() }

// do sends a request once, reads the answer into a struct, and gives its
// status, 200 or 201.
func (c *client) do(ctx context.Context, r *request, into any) (int, *contract.Error) {
	began := time.Now()
	got, e := c.send(ctx, r)
	if e == nil && got.status != http.StatusOK && got.status != http.StatusCreated {
		e = refused(got)
	}
	if e == nil {
		if err := decode(got.body, into); err != nil {
			e = malformed(err)
		}
	}
	// Paths hold ids and no secrets.
	attrs := []slog.Attr{slog.String("method", r.method), slog.String("path", r.path), slog.Duration("duration", time.Since(began))}
	if e != nil {
		attrs = append(attrs, slog.String("reason", string(e.Reason)))
	}
	c.logger.LogAttrs(ctx, slog.LevelDebug, "gateway request", attrs...)
	return got.status, e
}

// received is an answer of the gateway's, not yet understood.
type received struct {
	status     int
	body       []byte
	retryAfter time.Duration // 0: not told
}

func (c *client) send(ctx context.Context, r *request) (received, *contract.Error) {
	if e := contract.FromContext(ctx); e != nil {
		return received{}, asError(e)
	}
	if until, limited := ctx.Deadline(); r.moves && limited && time.Until(until) < c.settings.minTimeLeft {
		return received{}, contract.NewError(contract.DeadlineTooShort,
			"too little time was left to begin a request that moves money; give the call more, or lower min_time_left")
	}
	// Once a connection was handed over, bytes may have left, whatever else is
	// reported. There is no later moment at which it is certain that none have.
	var connected atomic.Bool
	built, err := c.build(httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GotConn: func(httptrace.GotConnInfo) { connected.Store(true) },
	}), r)
	if err != nil {
		return received{}, contract.NewError(contract.InvalidRequest, "the request cannot be written for the gateway")
	}
	response, err := c.http.Do(built)
	if err != nil && !connected.Load() {
		return received{}, unsent(ctx, err)
	}
	if err != nil {
		return received{}, lost(ctx, err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(response.Body, maxBody+1))
	if err != nil {
		return received{}, lost(ctx, err)
	}
	return received{status: response.StatusCode, body: body, retryAfter: retryAfter(response.Header)}, nil
}

func (c *client) build(ctx context.Context, r *request) (*http.Request, error) {
	address := c.settings.apiBase + r.path
	if len(r.query) > 0 {
		address += "?" + r.query.Encode()
	}
	var body io.Reader
	if r.body != nil {
		content, err := json.Marshal(r.body)
		if err != nil {
			return nil, err
		}
		body = bytes.NewReader(content)
	}
	built, err := http.NewRequestWithContext(ctx, r.method, address, body)
	if err != nil {
		return nil, err
	}
	built.Header.Set("Authorization", "Bearer "+c.settings.secretKey.Reveal())
	built.Header.Set("User-Agent", "payment-provider-acme-pay/"+Version)
	built.Header.Set("Accept", "application/json")
	if body != nil {
		built.Header.Set("Content-Type", "application/json")
	}
	if r.idempotencyKey != "" {
		built.Header.Set("Idempotency-Key", r.idempotencyKey)
	}
	return built, nil
}

// retryAfter reads how long the gateway asks to wait, in seconds or until a
// date. It is bounded, so that one wrong header does not put payments to sleep
// for a day; what cannot be read is 0.
func retryAfter(header http.Header) time.Duration {
	value := strings.TrimSpace(header.Get("Retry-After"))
	if at, err := http.ParseTime(value); err == nil {
		return min(max(time.Until(at), 0), maxRetryAfter)
	}
	seconds, err := strconv.ParseUint(value, 10, 31)
	if err != nil {
		return 0
	}
	return min(time.Duration(seconds)*time.Second, maxRetryAfter)
}
