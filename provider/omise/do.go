package omise

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"os"
	"strings"
	"syscall"
	"time"

	"github.com/paysocket/paysocket/provider/kit/roundtrip"
)

// do sends a request once and returns the answer if it is a JSON object, else an error. It is the only place of the
// package that uses HTTP.
func (c *Client) do(ctx context.Context, r request) (*answer, *Error) {
	started := time.Now()
	got, failure := c.roundTrip(ctx, r)
	if failure == nil {
		failure = got.check(r)
	}
	if c.options.Logger.Enabled(ctx, slog.LevelDebug) {
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
	httpRequest, err := c.build(attempt, r)
	if err != nil {
		return nil, invalid(r.operation, "the request cannot be built")
	}
	x := c.transport.Send(httpRequest)
	got := answerOf(x)
	if at := got.response.Date; c.options.Dated != nil && !at.IsZero() {
		c.options.Dated(at)
	}
	switch {
	case x.Err == nil, got.tooLarge:
		return got, nil
	case x.ProxyFailure != "" && ctx.Err() == nil:
		return nil, blocked(r.operation, x)
	case !x.Sent():
		return nil, unsent(ctx, r.operation, x.Err)
	}
	return nil, lost(attempt, r.operation, got, x.Err)
}

// build returns the HTTP request. It has no Idempotency-Key header, which Omise does not support and net/http takes as
// permission to send a POST again. mayRepeat decides what is sent again.
func (c *Client) build(ctx context.Context, r request) (*http.Request, error) {
	address, encoded := c.options.BaseURL+r.path, r.values.Encode()
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
	built.SetBasicAuth(c.key(r).Reveal(), "")
	built.Header.Set("Accept", "application/json")
	built.Header.Set("Omise-Version", c.options.APIVersion)
	built.Header.Set("User-Agent", c.options.UserAgent)
	if body != nil {
		built.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	return built, nil
}

// unsent returns the error of a request of which no byte can have been sent. ctx is the caller's: if it has ended, the
// call expired; otherwise the gateway was unreachable.
func unsent(ctx context.Context, operation string, cause error) *Error {
	if ended := ctx.Err(); ended != nil {
		return &Error{Operation: operation, Kind: KindExpired, Message: "the time ran out before the request was sent", cause: ended}
	}
	return &Error{Operation: operation, Kind: KindUnreachable, Message: clean(cause.Error(), maxMessage), cause: cause}
}

// blocked returns the error of a request that the proxy did not let through to the gateway.
func blocked(operation string, x *roundtrip.Exchange) *Error {
	return &Error{
		Operation: operation, Kind: KindProxy, Message: x.ProxyFailure, cause: x.Err,
		// A 4xx stays, and credentials tried often may lock their user; a proxy that did not answer has used up the time.
		lasting: x.ProxyStatus/100 == 4 || errors.Is(x.Err, os.ErrDeadlineExceeded) || errors.Is(x.Err, context.DeadlineExceeded),
	}
}

// lost returns the error of a request that may have been executed. got may have status and headers. The cause's text is
// left out, since net/http quotes what it could not read.
func lost(ctx context.Context, operation string, got *answer, cause error) *Error {
	failure := got.failure(operation, KindLost, "")
	switch ended := ctx.Err(); {
	case ended != nil:
		failure.Kind, failure.cause = KindTimeout, ended
		failure.Message = "the time ran out before a complete answer arrived"
	case errors.Is(cause, syscall.ECONNRESET):
		failure.Message = "the connection was reset"
	case errors.Is(cause, io.EOF), errors.Is(cause, io.ErrUnexpectedEOF):
		failure.Message = "the connection was closed before a complete answer arrived"
	default:
		failure.Message = "the connection broke, or the answer was not HTTP"
	}
	return failure
}

// log writes one line for an attempt. The path contains nothing from outside but ids of a known form.
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
	c.options.Logger.LogAttrs(ctx, slog.LevelDebug, "omise request", attributes...)
}
