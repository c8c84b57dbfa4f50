package gateway

import (
	"errors"
	"fmt"
	"net/http"
)

// The refusals of a sandbox. A [Gateway] wraps them with what it has to say;
// [Handler] sends them as a status, and [Client] gives back an error that
// reads the same and that errors.Is finds the same refusal in.
var (
	// ErrUnsupported says that the sandbox lacks the feature (501).
	ErrUnsupported = errors.New("not supported by this stand-in")

	// ErrIllegal says that the gateway never makes the asked move (409).
	ErrIllegal = errors.New("not a move that the gateway makes")

	// ErrNotFound says that the scope, payment or refund does not exist, or
	// exists in another scope (404).
	ErrNotFound = errors.New("not found")

	// ErrBadRequest says that the question itself is malformed (400). The
	// caller has a bug; repeating the question does not help.
	ErrBadRequest = errors.New("bad request")
)

// refusal pairs an error with the status that it travels as.
type refusal struct {
	status int
	err    error
}

// refusals is read by both ends, so they cannot disagree.
func refusals() []refusal {
	return []refusal{
		{http.StatusBadRequest, ErrBadRequest},
		{http.StatusNotFound, ErrNotFound},
		{http.StatusConflict, ErrIllegal},
		{http.StatusNotImplemented, ErrUnsupported},
	}
}

// statusOf is the status that err travels as; what is no refusal is the
// sandbox's own failure.
func statusOf(err error) int {
	for _, known := range refusals() {
		if errors.Is(err, known.err) {
			return known.status
		}
	}
	return http.StatusInternalServerError
}

// refusalOf is the other direction; nil for a status that is none.
func refusalOf(status int) error {
	for _, known := range refusals() {
		if known.status == status {
			return known.err
		}
	}
	return nil
}

// Refusal words a refusal of the gateway's own API for the tester: 400, 404, 409
// and 501 become the error that travels as that status.
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

// answeredError is a refusal as the sandbox worded it. The words are kept
// whole, so that a test's log reads the same on either side of the wire.
type answeredError struct {
	refusal error // nil: none of the four
	status  int
	message string
}

func (e *answeredError) Error() string {
	if e.message == "" {
		return fmt.Sprintf("the stand-in answered %d without saying why", e.status)
	}
	if e.refusal == nil {
		return fmt.Sprintf("the stand-in answered %d: %s", e.status, e.message)
	}
	return e.message
}

func (e *answeredError) Unwrap() error { return e.refusal }

// badRequest words an ErrBadRequest.
func badRequest(format string, arguments ...any) error {
	return fmt.Errorf("%w: %s", ErrBadRequest, fmt.Sprintf(format, arguments...))
}
