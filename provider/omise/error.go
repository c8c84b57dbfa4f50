package omise

import (
	"fmt"
	"regexp"
	"strings"
	"time"
	"unicode"
)

// A Kind is the cause of an [Error]. What to do next follows from it.
type Kind string

// Before anything is sent: Sent is false, and the gateway did not receive the request.
const (
	// KindInvalid: the arguments are invalid, such as an id of another form.
	KindInvalid Kind = "invalid"
	// KindUnreachable: no connection could be made: the name was not found, or dialling or TLS failed.
	KindUnreachable Kind = "unreachable"
	// KindProxy: the proxy did not lead to the gateway. Message says in what way, and what to do.
	KindProxy Kind = "proxy"
	// KindHeldBack: the client did not send the request, since its circuit breaker is open or its bulkhead full.
	KindHeldBack Kind = "held_back"
	// KindExpired: the context ended before the request was sent, or too little of its time was left.
	KindExpired Kind = "expired"
)

// The gateway refused the request and did nothing.
const (
	// KindRateLimited: 429. The request was not processed; see RetryAfter.
	KindRateLimited Kind = "rate_limited"
	// KindUnauthorized: 401 or 403. The key is wrong, revoked, or of the wrong type.
	KindUnauthorized Kind = "unauthorized"
	// KindNotFound: 404 with an error object. For a POST it is an object that the request refers to.
	KindNotFound Kind = "not_found"
	// KindRefused: any other 4xx, except those below.
	KindRefused Kind = "refused"
)

// The outcome of a POST is unknown: it may have been executed, or may still be.
const (
	// KindConflict: 409 or 425. Another request for the same object is in progress.
	KindConflict Kind = "conflict"
	// KindTimeout: 408, or the time ran out before a complete answer arrived.
	KindTimeout Kind = "timeout"
	// KindLost: the connection broke before a complete answer arrived.
	KindLost Kind = "lost"
	// KindFault: 5xx, or 400 with the code backend_error.
	KindFault Kind = "fault"
	// KindMalformed: the answer cannot be trusted: not JSON, too large, another object than was asked for, an error
	// object with status 200, a redirect, a 400 whose code is cut off.
	KindMalformed Kind = "malformed"
)

// An Error is why a request failed. It contains neither keys nor bodies.
type Error struct {
	// Operation is the method of Client that failed, in snake_case: create_charge.
	Operation string
	Kind      Kind
	// Sent is false only if the gateway certainly did not receive the request.
	Sent bool
	// HTTPStatus is 0 where there was no answer.
	HTTPStatus int
	// Code is the gateway's error code, such as invalid_charge; blank if there is none.
	Code string
	// Message is for people: the gateway's message or the cause, without control characters, at most 256 bytes long.
	Message string
	// Remnant is what can be read of the object in an answer of KindMalformed; nil if the error is of another kind. The
	// object exists all the same, and somebody has to check it.
	Remnant *Remnant
	// RequestID is the gateway's X-Request-Id, for its support; blank if there was none.
	RequestID string
	// RetryAfter is the wait that the gateway asked for, from 0 (none) to 5 min.
	RetryAfter time.Duration

	cause   error
	lasting bool // the next attempt would fail in the same way
}

// Error returns one line.
func (e *Error) Error() string {
	var line strings.Builder
	line.WriteString("omise: " + e.Operation + ": " + string(e.Kind))
	if e.HTTPStatus != 0 {
		fmt.Fprintf(&line, " (http %d", e.HTTPStatus)
		if e.Code != "" {
			line.WriteString(", " + e.Code)
		}
		line.WriteString(")")
	}
	if e.Message != "" {
		line.WriteString(": " + e.Message)
	}
	return line.String()
}

// Unwrap returns the context's error or the reason why no connection was made; nil if the gateway answered.
func (e *Error) Unwrap() error { return e.cause }

func invalid(operation, message string) *Error {
	return &Error{Operation: operation, Kind: KindInvalid, Message: message}
}

const (
	maxMessage = 256
	maxCode    = 64
)

// keyInText matches what looks like a key, in case the gateway or a proxy quotes the request.
var keyInText = regexp.MustCompile(`[sp]key_[0-9A-Za-z_]+`)

// clean returns a text from outside for a log line: valid UTF-8, on one line, without keys, at most limit bytes long.
func clean(text string, limit int) string {
	text = strings.ToValidUTF8(text, "")
	if strings.Contains(text, "key_") {
		text = keyInText.ReplaceAllString(text, redacted)
	}
	text = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == '\u2028' || r == '\u2029' {
			return -1
		}
		return r
	}, text)
	if len(text) > limit {
		text = strings.ToValidUTF8(text[:limit], "")
	}
	return text
}
