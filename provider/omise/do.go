package omise

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptrace"
	"strings"
	"sync/atomic"
	"syscall"
	"time"
)

// do sends a request once and gives the answer if it is a JSON object, else an error. Nothing else in this package
// speaks HTTP.
func (c *Client) do(ctx context.Context, r request) (*answer, *Error) {
	started := time.Now()
	got, failure := c.roundTrip(ctx, r)
	if failure == nil {
		failure = got.judge(r.operation)
	}
	if c.logger.Enabled(ctx, slog.LevelDebug) {
		c.log(ctx, r, got, failure, time.Since(started))
	}
	return got, failure
}

func (c *Client) roundTrip(ctx context.Context, r request) (*answer, *Error) {
	timeout := c.options.ReadTimeout
	if r.commits {
		timeout = c.options.WriteTimeout
	}
	attempt, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()

	// Once a connection has been handed over, bytes may leave at any moment, whatever else is reported: there is no
	// later point at which it is still certain that none have.
	var connected atomic.Bool
	attempt = httptrace.WithClientTrace(attempt, &httptrace.ClientTrace{
		GotConn: func(httptrace.GotConnInfo) { connected.Store(true) },
	})
	httpRequest, err := c.build(attempt, r)
	if err != nil {
		return nil, invalid(r.operation, "the request cannot be built")
	}
	httpResponse, err := c.transport.RoundTrip(httpRequest)
	if err != nil {
		if !connected.Load() {
			return nil, unsent(ctx, r.operation, err)
		}
		return nil, lost(attempt, r.operation, 0, err)
	}
	defer func() { _ = httpResponse.Body.Close() }()
	return receive(attempt, r.operation, httpResponse)
}

// build makes the HTTP request. It has no Idempotency-Key header: Omise does not know it, and net/http takes it for the
// leave to send a POST again when a connection that was used before breaks. Nor has it a GetBody: what is sent again is
// decided in one place, by mayRepeat.
func (c *Client) build(ctx context.Context, r request) (*http.Request, error) {
	address, encoded := c.baseURL+r.path, r.values.Encode()
	var body io.Reader
	if r.method == http.MethodPost {
		body = strings.NewReader(encoded)
	} else if encoded != "" {
		address += "?" + encoded
	}
	built, err := http.NewRequestWithContext(ctx, r.method, address, body)
	if err != nil {
		return nil, err
	}
	built.GetBody = nil
	built.SetBasicAuth(c.key(r).Reveal(), "")
	built.Header.Set("Accept", "application/json")
	built.Header.Set("Omise-Version", c.options.APIVersion)
	built.Header.Set("User-Agent", c.options.UserAgent)
	if body != nil {
		built.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	return built, nil
}

// receive reads the answer to its end. The content type is not asked: gateways and proxies give a wrong one, and the
// body tells better what it is.
func receive(ctx context.Context, operation string, from *http.Response) (*answer, *Error) {
	got := &answer{status: from.StatusCode}
	got.response.RequestID = clean(from.Header.Get("X-Request-Id"), maxCode)
	now := time.Now()
	if date, err := time.Parse(http.TimeFormat, from.Header.Get("Date")); err == nil {
		got.response.Date = date.UTC()
		now = date
	}
	got.retryAfter = parseRetryAfter(from.Header.Get("Retry-After"), now)

	var body bytes.Buffer
	body.Grow(int(min(max(from.ContentLength, 0), maxBody)) + bytes.MinRead)
	if _, err := body.ReadFrom(io.LimitReader(from.Body, maxBody+1)); err != nil {
		failure := lost(ctx, operation, from.StatusCode, err)
		failure.RequestID = got.response.RequestID
		return nil, failure
	}
	got.body = body.Bytes()
	return got, nil
}

// unsent is the error of a request of which no byte can have left. ctx is the caller's: its end tells an expired call
// from a gateway that does not take connections.
func unsent(ctx context.Context, operation string, cause error) *Error {
	if ended := ctx.Err(); ended != nil {
		return &Error{Operation: operation, Kind: KindExpired, Message: "the time was up before the request was sent", cause: ended}
	}
	return &Error{Operation: operation, Kind: KindUnreachable, Message: clean(cause.Error(), maxMessage), cause: cause}
}

// lost is the error of a request that may have been executed. The cause's own words are not told: net/http quotes what
// it could not read.
func lost(ctx context.Context, operation string, status int, cause error) *Error {
	failure := &Error{Operation: operation, Kind: KindLost, Sent: true, HTTPStatus: status}
	switch ended := ctx.Err(); {
	case ended != nil:
		failure.Kind, failure.cause = KindTimeout, ended
		failure.Message = "the time was up before a complete answer had come"
	case errors.Is(cause, syscall.ECONNRESET):
		failure.Message = "the connection was reset"
	case errors.Is(cause, io.EOF), errors.Is(cause, io.ErrUnexpectedEOF):
		failure.Message = "the connection was closed before a complete answer had come"
	default:
		failure.Message = "the connection broke, or what came was not HTTP"
	}
	return failure
}

// log writes one line for an attempt. The path holds ids of a known form and no more.
func (c *Client) log(ctx context.Context, r request, got *answer, failure *Error, took time.Duration) {
	attributes := []slog.Attr{
		slog.String("operation", r.operation),
		slog.String("method", r.method),
		slog.String("path", r.path),
		slog.Int("attempt", r.attempt),
		slog.Duration("took", took),
	}
	if got != nil {
		attributes = append(attributes, slog.Int("http_status", got.status), slog.String("request_id", got.response.RequestID))
	}
	if failure != nil {
		attributes = append(attributes, slog.String("kind", string(failure.Kind)), slog.String("error", failure.Error()))
	}
	c.logger.LogAttrs(ctx, slog.LevelDebug, "omise request", attributes...)
}
