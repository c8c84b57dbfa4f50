package omise

import (
	"bytes"
	"net/http"
	"time"
)

// maxBody is larger than a list of 100 charges by far.
const maxBody = 1 << 20

// An answer is a complete HTTP answer, its body not longer than maxBody.
type answer struct {
	status   int
	body     []byte
	members  []member // of the object in body; set by judge
	response Response
	// retryAfter is the wait the gateway asked for; see parseRetryAfter.
	retryAfter time.Duration
}

// judge parses the body and gives the error that the answer stands for; nil if it is an object that may be read.
func (a *answer) judge(operation string) *Error {
	var problem error
	a.members, problem = parseObject(a.body, maxBody)
	f := fields{members: a.members}
	isError := f.holds("object", "error")
	code := ""
	if isError {
		code = clean(f.text("code"), maxCode)
	}
	cut := problem != nil && bytes.HasPrefix(bytes.TrimSpace(a.body), []byte("{"))
	kind := kindOf(a.status, code, isError, cut)
	if kind == "" {
		if problem != nil {
			return a.failure(operation, KindMalformed, problem.Error())
		}
		return nil
	}
	failure := a.failure(operation, kind, clean(f.text("message"), maxMessage))
	failure.Code = code
	if !isError {
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
