package hostctl

import (
	"errors"
	"fmt"
	"net/http"
)

// What a host says about a request that it does not carry out. A [*RefusedError] wraps
// one of them.
var (
	ErrMalformed   = errors.New("the request is malformed")                    // 400
	ErrForbidden   = errors.New("the request comes from a web page")           // 403
	ErrNotFound    = errors.New("there is no such order")                      // 404
	ErrConflict    = errors.New("it contradicts what is known, or what is so") // 409
	ErrNotValid    = errors.New("the host does not sell that")                 // 422
	ErrFailed      = errors.New("the host itself failed")                      // 500
	ErrUnsupported = errors.New("the host lacks the feature")                  // 501
	ErrUnavailable = errors.New("it is not possible now")                      // 503
)

// kinds returns the kind of each status.
func kinds() map[int]error {
	return map[int]error{
		http.StatusBadRequest: ErrMalformed, http.StatusForbidden: ErrForbidden, http.StatusNotFound: ErrNotFound,
		http.StatusConflict: ErrConflict, http.StatusUnprocessableEntity: ErrNotValid,
		http.StatusInternalServerError: ErrFailed, http.StatusNotImplemented: ErrUnsupported,
		http.StatusServiceUnavailable: ErrUnavailable,
	}
}

// RefusedError is a host's answer that it does not do what it was asked for.
type RefusedError struct {
	Request string // such as "POST /v1/orders"
	Status  int
	Why     string // the host's words

	kind error
}

func (e *RefusedError) Error() string {
	return fmt.Sprintf("%s: %v: the host answered %d: %s", e.Request, e.kind, e.Status, e.Why)
}

// Unwrap returns the kind, such as [ErrConflict].
func (e *RefusedError) Unwrap() error { return e.kind }

// AnswerError is an answer that hostctl/1 does not allow: a mistake in the host's adapter
// and not in the host.
type AnswerError struct {
	Request string
	Status  int
	Err     error
	Answer  string // its beginning
}

func (e *AnswerError) Error() string {
	return fmt.Sprintf("%s: the answer with status %d is not one of %s: %v; correct the host's adapter (docs/hostctl.md). It begins with %q",
		e.Request, e.Status, Protocol, e.Err, e.Answer)
}

// Unwrap returns what is wrong with it.
func (e *AnswerError) Unwrap() error { return e.Err }

// LostError says that a request got no answer: whether it was carried out is not known.
type LostError struct {
	Request string
	Err     error
}

func (e *LostError) Error() string {
	return fmt.Sprintf("%s: the host did not answer, and may have done it or not: %v", e.Request, e.Err)
}

// Unwrap returns the cause.
func (e *LostError) Unwrap() error { return e.Err }
