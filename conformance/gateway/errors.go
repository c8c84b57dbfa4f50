package gateway

import (
	"errors"
	"fmt"
	"net/http"
)

// The errors of a [Gateway] and its scopes, to be wrapped with details. [Handler]
// sends them as a status. [Client] returns an error with the same text, for which
// errors.Is reports the same.
var (
	// ErrUnsupported means that the sandbox lacks the feature (status 501).
	ErrUnsupported = errors.New("not supported by this sandbox")

	// ErrIllegal means that the gateway never makes the requested move, such as
	// from succeeded to pending (status 409). Nothing has changed.
	ErrIllegal = errors.New("not a move that the gateway makes")

	// ErrNotFound means that the scope, payment or refund does not exist, or is in
	// another scope (status 404).
	ErrNotFound = errors.New("not found")

	// ErrBadRequest means that the request is malformed (status 400). It is a
	// mistake of the caller; repeating the request does not help.
	ErrBadRequest = errors.New("bad request")
)

// refusal is an error with its HTTP status.
type refusal struct {
	status int
	err    error
}

// refusals returns the table that both Handler and Client use.
func refusals() []refusal {
	return []refusal{
		{http.StatusBadRequest, ErrBadRequest},
		{http.StatusNotFound, ErrNotFound},
		{http.StatusConflict, ErrIllegal},
		{http.StatusNotImplemented, ErrUnsupported},
	}
}

// statusOf returns the HTTP status of err. Any other error than a refusal is a
// failure of the sandbox itself.
func statusOf(err error) int {
	for _, known := range refusals() {
		if errors.Is(err, known.err) {
			return known.status
		}
	}
	return http.StatusInternalServerError
}

// refusalOf returns the refusal of an HTTP status, or nil.
func refusalOf(status int) error {
	for _, known := range refusals() {
		if known.status == status {
			return known.err
		}
	}
	return nil
}

// Refusal returns the error for a refusal of the gateway's own API: it wraps
// [ErrBadRequest], [ErrNotFound], [ErrIllegal] or [ErrUnsupported] for the statuses
// 400, 404, 409 and 501, and none of them for any other.
func Refusal(status int, message string) error {
	known := refusalOf(status)
	switch {
	case known == nil:
		return errors.New(message)
	case errors.Is(known, ErrBadRequest):
		return badRequest("%s", message)
	default:
		return fmt.Errorf("%s: %w", message, known)
	}
}

// statusError is an error that a sandbox answered with. Its text is that of the
// sandbox, so that a test's log reads the same with a sandbox in the same process.
type statusError struct {
	refusal error // nil: no refusal has this status
	status  int
	message string
}

func (e *statusError) Error() string {
	if e.message == "" {
		return fmt.Sprintf("the sandbox answered %d without an error text", e.status)
	}
	if e.refusal == nil {
		return fmt.Sprintf("the sandbox answered %d: %s", e.status, e.message)
	}
	return e.message
}

func (e *statusError) Unwrap() error { return e.refusal }

// badRequest returns an error that wraps ErrBadRequest.
func badRequest(format string, arguments ...any) error {
	return fmt.Errorf("%w: %s", ErrBadRequest, fmt.Sprintf(format, arguments...))
}
