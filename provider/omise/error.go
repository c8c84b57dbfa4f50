package omise

import (
	"fmt"
	"regexp"
	"strings"
	"time"
	"unicode"
)

// A Kind is the cause of an [Error], chosen so that what to do next follows from it.
type Kind string

// The first four kinds are raised before anything is sent: Sent is false, and the gateway knows nothing of the request.
const (
	// KindInvalid: this package refused the arguments, such as an id of another form.
	KindInvalid Kind = "invalid"
	// KindUnreachable: no connection could be made: name not found, refused, dial or TLS failed.
	KindUnreachable Kind = "unreachable"
	// KindHeldBack: the client kept the request back, as its circuit breaker is open or its bulkhead full.
	KindHeldBack Kind = "held_back"
	// KindExpired: the context was over before the request was sent.
	KindExpired Kind = "expired"
)

// The next four are the gateway's own word: it refused the request and did nothing.
const (
	// KindRateLimited: 429. The request was turned away unread; see RetryAfter.
	KindRateLimited Kind = "rate_limited"
	// KindUnauthorized: 401 or 403. The key is wrong, revoked, or of the wrong sort.
	KindUnauthorized Kind = "unauthorized"
	// KindNotFound: 404 with an error object. On a POST it is what the request refers to that was not found.
	KindNotFound Kind = "not_found"
	// KindRefused: any other 4xx, except those named below.
	KindRefused Kind = "refused"
)

// After the last five nobody knows what a POST has done: it may have been executed, or may still be.
const (
	// KindConflict: 409 or 425. Another request for the same object is under way.
	KindConflict Kind = "conflict"
	// KindTimeout: 408, or the time was up before a complete answer had come.
	KindTimeout Kind = "timeout"
	// KindLost: the connection broke before a complete answer had come.
	KindLost Kind = "lost"
	// KindFault: 5xx, or 400 with the code backend_error.
	KindFault Kind = "fault"
	// KindMalformed: an answer that cannot be believed: not JSON, too large, another object than was asked for, an
	// error object with status 200, a redirect, a 400 whose code is cut off.
	KindMalformed Kind = "malformed"
)

// An Error is how a request failed. It holds neither keys nor bodies.
type Error struct {
	// Operation is the method of Client that failed, in snake_case: create_charge.
	Operation string
	Kind      Kind
	// Sent is false only if it is certain that nothing reached the gateway.
	Sent bool
	// HTTPStatus is 0 where there was no answer.
	HTTPStatus int
	// Code is the gateway's code, such as invalid_charge; blank where it gave none.
	Code string
	// Message is for people: the gateway's message or the cause, without control characters, at most 256 bytes.
	Message string
	// ObjectID is the id of the object in an answer that cannot be believed; blank where none can be read. The object
	// exists all the same, and somebody has to look at it.
	ObjectID string
	// RequestID is the gateway's X-Request-Id, to quote to its support; blank where there was none.
	RequestID string
	// RetryAfter is the wait that the gateway asked for, from 0 (none) to 5 min.
	RetryAfter time.Duration

	cause error
}

// Error gives one line.
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

// Unwrap gives the context's error or the reason why no connection was made; nil where the gateway answered.
func (e *Error) Unwrap() error { return e.cause }

func invalid(operation, message string) *Error {
	return &Error{Operation: operation, Kind: KindInvalid, Message: message}
}

const (
	maxMessage = 256
	maxCode    = 64
)

// keyInText finds what looks like a key, in case a gateway (or a proxy in between) quotes the request back.
var keyInText = regexp.MustCompile(`[sp]key_[0-9A-Za-z_]+`)

// clean makes a stranger's text fit for a log line: valid, on one line, without keys, not longer than limit bytes.
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
