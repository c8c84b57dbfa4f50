package omise

import (
	"bytes"
	"errors"
	"net/http"
	"time"

	"github.com/paysocket/paysocket/provider/kit/roundtrip"
	"github.com/paysocket/paysocket/provider/kit/strictjson"
)

// A Response is what an HTTP answer has besides its body. It is zero in objects that were decoded from an event.
type Response struct {
	// Date is the gateway's clock (the Date header, to the second, in UTC); zero if there was none, or if the answer came
	// out of a cache (the Age header). Use it, not the local clock, for time limits that the gateway enforces.
	Date time.Time
	// RequestID is the X-Request-Id, for the gateway's support.
	RequestID string
}

// answer is an HTTP answer, with its whole body unless that is tooLarge. The content type is ignored, since gateways and
// proxies send wrong ones.
type answer struct {
	status     int
	body       []byte
	tooLarge   bool
	response   Response
	retryAfter time.Duration // the wait that the gateway asked for
	// mistyped is why the object in body could not be decoded, if it is one. Set by check.
	mistyped error
}

// errorJSON is an error object.
type errorJSON struct {
	Object  text `json:"object"`
	Code    text `json:"code"`
	Message text `json:"message"`
}

func answerOf(x *roundtrip.Exchange) *answer {
	got := &answer{status: x.Status, body: x.Body, tooLarge: errors.Is(x.Err, roundtrip.ErrTooLarge), retryAfter: x.RetryAfter()}
	got.response.RequestID = clean(x.Header.Get("X-Request-Id"), maxCode)
	if len(x.Header.Values("Age")) == 0 {
		got.response.Date, _ = x.Date()
	}
	return got
}

// check decodes the body and returns the error of the answer; nil if it is an object that may be read.
func (a *answer) check(r request) *Error {
	var said errorJSON
	var problem, damage error // of the object that was asked for, and of any
	a.body = strictjson.ToUTF8(a.body)
	switch {
	case a.tooLarge:
		damage = roundtrip.ErrTooLarge
	case a.status/100 == 2:
		problem = strictjson.Decode(a.body, maxBody, r.into)
		if list, ok := r.into.(salvager); ok && problem != nil && list.salvage(a.body) {
			problem = nil
		}
		if problem == nil && r.into.identify().Object != "error" {
			return nil
		}
		fallthrough
	default:
		damage = strictjson.Decode(a.body, maxBody, &said)
	}
	isError := said.Object == "error"
	code := ""
	if isError {
		code = clean(string(said.Code), maxCode)
	}
	cut := a.tooLarge || damage != nil && bytes.HasPrefix(bytes.TrimSpace(a.body), []byte("{"))
	kind := kindOf(a.status, code, isError, cut)
	if kind == "" {
		if damage != nil {
			return a.malformed(r.operation, damage)
		}
		a.mistyped = problem
		return nil
	}
	failure := a.failure(r.operation, kind, clean(string(said.Message), maxMessage))
	failure.Code = code
	switch {
	case cut:
		failure.Message = damage.Error()
	case !isError:
		failure.Message = "the answer is not an error object of Omise"
	}
	return failure
}

// kindOf returns the kind of error of an answer; blank if it is none.
//
// isError reports whether the body is an error object, and cut whether it may have been one before it was damaged. A 4xx
// is a refusal whatever its body is, except for a 400 whose code may have been backend_error. Only an error object of
// Omise can say that something is not found: the page of a proxy would make a payment disappear. An error object in a
// 2xx contradicts itself. The statuses in the first table mean the same from Omise and from a proxy.
func kindOf(status int, code string, isError, cut bool) Kind {
	switch status {
	case http.StatusTooManyRequests:
		return KindRateLimited
	case http.StatusUnauthorized, http.StatusForbidden:
		return KindUnauthorized
	case http.StatusRequestTimeout:
		return KindTimeout
	case http.StatusConflict, http.StatusTooEarly:
		return KindConflict
	}
	switch {
	case status >= 500, status == http.StatusFailedDependency: // a system behind Omise failed, at an unknown step
		return KindFault
	case status >= 200 && status < 300 && !isError:
		return ""
	case status < 400: // redirects too: they are not followed
		return KindMalformed
	case status == http.StatusBadRequest && cut:
		return KindMalformed
	case code == "backend_error":
		return KindFault
	case status == http.StatusNotFound && isError:
		return KindNotFound
	}
	return KindRefused
}

// malformed returns the error of a success whose object cannot be read.
func (a *answer) malformed(operation string, problem error) *Error {
	failure := a.failure(operation, KindMalformed, problem.Error())
	failure.Remnant = new(RemnantOf(a.body))
	return failure
}

func (a *answer) failure(operation string, kind Kind, message string) *Error {
	return &Error{
		Operation:  operation,
		Kind:       kind,
		Sent:       true,
		HTTPStatus: a.status,
		Message:    message,
		RequestID:  a.response.RequestID,
		RetryAfter: a.retryAfter,
	}
}
