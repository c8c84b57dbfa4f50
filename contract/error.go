package contract

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Error is the error of every operation. It is the same value at both ends of
// the wire.
//
// Its texts are for developers and operators and say what to do. They must
// contain no secret, no raw body of the gateway's and no stack.
type Error struct {
	// Reason is the cause.
	Reason Reason

	// Outcome says what is certain about the call. It is set exactly on errors
	// of operations that move money; read it with OutcomeOf, which also covers
	// errors that are not an *Error.
	Outcome Outcome

	// Message says what was wrong, where, and what to do; up to 4 KiB.
	Message string

	// Violations name the fields of the request that were refused.
	Violations []Violation

	// RetryAfter is how long to wait before the call is repeated; 0 if nothing
	// is known about that.
	RetryAfter time.Duration

	// Metadata has details by the Meta constants; nil if there are none.
	Metadata map[string]string

	// cause is kept on the side where the error was made and never crosses
	// the wire.
	cause error
}

// Violation is one field of a request that was refused.
type Violation struct {
	// Field is the path in the request, in the names of the .proto:
	// "amount.minor_units", "metadata[order]", "settings[api_base]".
	Field string

	// Description says what is wrong with it, without the value where that is
	// a secret.
	Description string
}

// The keys of Error.Metadata.
const (
	MetaPaymentID    = "payment_id"    // the payment that exists all the same
	MetaPaymentIDs   = "payment_ids"   // all of them, with commas between
	MetaRefundID     = "refund_id"     // the refund that exists all the same
	MetaRefundIDs    = "refund_ids"    // all of them, with commas between
	MetaProviderCode = "provider_code" // the gateway's own word for its error
	MetaHTTPStatus   = "http_status"   // of the gateway's answer
	MetaRequestID    = "request_id"    // the gateway's, for its support staff

	// Of PaymentNotFound and RefundNotFound by key.
	MetaComplete      = "complete"       // "true" if the whole window was read
	MetaSettled       = "settled"        // "true" if the settle time has passed
	MetaSearchedFrom  = "searched_from"  // RFC 3339, UTC
	MetaSearchedUntil = "searched_until" // RFC 3339, UTC
)

// NewError makes an error with the outcome that the reason has when it is met
// before anything was sent to the gateway; see [Reason]. For an operation that
// moves no money, the wire takes the outcome away.
func NewError(reason Reason, message string) *Error {
	return &Error{Reason: reason, Outcome: reason.outcomeBeforeSending(), Message: message}
}

// Errorf is NewError with a formatted message. An error that it formats with
// %w becomes the cause.
func Errorf(reason Reason, format string, args ...any) *Error {
	formatted := fmt.Errorf(format, args...)
	e := NewError(reason, formatted.Error())
	e.cause = errors.Unwrap(formatted)
	return e
}

// Unsupported is the error of an operation that a provider does not have.
func Unsupported(operation Operation) *Error {
	return Errorf(CapabilityUnsupported, "this provider does not have the operation %s; its descriptor says which it has", operation)
}

// Error gives reason, outcome and message in one line.
func (e *Error) Error() string {
	var text strings.Builder
	text.WriteString(string(e.Reason))
	if e.Outcome != "" {
		text.WriteString(" (" + string(e.Outcome) + ")")
	}
	if e.Message != "" {
		text.WriteString(": " + e.Message)
	}
	for _, v := range e.Violations {
		text.WriteString("; " + v.Field + ": " + v.Description)
	}
	return text.String()
}

// Unwrap gives what the error came from, on the side where it was made.
func (e *Error) Unwrap() error { return e.cause }

// Is reports whether target is the error's reason, so that
// errors.Is(err, PaymentNotFound) works.
func (e *Error) Is(target error) bool {
	reason, ok := target.(Reason)
	return ok && reason == e.Reason
}

