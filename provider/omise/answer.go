package omise

import (
	"bytes"
	"errors"
	"net/http"
	"time"

	"github.com/paysocket/paysocket/provider/kit/roundtrip"
	"github.com/paysocket/paysocket/provider/kit/strictjson"
)

// A Response is what the gateway's HTTP answer says besides its body. It is zero in objects decoded from an event.
type Response struct {
	// Date is the gateway's clock (the Date header, to the second, in UTC); zero if it gave none. Time limits that the
	// gateway enforces are to be judged by it, not by the local clock.
	Date time.Time
	// RequestID is the X-Request-Id, to quote to the gateway's support.
	RequestID string
}

// An answer is what came back over HTTP, its body whole or left out as tooLarge. The content type is not asked: gateways
// and proxies give a wrong one, and the body tells better what it is.
type answer struct {
	status     int
	body       []byte
	tooLarge   bool
	response   Response
	retryAfter time.Duration // the wait that the gateway asked for
	// mistyped is why the object in body could not be decoded, if it is one; id is its id. Set by judge.
	mistyped error
	id       text
}

// An errorJSON is an error object, or the id of any other.
type errorJSON struct {
	Object  text `json:"object"`
	ID      text `json:"id"`
	Code    text `json:"code"`
	Message text `json:"message"`
}

func answerOf(x *roundtrip.Exchange) *answer {
	got := &answer{status: x.Status, body: x.Body, tooLarge: errors.Is(x.Err, roundtrip.ErrTooLarge), retryAfter: x.RetryAfter()}
	got.response.RequestID = clean(x.Header.Get("X-Request-Id"), maxCode)
	got.response.Date, _ = x.Date()
	return got
}

// judge decodes the body and returns the error that the answer stands for; nil if it is an object that may be read.
func (a *answer) judge(r request) *Error {
	var said errorJSON
	var problem, damage error // of the object that was asked for, and of any
	switch {
	case a.tooLarge:
		damage = roundtrip.ErrTooLarge
	case a.status/100 == 2:
		if problem = strictjson.Decode(a.body, maxBody, r.into); problem == nil && r.into.identify().Object != "error" {
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
			return a.failure(r.operation, KindMalformed, damage.Error())
		}
		a.mistyped, a.id = problem, said.ID
		return nil
	}
	failure := a.failure(r.operation, kind, clean(string(said.Message), maxMessage))
	failure.Code = code
	switch {
	case cut:
		failure.Message = damage.Error()
	case !isError:
		failure.Message = "the answer is no error object of Omise's"
	}
	return failure
}

// kindOf is the one table from what the gateway answers to the kind of error; blank for an answer that is none.
//
// isError tells whether the body is an error object, and cut that it may have been one before it was damaged. A 4xx is
// a refusal whatever its body is, but for a 400 that may have blamed Omise's own backend; that something is not found
// is believed only of Omise itself, since a page in between would make a payment vanish. An error object in a 2xx
// contradicts itself. The statuses in the first table mean the same whoever says them.
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
	case status >= 500:
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