// With gives a copy of the error with one more detail in its metadata. An empty
// value adds nothing.
func (e *Error) With(key, value string) *Error {
	if value == "" {
		return e
	}
	c := *e
	c.Metadata = maps.Clone(e.Metadata)
	if c.Metadata == nil {
		c.Metadata = make(map[string]string, 1)
	}
	c.Metadata[key] = value
	return &c
}

// WithViolation returns a copy of the error that names one field more.
func (e *Error) WithViolation(field, format string, args ...any) *Error {
	c := *e
	c.Violations = append(slices.Clone(e.Violations), Violation{Field: field, Description: fmt.Sprintf(format, args...)})
	return &c
}

// WithOutcome gives a copy of the error with another outcome.
func (e *Error) WithOutcome(outcome Outcome) *Error {
	c := *e
	c.Outcome = outcome
	return &c
}

// WithCause gives a copy of the error that unwraps to cause.
func (e *Error) WithCause(cause error) *Error {
	c := *e
	c.cause = cause
	return &c
}

// WithRetryAfter gives a copy of the error that asks to wait.
func (e *Error) WithRetryAfter(wait time.Duration) *Error {
	c := *e
	c.RetryAfter = wait
	return &c
}

// ForAttempt gives the error as the answer to a call with this attempt. While
// the result of an earlier call is not known, nothing that went wrong in a
// later one is certain of the attempt, so the outcome becomes Indeterminate.
// Use it for errors that are met before the earlier call's fate is known.
func (e *Error) ForAttempt(attempt *Attempt) *Error {
	if !attempt.Unknown() {
		return e
	}
	return e.WithOutcome(Indeterminate)
}

// ProvesAbsence reports whether the error is a PaymentNotFound or
// RefundNotFound by key that closes the attempt: the whole window was read,
// and no earlier call may still be under way. One without both proves nothing.
func (e *Error) ProvesAbsence() bool {
	return (e.Reason == PaymentNotFound || e.Reason == RefundNotFound) &&
		e.Metadata[MetaComplete] == strconv.FormatBool(true) &&
		e.Metadata[MetaSettled] == strconv.FormatBool(true)
}

// NotFoundByKey makes the error for a look-up by key that found nothing in the
// window from..until. Settled says that the settle time has passed, complete
// that every page of the window was read.
func NotFoundByKey(reason Reason, complete, settled bool, from, until time.Time) *Error {
	message := "nothing was found for this idempotency key"
	if !complete || !settled {
		message += ", which proves nothing yet: ask again later"
	}
	return NewError(reason, message).
		With(MetaComplete, strconv.FormatBool(complete)).
		With(MetaSettled, strconv.FormatBool(settled)).
		With(MetaSearchedFrom, from.UTC().Format(time.RFC3339)).
		With(MetaSearchedUntil, until.UTC().Format(time.RFC3339))
}

// ReasonOf returns the reason of an error, and "" for nil and for errors that
// carry none: for logs, and for a switch. To ask for one reason, use errors.Is.
func ReasonOf(err error) Reason {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Reason
	}
	return ""
}

// OutcomeOf says what is certain after a call of CreatePayment, CancelPayment
// or Refund that gave err: "" for nil, the outcome that the error carries, and
// Indeterminate for every error that carries none, a plain context error or a
// broken connection among them. For other operations it means nothing.
func OutcomeOf(err error) Outcome {
	if err == nil {
		return ""
	}
	if e, ok := errors.AsType[*Error](err); ok && e.Outcome != "" {
		return e.Outcome
	}
	return Indeterminate
}

// FromContext returns the end of a context, before any request that could move
// money was sent, as the error that the contract has for it, an *Error. It
// returns nil while the context goes on.
func FromContext(ctx context.Context) error {
	cause := ctx.Err()
	if cause == nil {
		return nil
	}
	message := "the deadline had passed before anything was sent to the gateway"
	if errors.Is(cause, context.Canceled) {
		message = "the call was canceled before anything was sent to the gateway"
	}
	return NewError(DeadlineTooShort, message).WithCause(cause)
}
